"""Tokens by which an enterprise's own systems use the HTTP interface: added, listed and revoked by an administrator."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from kpi import queries, records
from kpi.errors import NotFound, UserError
from kpi.model.times import now
from kpi.model.viewer import Viewer
from kpi.queries import ApiToken
from kpi.services.authorization import requires
from kpi.services.operation.authentication import token_sha256
from kpi.services.unit_of_work import UnitOfWork, unit_of_work
from kpi.store.store import Store

PREFIX = "duibiao_"
"""By which a token that has slipped into a repository or a log is recognised."""
LONGEST_DAYS = 366
LONGEST_LABEL = 60


@dataclass(frozen=True, slots=True)
class NewApiToken:
    """``token`` is shown once; the store keeps its hash."""

    id: str
    token: str
    expires_at: datetime


@requires("manage_accounts")
def add_token(
    store: Store, viewer: Viewer, account: str, days: int, label: str = "", at: datetime | None = None
) -> NewApiToken:
    """A token that stands for the account, with its role and scope as they are at each call, for so many days.

    Raises:
        NotFound: there is no such account.
        UserError: the account is disabled, or the days are not 1 to ``LONGEST_DAYS``.
    """
    if not 1 <= days <= LONGEST_DAYS:
        raise UserError("token_days", days=days, most=LONGEST_DAYS)
    since = at or now()
    new = NewApiToken(secrets.token_hex(4), PREFIX + secrets.token_urlsafe(32), since + timedelta(days=days))
    with unit_of_work(store, viewer.actor, since) as change:
        known = queries.account_named(change.cursor, account)
        if known is None:
            raise NotFound("account", account)
        if known.disabled:
            raise UserError("token_of_disabled", account=account)
        said = label.strip()[:LONGEST_LABEL]
        records.insert_api_token(
            change.cursor, new.id, token_sha256(new.token), account, said, viewer.account, since, new.expires_at
        )
        details = {"token": new.id, "label": said, "expires_at": new.expires_at.isoformat()}
        change.audit("api_token_added", account, after=details)
    return new


@requires("manage_accounts")
def list_tokens(store: Store, _: Viewer, account: str | None = None) -> list[ApiToken]:
    """All tokens, or one account's, the latest first.

    Raises:
        NotFound: there is no such account.
    """
    with store.cursor() as cursor:
        if account is not None and queries.account_named(cursor, account) is None:
            raise NotFound("account", account)
        return queries.api_tokens(cursor, account)


@requires("manage_accounts")
def revoke_token(store: Store, viewer: Viewer, token_id: str, at: datetime | None = None) -> bool:
    """Refuse it from its next call on. Returns whether it was valid until then; nothing is done where it was not.

    Raises:
        NotFound: there is no such token.
    """
    with store.write_lock():
        with store.cursor() as cursor:
            found = next((one for one in queries.api_tokens(cursor) if one.id == token_id), None)
        if found is None:
            raise NotFound("api_token", token_id[:40])
        if found.revoked_at is not None:
            return False
        with unit_of_work(store, viewer.actor, at) as change:
            records.end_api_token(change.cursor, token_id, change.at)
            change.audit("api_token_revoked", found.account, after={"token": token_id})
    return True


def revoke_all_tokens(change: UnitOfWork, account: str) -> int:
    """Refuse, for good, every token of an account that is not revoked yet; each with its entry. How many they were."""
    found = [one for one in queries.api_tokens(change.cursor, account) if one.revoked_at is None]
    for one in found:
        records.end_api_token(change.cursor, one.id, change.at)
        change.audit("api_token_revoked", account, after={"token": one.id})
    return len(found)
