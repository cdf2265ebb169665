"""What an open store keeps in memory: frozen things for good, what the authority decides until it decides again, and
what was read until its tables are written to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from kpi import tables
from kpi.model.viewer import SYSTEM
from kpi.store.cursor import Cursor
from kpi.store.kept import MOST, Kept
from kpi.store.moment import each_kept, kept_for_good, kept_piece_of, kept_until_decided, one_moment
from kpi.store.store import Store
from kpi.tables import sql_runner


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "s") as opened:
        yield opened


def mark(store: Store, value: str, *, decides: bool = True) -> None:
    with store.transaction(decides=lambda: decides) as cursor:
        tables.lists.set_mark(cursor, SYSTEM.account, value)


def by_somebody_else(store: Store, value: str) -> None:
    other = Thread(target=mark, args=(store, value))
    other.start()
    other.join()


def marked(store: Store) -> str | None:
    """As a question about what the authority decides is asked."""
    with store.cursor() as cursor:
        return kept_until_decided("mark", lambda: tables.lists.marks(cursor).get(SYSTEM.account))


def test_a_decision_is_read_from_the_next_moment_on(store: Store) -> None:
    with one_moment(store.kept):
        assert marked(store) is None
        by_somebody_else(store, "first")
        assert marked(store) is None
    with one_moment(store.kept):
        assert marked(store) == "first"
        mark(store, "own")
        assert marked(store) == "own"


def test_what_touches_one_application_alone_leaves_answers_kept(store: Store) -> None:
    with one_moment(store.kept):
        assert marked(store) is None
    mark(store, "unseen", decides=False)
    with one_moment(store.kept):
        assert marked(store) is None
    assert marked(store) == "unseen", "outside a moment the store is asked"
    with one_moment(store.kept), store.write_lock():
        assert marked(store) == "unseen", "whoever may write asks the store"


def test_whoever_reads_the_store_as_it_was_leaves_nothing_old_behind(store: Store) -> None:
    with one_moment(store.kept), store.cursor() as cursor:
        cursor.begin()
        assert tables.lists.marks(cursor) == {}
        by_somebody_else(store, "new")
        assert kept_until_decided("mark", lambda: tables.lists.marks(cursor).get(SYSTEM.account)) is None
    with one_moment(store.kept):
        assert marked(store) == "new"


def test_a_change_that_is_undone_decides_nothing(store: Store) -> None:
    before = store.kept.decisions
    with pytest.raises(ZeroDivisionError), store.transaction():
        _ = 1 / 0
    assert store.kept.decisions == before


def test_frozen_things_are_asked_once_and_not_outside_a_moment_of_the_store(store: Store) -> None:
    asked: list[str] = []

    def ask() -> str:
        asked.append("again")
        return "frozen"

    for moment in (one_moment(store.kept), one_moment(store.kept), one_moment()):
        with moment:
            mark(store, "meanwhile")
            assert kept_for_good("key", ask) == "frozen"
    assert asked == ["again"] * 2
    kept_for_good("key", ask)
    assert asked == ["again"] * 3


def test_no_more_is_kept_than_is_allowed() -> None:
    kept, asked, most = Kept(), list[int](), MOST["frozen"]
    for number in [*range(most + 1), most, 1, 0]:
        kept.for_good(number, lambda number=number: asked.append(number))
    assert asked == [*range(most + 1), 0]


def test_of_what_follows_from_its_key_only_what_is_not_known_is_asked_for(store: Store) -> None:
    asked: list[list[int]] = []

    def ask(places: list[int]) -> list[int]:
        asked.append(places)
        return [100 + place for place in places]

    with one_moment(store.kept):
        assert each_kept(["a", "b"], ask) == [100, 101]
        assert each_kept(["c", "b", "a", "d"], ask) == [100, 101, 100, 103]
    assert each_kept(["a"], ask) == [100]
    assert asked == [[0, 1], [0, 3], [0]]


def read(store: Store) -> str | None:
    """As any question is asked."""
    with store.cursor() as cursor:
        return tables.lists.marks(cursor).get(SYSTEM.account)


def questions(store: Store, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The questions that reach the database from now on."""
    asked: list[str] = []
    real = sql_runner._asked

    def noted(cursor: Cursor, question: str, *rest: Any) -> AbstractContextManager[None]:
        asked.append(question)
        return real(cursor, question, *rest)

    monkeypatch.setattr(sql_runner, "_asked", noted)
    return asked


