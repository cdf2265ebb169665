"""Which tables a change wrote to is read off its statements, and a question's tables off its text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from kpi.store.schema import table_names
from kpi.store.store import Store
from kpi.store.writes import WatchedCursor, changed_table, tables_named
from kpi.tables.sql_runner import SQL, sql_text


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "s") as opened:
        yield opened


def test_every_table_is_known_and_there_are_no_views(store: Store) -> None:
    with store.cursor() as cursor:
        tables = cursor.execute("select table_name from duckdb_tables()").fetchall()
        views = cursor.execute("select view_name from duckdb_views() where not internal").fetchall()
    assert {name for (name,) in tables} == table_names()
    assert views == [], "a view hides the tables that it reads"


def test_every_question_names_its_tables_and_asks_for_no_moment_of_its_own() -> None:
    questions = [path.stem for path in SQL.glob("*.sql")]
    assert [question for question in questions if not tables_named(sql_text(question))] == []
    by_chance = re.compile(r"\b(now|random|uuid|nextval|current_\w+)\b *\(|\bcurrent_(date|timestamp)\b")
    assert [question for question in questions if by_chance.search(sql_text(question))] == []


@pytest.mark.parametrize(
    ("statement", "written"),
    [
        ("select * from release", set()),
        ("  -- of all\n with a as (select 1) select * from release, a", set()),
        ("insert into release values ($1)", {"release"}),
        ("INSERT INTO mark SELECT * FROM release", {"mark", "release"}),
        ("with a as (select 1) insert into mark select * from a", {"mark"}),
        ("update account set disabled = true", {"account"}),
        ("delete from sign_in", {"sign_in"}),
        ("pragma anything", None),
        ("create table other (a integer)", None),
    ],
)
def test_what_a_statement_may_have_written(store: Store, statement: str, written: set[str] | None) -> None:
    with store.cursor() as cursor:
        watched = WatchedCursor(cursor)
        watched._note(statement)
    assert watched.written == (table_names() if written is None else written)


def test_whatever_else_is_done_with_a_cursor_may_have_written_anything(store: Store) -> None:
    with store.cursor() as cursor:
        watched = WatchedCursor(cursor)
        assert watched.execute("select 1").fetchall() == [(1,)]
        assert watched.written == set()
        _ = watched.append
        assert watched.written == table_names()


def test_what_a_statement_does_to_a_bound_table_is_read_off_it() -> None:
    assert changed_table("-- why\n insert into account values ($1)") == ("account", "insert")
    assert changed_table("update account set name = (select name from upload)") == ("account", "update")
    assert changed_table("delete from account") == ("account", "delete")
    assert changed_table("-- update\nselect * from account") is None
    assert changed_table("insert into failed_sign_in values ($1)") is None, "it is free"
    for statement in ("truncate account", "with one as (select 1) insert into account select * from one"):
        with pytest.raises(RuntimeError, match="not an insert, update or delete"):
            changed_table(statement)
