"""Wrong passwords are counted and slowed, by bucket: a try counts as failed until it has succeeded."""

from __future__ import annotations

import hashlib
from datetime import datetime

from kpi import queries, records
from kpi.access.passwords import FORGOTTEN, FREE, held_until
from kpi.model.viewer import Actor
from kpi.services.audit_head import refuse_lost_acts
from kpi.services.unit_of_work import unit_of_work
from kpi.store.store import Store


def account_bucket(name: str) -> str:
    """Where wrong passwords from unknown devices are counted; the account's other buckets begin with the same."""
    return "account " + hashlib.sha256(name.encode()).hexdigest()


def begin_attempt(store: Store, bucket: str, at: datetime) -> datetime | None:
    """Until when nothing is tried; else the try counts as failed until it succeeds, so that no burst slips through."""
    with store.transaction_of_a_try() as cursor:
        refuse_lost_acts(store, cursor)
        past = queries.failures(cursor, bucket)
        count = past.count if past and at - past.last_at < FORGOTTEN else 0
        if past and count >= FREE:
            if past.last_at > at:
                # The clock was ahead and has been put right: the wait begins now, instead of on the day it showed.
                records.count_failure(cursor, bucket, count, at)
            if at < (until := held_until(count, min(past.last_at, at))):
                return until
        records.count_failure(cursor, bucket, count + 1, at)
        records.forget_failures(cursor, "", older_than=at - FORGOTTEN)
    return None


def attempt_succeeded(store: Store, bucket: str) -> None:
    with store.transaction_of_a_try() as cursor:
        records.forget_failures(cursor, bucket)


def attempt_failed(store: Store, bucket: str, actor: Actor | None, at: datetime) -> datetime | None:
    """Until when nothing is tried now. The trail hears of it where an account that exists is being slowed."""
    with store.cursor() as cursor:
        past = queries.failures(cursor, bucket)
    if past is None or past.count < FREE:
        return None
    if actor:
        with unit_of_work(store, actor, at) as change:
            change.audit("sign_in_held", actor.account, after={"failures": past.count})
    else:
        _as_long_as_a_note(store, bucket)
    return held_until(past.count, past.last_at)


def _as_long_as_a_note(store: Store, bucket: str) -> None:
    """Write as much as a word in the trail would: else the time taken tells, at the fifth try, which names exist."""
    with store.write_lock():
        with store.transaction() as cursor:
            if past := queries.failures(cursor, bucket):
                records.count_failure(cursor, bucket, past.count, past.last_at)
        if head := store.folder.head():
            store.keep_head(*head)
