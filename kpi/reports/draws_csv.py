"""Every draw of an order as a table: its weights, its variant, its seed, and the places that came of it."""

from __future__ import annotations

import csv
import io

from kpi.catalogue.load import catalogue
from kpi.model.comparison import Comparison

VARIANT = "arithmetic"
"""How each draw combines the groups' means; the other variants are computed once, not drawn."""


def draws_csv(found: Comparison) -> bytes:
    """One row a draw: ``G1``.. sum to 1, ``K01``.. sum to 1 within each group, ``place_<credit code>`` from 1.

    The draw's weights of the baseline's enterprises are not in it: the seed makes them again.
    """
    out = io.StringIO()
    writer = csv.writer(out)
    codes = [one.evaluation.application.credit_code for one in found.candidates]
    groups, kpis = [group.code for group in catalogue().groups], [kpi.code for kpi in catalogue().kpis]
    writer.writerow(["draw", "seed", "variant", *groups, *kpis, *(f"place_{code}" for code in codes)])
    draws = found.draws
    rows = zip(draws.group_weights.tolist(), draws.kpi_weights.tolist(), draws.places.tolist(), strict=True)
    for number, (between, within, places) in enumerate(rows):
        writer.writerow([number, found.seed, VARIANT, *map(repr, between), *map(repr, within), *places])
    return out.getvalue().encode()
