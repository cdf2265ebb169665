"""What an open store keeps in memory: what follows from its key, and what was read until its tables are written to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from kpi import tables
from kpi.model.viewer import SYSTEM
from kpi.store import cache as cache_module
from kpi.store.cache import Cache, cached, cached_each, cached_read, once, snapshot
from kpi.store.database import Cursor
from kpi.store.store import Store
from kpi.tables import sql_runner


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "s") as opened:
        yield opened


def mark(store: Store, value: str) -> None:
    with store.transaction() as cursor:
        tables.lists.set_mark(cursor, SYSTEM.account, value)


def by_somebody_else(store: Store, value: str) -> None:
    other = Thread(target=mark, args=(store, value))
    other.start()
    other.join()


def marked(store: Store) -> str | None:
    """As any question is asked."""
    with store.cursor() as cursor:
        return tables.lists.marks(cursor).get(SYSTEM.account)


@pytest.fixture
def asked(store: Store, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The questions that reach the database from now on."""
    asked: list[str] = []
    real = sql_runner._asked

    def noted(cursor: Cursor, question: str, *rest: Any) -> AbstractContextManager[None]:
        asked.append(question)
        return real(cursor, question, *rest)

    monkeypatch.setattr(sql_runner, "_asked", noted)
    return asked


# A snapshot: what is asked twice is read once, until its end or a change of its own.


@pytest.mark.parametrize("with_cache", [False, True])
def test_a_snapshot_has_one_answer_and_the_next_one_another(store: Store, with_cache: bool) -> None:
    def begun() -> AbstractContextManager[None]:
        return snapshot(store.cache if with_cache else None)

    with begun():
        assert marked(store) is None
        by_somebody_else(store, "theirs")
        assert marked(store) is None
    with begun():
        assert marked(store) == "theirs"
        mark(store, "own")
        assert marked(store) == "own", "a change within is read at once"


def test_who_holds_the_write_lock_reads_the_store_itself(store: Store) -> None:
    with snapshot():
        assert marked(store) is None
        by_somebody_else(store, "first")
        with store.write_lock():
            assert marked(store) == "first"
            with store.write_lock():
                mark(store, "second")
            assert marked(store) == "second"
        by_somebody_else(store, "third")
        assert marked(store) == "third", "another snapshot has begun"


def test_answers_are_apart_by_what_was_asked_and_are_the_askers_own(store: Store) -> None:
    with snapshot(), store.cursor() as cursor:
        first = sql_runner.query_rows(cursor, "marks")
        first.append({})
        assert sql_runner.query_rows(cursor, "marks") == []
        assert not tables.applications.uploads(cursor, "a")
        assert not tables.applications.uploads(cursor, "b")


def test_a_snapshot_is_of_one_thread(store: Store) -> None:
    with snapshot():
        assert marked(store) is None
        by_somebody_else(store, "theirs")
        theirs: list[str | None] = []
        other = Thread(target=lambda: theirs.append(marked(store)))
        other.start()
        other.join()
        assert (marked(store), theirs) == (None, ["theirs"])


def test_outside_a_snapshot_nothing_is_kept() -> None:
    made: list[int] = []
    for _ in range(2):
        once("key", lambda: made.append(1))
        cached("key", lambda: made.append(2))
        cached_read("key", ("mark",), lambda: made.append(3))
    assert made == [1, 2, 3] * 2


# The cache, from one snapshot to the next.


def test_a_question_is_asked_again_once_its_table_is_written_to(store: Store, asked: list[str]) -> None:
    for value in (None, "first", "second"):
        if value:
            mark(store, value)
        for _ in range(2):
            with snapshot(store.cache):
                assert marked(store) == value
    assert asked == ["marks"] * 3
    with store.transaction() as cursor:
        tables.accounts.set_disabled(cursor, "nobody", True)
    with snapshot(store.cache):
        assert marked(store) == "second"
    assert asked == ["marks"] * 3, "a write to another table"
    marked(store)
    with snapshot(store.cache), store.write_lock():
        marked(store)
    assert asked == ["marks"] * 5, "outside a snapshot, and under the write lock, the store itself is asked"


def test_an_answer_read_while_somebody_writes_is_not_left_to_later_snapshots(store: Store) -> None:
    with snapshot(store.cache), store.cursor() as cursor:
        cursor.begin()
        assert tables.lists.marks(cursor) == {}
        by_somebody_else(store, "new")
        assert tables.lists.marks(cursor) == {}
    with snapshot(store.cache):
        assert marked(store) == "new"


def test_a_change_that_was_undone_leaves_answers_as_they_are(store: Store, asked: list[str]) -> None:
    with snapshot(store.cache):
        assert marked(store) is None
    with pytest.raises(ZeroDivisionError), store.transaction() as cursor:
        _undone(cursor)
    with snapshot(store.cache):
        assert marked(store) is None
    assert asked == ["marks"]


def _undone(cursor: Cursor) -> None:
    tables.lists.set_mark(cursor, SYSTEM.account, "undone")
    _ = 1 / 0


def test_what_follows_from_its_key_is_made_once_for_all_snapshots_of_the_store(store: Store) -> None:
    made: list[str] = []

    def make() -> str:
        made.append("again")
        return "answer"

    for begun in (snapshot(store.cache), snapshot(store.cache), snapshot()):
        with begun:
            mark(store, "meanwhile")
            assert cached("key", make) == "answer"
    assert made == ["again"] * 2, "a snapshot of no store keeps nothing for others"


def test_of_several_keys_only_what_is_not_known_is_made(store: Store) -> None:
    made: list[list[int]] = []

    def make(places: list[int]) -> list[int]:
        made.append(places)
        return [100 + place for place in places]

    with snapshot(store.cache):
        assert cached_each(["a", "b"], make) == [100, 101]
        assert cached_each(["c", "b", "a", "d"], make) == [100, 101, 100, 103]
    assert cached_each(["a"], make) == [100]
    assert made == [[0, 1], [0, 3], [0]]


def test_the_least_used_are_dropped_and_what_is_too_large_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache_module, "LARGEST", 30)
    monkeypatch.setattr(cache_module, "LARGEST_ANSWER", 20)
    cache, made = Cache(), list[str]()

    def ask(name: str, size: int) -> None:
        cache.answers([name], lambda _: [made.append(name)], lambda _: size)

    for name in ("a", "b", "c", "a", "d", "a", "b"):
        ask(name, 10)
    assert made == ["a", "b", "c", "d", "b"]
    for _ in range(2):
        ask("large", 21)
    assert made[5:] == ["large", "large"]
    ask("a", 10)
    assert made[7:] == [], "and drops nothing else"


def test_what_was_made_of_persons_data_goes_with_them(store: Store) -> None:
    made: list[str] = []

    def ask() -> None:
        with snapshot(store.cache):
            cached("of a person", lambda: made.append("piece"))
            cached_read("read of a person", ("mark",), lambda: made.append("read"))

    for _ in range(2):
        ask()
    assert made == ["piece", "read"]
    store.cache.empty()
    ask()
    assert made == ["piece", "read"] * 2


def test_an_answer_begun_before_persons_data_were_deleted_is_given_and_not_kept() -> None:
    cache = Cache()

    def read() -> str:
        cache.empty()
        return "a telephone number"

    assert cache.answers(["phone"], lambda _: [read()], len) == ["a telephone number"]
    assert cache.answers(["phone"], lambda _: ["deleted"], len) == ["deleted"]
