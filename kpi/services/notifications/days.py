"""What a day brings: a year that opens, days that come near, a backup that is late. Each is said once.

Asked every minute by the server. Where it did not run on the day itself the next look says it, as long as it holds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from kpi import tables
from kpi.model.notification import Concerned
from kpi.model.programme import YearDates
from kpi.model.times import now, shanghai_date
from kpi.model.viewer import Role
from kpi.services.administrator.rounds import current_rounds
from kpi.services.notifications.events import DayEvent, events, kinds_by_day
from kpi.services.notifications.raising import Happened, Recipient, notify
from kpi.services.operation.state import backup_is_old
from kpi.services.year import dates_of, own_deadlines
from kpi.store.database import Cursor
from kpi.store.store import Store

DAYS_BEFORE = (1, 3, 14)
KEPT = timedelta(days=400)
"""A year of the programme, and what follows it."""

Due = tuple[Happened, list[Recipient]]


# Asked without rights: the server itself: what a day brings, written for whom it concerns
# Without a word in the trail: what a day brings is nobody's act
def raise_days(store: Store, longest_without_backup: timedelta | None = None, at: datetime | None = None) -> int:
    """Write what today brings and nobody knows of yet, and return for how many accounts.

    Raises:
        StoreUnavailable: nothing can be written; it is said the next time.
    """
    moment = at or now()
    late = longest_without_backup is not None and backup_is_old(store, longest_without_backup, moment)
    with store.cursor() as cursor:
        if not _unknown(cursor, _due(cursor, moment, late=late)):
            return 0
    # Of several processes the second finds what the first has said.
    with store.write_lock(), store.transaction() as cursor:
        found = _unknown(cursor, _due(cursor, moment, late=late))
        for happened, concerned in found:
            notify(cursor, happened, concerned)
        tables.notifications.forget_before(cursor, moment - KEPT)
    return sum(len(concerned) for _, concerned in found)


def _unknown(cursor: Cursor, due: Sequence[Due]) -> list[Due]:
    raised = tables.notifications.notifications_raised(cursor, [happened.occurrence for happened, _ in due])
    left = [
        (happened, [item for item in concerned if (happened.occurrence, happened.kind, item[0]) not in raised])
        for happened, concerned in due
    ]
    return [(happened, concerned) for happened, concerned in left if concerned]


def _due(cursor: Cursor, at: datetime, *, late: bool) -> list[Due]:
    years = sorted({item.year for item in tables.year.programme_dates(cursor)})
    found = [due for year in years if (dates := dates_of(cursor, year)) for due in _of_year(cursor, year, dates, at)]
    if late:
        since = tables.audit.last_backup_at(cursor) or tables.audit.first_act_at(cursor)
        happened = Happened(f"backup {since}", kinds_by_day()["backup_late"], at)
        page = events()[happened.kind].to["system"]
        administrators = [item for item in tables.notifications.accounts_concerned(cursor) if "system" in item.duties]
        found.append((happened, [(item.account, item.role, page) for item in administrators]))
    return found


def _of_year(cursor: Cursor, year: int, dates: YearDates, at: datetime) -> Iterator[Due]:
    today = shanghai_date(at)
    on = _Day(year, today, at)
    if dates.opens <= today <= dates.closes:
        everybody = tables.notifications.accounts_concerned(cursor, everybody=True)
        yield from on.happens("opens", dates.opens, [(item.account, item.role) for item in everybody])
    if near(today, dates.closes):
        before_lock = tables.notifications.enterprises_before_lock(cursor, year)
        for event, begun in (("closes", False), ("closes_with_draft", True)):
            concerned = [account for account, has_begun in before_lock if has_begun == begun]
            yield from on.comes(event, dates.closes, [(account, "enterprise") for account in concerned])  # type: ignore[arg-type]
    if dates.scores_due and near(today, dates.scores_due):
        current = {item.id for item in current_rounds(tables.scoring.scoring_rounds(cursor)) if item.year == year}
        progress = [item for item in tables.scoring.scoring_progress(cursor) if item.round in current and item.waiting]
        yield from on.comes("scores_due", dates.scores_due, [(item.reviewer, "reviewer") for item in progress])
    sent = tables.year.sent_lists(cursor, year)
    own = own_deadlines(cursor, year)
    leaders = [account for account in tables.accounts.accounts(cursor) if account.viewer.role == "leader"]
    for account in leaders:
        body = account.viewer.scope[0] if account.viewer.scope else ""
        due = own.get(body, dates.lists_due)
        if not account.disabled and due and body not in sent and near(today, due):
            yield from on.comes("list_due", due, [(account.viewer.account, "leader")])


def near(today: date, day: date) -> int | None:
    """The least of 1, 3 and 14 days that reaches from today to that day; None where it is over or further away."""
    left = (day - today).days
    return next((days for days in DAYS_BEFORE if 0 <= left <= days), None)


@dataclass(frozen=True, slots=True)
class _Day:
    year: int
    today: date
    at: datetime

    def happens(self, event: DayEvent, day: date, whom: Sequence[tuple[str, Role]]) -> Iterator[Due]:
        yield self._due(event, f"{event} {self.year} {day}", day, whom)

    def comes(self, event: DayEvent, day: date, whom: Sequence[tuple[str, Role]]) -> Iterator[Due]:
        yield self._due(event, f"{event} {self.year} {day} {near(self.today, day)}", day, whom)

    def _due(self, event: DayEvent, occurrence: str, day: date, whom: Sequence[tuple[str, Role]]) -> Due:
        kind = kinds_by_day()[event]
        pages = {_ROLES[group]: page for group, page in events()[kind].to.items()}
        happened = Happened(occurrence, kind, self.at, year=self.year, day=day.isoformat())
        return happened, [(account, role, pages[role]) for account, role in whom if role in pages]


_ROLES: dict[Concerned, Role] = {
    "enterprise": "enterprise",
    "body": "leader",
    "scorer": "reviewer",
    "system": "administrator",
}
