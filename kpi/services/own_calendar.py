"""The own dates, visits and defences at a secret address, which a calendar reads by itself until it is revoked."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from kpi import tables
from kpi.errors import UserError
from kpi.model.language import Lang
from kpi.model.times import now, shanghai_date
from kpi.model.timetable import Appointment, CalendarDay, CalendarDayKind, SubscribedCalendar
from kpi.model.viewer import Role, Viewer
from kpi.services.authorization import reads, requires
from kpi.services.operation.authentication import token_sha256
from kpi.services.operation.second_factor import lacks_second_factor
from kpi.services.timetable import appointments_concerning
from kpi.services.unit_of_work import UnitOfWork, unit_of_work
from kpi.services.year import dates_of, lists_due_of
from kpi.store.database import Cursor
from kpi.store.store import Store
from kpi.tables.accounts import Account

_BYTES = 32
_OF_EVERYBODY: tuple[CalendarDayKind, ...] = ("opens", "closes", "publicity")
_PERIODS = {"publicity": ("publicity_from", "publicity_to")}
_ALSO: dict[Role, tuple[CalendarDayKind, ...]] = {
    "enterprise": (),
    "reviewer": ("scores_due",),
    "leader": ("lists_due",),
    "administrator": ("lists_due", "scores_due"),
}


@reads("keep_own_account")
def own_calendar_address(cursor: Cursor, viewer: Viewer) -> datetime | None:
    """Since when the viewer has one; the address itself is not kept."""
    known = tables.calendars.calendar_address(cursor, viewer.account)
    return known.made_at if known else None


@requires("keep_own_account")
def make_calendar_address(store: Store, viewer: Viewer, lang: Lang, at: datetime | None = None) -> str:
    """The secret part of a new address, shown once; the one before answers no more. ``lang``: of the calendar."""
    token = secrets.token_urlsafe(_BYTES)
    with unit_of_work(store, viewer.actor, at) as change:
        replaced = tables.calendars.calendar_address(change.cursor, viewer.account) is not None
        tables.calendars.set_calendar_address(change.cursor, viewer.account, token_sha256(token), lang, change.at)
        change.audit("calendar_address_made", viewer.account, after={"replaced": True} if replaced else None)
    return token


@requires("keep_own_account")
def revoke_calendar_address(store: Store, viewer: Viewer, at: datetime | None = None) -> None:
    """From now on it answers nobody.

    Raises:
        UserError: there is none.
    """
    with unit_of_work(store, viewer.actor, at) as change:
        if not end_calendar_address(change, viewer.account):
            raise UserError("nothing_changed")


def end_calendar_address(change: UnitOfWork, account: str) -> bool:
    """Revoke it, with its entry. Whether there was one."""
    if tables.calendars.calendar_address(change.cursor, account) is None:
        return False
    tables.calendars.drop_calendar_address(change.cursor, account)
    change.audit("calendar_address_revoked", account)
    return True


# Asked without rights: whoever has the secret address reads the calendar of its account
def calendar_at(store: Store, token: str, at: datetime | None = None) -> SubscribedCalendar | None:
    """What the address with this secret answers. None: there is none, or its account may use no page at present, or
    reaches nothing any more.

    Nothing is written. Whoever finds the address learns of no factory but the account's own, of no expert, and of no
    reason for a change.
    """
    moment = at or now()
    with store.cursor() as cursor:
        address = tables.calendars.calendar_address_of(cursor, token_sha256(token))
        account = tables.accounts.account_named(cursor, address.account) if address else None
        if address is None or account is None or not _let_in(store, cursor, account, moment):
            return None
        viewer = account.viewer
        days = tuple(_days(cursor, viewer, shanghai_date(moment).year - 1))
        found = appointments_concerning(cursor, viewer)
    key = hmac.digest(store.folder.secret(), b"events of calendars", "sha256")
    meetings = {_event_id(key, item): _without_names(item, viewer) for item in found}
    return SubscribedCalendar(address.lang, days, meetings)


def _let_in(store: Store, cursor: Cursor, account: Account, at: datetime) -> bool:
    """As at a sign-in: another provider's has neither a password nor a second factor of ours."""
    if account.disabled or not account.viewer.in_duty:
        return False
    confined = account.viewer.must_change or lacks_second_factor(store, cursor, account, at)
    return account.issuer is not None or not confined


def _event_id(key: bytes, item: Appointment) -> str:
    """The same after every change, and of a credit code that nobody finds by trying."""
    return hmac.digest(key, f"{item.credit_code} {item.year} {item.kind}".encode(), "sha256").hex()[:32]


def _without_names(item: Appointment, viewer: Viewer) -> Appointment:
    label = item.label if viewer.role == "enterprise" else ""
    return replace(item, credit_code="", label=label, reason="")


def _days(cursor: Cursor, viewer: Viewer, since: int) -> Iterator[CalendarDay]:
    """The dates that hold, of the years from ``since`` on: what is taken out of them is gone at the next look."""
    for year in sorted({item.year for item in tables.year.programme_dates(cursor) if item.year >= since}):
        if (dates := dates_of(cursor, year)) is None:
            continue
        set_at = [item.set_at for item in tables.year.programme_dates(cursor, year) if item.state == "holds"]
        for kind in (*_OF_EVERYBODY, *_ALSO[viewer.role]):
            first, last = (getattr(dates, name) for name in _PERIODS.get(kind, (kind, kind)))
            changed = set_at
            if kind == "lists_due" and viewer.role == "leader":
                first = last = lists_due_of(cursor, year, viewer.scope[0])
                changed = [*set_at, *_own_set_at(cursor, year, viewer.scope[0])]
            if first and last:
                yield CalendarDay(year, kind, first, last, max(changed), len(changed) - 1)


def _own_set_at(cursor: Cursor, year: int, body: str) -> list[datetime]:
    found = tables.year.body_deadlines(cursor, year)
    return [item.set_at for item in found if item.body == body and item.state == "holds"]
