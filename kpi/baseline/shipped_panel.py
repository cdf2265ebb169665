"""The illustrative panel that ships: invented, so that the product can be tried before a real one exists."""

from __future__ import annotations

from functools import cache

import pandas as pd

from kpi.baseline.panel import read_panel
from kpi.catalogue.schema import DATA
from kpi.model.baseline import HOME_REGION

SHIPPED = DATA / "baselines" / "illustrative-2025.csv"


@cache
def shipped_records() -> pd.DataFrame:
    """Its records: credit_code, kpi, value."""
    return read_panel(SHIPPED.name, SHIPPED.read_bytes(), HOME_REGION).records[["credit_code", "kpi", "value"]]
