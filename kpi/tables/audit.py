"""The audit trail, and the log of values compared with the published table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kpi.model.audit import EVERY_ENTRY, AuditAction, AuditEntry, AuditFilter
from kpi.model.times import from_stored, to_stored
from kpi.store.database import Cursor
from kpi.tables.sql_runner import SqlRow, fields_of, insert, query_rows

# The audit trail, and the log of values compared with the published table.


@dataclass(frozen=True, slots=True)
class AuditHead:
    """Number and MAC of the last audit entry."""

    seq: int
    mac: str


@dataclass(frozen=True, slots=True)
class FrequentProbe:
    """A factory that may be probing: the number of values of one of its KPIs, or of what-ifs."""

    credit_code: str
    year: int
    what_if: bool
    different: int
    accounts: tuple[str, ...]
    last_at: datetime


def last_act(cursor: Cursor) -> AuditEntry | None:
    """The trail's last act, or None. Asked before every change: no more is read than that row."""
    found = query_rows(cursor, "audit_last")
    return _act(found[0]) if found else None


def acts_since(cursor: Cursor, seq: int) -> list[tuple[str, str]]:
    """Action and subject of each act after that number, the earliest first."""
    return [(row["action"], row["subject"]) for row in query_rows(cursor, "acts_since", {"seq": seq})]


def audit_head(cursor: Cursor) -> AuditHead | None:
    """Number and mac of the trail's last act."""
    last = last_act(cursor)
    return AuditHead(last.seq, last.mac) if last else None


def first_act_at(cursor: Cursor) -> datetime | None:
    found = query_rows(cursor, "audit_first")
    return from_stored(found[0]["done_at"]) if found else None


def audit_mac(cursor: Cursor, seq: int) -> str | None:
    """The mac of the act of that number, or None where there is none."""
    found = query_rows(cursor, "audit_mac", {"seq": seq})
    return str(found[0]["mac"]) if found else None


def count_key_changes(cursor: Cursor) -> int:
    """How many changes of its key the trail records."""
    return int(query_rows(cursor, "audit_key_changes")[0]["acts"])


def audit_entries(cursor: Cursor, after: int | None = None, until: int | None = None) -> list[AuditEntry]:
    """The whole trail, the oldest first, or the part after one number up to another: for verification and export."""
    return [_act(row) for row in query_rows(cursor, "audit", {"after": after, "until": until})]


def latest_audit_entries(cursor: Cursor, limit: int, wanted: AuditFilter = EVERY_ENTRY) -> list[AuditEntry]:
    values = {
        "limit": limit,
        "actor": wanted.actor,
        "action": wanted.action,
        "subject": wanted.subject,
        "since": wanted.since and to_stored(wanted.since),
        "before": wanted.before and to_stored(wanted.before),
    }
    return [_act(row) for row in query_rows(cursor, "audit_latest", values)]


def last_backup_at(cursor: Cursor) -> datetime | None:
    """When the last backup was noted; None where there has been none."""
    last = latest_audit_entries(cursor, 1, AuditFilter(action="backup_made"))
    return last[0].done_at if last else None


def audit_actors(cursor: Cursor) -> list[str]:
    """Who has acted, by name."""
    return [str(row["actor"]) for row in query_rows(cursor, "audit_actors")]


def candidates_noted(cursor: Cursor, account: str, act: AuditAction = "candidate_read") -> dict[str, datetime]:
    """When an account last did that to each candidate that it has done it to, by "credit_code year"."""
    found = query_rows(cursor, "candidates_noted", {"actor": account, "action": act})
    return {str(row["subject"]): from_stored(row["last_at"]) for row in found}


@dataclass(frozen=True, slots=True)
class ActsFrom:
    """How often an account did a kind of thing from one address, and when last."""

    actor: str
    action: AuditAction
    acts: int
    last_at: datetime


def acts_from(cursor: Cursor, address: str, since: datetime) -> list[ActsFrom]:
    """What was done from an address since that moment, the latest first."""
    found = query_rows(cursor, "acts_from", {"address": address, "since": to_stored(since)})
    return [ActsFrom(**(row | {"last_at": from_stored(row["last_at"])})) for row in found]


def frequent_probes(cursor: Cursor, since: datetime, most: int, most_what_ifs: int) -> list[FrequentProbe]:
    """Factories with more than ``most`` values of one KPI since then, or more what-ifs."""
    values = {"since": to_stored(since), "most": most, "most_what_ifs": most_what_ifs}
    return [
        FrequentProbe(**(row | {"accounts": tuple(row["accounts"]), "last_at": from_stored(row["last_at"])}))
        for row in query_rows(cursor, "often_asked", values)
    ]


def _act(row: SqlRow) -> AuditEntry:
    return AuditEntry(**(row | {"done_at": from_stored(row["done_at"])}))


# The audit trail: append one entry, chained to the one before. Nothing here changes or removes entries.


def add_audit_entry(cursor: Cursor, act: AuditEntry) -> None:
    insert(cursor, "audit", **fields_of(act))


# Which values were compared with the published table.


def probe_is_logged(cursor: Cursor, credit_code: str, year: int, kind: str, sha256: str) -> bool:
    """Whether the log contains this set of values of a factory and year, of this kind."""
    values = {"credit_code": credit_code, "year": year, "kind": kind, "sha256": sha256}
    return bool(query_rows(cursor, "was_asked", values)[0]["asked"])


# All rows of a table with all their columns, for whoever binds them to the audit trail or compares them with it.


ROWS_AT_ONCE = 10_000


def rows_of(cursor: Cursor, table: str) -> Iterator[dict[str, Any]]:
    """The cursor is asked nothing else until they are read. ``table`` is one of ``KEYS``, never an external value."""
    cursor.execute(f"select * from {table}")  # noqa: S608 - our own names
    names = [column[0] for column in cursor.description or ()]
    while some := cursor.fetchmany(ROWS_AT_ONCE):
        for row in some:
            yield dict(zip(names, row, strict=True))
