"""Every act binds the rows that it wrote: whoever changes the database and lacks the secret is found by it.

An act's ``bound`` is JSON: by table, lines of a row's key and a keyed hash of what the row holds from then on; without
a hash where what had that key is gone. A line without a key empties the table first: all of it is bound again. Read
from the first act to the last, the lines say which rows must stand, and what each must hold.

The hash is keyed because the trail outlives what is erased: a plain one would confirm a guess at a telephone number.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from kpi import tables as store_tables
from kpi.model.audit import AuditEntry
from kpi.services.audit_trail import keys_of
from kpi.store.database import Cursor
from kpi.store.writes import FREE, KEYS, Row, RowChange

HASH_DIGITS = 32
"""Half of a SHA-256 in hexadecimal: nobody finds another row for it without the key, and the trail stays small."""

ROW_FINDINGS = ("row_changed", "row_missing", "row_unbound")

Key = tuple[Any, ...]
Line = tuple[Key | None, str | None]


@dataclass(frozen=True, slots=True)
class ChangedRow:
    """A row that is not as its last act left it: ``code`` is one of ``ROW_FINDINGS``.

    ``act`` is the number of the act that wrote it last; None where none did.
    """

    code: str
    table: str
    key: Key
    act: int | None

    @property
    def name(self) -> str:
        """Table and key, and the act, as ``kpi store verify`` names it."""
        named = [self.table, *("" if part is None else str(part) for part in self.key)]
        return " ".join([*named, f"#{self.act}"] if self.act else named)


@dataclass(frozen=True, slots=True)
class _Bound:
    """A row that must stand. ``key`` is that of its act; None where nobody knows it."""

    digest: str
    key: bytes | None
    act: int


@dataclass(slots=True)
class BoundLines:
    """What an act is to bind, by table, in order."""

    by_table: dict[str, list[Line]] = field(default_factory=dict)

    def note(self, changes: Iterable[RowChange], key: bytes) -> None:
        """``key`` is that of the act."""
        for table, row, gone in changes:
            digest = None if gone else row_digest(table, row, key)
            self.by_table.setdefault(table, []).append((row_key(table, row), digest))

    def note_all(self, cursor: Cursor, tables: Iterable[str], key: bytes) -> None:
        """Bind these tables again, as they stand."""
        for table in tables:
            self.by_table[table] = [(None, None)]
            self.note((RowChange(table, row, gone=False) for row in store_tables.audit.rows_of(cursor, table)), key)

    def take(self) -> str | None:
        """Them as JSON; they are of the next act no more."""
        taken, self.by_table = self.by_table, {}
        return json.dumps(taken, ensure_ascii=False, separators=(",", ":")) if taken else None


def row_key(table: str, row: Row) -> Key:
    """The values of the columns that name the row, as JSON has them."""
    return tuple(_plain(row[column]) for column in KEYS[table])


def row_digest(table: str, row: Row, key: bytes) -> str:
    """Of all that is bound of a row. A column that is null counts like one that its table has not got yet."""
    return _row_mac(table, row, key).hex()[:HASH_DIGITS]


def rows_digests(cursor: Cursor, salt: bytes) -> dict[str, str]:
    """What each bound table holds, as one SHA-256 in hexadecimal, whatever the order of its rows."""
    digests = {}
    for table in KEYS:
        rows = sorted(_row_mac(table, row, salt) for row in store_tables.audit.rows_of(cursor, table))
        digests[table] = hashlib.sha256(b"".join(rows)).hexdigest()
    return digests


def _row_mac(table: str, row: Row, key: bytes) -> bytes:
    held = {column: value for column, value in row.items() if value is not None and f"{table}.{column}" not in FREE}
    # A list, where an act is an object (``audit_keys``): the hash of a row is never the mac of an act.
    text = json.dumps([table, held], ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain)
    return hmac.digest(key, text.encode(), "sha256")


def first_binding_act(acts: Sequence[AuditEntry]) -> AuditEntry | None:
    """The act from which on rows are bound; None where no act binds any."""
    return next((act for act in acts if act.bound), None)


def changed_rows(cursor: Cursor, acts: Sequence[AuditEntry], keys: Sequence[bytes]) -> list[ChangedRow]:
    """Rows that were changed, removed or put in by other hands, by table and key. None where no act binds any.

    ``acts`` are the whole trail and ``keys`` its keys, of the moment that ``cursor`` reads. Acts that are not as they
    were written are named by ``broken_entries``: here they count as they stand.
    """
    if first_binding_act(acts) is None:
        return []
    standing = _standing(acts, keys)
    return [found for table in KEYS for found in _changed_of(cursor, table, standing[table])]


def _standing(acts: Sequence[AuditEntry], keys: Sequence[bytes]) -> dict[str, dict[Key, list[_Bound]]]:
    """The rows that must stand by table and key, as the acts say one after the other."""
    standing: dict[str, dict[Key, list[_Bound]]] = {table: {} for table in KEYS}
    for act, key in zip(acts, keys_of(acts, keys), strict=True):
        for table, row, digest in _lines(act):
            rows = standing.get(table, {})
            if row is None:
                rows.clear()
            elif digest is None:
                rows.pop(row, None)
            else:
                rows.setdefault(row, []).append(_Bound(digest, key, act.seq))
    return standing


def _lines(act: AuditEntry) -> list[tuple[str, Key | None, str | None]]:
    """Table, key and hash of each line; none where somebody wrote something else in their place."""
    try:
        by_table: dict[str, list[Line]] = json.loads(act.bound or "{}")
        lines = [(table, row and tuple(row), digest) for table, own in by_table.items() for row, digest in own]
        hash(tuple(lines))  # a key of ours holds no lists
    except (ValueError, TypeError, AttributeError):
        return []
    return lines


def _changed_of(cursor: Cursor, table: str, bound: dict[Key, list[_Bound]]) -> Iterator[ChangedRow]:
    left = {key: list(rows) for key, rows in bound.items()}
    strange: dict[Key, int] = {}
    for row in store_tables.audit.rows_of(cursor, table):
        key = row_key(table, row)
        own = left.get(key, [])
        fitting = next(
            (line for line in own if line.key is None or row_digest(table, row, line.key) == line.digest), None
        )
        if fitting:
            own.remove(fitting)
        else:
            strange[key] = strange.get(key, 0) + 1
    for key in sorted({*strange, *(key for key, rows in left.items() if rows)}, key=str):
        missing, found = left.get(key, []), strange.get(key, 0)
        code = "row_changed" if missing and found else "row_missing" if missing else "row_unbound"
        yield ChangedRow(code, table, key, missing[-1].act if missing else None)


def _plain(value: object) -> object:
    """A value as JSON has it."""
    return value.isoformat() if isinstance(value, date) else value
