"""The dates of the programme's year, set by an administrator with reference and reason; deadlines of single bodies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime

from kpi import tables
from kpi.catalogue.catalogue import catalogue
from kpi.errors import NotFound, UserError
from kpi.files.text import plain_line
from kpi.model.programme import BodyDeadline, SetDates, YearDates
from kpi.model.times import now, shanghai_date
from kpi.model.viewer import Viewer
from kpi.services.authorization import reads_unscoped, requires
from kpi.services.unit_of_work import unit_of_work
from kpi.services.year import ProgrammeYear, begun_years, dates_of, own_deadlines, policy_of_year
from kpi.store.database import Cursor
from kpi.store.store import Store
from kpi.tables.year import YearStanding

LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class YearOverview:
    """One year: what holds, what was set before it (the latest first), and how far the year has come.

    ``proposed``: policy's day of the notice, where it is that year's. ``own``: the bodies with a deadline of their own.
    """

    year: int
    today: date
    history: tuple[SetDates, ...]
    proposed: date | None
    own: Mapping[str, date]
    own_history: tuple[BodyDeadline, ...]
    sent: Mapping[str, datetime]
    standing: YearStanding

    @property
    def dates(self) -> YearDates | None:
        return self.history[0].dates if self.history else None

    @property
    def settings(self) -> int:
        """How often the year's dates were set."""
        return len(self.history)

    def settings_of(self, body: str) -> int:
        """How often the year's dates, or this body's deadline, were set."""
        return self.settings + sum(deadline.body == body for deadline in self.own_history)

    @property
    def now(self) -> ProgrammeYear | None:
        """The dates beside today, as everybody reads them."""
        return ProgrammeYear(self.year, self.dates, self.today) if self.dates else None

    @property
    def unsent(self) -> list[str]:
        return [body.name.zh for body in catalogue().bodies if body.name.zh not in self.sent]


@reads_unscoped("run_programme")
def years_known(cursor: Cursor, at: datetime | None = None) -> list[int]:
    """The latest year with dates or applications that has begun or has dates; then the others, this year and the next
    too, the latest first.
    """
    this = shanghai_date(at or now()).year
    dated = {programme.year for programme in tables.year.programme_dates(cursor)}
    applied = {application.year for application in tables.stages.applications_in_hand(cursor)}
    running = max(begun_years(cursor, dated | applied, at), default=this)
    return [running, *sorted((dated | applied | {this, this + 1}) - {running}, reverse=True)]


@reads_unscoped("run_programme")
def year_overview(cursor: Cursor, year: int, at: datetime | None = None) -> YearOverview:
    """The year's dates and standing."""
    day = policy_of_year(cursor, year).window_closes
    own_history = tuple(tables.year.body_deadlines(cursor, year))
    return YearOverview(
        year=year,
        today=shanghai_date(at or now()),
        history=tuple(tables.year.programme_dates(cursor, year)),
        proposed=day if day.year == year else None,
        own=own_deadlines(cursor, year),
        own_history=own_history,
        sent=tables.year.sent_lists(cursor, year),
        standing=tables.year.year_standing(cursor, year),
    )


@requires("run_programme")
def set_year_dates(
    store: Store,
    viewer: Viewer,
    year: int,
    dates: YearDates,
    reference: str,
    reason: str,
    at: datetime | None = None,
    seen: int | None = None,
) -> None:
    """Set all dates of a year; they hold at once, for everybody. ``seen``: ``YearOverview.settings`` as it was read.

    Raises:
        UserError: the dates contradict each other, are those that hold, lack reference or reason, or were set by
            somebody since.
    """
    said = _words(reference, reason)
    if found := list(dates.faults(year)):
        raise UserError("year_dates_faulty", count=len(found))
    with unit_of_work(store, viewer.actor, at) as change:
        _refuse_set_since(seen, len(tables.year.programme_dates(change.cursor, year)))
        before = dates_of(change.cursor, year)
        if before == dates:
            raise UserError("year_dates_same", year=year)
        tables.year.add_programme_dates(change.cursor, SetDates(year, dates, *said, viewer.account, change.at))
        change.audit(
            "year_dates_set", str(year), _noted(before) if before else None, {**_noted(dates), "reason": said[1]}
        )


@requires("run_programme")
def set_body_deadline(
    store: Store,
    viewer: Viewer,
    year: int,
    body: str,
    lists_due: date | None,
    reference: str,
    reason: str,
    at: datetime | None = None,
    seen: int | None = None,
) -> None:
    """Give a body a deadline of its own, or take it back (None): then the year's holds again. ``seen``:
    ``YearOverview.settings_of`` as it was read.

    Raises:
        NotFound: there is no such body.
        UserError: the year has no dates, the day is what holds or before the window opens, reference or reason lack,
            or somebody has set the year's or the body's since.
    """
    if body not in {item.name.zh for item in catalogue().bodies}:
        raise NotFound("body", body[:LONGEST_REASON])
    said = _words(reference, reason)
    with unit_of_work(store, viewer.actor, at) as change:
        before = _required(change.cursor, year)
        of_body = sum(deadline.body == body for deadline in tables.year.body_deadlines(change.cursor, year))
        _refuse_set_since(seen, len(tables.year.programme_dates(change.cursor, year)) + of_body)
        own = own_deadlines(change.cursor, year).get(body)
        if lists_due == own or lists_due == before.lists_due:
            raise UserError("body_deadline_same", day=(lists_due or before.lists_due).isoformat())
        if lists_due and lists_due < before.opens:
            raise UserError("body_deadline_early", day=before.opens.isoformat())
        given = BodyDeadline(year, body, lists_due, *said, viewer.account, change.at)
        tables.year.add_body_deadline(change.cursor, given)
        noted = {"lists_due": (lists_due or before.lists_due).isoformat(), "reason": said[1]}
        change.audit("body_deadline_set", f"{body} {year}", {"lists_due": (own or before.lists_due).isoformat()}, noted)


def _required(cursor: Cursor, year: int) -> YearDates:
    dates = dates_of(cursor, year)
    if dates is None:
        raise UserError("year_dates_first", year=year)
    return dates


def _refuse_set_since(seen: int | None, settings: int) -> None:
    if seen not in (None, settings):
        raise UserError("changed_since_read")


def _words(reference: str, reason: str) -> tuple[str, str]:
    said = plain_line(reference, LONGEST_REASON), plain_line(reason, LONGEST_REASON)
    if not all(said):
        raise UserError("year_needs_reason")
    return said


def _noted(dates: YearDates) -> dict[str, object]:
    return {name: day.isoformat() for name, day in asdict(dates).items() if day}