def test_a_question_is_asked_again_once_its_table_is_written_to(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = questions(store, monkeypatch)
    for value in (None, "first", "second"):
        if value:
            mark(store, value, decides=False)
        for _ in range(2):
            with one_moment(store.kept):
                assert read(store) == value
    assert asked == ["marks"] * 3
    with store.transaction() as cursor:
        tables.accounts.set_disabled(cursor, "nobody", True)
    with one_moment(store.kept):
        assert read(store) == "second"
    assert asked == ["marks"] * 3, "a write to another table"
    read(store)
    with one_moment(store.kept), store.write_lock():
        read(store)
    assert asked == ["marks"] * 5, "outside a moment, and under the write lock, the store itself is asked"


def test_an_answer_read_while_somebody_writes_is_not_left_to_later_moments(store: Store) -> None:
    with one_moment(store.kept), store.cursor() as cursor:
        cursor.begin()
        assert tables.lists.marks(cursor) == {}
        by_somebody_else(store, "new")
        assert tables.lists.marks(cursor) == {}
    with one_moment(store.kept):
        assert read(store) == "new"


def test_what_was_deleted_is_not_kept_either(store: Store) -> None:
    pieces: list[str] = []

    def piece() -> None:
        with one_moment(store.kept):
            kept_piece_of("of a person", lambda: pieces.append("made"), lambda _: 1)
            each_kept(["of a person"], lambda _: [pieces.append("derived")])

    for _ in range(2):
        piece()
    assert pieces == ["made", "derived"]
    store.kept.forget_content()
    piece()
    assert pieces == ["made", "derived"] * 2


def test_a_change_that_was_undone_leaves_answers_as_they_are(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = questions(store, monkeypatch)
    with one_moment(store.kept):
        assert read(store) is None
    with pytest.raises(ZeroDivisionError), store.transaction() as cursor:
        _undone(cursor)
    with one_moment(store.kept):
        assert read(store) is None
    assert asked == ["marks"]


def _undone(cursor: Cursor) -> None:
    tables.lists.set_mark(cursor, SYSTEM.account, "undone")
    _ = 1 / 0


def test_answers_are_let_go_by_number_and_by_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kpi.store.kept.MOST_READ", 3)
    monkeypatch.setattr("kpi.store.kept.MOST_LETTERS", 100)
    kept, asked = Kept(), list[str]()

    def ask(name: str, letters: int) -> None:
        kept.until_written(name, ("mark",), lambda: asked.append(name), {}, lambda _: letters)

    for name in ("a", "b", "c", "a", "d", "a", "b"):
        ask(name, 10)
    assert asked == ["a", "b", "c", "d", "b"], "the one that was not asked for the longest is let go"
    for _ in range(2):
        ask("large", 11)
    assert asked[5:] == ["large", "large"], "one of more than a tenth of the room is not kept"
    monkeypatch.setattr("kpi.store.kept.MOST_LETTERS", 25)
    for name in ("e", "b", "d"):
        ask(name, 2)
    assert asked[7:] == ["e", "d"], "three of ten letters do not fit beside one of two: the eldest is let go"


def test_an_answer_begun_before_persons_data_were_deleted_is_given_and_not_kept() -> None:
    kept = Kept()

    def ask() -> str:
        kept.forget_content()
        return "a telephone number"

    assert kept.each_derived(["phone"], lambda _: [ask()]) == ["a telephone number"]
    assert kept.until_written("phone", (), ask, {}, len) == "a telephone number"
    assert kept.each_derived(["phone"], lambda _: ["deleted"]) == ["deleted"]
    assert kept.until_written("phone", (), lambda: "deleted", {}, len) == "deleted"
