"""Every operational question and every write, done on DuckDB and on PostgreSQL over the same rows: equal results."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from operator import attrgetter
from pathlib import Path
from typing import Any

import duckdb
import pytest

from kpi import tables
from kpi.store.database import Cursor
from kpi.store.schema import FROZEN, operational_tables, tables_used
from kpi.store.store import Store
from kpi.store.writes import WatchedCursor
from kpi.tables.sql_runner import SqlRow, query_rows, sql_text
from tests.store.engines.arguments import arguments
from tests.store.engines.contents import FIRST, Contents
from tests.store.engines.tables import operational_questions, operational_writes, questions
from tests.store.shared_places import Databases

DRAWS, FINDING, MOST = 12, 3, 200
"""Sets of values for each question and write: more where too few of them found or changed anything, so many at most."""
LISTS = {
    "own": "credit_code",
    "accounts": "account",
    "occurrences": "occurrence",
    "uploads": "upload",
    "credit_codes": "credit_code",
    "barred": "credit_code",
    "asked": "credit_code",
    "industries": "industry",
    "bodies": "body",
    "items": "item",
}
"""Parameters that are lists, and of what."""
MOMENTS = ("now", "since", "before")
NUMBERS = {
    "everybody": [True, False],
    "after": [0, 2, 20],
    "until": [1, 30],
    "limit": [1, 5],
    "most": [0, 1],
    "most_what_ifs": [0, 1],
    "seq": [3, 9],
}
FREEZING = ("baselines.add_baseline", "baselines.add_published")
"""Writes of what is frozen, from records that DuckDB reads."""
OF_ANY_TABLE = ("persons.put_words",)
"""Its table is one of its arguments; tests/services/administrator/test_persons.py asks it on either engine."""


@dataclass(frozen=True, slots=True)
class Engines:
    """The same rows twice."""

    duckdb: Cursor
    postgresql: Any
    """The other engine behind the methods of a store's cursor."""
    connection: Any
    contents: Contents


@pytest.fixture(scope="module")
def engines(demonstration: Path, databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engines]:
    import psycopg

    from kpi.store.shared.postgresql_cursor import SharedCursor
    from kpi.store.shared.tables import make_shared_tables

    folder = tmp_path_factory.mktemp("engines") / "store"
    shutil.copytree(demonstration, folder)
    with Store.open(folder) as store, store.cursor() as cursor:
        contents = Contents(cursor)
        with psycopg.connect(databases.new(folder).address or "", autocommit=True) as connection:
            make_shared_tables(connection, cursor)
            other = SharedCursor(connection, None)
            # Thousands of rows, but one commit.
            cursor.begin()
            for table in operational_tables():
                rows = contents.fill(cursor, table)
                assert rows, f"{table} holds nothing to compare"
                marks = ", ".join(f"${number}" for number in range(1, len(rows[0]) + 1))
                other.executemany(f"insert into {table} values ({marks})", rows)
            cursor.commit()
            yield Engines(cursor, other, connection, contents)


def test_a_question_reads_operational_tables_or_frozen_records_but_never_both() -> None:
    """Only so can each be asked of the engine that has them."""
    read = {path.stem: tables_used(sql_text(path.stem)) for path in questions()}
    assert {question: tables for question, tables in read.items() if tables & FROZEN and tables - FROZEN} == {}


def test_what_a_question_reads_is_found_in_its_text() -> None:
    assert tables_used(sql_text("often_asked")) == {"asked", "worksheet_change"}
    assert tables_used(sql_text("peer_cells")) == {"observation"}
    assert tables_used(sql_text("contact_originals")) >= {"release", "baseline", "objection"}


@pytest.mark.slow
@pytest.mark.parametrize("question", operational_questions())
def test_a_question_is_answered_alike(engines: Engines, question: str) -> None:
    repeated(engines, question, lambda: answered_alike(engines, question))


@pytest.mark.slow
@pytest.mark.parametrize("write", [name for name in operational_writes() if name not in (*FREEZING, *OF_ANY_TABLE)])
def test_a_write_leaves_the_same_rows(engines: Engines, write: str) -> None:
    repeated(engines, write, lambda: left_alike(engines, attrgetter(write)(tables)))


def repeated(engines: Engines, name: str, compared: Callable[[], bool]) -> None:
    """Often enough for something to have been compared: what finds and changes nothing is alike on every engine.

    What is drawn follows from the name alone, not from what was asked before.
    """
    engines.contents.random.seed(name)
    found = 0
    for draw in range(MOST):
        if draw >= DRAWS and found >= FINDING:
            break
        found += compared()
    assert found, "none of the values drawn found or changed anything"


def answered_alike(engines: Engines, question: str) -> bool:
    """Whether the question found anything, having found it on both engines."""
    text = sql_text(question)
    names = parameters(text)
    # Every other time values that occur together in a row.
    known = engines.contents.row_like(set(names)) if engines.contents.random.random() < 0.5 else {}
    values = {name: drawn(engines.contents, text, name, known) for name in names}
    answer = query_rows(engines.duckdb, question, values)
    other = query_rows(engines.postgresql, question, values)
    assert sorted(map(repr, other)) == sorted(map(repr, answer)), values
    assert in_order(text, other) == in_order(text, answer), values
    return bool(answer)


def left_alike(engines: Engines, write: Callable[..., None]) -> bool:
    """Whether the write changed anything, having changed it on both engines alike; it is undone on both."""
    import psycopg

    given = arguments(write, engines.contents)
    watched = WatchedCursor(engines.duckdb)
    engines.duckdb.begin()
    try:
        with engines.connection.transaction(force_rollback=True):
            try:
                write(watched, **given)
            except duckdb.ConstraintException:
                with pytest.raises(psycopg.errors.IntegrityError):
                    write(engines.postgresql, **given)
                return False
            write(engines.postgresql, **given)
            after = {table: content(engines.duckdb, table) for table in watched.written}
            assert {table: content(engines.postgresql, table) for table in watched.written} == after, given
    finally:
        engines.duckdb.rollback()
    return any(content(engines.duckdb, table) != rows for table, rows in after.items())


def in_order(text: str, answer: list[SqlRow]) -> list[list[Any]]:
    """What the rows are sorted by, row by row; those that are alike in it have no order."""
    said = re.search(r"\border by ([^()]*?)(\blimit \S+)?\s*$", text)
    names = [part.split()[0].rpartition(".")[2] for part in said[1].split(",")] if said else []
    return [[row[name] for name in names if name in row] for row in answer]


def content(cursor: Any, table: str) -> list[str]:
    return sorted(map(repr, cursor.execute(f"select * from {table}").fetchall()))


def parameters(text: str) -> list[str]:
    return sorted(set(re.findall(r"\$([a-z]\w*)", re.sub(r"--.*", "", text))))


def drawn(contents: Contents, text: str, name: str, known: dict[str, Any]) -> Any:
    """A value that a parameter may have, null among them where the question says what null means."""
    random = contents.random
    if re.search(rf"cast\(\${name} as [^)]*\) is null", text) and random.random() < 0.5:
        return None
    if name in LISTS:
        pool = list(contents.pools[LISTS[name]])
        return random.sample(pool, random.choice([0, 1, len(pool)]))
    if name in MOMENTS:
        return FIRST + timedelta(minutes=random.randrange(100_003))
    if name in NUMBERS:
        return random.choice(NUMBERS[name])
    return known[name] if name in known else random.choice(contents.pools[name])
