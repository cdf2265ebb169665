"""A step that fails on an empty database leaves it empty, and its folder too; what others use stays."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from kpi.services.operation.new_store import store_for_a_step
from kpi.services.operation.verification import verify_store
from kpi.services.shipped_baseline import ensure_baseline
from kpi.store.open_store import open_store
from kpi.store.store import Store
from kpi.store.store_place import StorePlace
from tests.store.engines import server
from tests.store.shared.test_shared_store import noted, subjects
from tests.store.shared_places import Databases, name_of

pytestmark = [pytest.mark.slow, pytest.mark.campaign]

TABLES = """select table_name from information_schema.tables where table_schema = 'public'
            union all select proname from pg_proc where pronamespace = 'public'::regnamespace"""


def fail(place: StorePlace, after: Callable[[Store], object] = lambda _: None) -> None:
    with pytest.raises(ZeroDivisionError):
        _step(place, after)


def _step(place: StorePlace, after: Callable[[Store], object]) -> None:
    with store_for_a_step(place) as store:
        after(store)
        raise ZeroDivisionError


@pytest.mark.parametrize("there", [False, True], ids=["no folder", "an empty folder"])
def test_a_step_that_fails_leaves_database_and_folder_empty(databases: Databases, tmp_path: Path, there: bool) -> None:
    place = databases.new(tmp_path / "of" / "mine")
    if there:
        place.folder.mkdir(mode=0o700, parents=True)
    before = sorted(tmp_path.rglob("*"))
    fail(place)
    assert databases.ask(TABLES, name_of(place)) == []
    assert sorted(tmp_path.rglob("*")) == before
    with store_for_a_step(place) as store:
        noted(store, "kept")
    with open_store(place) as store:
        assert verify_store(store).sound
    fail(place)
    with open_store(place) as store:
        assert verify_store(store).sound, "a store that was there stays"


def test_a_store_in_which_something_was_saved_stays(databases: Databases, tmp_path: Path) -> None:
    place = databases.new(tmp_path / "files")
    fail(place, lambda store: noted(store, "kept"))
    with open_store(place) as store:
        assert verify_store(store).sound


def test_a_store_that_another_process_has_opened_meanwhile_stays(databases: Databases, tmp_path: Path) -> None:
    place = databases.new(tmp_path / "files")
    others: list[Store] = []
    fail(place, lambda _: others.append(open_store(place)))
    with others[0] as other:
        noted(other, "other")
        assert subjects(other) == ["other"]
        assert verify_store(other).sound


BUSY = """
create schema busy;
create table busy.rows with (autovacuum_vacuum_threshold = 0, autovacuum_vacuum_scale_factor = 0,
                             autovacuum_vacuum_cost_delay = 100, autovacuum_vacuum_cost_limit = 1)
    as select i from generate_series(1, 100000) i;
delete from busy.rows where i % 2 = 0;
"""
VACUUMED = """
select coalesce(bool_or(backend_type = 'autovacuum worker') and not bool_or(query like '%busy.rows where%'), false),
       pg_sleep(0.05)
from pg_stat_activity
where datname = '{name}'
"""


def test_the_servers_own_housekeeping_is_no_use_of_the_database(tmp_path: Path) -> None:
    with server.running(autovacuum="on", autovacuum_naptime="1s") as said:
        databases = Databases(said.split()[0].removeprefix("host="))
        place = databases.new(tmp_path / "files")

        def vacuumed(_: Store) -> None:
            databases.ask(BUSY, name_of(place))
            asked = (databases.ask(VACUUMED.format(name=name_of(place)))[0][0] for _ in range(1000))
            assert any(asked), "no worker came"

        fail(place, vacuumed)
        assert databases.ask(TABLES, name_of(place)) == []


def test_who_makes_a_store_there_meanwhile_makes_it_once_all_is_gone(
    databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its secret must not go with the files of the one before."""
    place = databases.new(tmp_path / "files", options="")
    made: list[BaseException | None] = []
    beside: list[threading.Thread] = []

    def make() -> None:
        try:
            with open_store(place) as store:
                ensure_baseline(store)
        except BaseException as error:
            made.append(error)
        else:
            made.append(None)

    removed = shutil.rmtree

    def removed_slowly(path: Path, **how: bool) -> None:
        if not beside:
            beside.append(threading.Thread(target=make))
            beside[0].start()
            beside[0].join(1)
        removed(path, **how)

    monkeypatch.setattr("kpi.store.folder.shutil.rmtree", removed_slowly)
    fail(place)
    monkeypatch.undo()
    beside[0].join(120)
    assert made == [None]
    with open_store(place) as store:
        assert verify_store(store).sound
