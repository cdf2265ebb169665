"""Every draw of an order as a table: its weights, its variant, its seed, and the places that came of it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from kpi.catalogue.catalogue import catalogue
from kpi.model.comparison import Comparison

VARIANT = "arithmetic"
"""How each draw combines the groups' means; the other variants are computed once, not drawn."""


def draws_csv(found: Comparison) -> bytes:
    """``draw_rows`` as CSV; numbers in full."""
    out = io.StringIO()
    csv.writer(out).writerows(draw_rows(found))
    return out.getvalue().encode()


def draw_rows(found: Comparison) -> Iterator[list[str | float | int]]:
    """One row a draw: ``G1``.. sum to 1, ``K01``.. sum to 1 within each group, ``place_<credit code>`` from 1.

    The draw's weights of the baseline's enterprises are not in it: the seed makes them again.
    """
    codes = [one.evaluation.application.credit_code for one in found.candidates]
    groups, kpis = [group.code for group in catalogue().groups], [kpi.code for kpi in catalogue().kpis]
    yield ["draw", "seed", "variant", *groups, *kpis, *(f"place_{code}" for code in codes)]
    draws = found.draws
    rows = zip(draws.group_weights.tolist(), draws.kpi_weights.tolist(), draws.places.tolist(), strict=True)
    for number, (between, within, places) in enumerate(rows):
        yield [number, found.seed, VARIANT, *between, *within, *places]
