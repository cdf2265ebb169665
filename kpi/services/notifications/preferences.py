"""How an account wants to have messages: at which address, how often, of which kinds of events."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime
from typing import Literal

from kpi import tables
from kpi.errors import UserError
from kpi.model.language import Lang
from kpi.model.notification import MessageWords, NotificationSettings
from kpi.model.times import now
from kpi.model.viewer import Role, Viewer
from kpi.services.audit_trail import audit_keys
from kpi.services.authorization import reads, requires
from kpi.services.notifications.channels import Channels, NotDelivered, is_mail_address, letter, send_mail
from kpi.services.notifications.events import events
from kpi.services.operation.authentication import attempt_succeeded, begin_attempt
from kpi.services.unit_of_work import unit_of_work
from kpi.store.database import Cursor
from kpi.store.store import Store

Pace = Literal["at_once", "daily"]
_CODE_BYTES = 5
"""Eight letters and figures."""


@reads("keep_own_account")
def own_notification_settings(cursor: Cursor, viewer: Viewer) -> NotificationSettings:
    return _settings(cursor, viewer)


def own_kinds(viewer: Viewer) -> list[str]:
    """The kinds of events that concern somebody of this role, in the order of the table."""
    of_role: dict[Role, set[str]] = {
        "enterprise": {"enterprise"},
        "leader": {"body"},
        "reviewer": {"reviewer", "scorer", "named"},
        "administrator": set(viewer.duties),
    }
    return [kind for kind, event in events().items() if of_role[viewer.role] & set(event.to)]


@requires("keep_own_account")
def set_notification_address(
    store: Store,
    viewer: Viewer,
    address: str,
    lang: Lang,
    channels: Channels,
    words: Callable[[str, Lang], MessageWords],
    at: datetime | None = None,
) -> None:
    """Send a code to the address; nothing else is sent there before it is confirmed. "": nothing is sent any more.

    ``words``: what the message says, by code and language.

    Raises:
        UserError: it is no address, no mail server is configured, that refuses the message, or too many were asked for.
    """
    said = address.strip()
    if said and not is_mail_address(said):
        raise UserError("mail_address_invalid")
    if said and channels.mail is None:
        raise UserError("mail_not_configured")
    if said and channels.mail:
        _refuse_haste(store, viewer, at or now())
        code = address_code(store, viewer.account, said)
        number = hashlib.sha256(f"{viewer.account}\n{said}\n{at or now()}".encode()).hexdigest()[:32]
        try:
            with channels.mail.connected() as server:
                send_mail(server, letter(channels.mail, said, words(code, lang), number))
        except NotDelivered as error:
            raise UserError("mail_not_sent", fault=error.fault) from error
    with unit_of_work(store, viewer.actor, at) as change:
        before = _settings(change.cursor, viewer)
        tables.notifications.set_settings(
            change.cursor, viewer.account, replace(before, address=said, confirmed=False, lang=lang)
        )
        change.audit("notification_address_set" if said else "notification_address_removed", viewer.account)


@requires("keep_own_account")
def confirm_notification_address(store: Store, viewer: Viewer, code: str, at: datetime | None = None) -> None:
    """From now on messages are sent to the address.

    Raises:
        UserError: it is not the code that was sent there, or too many were tried.
    """
    _refuse_haste(store, viewer, at or now())
    with unit_of_work(store, viewer.actor, at) as change:
        before = _settings(change.cursor, viewer)
        expected = address_code(store, viewer.account, before.address)
        if not before.address or not hmac.compare_digest(code.strip().upper().encode(), expected.encode()):
            raise UserError("mail_code_wrong")
        tables.notifications.set_settings(change.cursor, viewer.account, replace(before, confirmed=True))
        change.audit("notification_address_confirmed", viewer.account)
    attempt_succeeded(store, _bucket(viewer))


@requires("keep_own_account")
def choose_notifications(
    store: Store, viewer: Viewer, off: Collection[str], pace: Pace, lang: Lang, at: datetime | None = None
) -> None:
    """Which kinds are not sent by mail, whether all else comes once a day, and in which language.

    Raises:
        UserError: it is as it was.
    """
    with unit_of_work(store, viewer.actor, at) as change:
        before = _settings(change.cursor, viewer)
        after = replace(before, digest=pace == "daily", lang=lang, off=tuple(sorted({*off} & {*own_kinds(viewer)})))
        if after == before:
            raise UserError("nothing_changed")
        tables.notifications.set_settings(change.cursor, viewer.account, after)
        said = {"once_a_day": after.digest, "off": list(after.off)}
        change.audit("notifications_chosen", viewer.account, after=said)


def _refuse_haste(store: Store, viewer: Viewer, at: datetime) -> None:
    """Letters that nobody asked for are a nuisance, and codes are not to be guessed: both count as tries."""
    if until := begin_attempt(store, _bucket(viewer), at):
        raise UserError("tries_held", seconds=int((until - at).total_seconds()) + 1)


def _bucket(viewer: Viewer) -> str:
    return f"message address {viewer.account}"


def _settings(cursor: Cursor, viewer: Viewer) -> NotificationSettings:
    return tables.notifications.settings_of(cursor, [viewer.account]).get(viewer.account, NotificationSettings())


def address_code(store: Store, account: str, address: str) -> str:
    """Derived by a key of the store's, so that none is kept: of this account and address."""
    key = hmac.digest(audit_keys(store.folder)[-1], b"confirmation of an address", "sha256")
    made = hmac.digest(key, f"{account}\n{address}".encode(), "sha256")
    return base64.b32encode(made[:_CODE_BYTES]).decode()
