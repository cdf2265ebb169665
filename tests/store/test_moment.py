"""One moment: what is asked twice is read once, until its end or a change of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from kpi import tables
from kpi.store.moment import once_a_moment, one_moment
from kpi.store.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "s") as opened:
        yield opened


def mark(store: Store, value: str) -> None:
    with store.transaction() as cursor:
        tables.lists.set_mark(cursor, "mark", value)


def marked(store: Store) -> str | None:
    with store.cursor() as cursor:
        return tables.lists.marks(cursor).get("mark")


def by_somebody_else(store: Store, value: str) -> None:
    other = Thread(target=mark, args=(store, value))
    other.start()
    other.join()


def test_a_moment_has_one_answer_and_the_next_one_another(store: Store) -> None:
    with one_moment():
        assert marked(store) is None
        by_somebody_else(store, "theirs")
        assert marked(store) is None
    assert marked(store) == "theirs"


def test_a_change_within_is_read_at_once(store: Store) -> None:
    with one_moment():
        assert marked(store) is None
        mark(store, "own")
        assert marked(store) == "own"


def test_who_holds_the_write_lock_reads_the_store_itself(store: Store) -> None:
    with one_moment():
        assert marked(store) is None
        by_somebody_else(store, "first")
        with store.write_lock():
            assert marked(store) == "first"
            with store.write_lock():
                mark(store, "second")
            assert marked(store) == "second"
        by_somebody_else(store, "third")
        assert marked(store) == "third", "another moment has begun"


def test_answers_are_apart_by_what_was_asked_and_are_the_askers_own(store: Store) -> None:
    with one_moment(), store.cursor() as cursor:
        first = tables.sql_runner.query_rows(cursor, "marks")
        first.append({})
        assert tables.sql_runner.query_rows(cursor, "marks") == []
        assert not tables.applications.uploads(cursor, "a")
        assert not tables.applications.uploads(cursor, "b")


def test_a_moment_is_of_one_thread(store: Store) -> None:
    with one_moment():
        assert marked(store) is None
        by_somebody_else(store, "theirs")
        theirs: list[str | None] = []
        other = Thread(target=lambda: theirs.append(marked(store)))
        other.start()
        other.join()
        assert (marked(store), theirs) == (None, ["theirs"])


def test_outside_a_moment_nothing_is_kept() -> None:
    asked: list[int] = []
    for _ in range(2):
        once_a_moment("question", lambda: asked.append(1))
    assert asked == [1, 1]
