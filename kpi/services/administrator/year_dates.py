"""The dates of the programme's year, set by an administrator with reference and reason; deadlines of single bodies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime

from kpi import tables
from kpi.catalogue.catalogue import catalogue
from kpi.errors import NotFound, UserError
from kpi.files.text import plain_line
from kpi.model.audit import AuditAction
from kpi.model.programme import BodyDeadline, SetDates, YearDates
from kpi.model.times import now, shanghai_date
from kpi.model.viewer import Viewer
from kpi.services.administrator.second_person import acts_of_two, against_confirming
from kpi.services.authorization import reads, reads_unscoped, requires
from kpi.services.unit_of_work import UnitOfWork, unit_of_work
from kpi.services.year import ProgrammeYear, begun_years, dates_of, own_deadlines, policy_of_year
from kpi.store.database import Cursor
from kpi.store.store import Store
from kpi.tables.year import YearStanding

LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class YearOverview:
    """One year: the ``dates`` that hold, all that were set (the latest first), and how far the year has come.

    ``waiting``: what a second person has still to confirm, the year's dates first.

    ``proposed``: policy's day of the notice, where it is that year's. ``own``: the bodies with a deadline of their own.
    """

    year: int
    today: date
    dates: YearDates | None
    waiting: tuple[SetDates | BodyDeadline, ...]
    history: tuple[SetDates, ...]
    proposed: date | None
    own: Mapping[str, date]
    own_history: tuple[BodyDeadline, ...]
    sent: Mapping[str, datetime]
    standing: YearStanding

    @property
    def dates_wait(self) -> bool:
        """Whether other dates of the year wait: no more are proposed meanwhile."""
        return any(isinstance(given, SetDates) for given in self.waiting)

    def takes_two(self, body: str = "") -> bool:
        """Whether a change of the year's dates, or of a ``body``'s, waits for a second person."""
        return takes_two(self.dates, body)

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
        dates=dates_of(cursor, year),
        waiting=tuple(waiting_dates(cursor, year)),
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
    """Set all dates of a year: the first hold at once, for everybody, others once a second person confirms them.
    ``seen``: ``YearOverview.settings`` as it was read.

    Raises:
        UserError: the dates contradict each other, are those that hold, lack reference or reason, were set by somebody
            since, or others wait for a second person.
    """
    said = _words(reference, reason)
    if found := list(dates.faults(year)):
        raise UserError("year_dates_faulty", count=len(found))
    with unit_of_work(store, viewer.actor, at) as change:
        _refuse_set_since(seen, len(tables.year.programme_dates(change.cursor, year)))
        before = dates_of(change.cursor, year)
        if before == dates:
            raise UserError("year_dates_same", year=year)
        _refuse_waiting(change.cursor, year)
        given = SetDates(year, dates, *said, viewer.account, change.at)
        tables.year.add_programme_dates(change.cursor, given)
        if takes_two(before):
            _propose(change, given, str(year), {**_noted(dates), "reason": said[1]})
        else:
            _note_dates_set(change, given, before)


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
    """Give a body a deadline of its own, or take it back (None): then the year's holds again. It holds once a second
    person confirms it. ``seen``: ``YearOverview.settings_of`` as it was read.

    Raises:
        NotFound: there is no such body.
        UserError: the year has no dates, the day is what holds or before the window opens, reference or reason lack,
            somebody has set the year's or the body's since, or another day waits for a second person.
    """
    if body not in {item.name.zh for item in catalogue().bodies}:
        raise NotFound("body", body[:LONGEST_REASON])
    said = _words(reference, reason)
    with unit_of_work(store, viewer.actor, at) as change:
        before = _required(change.cursor, year)
        of_body = sum(deadline.body == body for deadline in tables.year.body_deadlines(change.cursor, year))
        _refuse_set_since(seen, len(tables.year.programme_dates(change.cursor, year)) + of_body)
        _refuse_waiting(change.cursor, year, body)
        given = BodyDeadline(year, body, lists_due, *said, viewer.account, change.at)
        _refuse_unfit(change.cursor, given, before)
        if takes_two(before, body):
            noted = {"lists_due": (lists_due or before.lists_due).isoformat(), "reason": said[1]}
            _propose(change, given, f"{body} {year}", noted)
        else:
            _note_deadline_set(change, given, before)
        tables.year.add_body_deadline(change.cursor, given)


@requires("run_programme")
def confirm_dates(
    store: Store, viewer: Viewer, year: int, body: str, set_at: datetime, at: datetime | None = None
) -> None:
    """Confirm, as the second person, dates of the year, or of a ``body`` ("": the year's), that wait since ``set_at``.

    Raises:
        NotFound: nothing of that moment waits.
        UserError: as ``against_confirmation``; or a body's day fits the year's dates no more.
    """
    with unit_of_work(store, viewer.actor, at) as change:
        given = _waiting(change.cursor, year, body, set_at)
        if hindered := against_second(change.cursor, viewer.account, given):
            raise hindered
        before = _required(change.cursor, year)
        if isinstance(given, SetDates):
            _note_dates_set(change, given, before)
        else:
            _refuse_unfit(change.cursor, given, before)
            _note_deadline_set(change, given, before)
        tables.year.note_dates_change(change.cursor, given, "confirmed", viewer.account, change.at)


@requires("run_programme")
def withdraw_dates(
    store: Store, viewer: Viewer, year: int, body: str, set_at: datetime, at: datetime | None = None
) -> None:
    """Withdraw what waits for a second person; it stays on record.

    Raises:
        NotFound: nothing of that moment waits.
    """
    with unit_of_work(store, viewer.actor, at) as change:
        given = _waiting(change.cursor, year, body, set_at)
        tables.year.note_dates_change(change.cursor, given, "withdrawn", viewer.account, change.at)
        change.audit("dates_withdrawn", f"{body} {year}" if body else str(year), after={"set_by": given.set_by})


@reads("run_programme")
def against_confirmation(cursor: Cursor, viewer: Viewer, given: SetDates | BodyDeadline) -> UserError | None:
    """Why this reader may not confirm it: it proposed it, or is not a second person to us. None where it may."""
    return against_second(cursor, viewer.account, given)


def against_second(cursor: Cursor, account: str, given: SetDates | BodyDeadline) -> UserError | None:
    """The same of an account, for services that have asked for rights."""
    return against_confirming(cursor, account, _act(_of(given)), [given.set_by], given.set_at)


def takes_two(before: YearDates | None, body: str = "") -> bool:
    """Whether dates take a second person where ``before`` holds: the first of a year change nothing."""
    return before is not None and _act(body) in acts_of_two()


def _act(body: str) -> AuditAction:
    return "body_deadline_set" if body else "year_dates_set"


def waiting_dates(cursor: Cursor, year: int | None = None) -> list[SetDates | BodyDeadline]:
    """The years' own, then single bodies'; of one year or of all."""
    dates, deadlines = tables.year.programme_dates(cursor, year), tables.year.body_deadlines(cursor, year)
    return [
        *(given for given in dates if given.state == "waits"),
        *(given for given in deadlines if given.state == "waits"),
    ]


def _of(given: SetDates | BodyDeadline) -> str:
    return given.body if isinstance(given, BodyDeadline) else ""


def _waiting(cursor: Cursor, year: int, body: str, set_at: datetime) -> SetDates | BodyDeadline:
    for given in waiting_dates(cursor, year):
        if (_of(given), given.set_at) == (body, set_at):
            return given
    raise NotFound("dates")


def _refuse_waiting(cursor: Cursor, year: int, body: str = "") -> None:
    """One proposal at a time: whoever confirms reads what it would change of what holds."""
    for given in waiting_dates(cursor, year):
        if _of(given) in ("", body):
            raise UserError("dates_wait", who=given.set_by)


def _refuse_unfit(cursor: Cursor, given: BodyDeadline, dates: YearDates) -> None:
    own = own_deadlines(cursor, given.year).get(given.body)
    if given.lists_due == own or given.lists_due == dates.lists_due:
        raise UserError("body_deadline_same", day=(given.lists_due or dates.lists_due).isoformat())
    if given.lists_due and given.lists_due < dates.opens:
        raise UserError("body_deadline_early", day=dates.opens.isoformat())


def _propose(change: UnitOfWork, given: SetDates | BodyDeadline, subject: str, noted: Mapping[str, object]) -> None:
    tables.year.note_dates_change(change.cursor, given, "proposed", change.actor.account, change.at)
    change.audit("dates_proposed", subject, after=dict(noted))


def _note_dates_set(change: UnitOfWork, given: SetDates, before: YearDates | None) -> None:
    after = {**_noted(given.dates), "reason": given.reason}
    change.audit("year_dates_set", str(given.year), _noted(before) if before else None, after)


def _note_deadline_set(change: UnitOfWork, given: BodyDeadline, dates: YearDates) -> None:
    own = own_deadlines(change.cursor, given.year).get(given.body) or dates.lists_due
    noted = {"lists_due": (given.lists_due or dates.lists_due).isoformat(), "reason": given.reason}
    change.audit("body_deadline_set", f"{given.body} {given.year}", {"lists_due": own.isoformat()}, noted)


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
