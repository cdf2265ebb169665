"""One KPI of the own body's applications beside the region's published figures, year by year."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

from kpi import queries
from kpi.access.roles import scope_of
from kpi.benchmark.comparable_value import comparable_value
from kpi.catalogue.catalogue import catalogue
from kpi.model.application import Basis
from kpi.model.publication import PublishedCell
from kpi.model.viewer import Viewer
from kpi.services.authorization import requires
from kpi.services.published_tables import published_years
from kpi.store.store import Store


@dataclass(frozen=True, slots=True)
class YearSpread:
    """A year's published cell, and the own applications' values on the basis that it is published on."""

    year: int
    cell: PublishedCell
    values: tuple[float, ...]
    """Ascending; what cannot be compared on that basis is left out."""


@dataclass(frozen=True, slots=True)
class KpiSpread:
    """``years`` from the latest to the earliest."""

    years: tuple[YearSpread, ...]
    basis: Basis | None
    illustrative: bool


@requires("see_coverage")
def kpi_spread(store: Store, viewer: Viewer, industry: str, code: str) -> KpiSpread:
    """Of the leader's body in one industry.

    Raises:
        NotFound: there is no such industry.
    """
    tables = published_years(store, viewer, industry)
    with store.cursor() as cursor:
        applications = [one.application for one in queries.locked_applications(cursor, scope_of(viewer))]
    kpi = catalogue().kpi(code)
    years = []
    for table in tables:
        own = [one for one in applications if (one.year, one.industry) == (table.baseline.year, industry)]
        values = [comparable_value(kpi, one.values[code], table.bases.get(code)) for one in own]
        known = sorted(one.value for one in values if one.settled is None and isfinite(one.value))
        if cell := table.cell(code):
            years.append(YearSpread(table.baseline.year, cell, tuple(known)))
    basis = tables[0].bases.get(code) if tables else None
    return KpiSpread(tuple(years), basis, any(one.baseline.illustrative for one in tables))
