"""What happened and concerns whom, the outbox of what is sent of it, and how each account wants to have it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kpi.model.notification import Delivery, DeliveryState, InboxEntry, Notification, NotificationSettings
from kpi.model.times import from_stored, to_stored
from kpi.model.viewer import DUTIES, Duty, Role
from kpi.store.database import Cursor
from kpi.tables.sql_runner import SqlRow, insert, insert_rows, query_rows


@dataclass(frozen=True, slots=True)
class ConcernedAccount:
    """``duties`` of an administrator: all where none is named."""

    account: str
    role: Role
    duties: tuple[Duty, ...]


def accounts_concerned(
    cursor: Cursor, credit_code: str = "", year: int = 0, body: str = "", *, everybody: bool = False
) -> list[ConcernedAccount]:
    """Administrators, and whoever reaches the application; else those of the ``body``; else ``everybody``."""
    values = {"credit_code": credit_code, "year": year, "body": body, "everybody": everybody}
    return [_concerned(row) for row in query_rows(cursor, "accounts_concerned", values)]


def _concerned(row: SqlRow) -> ConcernedAccount:
    named = tuple(duty for duty in DUTIES if duty in (row["scope"] or ()))
    return ConcernedAccount(row["account"], row["role"], (named or DUTIES) if row["role"] == "administrator" else ())


def applicants_of_body(cursor: Cursor, body: str, year: int) -> list[str]:
    """The credit codes of those that have locked with it."""
    return [row["credit_code"] for row in query_rows(cursor, "applicants_of_body", {"body": body, "year": year})]


def enterprises_before_lock(cursor: Cursor, year: int) -> list[tuple[str, bool]]:
    """Accounts of enterprises that have locked nothing of the year, or not all they began; with whether they did."""
    return [(row["account"], row["begun"]) for row in query_rows(cursor, "enterprises_before_lock", {"year": year})]


def inbox(cursor: Cursor, account: str, most: int) -> list[InboxEntry]:
    """The account's, what is unread first, then the latest."""
    return [
        InboxEntry(**(row | {"raised_at": from_stored(row["raised_at"])}))
        for row in query_rows(cursor, "inbox", {"account": account, "most": most})
    ]


def own_notification(cursor: Cursor, account: str, notification: str) -> Notification | None:
    found = query_rows(cursor, "own_notification", {"account": account, "notification": notification})
    return next((Notification(**(row | {"raised_at": from_stored(row["raised_at"])})) for row in found), None)


def notifications_raised(cursor: Cursor, occurrences: Sequence[str]) -> set[tuple[str, str, str]]:
    """Occurrence, kind and account of what was raised already."""
    found = query_rows(cursor, "notifications_raised", {"occurrences": list(occurrences)})
    return {(row["occurrence"], row["kind"], row["account"]) for row in found}


def add_notifications(cursor: Cursor, occurrence: str, raised: Sequence[Notification]) -> None:
    names = ("id", "kind", "page", "account", "credit_code", "year", "day", "raised_at")
    insert_rows(
        cursor,
        "notification",
        [{"occurrence": occurrence} | {name: getattr(item, name) for name in names} for item in raised],
    )


def mark_seen(cursor: Cursor, account: str, at: datetime) -> None:
    """All of the account's that were raised by then."""
    cursor.execute(
        "update notification set seen_at = $2 where account = $1 and seen_at is null and raised_at <= $2",
        [account, to_stored(at)],
    )


def settings_of(cursor: Cursor, accounts: Iterable[str]) -> dict[str, NotificationSettings]:
    """By account; those of nobody who does not exist."""
    found = query_rows(cursor, "notification_settings", {"accounts": sorted(set(accounts))})
    return {
        row["account"]: NotificationSettings(
            row["address"] or "",
            bool(row["confirmed"]),
            bool(row["digest"]),
            row["lang"] or "zh",
            tuple(row["kinds_off"] or ()),
        )
        for row in found
    }


def set_settings(cursor: Cursor, account: str, settings: NotificationSettings) -> None:
    """In the place of those before."""
    cursor.execute("delete from notification_address where account = $1", [account])
    cursor.execute("delete from notification_off where account = $1", [account])
    if settings.address:
        insert(
            cursor,
            "notification_address",
            account=account,
            address=settings.address,
            confirmed=settings.confirmed,
            digest=settings.digest,
            lang=settings.lang,
        )
    for kind in settings.off:
        insert(cursor, "notification_off", account=account, kind=kind)


# The outbox.


def add_deliveries(cursor: Cursor, deliveries: Sequence[Delivery]) -> None:
    names = ("id", "channel", "recipient", "kind", "page", "year", "day", "due_at", "batch", "attempts", "fault")
    insert_rows(cursor, "delivery", [{name: getattr(item, name) for name in names} for item in deliveries])


def message_due(cursor: Cursor, now: datetime) -> list[Delivery]:
    """All that goes in the message that is to be sent next; nothing where none is due."""
    return [_delivery(row) for row in query_rows(cursor, "message_due", {"now": to_stored(now)})]


def deliveries_unsent(cursor: Cursor, most: int) -> list[Delivery]:
    """Those whose last try failed, the latest first."""
    return [_delivery(row) for row in query_rows(cursor, "deliveries_unsent", {"most": most})]


def delivery_counts(cursor: Cursor) -> Mapping[DeliveryState, int]:
    found: Mapping[DeliveryState, int] = query_rows(cursor, "delivery_counts")[0]  # type: ignore[assignment]
    return found


def claim_deliveries(cursor: Cursor, ids: Sequence[str], batch: str, due_at: datetime) -> None:
    """They are tried now, in one message; if nothing more is heard of that, again at ``due_at``."""
    cursor.execute(
        "update delivery set batch = $2, attempts = attempts + 1, due_at = $3 where list_contains($1, id)",
        [list(ids), batch, to_stored(due_at)],
    )


def note_sent(cursor: Cursor, batch: str, at: datetime) -> None:
    cursor.execute("update delivery set sent_at = $2, fault = '' where batch = $1", [batch, to_stored(at)])


def note_fault(cursor: Cursor, batch: str, fault: str, given_up_at: datetime | None) -> None:
    """``given_up_at`` None: it is tried again."""
    stored = to_stored(given_up_at) if given_up_at else None
    cursor.execute("update delivery set fault = $2, given_up_at = $3 where batch = $1", [batch, fault, stored])


def try_again(cursor: Cursor, at: datetime) -> None:
    """What was given up is due now, as for the first time."""
    cursor.execute(
        "update delivery set given_up_at = null, attempts = 0, due_at = $1 where given_up_at is not null",
        [to_stored(at)],
    )


def drop_deliveries(cursor: Cursor, channel: str, recipient: str) -> None:
    """What is not sent yet to a recipient that takes nothing any more."""
    cursor.execute(
        "delete from delivery where channel = $1 and recipient = $2 and sent_at is null", [channel, recipient]
    )


def forget_before(cursor: Cursor, moment: datetime) -> None:
    """Notifications and messages older than that."""
    cursor.execute("delete from notification where raised_at < $1", [to_stored(moment)])
    cursor.execute("delete from delivery where due_at < $1", [to_stored(moment)])


def _delivery(row: SqlRow) -> Delivery:
    return Delivery(**(row | {name: _time(row[name]) for name in ("due_at", "sent_at", "given_up_at")}))


def _time(stored: Any) -> datetime | None:
    return from_stored(stored) if stored else None
