"""The audit trail, and the log of own values put to the published table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kpi.model.audit_entry import Act
from kpi.model.times import read_back, stored
from kpi.queries.sql_runner import Row, rows
from kpi.store import Cursor


@dataclass(frozen=True, slots=True)
class Head:
    """The trail's last act by number and mac."""

    seq: int
    mac: str


@dataclass(frozen=True, slots=True)
class OftenAsked:
    """A factory that looks like probing: one of its KPIs stood at so many values, or so many what-ifs were asked."""

    credit_code: str
    year: int
    what_if: bool
    different: int
    accounts: tuple[str, ...]
    last_at: datetime


def audit_head(cursor: Cursor) -> Head | None:
    found = rows(cursor, "audit_last")
    return Head(**found[0]) if found else None


def audit(cursor: Cursor) -> list[Act]:
    """The whole trail, the oldest first: for verifying and for the administrator's export."""
    return [_act(row) for row in rows(cursor, "audit")]


def audit_latest(cursor: Cursor, limit: int, actor: str | None = None, action: str | None = None) -> list[Act]:
    return [_act(row) for row in rows(cursor, "audit_latest", {"limit": limit, "actor": actor, "action": action})]


def often_asked(cursor: Cursor, since: datetime, most: int, most_what_ifs: int) -> list[OftenAsked]:
    """Factories one of whose KPIs had more than ``most`` values since then, or that asked more what-ifs."""
    values = {"since": stored(since), "most": most, "most_what_ifs": most_what_ifs}
    return [
        OftenAsked(**(row | {"accounts": tuple(row["accounts"]), "last_at": read_back(row["last_at"])}))
        for row in rows(cursor, "often_asked", values)
    ]


def _act(row: Row) -> Act:
    return Act(**(row | {"done_at": read_back(row["done_at"])}))
