"""A snapshot is a whole backup that holds only what is new; the oldest go; a disk costs what came after the last."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kpi.errors import UserError
from kpi.model.viewer import Actor
from kpi.services.enterprise.uploads import receive_file
from kpi.services.operation.restore import restore_store
from kpi.services.operation.snapshot import KEPT, _kept_by_age, snapshots, take_snapshot
from kpi.services.operation.state import installation_state
from kpi.services.operation.verification import verify_store
from kpi.store.folder import PART, flocked
from kpi.store.store import Store
from kpi.store.store_parts import DATABASE
from kpi.tables.audit import AuditHead
from tests.cli.command_line import here
from tests.services.sample_store import AT, CODE_A, A, file_of

pytestmark = pytest.mark.folder_store("a copy of the files themselves")
KEEPER = Actor("console:keeper", "administrator", "console")
MINUTE = timedelta(minutes=1)


def sent(store: Store, name: str) -> None:
    receive_file(store, A, name, file_of(CODE_A) + name.encode())


def test_the_next_snapshot_holds_only_what_is_new(store: Store, tmp_path: Path) -> None:
    place = tmp_path / "second"
    sent(store, "a.csv")
    first = take_snapshot(store, place, KEEPER, at=AT)
    sent(store, "b.csv")
    second = take_snapshot(store, place, KEEPER, at=AT + MINUTE)
    earlier, later = snapshots(place)
    assert (first.name, second.name) == (earlier.name, later.name)
    same = {path.name for path in (earlier / "originals").iterdir()}
    assert same
    new = {path.name for path in (later / "originals").iterdir()} - same
    assert len(new) == 1
    for name in [f"originals/{name}" for name in same] + [DATABASE]:
        assert (earlier / name).stat().st_ino == (later / name).stat().st_ino, name
    assert second.new_bytes < first.new_bytes / 2


def test_a_disk_that_knows_no_second_names_holds_copies(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(*_: object, **__: object) -> None:
        raise OSError(errno.EPERM, "no links here")

    monkeypatch.setattr(os, "link", none)
    sent(store, "a.csv")
    take_snapshot(store, tmp_path / "second", KEEPER, at=AT)
    sent(store, "b.csv")
    take_snapshot(store, tmp_path / "second", KEEPER, with_secret=False, at=AT + MINUTE)
    done = restore_store(tmp_path / "empty", tmp_path / "second", KEEPER, "x", store.folder.root / "secret", AT)
    with Store.open(tmp_path / "empty") as restored:
        assert verify_store(restored).sound
    assert done.made_at == (AT + MINUTE).isoformat()


def test_the_newest_is_the_last_one_also_where_the_clock_was_put_back(store: Store, tmp_path: Path) -> None:
    place = tmp_path / "second"
    sent(store, "a.csv")
    take_snapshot(store, place, KEEPER, at=AT)
    sent(store, "b.csv")
    back = take_snapshot(store, place, KEEPER, at=AT - timedelta(hours=2))
    done = restore_store(tmp_path / "empty", place, KEEPER, "x", at=AT)
    assert (done.seq, snapshots(place)[-1].name) == (back.seq, back.name)


def test_where_nothing_was_done_nothing_is_written(store: Store, tmp_path: Path) -> None:
    place = tmp_path / "second"
    sent(store, "a.csv")
    take_snapshot(store, place, KEEPER, at=AT)
    with_the_note = take_snapshot(store, place, KEEPER, at=AT + MINUTE)
    again = take_snapshot(store, place, KEEPER, at=AT + 2 * MINUTE)
    assert (again.name, again.latest, len(snapshots(place))) == (None, with_the_note.name, 2)
    assert store.folder.snapshot_time() == AT + 2 * MINUTE


def test_a_lost_disk_is_restored_by_one_command_and_what_is_lost_has_a_name(store: Store, tmp_path: Path) -> None:
    place, empty = tmp_path / "second", tmp_path / "empty"
    sent(store, "a.csv")
    taken = take_snapshot(store, place, KEEPER, at=AT)
    sent(store, "b.csv")
    sent(store, "c.csv")
    head = store.folder.head()
    assert head
    done = restore_store(empty, place, KEEPER, "the disk is gone", at=AT + MINUTE, went_to=AuditHead(*head))
    assert (done.seq, done.lost, done.replaced) == (taken.seq, f"{taken.seq + 1}-{head[0]}", None)
    with Store.open(empty) as restored:
        assert verify_store(restored).sound
        sent(restored, "b.csv")
        assert verify_store(restored).sound


def test_the_command_says_where_it_cannot_know_what_is_lost(store: Store, tmp_path: Path) -> None:
    root, place = store.folder.root, tmp_path / "second"
    sent(store, "a.csv")
    store.close()
    assert here("store", "snapshot", place, "--store", root).code == 0
    blind = here("store", "restore", place, "--store", tmp_path / "one", "--lang", "en")
    assert (blind.code, "--anchor SEQ:MAC" in blind.out) == (0, True)
    anchor = here("store", "anchor", "--store", root).out.strip()
    knowing = here("store", "restore", place, "--store", tmp_path / "two", "--anchor", anchor, "--lang", "en")
    assert (knowing.code, "--anchor" in knowing.out) == (0, False)


def test_what_was_killed_on_its_way_in_or_out_is_no_snapshot_and_goes(store: Store, tmp_path: Path) -> None:
    place = tmp_path / "second"
    sent(store, "a.csv")
    take_snapshot(store, place, KEEPER, at=AT)
    left = place / f".20250101T000000Z.0123abcd{PART}"
    (left / "originals").mkdir(parents=True)
    (place / "20240101T000000Z").mkdir()
    assert len(snapshots(place)) == 1
    take_snapshot(store, place, KEEPER, at=AT + MINUTE)
    assert not left.exists()


def test_what_makes_no_sense_is_refused(store: Store, tmp_path: Path) -> None:
    sent(store, "a.csv")
    with pytest.raises(UserError, match="snapshot_in_store"):
        take_snapshot(store, store.folder.root / "snapshots", KEEPER, at=AT)
    (tmp_path / "second").mkdir()
    with flocked(tmp_path / "second", fcntl.LOCK_EX), pytest.raises(UserError, match="snapshot_running"):
        take_snapshot(store, tmp_path / "second", KEEPER, at=AT)
    (tmp_path / "file").write_text("x")
    with pytest.raises(UserError, match="cannot_write"):
        take_snapshot(store, tmp_path / "file", KEEPER, at=AT)


def test_what_could_not_be_copied_is_noted_as_no_backup(store: Store, tmp_path: Path) -> None:
    sent(store, "a.csv")
    place = tmp_path / "second"
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(shutil, "copyfile", closed)
        patched.setattr(shutil, "copy2", closed)
        patched.setattr(shutil, "copyfileobj", closed)
        with pytest.raises(UserError, match="cannot_write"):
            take_snapshot(store, place, KEEPER, at=AT)
    assert (installation_state(store).last_backup, store.folder.snapshot_time()) == (None, None)
    taken = take_snapshot(store, place, KEEPER, at=AT)
    state = installation_state(store)
    assert (state.last_backup, state.last_snapshot) == (AT, AT)
    assert taken.seq == state.acts - 1, "the note of it comes after"


def closed(*_: object, **__: object) -> None:
    raise OSError(errno.EROFS, "read-only")


@pytest.mark.campaign
def test_of_forty_days_of_minutes_a_hundred_and_twenty_are_kept() -> None:
    """Each removed as the minutes go, not at the end: what an earlier rule let go no later one can keep."""
    kept: list[Path] = []
    start = datetime(2026, 1, 1, tzinfo=UTC)
    for number in range(0, 40 * 24 * 60, 5):
        moment = start + number * MINUTE
        kept.append(Path(moment.strftime("%Y%m%dT%H%M%SZ")))
        keep = _kept_by_age(kept, moment)
        kept = [path for path in kept if path in keep]
    ages = [moment - datetime.strptime(path.name, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC) for path in kept]
    assert sum(age < timedelta(hours=1) for age in ages) == 12, "every one of the last hour"
    assert 23 <= sum(timedelta(hours=1) <= age < timedelta(days=1) for age in ages) <= 25
    assert 33 <= sum(age >= timedelta(days=1) for age in ages) <= 35
    assert max(ages) < KEPT[-1][0]
