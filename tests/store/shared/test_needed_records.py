"""On a shared store a process reads those frozen records that it is asked about, and no others."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from kpi import tables
from kpi.services.operation.verification import verify_store
from kpi.store.database import Cursor
from kpi.store.open_store import open_store
from kpi.store.schema import FROZEN
from kpi.store.shared import connections as locks
from kpi.store.shared import frozen_files as frozen_records
from kpi.store.shared.frozen_files import ONE_BASELINE, needed_records
from kpi.store.store import Store
from kpi.store.store_place import StorePlace
from tests.shipped import SHIPPED_NAME
from tests.store.shared.test_shared_remains import SOON_CUT_OFF, keep_a_change_that_asks_records, slow_files
from tests.store.shared.test_shared_store import code, frozen, noted, subjects
from tests.store.shared_places import Databases

__all__ = ["slow_files"]

SQL = Path(tables.__file__).parents[1] / "sql"
QUESTIONS = {path.name: re.sub(r"--.*", "", path.read_text("utf-8")) for path in sorted(SQL.glob("*.sql"))}
OF_RECORDS = {name: text for name, text in QUESTIONS.items() if FROZEN & set(re.findall(r"\w+", text))}


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """The tables that were read, each time that any were."""
    found: list[tuple[str, ...]] = []
    really = frozen_records.read_files

    def noting(records: Cursor, files: Mapping[str, str], folder: Path) -> None:
        found.append(tuple(sorted(files)))
        really(records, files, folder)

    monkeypatch.setattr(frozen_records, "read_files", noting)
    return found


def test_every_question_that_is_given_a_baseline_asks_about_no_other() -> None:
    given = {name: text for name, text in OF_RECORDS.items() if "$baseline" in text}
    assert len(given) > 15
    assert [name for name, text in given.items() if ONE_BASELINE not in text] == []
    for name, text in given.items():
        assert needed_records(text, {"baseline": "b"}).baseline == "b", name


def test_what_is_not_said_plainly_needs_all() -> None:
    for statement in (
        "select * from peer_record",
        "select count(*) from observation, x",
        "from industry_size -- of 2025",
    ):
        needed = needed_records(statement, None)
        assert (bool(needed.tables), needed.baseline) == (True, None), statement
    assert needed_records("select $before, $after from observation", {"before": "a", "after": "b"}).baseline is None
    assert needed_records("select 1 from peer_cell where baseline = $1", ["b"]).baseline is None


@pytest.mark.slow
def test_who_writes_and_asks_none_reads_none(place: StorePlace, read: list[tuple[str, ...]]) -> None:
    with open_store(place) as store:
        noted(store, "one")
        with store.cursor() as cursor:
            assert tables.baselines.baselines(cursor)
        frozen(store, "new")
        assert read == []
        with store.cursor() as cursor:
            for _ in range(2):
                assert len(tables.freezing.observations(cursor, "new")) == 20
            assert read == [("observation",)]
            assert not tables.freezing.observations(cursor, SHIPPED_NAME).empty
        assert read == [("observation",)] * 2


@pytest.mark.slow
def test_whatever_is_read_first_the_answers_are_the_same(place: StorePlace) -> None:
    with open_store(place) as store:
        frozen(store, "new", 2.0)

    def placed(store: Store, name: str) -> list[tuple[object, ...]]:
        with store.cursor() as cursor:
            asked = "select * exclude (baseline) from peer_record where baseline = $baseline order by all"
            return cursor.execute(asked, {"baseline": name}).fetchall()

    names = ("new", SHIPPED_NAME)
    with open_store(place) as one, open_store(place) as other:
        assert {name: placed(one, name) for name in names} == {name: placed(other, name) for name in reversed(names)}
        assert placed(one, "new") != placed(one, SHIPPED_NAME) != []
        assert verify_store(one).sound
        assert verify_store(other).sound


@pytest.mark.slow
def test_who_reads_for_too_long_in_a_change_is_cut_off_and_has_read_it_when_it_tries_again(
    databases: Databases,
    furnished_shared: StorePlace,
    tmp_path: Path,
    slow_files: list[float],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(locks, "LONGEST_SECONDS", 0.0)
    again: Callable[[Store], None] = keep_a_change_that_asks_records
    with open_store(databases.copy(furnished_shared, tmp_path / "files", SOON_CUT_OFF)) as store:
        assert code(lambda: again(store)) == "change_cut_off"
        assert subjects(store) == []
        again(store)
        assert subjects(store) == ["kept"]
    assert len(slow_files) == 1
