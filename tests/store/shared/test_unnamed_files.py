"""Files of baselines in a shared store's folder that nothing names: gone with what fails, else removed in time."""

from __future__ import annotations

import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kpi.errors import StoreUnavailable, UserError
from kpi.model.viewer import Actor
from kpi.services.operation.upgrade import upgrade_shared_store
from kpi.services.operation.verification import verify_store
from kpi.store.folder import ABANDONED_SECONDS
from kpi.store.open_store import open_store
from kpi.store.schema import LATEST
from kpi.store.shared import frozen_files
from kpi.store.shared.connections import WRITERS
from kpi.store.shared.frozen_files import UNNAMED_SECONDS
from kpi.store.shared.shared_store import SharedStore
from kpi.store.store import Store
from kpi.store.store_place import StorePlace
from tests.cli.command_line import content, here
from tests.store.shared.test_shared_store import code, frozen
from tests.store.shared_places import Databases, name_of

pytestmark = [pytest.mark.slow, pytest.mark.campaign]


def files(place: StorePlace) -> set[str]:
    return {path.name for path in (place.folder / "frozen").iterdir()}


def left_behind(place: StorePlace, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """What a freeze leaves that is killed before it is kept."""
    before = files(place)
    with open_store(place) as store, monkeypatch.context() as killed:
        killed.setattr("kpi.store.shared.frozen_files.WrittenAhead.remove_unnamed", lambda *_: None)
        killed.setattr("kpi.services.freeze.unit_of_work", _refuse)
        with pytest.raises(KeyboardInterrupt):
            frozen(store, "killed")
    return files(place) - before


def _refuse(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize("at", [1, 5, 8, "keeping"])
def test_a_freeze_that_fails_leaves_no_files(place: StorePlace, monkeypatch: pytest.MonkeyPatch, at: int | str) -> None:
    """A number is that of the moment at which the disk is full while the files are written."""
    before, write = content(place.folder / "frozen"), frozen_files.sync
    with open_store(place) as store:
        if at == "keeping":
            monkeypatch.setattr("kpi.services.freeze.unit_of_work", _refuse)
        else:
            synced: list[Path] = []

            def soon_full(path: Path) -> None:
                synced.append(path)
                if len(synced) == at:
                    raise OSError(28, "full")
                write(path)

            monkeypatch.setattr(frozen_files, "sync", soon_full)
        with pytest.raises(KeyboardInterrupt if at == "keeping" else StoreUnavailable):
            frozen(store, "fails")
        assert content(place.folder / "frozen") == before
        monkeypatch.undo()
        frozen(store, "fails")
        assert verify_store(store).sound


def test_a_freeze_that_is_refused_for_another_ones_content_leaves_the_others_files(stores: tuple[Store, Store]) -> None:
    one, other = stores
    frozen(one, "same")
    kept = content(one.folder.root / "frozen")
    with pytest.raises(UserError):
        frozen(other, "same", 2.0)
    frozen(other, "same")
    assert content(one.folder.root / "frozen") == kept


def test_who_fails_leaves_files_that_another_process_wrote_again_and_is_about_to_name(
    place: StorePlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the same baseline, at the same time: its files have the same names."""
    folder, before = place.folder / "frozen", files(place)
    written: set[str] = set()

    def fails_after_the_other_has_written(*_: object, **__: object) -> None:
        written.update(files(place) - before)
        for name in written:
            (folder / ".again.part").write_bytes((folder / name).read_bytes())
            (folder / ".again.part").replace(folder / name)
        raise KeyboardInterrupt

    with open_store(place) as store, monkeypatch.context() as failing:
        failing.setattr("kpi.services.freeze.unit_of_work", fails_after_the_other_has_written)
        with pytest.raises(KeyboardInterrupt):
            frozen(store, "same")
    assert written
    assert files(place) == before | written


def test_what_a_killed_freeze_left_is_said_after_an_hour_and_removed_after_a_day(
    place: StorePlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in place.environment.items():
        monkeypatch.setenv(name, value)
    kept = content(place.folder / "frozen")
    left = left_behind(place, monkeypatch)
    assert left
    assert here("store", "verify", "--json").json["remains"] == [], "somebody may be about to name them"
    for name in left:
        os.utime(place.folder / "frozen" / name, (time.time() - ABANDONED_SECONDS - 60,) * 2)
    said = here("store", "verify", "--json").json
    assert (said["sound"], said["remains"]) == (True, sorted(f"frozen/{name}" for name in left))
    with open_store(place):
        assert files(place) == {*kept, *left}
    (place.folder / "frozen" / "notes").write_bytes(b"of whoever keeps the folder")
    for name in (*left, *kept, "notes"):
        os.utime(place.folder / "frozen" / name, (time.time() - UNNAMED_SECONDS - 60,) * 2)
    with open_store(place) as store:
        assert files(place) == {*kept, "notes"}
        assert verify_store(store).sound


def test_nothing_is_removed_where_the_folder_goes_with_another_database(
    databases: Databases, place: StorePlace
) -> None:
    """One that was put back as it stood earlier, or a copy for a trial, names few of the files."""
    earlier = databases.new(place.folder, name_of(place))
    with open_store(place) as store:
        frozen(store, "later")
    kept = content(place.folder / "frozen")
    for name in kept:
        os.utime(place.folder / "frozen" / name, (0, 0))
    with open_store(earlier):
        assert content(place.folder / "frozen") == kept


def test_a_freeze_whose_files_were_removed_meanwhile_is_refused(
    place: StorePlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_store(place) as store:
        before = files(place)

        def a_day_later(*_: object) -> None:
            for name in files(place) - before:
                (place.folder / "frozen" / name).unlink()

        with monkeypatch.context() as paused:
            paused.setattr("kpi.tables.baselines.add_baseline", a_day_later)
            assert code(lambda: frozen(store, "late")) == "freeze_took_too_long"
        frozen(store, "late")
        assert verify_store(store).sound


def test_a_freeze_that_fails_while_another_one_writes_waits_for_nobody_and_leaves_its_files(
    databases: Databases, place: StorePlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is removed without the lock: they are removed later, as left over."""
    import psycopg

    before = files(place)
    waiting = "select count(*) from pg_locks where locktype = 'advisory' and not granted"
    with (
        open_store(place) as store,
        psycopg.connect(str(place.address), autocommit=True) as writer,
        ThreadPoolExecutor(1) as beside,
    ):

        def meanwhile(*_: object, **__: object) -> None:
            assert isinstance(store, SharedStore)
            store.held().execute("rollback")
            writer.execute(f"select pg_advisory_lock({WRITERS})".encode())
            raise KeyboardInterrupt

        monkeypatch.setattr("kpi.services.freeze.unit_of_work", meanwhile)
        failing, waited = beside.submit(frozen, store, "fails"), False
        while not failing.done() and not waited:
            waited = databases.ask(waiting, name_of(place)) != [(0,)]
        writer.execute("select pg_advisory_unlock_all()")  # whoever waits is not waited for by this test
        assert isinstance(failing.exception(), KeyboardInterrupt)
    assert not waited
    assert files(place) > before


def test_what_an_upgrade_names_no_more_outlasts_who_still_reads_it(
    databases: Databases, place: StorePlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A backup that was begun before, or a process of the release before."""
    before = content(place.folder / "frozen")
    for name in before:
        os.utime(place.folder / "frozen" / name, (0, 0))
    databases.ask(f"update store_release set release = '0.0.9/{LATEST}'", name_of(place))
    with monkeypatch.context() as otherwise:
        otherwise.setattr("kpi.store.shared.moving.records_changed_since", lambda _version: True)
        otherwise.setattr("kpi.store.shared.moving._write_records", lambda *_: {"other": {"observation": "0" * 64}})
        upgrade_shared_store(place, Actor("console:keeper", "administrator", "console"))
    for name in before:
        assert time.time() - (place.folder / "frozen" / name).stat().st_mtime < 3600
    with open_store(place):
        assert content(place.folder / "frozen") == before
