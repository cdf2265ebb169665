"""Whose call of the HTTP interface it is, and a write that is sent twice: answered as it was the first time."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

from kpi import queries, records
from kpi.errors import StoreUnavailable
from kpi.model.times import now
from kpi.model.viewer import Viewer
from kpi.queries import KeptAnswer
from kpi.services.audit_head import refuse_lost_acts
from kpi.services.authorization import requires
from kpi.services.operation.authentication import token_sha256
from kpi.services.unit_of_work import UnitOfWork
from kpi.store.store import Store

USE_NOTED_EVERY = timedelta(minutes=1)
ANSWERS_KEPT = timedelta(days=7)


def viewer_of_token(store: Store, token: str, address: str = "", at: datetime | None = None) -> Viewer | None:
    """The account that the token stands for, as it is now, or None if the token is not accepted.

    The audit trail names the token beside the address. An initial password that nobody changed does not matter here.
    """
    moment = at or now()
    with store.cursor() as cursor:
        token_found = queries.usable_token(cursor, token_sha256(token), moment)
        account = queries.account_named(cursor, token_found.account) if token_found else None
    if token_found is None or account is None:
        return None
    if token_found.used_at is None or moment - token_found.used_at >= USE_NOTED_EVERY:
        # A store that cannot be written, or must not be, is still read.
        with suppress(StoreUnavailable), store.transaction() as cursor:
            refuse_lost_acts(store, cursor)
            records.note_token_use(cursor, token_found.id, moment)
    return replace(account.viewer, must_change=False, address=f"{address} token {token_found.id}".strip())


@requires("submit_own")
def earlier_answer(store: Store, viewer: Viewer, key: str) -> KeptAnswer | None:
    """What the viewer's account was answered when it sent something with this key, within ``ANSWERS_KEPT``."""
    with store.cursor() as cursor:
        return queries.kept_answer(cursor, viewer.account, key)


def keep_answer(change: UnitOfWork, viewer: Viewer, key: str, answer: KeptAnswer) -> None:
    """Keep it for a repetition, within the change that it is about, and drop those older than ``ANSWERS_KEPT``."""
    records.drop_api_answers(change.cursor, change.at - ANSWERS_KEPT)
    records.keep_api_answer(change.cursor, viewer.account, key, answer.request, answer.status, answer.body, change.at)
