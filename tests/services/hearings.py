"""A factory that is heard, so that an objection to it can be upheld."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from kpi.model.times import now, shanghai_date
from kpi.services.administrator.objections import inform_enterprise, listed_objections
from kpi.services.enterprise.hearings import reply_to_objection
from kpi.store.store import Store
from tests.services.sample_store import ADMINISTRATOR, A


def hear(store: Store, number: str, at: datetime | None = None) -> frozenset[str]:
    """The factory is informed, and replies at once. Returns what has to be read of the objection by then."""
    begun_at = at or now()
    inform_enterprise(store, ADMINISTRATOR, number, "有出入", shanghai_date(begun_at) + timedelta(days=5), begun_at)
    [given] = [item.objection for item in listed_objections(store, ADMINISTRATOR) if item.objection.id == number]
    enterprise = replace(A, scope=(given.credit_code,))
    reply_to_objection(store, enterprise, number, "reply", "无此事（虚构）", at=begun_at + timedelta(seconds=1))
    [given] = [item.objection for item in listed_objections(store, ADMINISTRATOR) if item.objection.id == number]
    return given.parts
