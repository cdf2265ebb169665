"""PostgreSQL, and the DuckDB of the records, behind the few methods of a store's cursor that are used."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, Self

import psycopg

from kpi.store.database import Cursor
from kpi.store.schema import FROZEN, is_operational
from kpi.store.shared.frozen_files import NeededRecords, needed_records
from kpi.store.writes import only_reads

Values = Sequence[Any] | Mapping[str, Any]
INSERTION = re.compile(r"\s*insert into (\w+)\s+(select\b.*)", re.DOTALL)


READING_LASTS = "1h"
"""So long who reads as of one moment may say nothing: to verify a large store takes minutes between two questions."""
Read = Callable[[psycopg.Connection[Any], NeededRecords], None]


def nothing_to_read(_: psycopg.Connection[Any], __: NeededRecords) -> None:
    """For who asks no records."""


class SharedCursor:
    """Each statement goes to the engine that has its tables; what is fetched is the answer of the last one.

    ``read_records`` is called before a question to the records with what it needs of them: it may not have been read
    yet, and others may have frozen more since.
    """

    def __init__(
        self, rows: psycopg.Connection[Any], records: Cursor | None, read_records: Read = nothing_to_read
    ) -> None:
        self._connection = rows
        self._rows = psycopg.RawCursor(rows)
        self._records_given, self._read_records = records, read_records
        self._read: set[NeededRecords] = set()
        """What has been read for this cursor: of any baseline, as of its first question about them."""
        self._bound: set[str] = set()
        self._last: Any = self._rows

    @property
    def _records(self) -> Cursor:
        if self._records_given is None:
            raise RuntimeError("a cursor without records is asked for them")
        return self._records_given

    def _records_for(self, statement: str, values: object) -> Cursor:
        """The records, with what the statement needs of them."""
        needed = needed_records(statement, values)
        if needed.tables and needed not in self._read:
            self._read_records(self._connection, needed)
            self._read.add(needed)
        return self._records

    def execute(self, statement: str, values: Values | None = None) -> Self:
        inserted = INSERTION.match(statement) if self._bound else None
        if inserted and inserted[1] not in FROZEN:
            self._insert_bound(inserted[1], inserted[2], values)
        elif self._bound or not is_operational(statement):
            self._records_for(statement, values).execute(statement, values)
            self._last = self._records
        else:
            self._ask(statement, values)
        return self

    def _ask(self, statement: str, values: Values | None) -> None:
        if isinstance(values, Mapping):
            text, names = numbered(statement)
            given = [values[name] for name in names]
        else:
            text, given = statement, list(values or ())
        if only_reads(statement):
            given = [_without_nul(item) for item in given]
        self._rows.execute(text.encode(), given)
        self._last = self._rows

    def _insert_bound(self, table: str, selection: str, values: Values | None) -> None:
        """Rows that DuckDB makes of a frame, into a table that the other engine has."""
        rows = self._records_for(selection, values).execute(selection, values).fetchall()
        if rows:
            marks = ", ".join(f"${number}" for number in range(1, len(rows[0]) + 1))
            self.executemany(f"insert into {table} values ({marks})", rows)  # noqa: S608 - our own statement's table

    def executemany(self, statement: str, values: Sequence[Sequence[Any]]) -> Self:
        if not is_operational(statement):
            self._records.executemany(statement, values)
        else:
            self._rows.executemany(statement.encode(), values)
        return self

    def sql(self, statement: str, *, params: Mapping[str, Any]) -> Any:
        """An answer of the records, piece by piece."""
        return self._records_for(statement, params).sql(statement, params=params)

    def register(self, name: str, table: object) -> None:
        """A frame under a name: questions about it are for DuckDB."""
        self._bound.add(name)
        self._records.register(name, table)

    def unregister(self, name: str) -> None:
        self._bound.discard(name)
        self._records.unregister(name)

    def begin(self) -> None:
        """From here to the end everything is read as of one moment. What is frozen is so anyway.

        It keeps nobody from writing: so it may say nothing for longer than a change may.
        """
        if self._connection.info.transaction_status == psycopg.pq.TransactionStatus.IDLE:
            self._connection.execute("begin isolation level repeatable read read only")
            self._connection.execute(f"set local idle_in_transaction_session_timeout = '{READING_LASTS}'".encode())

    def fetchall(self) -> list[tuple[Any, ...]]:
        answer: list[tuple[Any, ...]] = self._last.fetchall()
        return answer

    def fetchmany(self, size: int) -> list[tuple[Any, ...]]:
        some: list[tuple[Any, ...]] = self._last.fetchmany(size)
        return some

    def fetchnumpy(self) -> Any:
        return self._records.fetchnumpy()

    def df(self) -> Any:
        return self._records.df()

    @property
    def description(self) -> Any:
        return self._last.description


@cache
def numbered(statement: str) -> tuple[str, tuple[str, ...]]:
    """The statement with numbers in place of names, and the names in their order; comments are left out."""
    names: list[str] = []

    def number(found: re.Match[str]) -> str:
        if found[1] not in names:
            names.append(found[1])
        return f"${names.index(found[1]) + 1}"

    return re.sub(r"\$([a-z]\w*)", number, re.sub(r"--.*", "", statement)), tuple(names)


def _without_nul(value: Any) -> Any:
    """PostgreSQL keeps no text with a NUL, and refuses one that is only looked for: it is to be found nowhere."""
    if isinstance(value, str):
        return value.replace("\0", "\ufffd")
    return [_without_nul(item) for item in value] if isinstance(value, list) else value
