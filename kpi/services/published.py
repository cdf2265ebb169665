"""What is published of an industry: for everybody who is signed in, and for strangers where policy opens it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from kpi import tables
from kpi.catalogue.catalogue import Catalogue, catalogue
from kpi.errors import NotFound
from kpi.model.evaluation import Baseline
from kpi.model.publication import PublishedTable
from kpi.model.times import now, shanghai_date, year_end
from kpi.policy.policy import Policy
from kpi.services.authorization import reads_unscoped
from kpi.services.evaluation import baseline_in_force, evaluation_context, published_representation_of
from kpi.services.notices import notice_of_year, under_notice_of
from kpi.services.year import opens_published, policies_known, policy_of_year
from kpi.store.cache import snapshot
from kpi.store.database import Cursor
from kpi.store.store import Store


# The same for everybody: what is published of a baseline
@reads_unscoped("see_published")
def published_industry(cursor: Cursor, industry: str, year: int) -> PublishedTable:
    """The table that applications of that year are held against.

    Raises:
        NotFound: there is no such industry.
        UserError: no baseline covers that year.
    """
    return _of_year(cursor, industry, year)


def _of_year(cursor: Cursor, industry: str, year: int) -> PublishedTable:
    _refuse_unknown(industry)
    on = evaluation_context(cursor, year)
    return _table(cursor, on.baseline, on.policy, industry)


# The same for everybody: what is published of baselines
@reads_unscoped("see_published")
def published_years(cursor: Cursor, industry: str) -> list[PublishedTable]:
    """The table of each year that has a baseline of its own in force, the latest first.

    Also of a year before the first policy, which applications cannot be of: its panel was published by the first.

    Raises:
        NotFound: there is no such industry.
    """
    _refuse_unknown(industry)
    return [
        _table(cursor, baseline_in_force(cursor, year_end(year)), policy_of_year(cursor, year), industry)
        for year in _years_in_force(cursor)
    ]


def _refuse_unknown(industry: str) -> None:
    if industry not in {known.name.zh for known in catalogue().industries}:
        raise NotFound("industry", industry[:40])


def _table(cursor: Cursor, baseline: Baseline, policy: Policy, industry: str) -> PublishedTable:
    cells = tables.baselines.published_table(cursor, baseline.name, baseline.region, industry)
    ordered = tuple(cells[code] for code in sorted(cells))
    stand_for = published_representation_of(cursor, baseline, policy, industry, cells)
    return PublishedTable(baseline, industry, ordered, policy.basis_by_kpi, policy.leading_quantile, stand_for)


# The same for whoever is not signed in, where policy opens it: there is no other source than the published table.


# Asked without rights: strangers read what is published, where policy opens it
def open_industry(store: Store, industry: str, year: int, at: datetime | None = None) -> PublishedTable:
    """As ``published_industry``, for a stranger.

    Raises:
        NotFound: it is not open, or there is no such industry.
        UserError: no baseline covers that year.
    """
    with snapshot(store.cache), store.cursor() as cursor:
        _refuse_closed(cursor, at)
        with under_notice_of(cursor, year):
            return _for_strangers(_of_year(cursor, industry, year))


# Asked without rights: strangers read what is published, where policy opens it
def open_years(store: Store, at: datetime | None = None) -> list[OpenYear]:
    """The years that have a table of their own, the latest first, as ``published_years``, each with its notice.

    Raises:
        NotFound: it is not open.
    """
    with snapshot(store.cache), store.cursor() as cursor:
        _refuse_closed(cursor, at)
        return [
            OpenYear(year, notice_of_year(cursor, year), policy_of_year(cursor, year).alpha)
            for year in _years_in_force(cursor)
        ]


# Asked without rights: strangers read what is published, where policy opens it
def open_tables(store: Store, industry: str, at: datetime | None = None) -> list[PublishedTable]:
    """The table of each of ``open_years`` whose notice has this industry, the latest first.

    Raises:
        NotFound: it is not open.
    """
    with snapshot(store.cache), store.cursor() as cursor:
        _refuse_closed(cursor, at)
        found = []
        for year in _years_in_force(cursor):
            with under_notice_of(cursor, year):
                if industry in {known.name.zh for known in catalogue().industries}:
                    policy = policy_of_year(cursor, year)
                    table = _table(cursor, baseline_in_force(cursor, year_end(year)), policy, industry)
                    found.append(_for_strangers(table))
        return found


def _for_strangers(table: PublishedTable) -> PublishedTable:
    """Without fingerprints: whoever knew a panel but for one value could try all values against them."""
    return replace(table, baseline=replace(table.baseline, sha256="", original_sha256="", groups_sha256=""))


@dataclass(frozen=True, slots=True)
class OpenYear:
    """A year with a published table of its own, the notice that it belongs to, and how often policy accepts a wrong
    word, 0..1.
    """

    year: int
    notice: Catalogue
    alpha: float


def _years_in_force(cursor: Cursor) -> list[int]:
    years = {item.year for item in tables.baselines.baselines(cursor) if item.region == catalogue().notice.region.zh}
    return [year for year in sorted(years, reverse=True) if baseline_in_force(cursor, year_end(year)).year == year]


def _refuse_closed(cursor: Cursor, at: datetime | None) -> None:
    if not opens_published(cursor, at):
        raise NotFound("page")


# Whether what an answer was decided by is still what holds: old answers stay, and say what has come since.


@dataclass(frozen=True, slots=True)
class NewerBasis:
    """``baseline``: the one now in force for that year; ``policy``: the first day of today's. None: still the same."""

    baseline: str | None
    policy: date | None


# The same for everybody: names and days of baselines and policies, which are public
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
