"""What is published of an industry for everybody who is signed in."""

from __future__ import annotations

from kpi import queries
from kpi.catalogue.catalogue import catalogue
from kpi.errors import NotFound
from kpi.model.evaluation import HOME_REGION, Baseline
from kpi.model.publication import PublishedTable
from kpi.model.times import year_end
from kpi.model.viewer import Viewer
from kpi.policy.policy import Policy
from kpi.services.authorization import requires
from kpi.services.evaluation import baseline_in_force, evaluation_context
from kpi.services.policies import policy_of_year
from kpi.store.cursor import Cursor
from kpi.store.store import Store


@requires("see_published")
def published_industry(store: Store, _: Viewer, industry: str, year: int) -> PublishedTable:
    """The table that applications of that year are held against.

    Raises:
        NotFound: there is no such industry.
        UserError: no baseline covers that year.
    """
    _refuse_unknown(industry)
    with store.cursor() as cursor:
        on = evaluation_context(cursor, year)
        return _table(cursor, on.baseline, on.policy, industry)


@requires("see_published")
def published_years(store: Store, _: Viewer, industry: str) -> list[PublishedTable]:
    """The table of each year that has a baseline of its own in force, the latest first.

    Also of a year before the first policy, which applications cannot be of: its panel was published by the first.

    Raises:
        NotFound: there is no such industry.
    """
    _refuse_unknown(industry)
    with store.cursor() as cursor:
        years = {one.year for one in queries.baselines(cursor) if one.region == HOME_REGION}
        on = [(baseline_in_force(cursor, year_end(year)), year) for year in sorted(years, reverse=True)]
        return [
            _table(cursor, baseline, policy_of_year(cursor, year), industry)
            for baseline, year in on
            if baseline.year == year
        ]


def _refuse_unknown(industry: str) -> None:
    if industry not in {known.name.zh for known in catalogue().industries}:
        raise NotFound("industry", industry[:40])


def _table(cursor: Cursor, baseline: Baseline, policy: Policy, industry: str) -> PublishedTable:
    cells = queries.published_table(cursor, baseline.name, baseline.region, industry)
    ordered = tuple(cells[code] for code in sorted(cells))
    return PublishedTable(baseline, industry, ordered, policy.basis_by_kpi, policy.leading_quantile)
