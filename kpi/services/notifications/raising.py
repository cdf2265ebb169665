"""An act's notifications, written in its own transaction: what is kept has been said, and what is undone has not."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from kpi import tables
from kpi.model.audit import AuditEntry
from kpi.model.notification import Concerned, Delivery, Notification
from kpi.model.times import SHANGHAI
from kpi.model.viewer import Role
from kpi.services.notifications.events import events, kinds_by_act
from kpi.store.database import Cursor
from kpi.tables.notifications import ConcernedAccount

DIGEST_AT = time(8, tzinfo=SHANGHAI)
OFFICES: tuple[Role, ...] = ("leader", "reviewer", "administrator")
"""Roles that may have a messenger of their own: enterprises are strangers to each other."""


Recipient = tuple[str, Role, str]
"""An account, its role, and the page that shows what happened to it."""


@dataclass(frozen=True, slots=True)
class Happened:
    """An event. ``occurrence`` is its name, by which nobody has it twice; ``day`` one that it is about."""

    occurrence: str
    kind: str
    at: datetime
    credit_code: str = ""
    year: int = 0
    day: str = ""


def raise_notifications(cursor: Cursor, acts: Iterable[AuditEntry]) -> None:
    """Of all acts of this transaction. Whoever did it knows.

    What is a part of another event is not said beside it: "listed" would else be two events, and "not listed" one.
    """
    found: list[tuple[Happened, list[Recipient]]] = []
    for act in acts:
        if kind := kinds_by_act().get(act.action):
            code, year, body = _subject(events()[kind].about, act.subject)
            happened = Happened(f"act {act.seq}", kind, act.done_at, code, year)
            recipients = [item for item in _recipients(cursor, kind, act, code, year, body) if item[0] != act.actor]
            found.append((happened, recipients))
    said = {(item.kind, item.credit_code, account) for item, recipients in found for account, _, _ in recipients}
    for happened, recipients in found:
        wholes = events()[happened.kind].part_of
        own = [
            item for item in recipients if not any((whole, happened.credit_code, item[0]) in said for whole in wholes)
        ]
        notify(cursor, happened, own)


def notify(cursor: Cursor, happened: Happened, recipients: Sequence[Recipient]) -> None:
    """Write it for each account once, and into the outbox what is to leave."""
    once = {account: (role, page) for account, role, page in reversed(recipients)}
    if not once:
        return
    raised = [
        Notification(
            _id(happened, account),
            happened.kind,
            page,
            account,
            happened.credit_code,
            happened.year,
            happened.day,
            happened.at,
        )
        for account, (_, page) in sorted(once.items())
    ]
    tables.notifications.add_notifications(cursor, happened.occurrence, raised)
    tables.notifications.add_deliveries(cursor, [*_mails(cursor, happened, raised), *_to_offices(happened, once)])


def _mails(cursor: Cursor, happened: Happened, raised: Sequence[Notification]) -> list[Delivery]:
    settings = tables.notifications.settings_of(cursor, [item.account for item in raised])
    found = []
    for item in raised:
        own = settings.get(item.account)
        if own and own.confirmed and item.kind not in own.off:
            due = next_digest(happened.at) if own.digest else happened.at
            found.append(Delivery(item.id, "mail", item.account, item.kind, item.page, item.year, item.day, due))
    return found


def _to_offices(happened: Happened, once: dict[str, tuple[Role, str]]) -> list[Delivery]:
    pages = {role: page for role, page in once.values() if role in OFFICES}
    return [
        Delivery(
            _id(happened, f"role {role}"),
            "messenger",
            role,
            happened.kind,
            page,
            happened.year,
            happened.day,
            happened.at,
        )
        for role, page in sorted(pages.items())
    ]


def next_digest(after: datetime) -> datetime:
    """The next eight o'clock in Shanghai."""
    local = after.astimezone(SHANGHAI)
    due = datetime.combine(local.date(), DIGEST_AT)
    return due if due > local else due + timedelta(days=1)


def _id(happened: Happened, who: str) -> str:
    return hashlib.sha256(f"{happened.occurrence}\n{happened.kind}\n{who}".encode()).hexdigest()[:32]


def _subject(about: str, subject: str) -> tuple[str, int, str]:
    """Credit code, year and body that an act's subject names; "" and 0 where it names none."""
    if about == "enterprise":
        return subject, 0, ""
    if about == "year":
        # Of a body's own deadline the subject names the body, too.
        body, _, year = subject.rpartition(" ")
        return "", int(year), body
    if about in ("application", "body_year"):
        first, _, year = subject.rpartition(" ")
        return (first, int(year), "") if about == "application" else ("", int(year), first)
    return "", 0, ""


def _recipients(cursor: Cursor, kind: str, act: AuditEntry, code: str, year: int, body: str) -> list[Recipient]:
    event = events()[kind]
    if event.about == "account_request":
        asked = (item for item in tables.account_requests.account_requests(cursor) if item.credit_code == act.subject)
        body = next((item.district for item in reversed(list(asked))), "")
    everybody = event.about == "year" and not body
    reached = tables.notifications.accounts_concerned(cursor, code, year, body, everybody=everybody)
    if event.about == "body_year" and "enterprise" in event.to:
        for applicant in tables.notifications.applicants_of_body(cursor, body, year):
            reached += tables.notifications.accounts_concerned(cursor, applicant, year)
    named = _named(cursor, event.about, act)
    return [item for group, page in event.to.items() for item in _of_group(group, page, reached, named)]


def _of_group(
    group: Concerned, page: str, reached: Sequence[ConcernedAccount], named: Sequence[tuple[str, Role]]
) -> list[Recipient]:
    if group in ("named", "scorer"):
        return [(account, role, page) for account, role in named]
    if group in ("system", "security"):
        return [(item.account, item.role, page) for item in reached if group in item.duties]
    role: Role = {"body": "leader", "enterprise": "enterprise", "reviewer": "reviewer"}[group]  # type: ignore[assignment]
    return [(item.account, item.role, page) for item in reached if item.role == role]


def _named(cursor: Cursor, about: str, act: AuditEntry) -> list[tuple[str, Role]]:
    """The accounts that the act itself names, those that are in use: scorers of a round, experts of a visit."""
    details = [json.loads(text) for text in (act.before, act.after) if text]
    if about == "account":
        names = {act.subject}
    elif about == "round":
        names = {pair[0] for said in details for change in ("added", "dropped") for pair in said.get(change, ())}
        if not names:  # it starts, or is released: of concern to all its scorers
            names = {item.reviewer for item in tables.scoring.score_assignments(cursor, act.subject)}
    else:
        names = {expert for said in details for expert in said.get("experts", ())}
    found = (tables.accounts.account_named(cursor, name) for name in sorted(names))
    return [(account.viewer.account, account.viewer.role) for account in found if account and not account.disabled]
