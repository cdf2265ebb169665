"""What is published of an industry for everybody who is signed in."""

from __future__ import annotations

from kpi import queries
from kpi.catalogue.load import catalogue
from kpi.errors import NotFound
from kpi.model.publication import PublishedTable
from kpi.model.viewer import Viewer
from kpi.services.authorization import requires
from kpi.services.evaluation import evaluation_context
from kpi.store.store import Store


@requires("see_published")
def published_industry(store: Store, _: Viewer, industry: str, year: int) -> PublishedTable:
    """The table that applications of that year are held against.

    Raises:
        NotFound: there is no such industry.
        UserError: no baseline covers that year.
    """
    if industry not in {known.name.zh for known in catalogue().industries}:
        raise NotFound("industry", industry[:40])
    with store.cursor() as cursor:
        baseline = evaluation_context(cursor, year).baseline
        cells = queries.published_table(cursor, baseline.name, baseline.region, industry)
    return PublishedTable(baseline, industry, tuple(cells[code] for code in sorted(cells)))
