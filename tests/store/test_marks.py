"""What tests take for unchanged: the marks of a store's tables tell every change, though they are remembered."""

from __future__ import annotations

import shutil
from pathlib import Path

from kpi.store.store import Store
from tests.either_store import table_marks


def change(store: Store, statement: str) -> dict[str, tuple[object, ...]]:
    with store.transaction() as cursor:
        cursor.execute(statement)
    return table_marks(store)


def test_the_marks_change_with_whatever_is_committed_and_come_back_with_it(tmp_path: Path) -> None:
    with Store.open(tmp_path / "s") as store:
        empty = table_marks(store)
        one, two = (change(store, f"insert into mark values ('a{n}', 'b')") for n in (1, 2))
        assert len({marks["mark"] for marks in (empty, one, two)}) == 3
        # As long as the change before it, and at once.
        other = change(store, "update mark set value = 'c' where name = 'a2'")
        assert other["mark"] not in (one["mark"], two["mark"])
        assert change(store, "update mark set value = 'b' where name = 'a2'") == two
        assert change(store, "delete from mark") == empty
        assert {name for name in one if one[name] != empty[name]} == {"mark"}


def test_a_copy_has_the_marks_of_what_it_was_copied_from_until_it_is_written_to(tmp_path: Path) -> None:
    with Store.open(tmp_path / "s") as store:
        change(store, "insert into mark values ('a', 'b')")
    shutil.copytree(tmp_path / "s", tmp_path / "t")
    with Store.open(tmp_path / "s") as store, Store.open(tmp_path / "t") as copy:
        before = table_marks(store)
        assert table_marks(copy) == before
        assert change(copy, "delete from mark") != before
        assert table_marks(store) == before
