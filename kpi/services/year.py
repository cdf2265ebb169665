"""The dates of the programme's year: what is open, how many days are left, and what a day refuses."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby

from kpi import tables
from kpi.benchmark.sealed_record import sealed_policy
from kpi.catalogue.catalogue import kept_per_notice, notice_in_hand
from kpi.errors import UserError
from kpi.model.application import Application
from kpi.model.evaluation import PolicyUsed
from kpi.model.programme import Deadline, PolicyChangeVersion, ToDo, YearDates
from kpi.model.times import now, shanghai_date, year_end
from kpi.policy.load import Policies, policies
from kpi.policy.policy import Policy
from kpi.policy.schema import PolicyFile
from kpi.services.authorization import reads_unscoped
from kpi.services.notices import notice_in_force, notice_of_year
from kpi.store.cache import snapshot
from kpi.store.database import Cursor
from kpi.store.store import Store

# The policy as a store knows it: what ships, and the changes that were approved in it.
#
# ``known_at`` is the moment of a decision: what was approved later does not change it, so that every sealed verdict and
# every published table can be made again.


# The same for everybody: a policy, which is public
@reads_unscoped("submit_own")
def policy_for_application(cursor: Cursor, year: int) -> Policy:
    """The policy that decides an application of that year, as far as it is known today."""
    with notice_in_hand(notice_of_year(cursor, year)):
        return policy_on(cursor, year_end(year))


def policies_known(cursor: Cursor, known_at: datetime | None = None) -> Policies:
    """All values with the changes that are approved, or were at ``known_at``."""
    return policies_with(binding_changes(tables.policy.policy_changes(cursor), known_at))


def policies_with(changes: Sequence[PolicyChangeVersion]) -> Policies:
    """The values that ship with these changes on top."""
    return _merged(tuple(change.content for change in changes))


def policy_on(cursor: Cursor, day: date, known_at: datetime | None = None) -> Policy:
    """The policy in force on ``day``. Raises ``UserError("no_policy", day=...)`` where there is none."""
    changes = binding_changes(tables.policy.policy_changes(cursor), known_at)
    return _in_force(tuple(change.content for change in changes), day)


def policy_of_day(cursor: Cursor, day: date) -> Policy:
    """The policy in force on ``day``, of the notice that is: for what belongs to no year."""
    with notice_in_hand(notice_in_force(cursor, day)):
        return policy_on(cursor, day)


# Asked without rights: a policy, which is public
def is_published_openly(store: Store, at: datetime | None = None) -> bool:
    """As ``opens_published``, for whoever asks for nothing else."""
    with snapshot(store.cache), store.cursor() as cursor:
        return opens_published(cursor, at)


def opens_published(cursor: Cursor, at: datetime | None = None) -> bool:
    """Whether strangers may read what is published: policy of the day says so, or all of it is invented."""
    if tables.lists.holds_demonstration(cursor):
        return True
    try:
        return policy_of_day(cursor, shanghai_date(at or now())).published_open
    except UserError:  # on a day that has no policy nobody has opened it
        return False


def policy_of_year(cursor: Cursor, year: int, known_at: datetime | None = None) -> Policy:
    """The policy at the end of a year; for a year before the first, the first: a baseline may be older."""
    changes = binding_changes(tables.policy.policy_changes(cursor), known_at)
    with notice_in_hand(notice_of_year(cursor, year, known_at)):
        return _of_year(tuple(change.content for change in changes), year)


def policy_of_words(cursor: Cursor, used: PolicyUsed, as_of: date, application: Application, record: str) -> PolicyUsed:
    """The policy to be named beside the words of a sealed ``record``, "" for none: ``used`` is that of the day by now.

    They differ where the application was locked before its year had begun, and policy was changed for that year since.
    """
    sealed = sealed_policy(record, application.industry, as_of, used) if record else used
    return used if sealed == used else replace(sealed, reference=policy_on(cursor, sealed.in_force_from).reference)


def binding_changes(
    versions: Sequence[PolicyChangeVersion], known_at: datetime | None = None
) -> list[PolicyChangeVersion]:
    """Of each change the edition that was the last by then, if it was approved and not withdrawn; by approval."""
    binding = []
    for _, editions in groupby(versions, lambda version: version.change):
        known = [edition for edition in editions if known_at is None or edition.saved_at <= known_at]
        if known and known[-1].binding(known_at):
            binding.append(known[-1])
    return sorted(binding, key=lambda item: (item.approved_at, item.change))


@kept_per_notice(64)
def _in_force(contents: tuple[str, ...], day: date) -> Policy:
    return _merged(contents).on(day)


@kept_per_notice(64)
def _of_year(contents: tuple[str, ...], year: int) -> Policy:
    return _merged(contents).of_year(year)


@kept_per_notice(64)
def _merged(contents: tuple[str, ...]) -> Policies:
    return policies().with_changes(PolicyFile.model_validate_json(content) for content in contents)


# The dates of the programme's year: what is open, how many days are left, and what a day refuses.
#
# An administrator sets them. For a year that has none, policy's day of the notice is shown, and nothing is refused
# (``docs/decisions/0028-the-dates-of-a-year.md``). Days are Shanghai's.


@dataclass(frozen=True, slots=True)
class ProgrammeYear:
    """The dates of one year beside ``today``."""

    year: int
    dates: YearDates
    today: date

    def until(self, day: date) -> Deadline:
        return Deadline(day, (day - self.today).days)

    @property
    def window(self) -> str:
        """Whether applications may be locked. Texts: ``page.year.window_<state>``."""
        if self.today < self.dates.opens:
            return "before"
        closes = self.until(self.dates.closes)
        return "over" if closes.state == "past" else closes.state

    @property
    def taken(self) -> bool:
        """Whether applications are taken today."""
        return self.window in ("open", "today")


# The same for everybody: the dates of a year, which are public
@reads_unscoped("keep_own_account")
def programme_year(cursor: Cursor, year: int | None = None, at: datetime | None = None) -> ProgrammeYear | None:
    """The dates of that year, by default of the latest that has any; None where none are set. They are public."""
    years = [programme.year for programme in tables.year.programme_dates(cursor, year)]
    return _programme_year(cursor, max(years), at) if years else None


def year_matters(cursor: Cursor, year: int, *, scores: bool = False, at: datetime | None = None) -> list[ToDo]:
    """The dates of a year for a home page; with the day for scores, for those who give them."""
    found = _programme_year(cursor, year, at)
    if found is None:
        return []
    dates, closes = found.dates, found.until(found.dates.closes)
    said = {"year": year, "opens": str(dates.opens), "closes": str(dates.closes), "days": closes.days_left}
    matters = [ToDo(f"window_{found.window}", False, params=said)]
    if scores and dates.scores_due:
        due = found.until(dates.scores_due)
        words = {"year": year, "day": str(due.day), "days": due.days_left}
        matters.append(ToDo(f"scores_due_{due.state}", False, params=words))
    if dates.publicity_from and dates.publicity_to:
        days = {"year": year, "first": str(dates.publicity_from), "last": str(dates.publicity_to)}
        matters.append(ToDo("publicity_dates", False, params=days))
    return matters


def dates_of(cursor: Cursor, year: int) -> YearDates | None:
    """The dates that hold; None where nobody has set any."""
    found = tables.year.programme_dates(cursor, year)
    return next((programme.dates for programme in found if programme.state == "holds"), None)


def own_deadlines(cursor: Cursor, year: int) -> Mapping[str, date]:
    """Of the bodies that have a deadline of their own now."""
    found = reversed(tables.year.body_deadlines(cursor, year))
    latest = {deadline.body: deadline.lists_due for deadline in found if deadline.state == "holds"}
    return {body: day for body, day in latest.items() if day}


def list_deadline(cursor: Cursor, year: int, body: str, at: datetime | None = None) -> Deadline | None:
    """By when a body sends its list; None where neither dates nor policy set a day for that year."""
    due = lists_due_of(cursor, year, body)
    day = due or policy_of_year(cursor, year).window_closes
    if day.year < year:
        return None
    return Deadline(day, (day - shanghai_date(at or now())).days, binding=due is not None)


def window_open(cursor: Cursor, policy: Policy, year: int, today: date) -> bool:
    """Whether values of that year can still be chosen: until the last day is over, and while no day is set for it."""
    dates = dates_of(cursor, year)
    return today <= dates.closes if dates else policy.window_open(year, today)


def lock_hindrance(cursor: Cursor, year: int, at: datetime) -> UserError | None:
    """What a lock for that year would be refused with on that day, whatever is in it; None where nothing is."""
    if not_begun(cursor, year, at):
        return UserError("year_not_begun", year=year, day=date(year, 1, 1).isoformat())
    return window_hindrance(cursor, year, at)


def window_hindrance(cursor: Cursor, year: int, at: datetime) -> UserError | None:
    """Why applications of that year are not taken on that day; None where they are."""
    found = _programme_year(cursor, year, at)
    if found is None or found.taken:
        return None
    if found.window == "before":
        return UserError("window_not_open", year=year, day=found.dates.opens.isoformat())
    return UserError("window_closed", year=year, day=found.dates.closes.isoformat())


def not_begun(cursor: Cursor, year: int, at: datetime) -> bool:
    """Whether that year is still to come and nobody has set its dates. Locked, a mistyped year would be the latest that
    is applied for, and a body's pages are of that: one enterprise would take the list of this year away from it.
    """
    return year > shanghai_date(at).year and dates_of(cursor, year) is None


def year_at_work(
    cursor: Cursor, years: Collection[int], unfinished: Callable[[int], bool], at: datetime | None = None
) -> int:
    """Of the years that are applied for, the one that is worked on: in January that of the last one's lists.

    Of the two latest of ``begun_years`` it is the earlier while that is ``unfinished``, its last day (if one is set) is
    not over and no awards of it are listed; else the later.
    """
    moment = at or now()
    begun = begun_years(cursor, years, moment)
    before = (item for item in begun[-2:-1] if not _is_over(cursor, item, moment) and unfinished(item))
    return next(before, begun[-1])


def begun_years(cursor: Cursor, years: Collection[int], at: datetime | None = None) -> list[int]:
    """Without those that are ``not_begun`` (a store may hold locks of before these were refused), the latest last.

    All of them where none has begun.
    """
    moment = at or now()
    return sorted(year for year in set(years) if not not_begun(cursor, year, moment)) or sorted(set(years))


def other_years(
    cursor: Cursor, page: str, applied: Mapping[int, int], shown: int, at: datetime | None = None
) -> list[ToDo]:
    """For a home that is of the year ``shown``: the later years and the one before, which ``page`` shows.

    ``applied``: how many locked applications each year has.
    """
    moment, before = at or now(), max((item for item in applied if item < shown), default=shown)
    return [
        ToDo(
            "other_year_ahead" if not_begun(cursor, item, moment) else "other_year",
            False,
            page,
            {"year": item, "count": applied[item]},
            {"year": str(item)},
        )
        for item in sorted(applied, reverse=True)
        if item >= before and item != shown
    ]


def _is_over(cursor: Cursor, year: int, at: datetime) -> bool:
    found = dates_of(cursor, year)
    if found is not None and found.last < shanghai_date(at):
        return True
    return any(award.year >= year for award in tables.awards.awarded(cursor))


def late_list(cursor: Cursor, year: int, body: str, at: datetime) -> UserError | None:
    """Why that body's list is not taken any more; None while it is."""
    day = list_over(cursor, year, body, at)
    return UserError("list_too_late", year=year, day=day.isoformat()) if day else None


def list_over(cursor: Cursor, year: int, body: str, at: datetime | None = None) -> date | None:
    """The day on which that body's list was due, if it is over and was set; None while the list is taken."""
    day = lists_due_of(cursor, year, body)
    return day if day and day < shanghai_date(at or now()) else None


def lists_due_of(cursor: Cursor, year: int, body: str) -> date | None:
    """The day that was set for that body's list; None where the year has no dates."""
    dates = dates_of(cursor, year)
    return own_deadlines(cursor, year).get(body, dates.lists_due) if dates else None


def _programme_year(cursor: Cursor, year: int, at: datetime | None) -> ProgrammeYear | None:
    dates = dates_of(cursor, year)
    return ProgrammeYear(year, dates, shanghai_date(at or now())) if dates else None
