"""What is published of an industry for everybody who is signed in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from kpi import tables
from kpi.catalogue.catalogue import catalogue
from kpi.errors import NotFound
from kpi.model.evaluation import Baseline
from kpi.model.publication import PublishedTable
from kpi.model.times import now, shanghai_date, year_end
from kpi.policy.policy import Policy
from kpi.services.authorization import reads_unscoped
from kpi.services.evaluation import baseline_in_force, evaluation_context, published_representation_of
from kpi.services.year import policies_known, policy_of_year
from kpi.store.database import Cursor

# What is published of an industry for everybody who is signed in.


@reads_unscoped("see_published")
def published_industry(cursor: Cursor, industry: str, year: int) -> PublishedTable:
    """The table that applications of that year are held against.

    Raises:
        NotFound: there is no such industry.
        UserError: no baseline covers that year.
    """
    _refuse_unknown(industry)
    on = evaluation_context(cursor, year)
    return _table(cursor, on.baseline, on.policy, industry)


@reads_unscoped("see_published")
def published_years(cursor: Cursor, industry: str) -> list[PublishedTable]:
    """The table of each year that has a baseline of its own in force, the latest first.

    Also of a year before the first policy, which applications cannot be of: its panel was published by the first.

    Raises:
        NotFound: there is no such industry.
    """
    _refuse_unknown(industry)
    years = {item.year for item in tables.baselines.baselines(cursor) if item.region == catalogue().notice.region.zh}
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
    cells = tables.baselines.published_table(cursor, baseline.name, baseline.region, industry)
    ordered = tuple(cells[code] for code in sorted(cells))
    stand_for = published_representation_of(cursor, baseline, policy, industry, cells)
    return PublishedTable(baseline, industry, ordered, policy.basis_by_kpi, policy.leading_quantile, stand_for)


# Whether what an answer was decided by is still what holds: old answers stay, and say what has come since.


@dataclass(frozen=True, slots=True)
class NewerBasis:
    """``baseline``: the one now in force for that year; ``policy``: the first day of today's. None: still the same."""

    baseline: str | None
    policy: date | None


@reads_unscoped("see_published")
def newer_basis(cursor: Cursor, baseline: str, policy: date, year: int, at: datetime | None = None) -> NewerBasis:
    """What came after the ``baseline`` and the ``policy``, named by its day, that an answer for ``year`` rests on."""
    return newer_basis_than(cursor, baseline, policy, year, at)


def newer_basis_than(cursor: Cursor, baseline: str, policy: date, year: int, at: datetime | None = None) -> NewerBasis:
    """As ``newer_basis``, for whoever has a cursor."""
    today = shanghai_date(at or now())
    current = baseline_in_force(cursor, year_end(year)).name
    latest = max((day for day in policies_known(cursor).in_force_dates() if day <= today), default=policy)
    return NewerBasis(None if current == baseline else current, latest if latest > policy else None)
