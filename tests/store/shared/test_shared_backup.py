"""A backup of a store that several processes share: as it stood at one moment, whole, and for either kind of store."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from kpi.errors import StoreUnavailable, UserError
from kpi.model.viewer import Actor
from kpi.services.enterprise.uploads import receive_file
from kpi.services.operation import restore as store_restore
from kpi.services.operation.backup import MANIFEST, back_up
from kpi.services.operation.restore import restore_shared_store, restore_store
from kpi.services.operation.verification import verify_store
from kpi.store.open_store import open_store
from kpi.store.shared import connections as locks
from kpi.store.shared import moving, shared_store
from kpi.store.store import Store
from kpi.store.store_place import StorePlace
from tests.cli.command_line import content, here
from tests.either_store import table_rows
from tests.services.sample_store import CODE_A, A, file_of
from tests.store.shared.test_shared_store import frozen, holder, noted, subjects, trail
from tests.store.shared_places import Databases, break_at_commit, name_of

pytestmark = [pytest.mark.slow, pytest.mark.campaign]

KEEPER = Actor("console:keeper", "administrator", "console")


@pytest.fixture
def store(place: StorePlace) -> Iterator[Store]:
    with open_store(place) as opened:
        yield opened


def rows_but_the_trail(store: Store) -> dict[str, str | int]:
    rows: dict[str, str | int] = {name: text for name, text in table_rows(store).items() if name != "schema_version"}
    del rows["audit"]
    return rows


def code(ask: Callable[[], object]) -> str:
    with pytest.raises(UserError) as refused:
        ask()
    return refused.value.code


def test_it_says_which_acts_are_lost_where_the_files_of_the_store_before_are_named(
    databases: Databases, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = back_up(store, tmp_path / "b", KEEPER)
    for number in range(3):
        noted(store, f"lost {number}")
    head = store.folder.head()
    assert head
    lost = f"{made.seq + 1}-{head[0]}"
    for number, (words, said) in enumerate(
        (((), "--instead-of"), (("--instead-of", str(store.folder.root)), lost), (("--instead-of", str(tmp_path)), ""))
    ):
        place = databases.new(tmp_path / f"new{number}")
        for name, value in place.environment.items():
            monkeypatch.setenv(name, value)
        call = here("store", "restore", tmp_path / "b", *words, "--lang", "en")
        if not said:
            assert (call.code, "head" in call.err) == (2, True)
            assert not place.folder.exists()
            continue
        assert (call.code, call.err, said in call.out) == (0, "", True)
        with open_store(place) as restored:
            act = trail(restored)[-1]
            assert act.subject == (lost if words else "0")
            assert json.loads(act.before or "") == {"head": {"seq": head[0], "mac": head[1]} if words else None}
            assert verify_store(restored).sound
    folder = here("store", "--store", tmp_path / "folder", "restore", tmp_path / "b", "--instead-of", tmp_path)
    assert (folder.code, (tmp_path / "folder").exists()) == (2, False)


@pytest.mark.parametrize("kind", ["shared", "folder"])
def test_it_comes_back_as_it_was_into_a_store_of_either_kind(
    databases: Databases, store: Store, tmp_path: Path, kind: str
) -> None:
    frozen(store, "new")
    receive_file(store, A, "a.csv", file_of(CODE_A))
    before, acts, originals = rows_but_the_trail(store), trail(store), content(store.folder.root / "originals")
    made = back_up(store, tmp_path / "b", KEEPER)
    assert (made.seq, made.mac) == (acts[-1].seq, acts[-1].mac)
    noted(store, "after it")
    if kind == "shared":
        place = databases.new(tmp_path / "new" / "files")
        done = restore_shared_store(place, tmp_path / "b", KEEPER, "a drill")
    else:
        place = StorePlace(tmp_path / "new" / "files")
        done = restore_store(place.folder, tmp_path / "b", KEEPER, "a drill")
    assert (done.seq, done.replaced) == (acts[-1].seq, None)
    with open_store(place) as restored:
        assert rows_but_the_trail(restored) == before
        assert trail(restored)[:-1] == acts
        assert trail(restored)[-1].action == "store_restored"
        assert content(restored.folder.root / "originals") == originals
        assert verify_store(restored).sound
        noted(restored, "goes on")
        assert verify_store(restored).sound
    assert list((tmp_path / "new").iterdir()) == [place.folder]


def test_a_backup_of_a_store_in_a_folder_becomes_a_shared_store(
    databases: Databases, furnished: Path, tmp_path: Path
) -> None:
    place = databases.new(tmp_path / "files")
    with Store.open(Path(shutil.copytree(furnished, tmp_path / "store"))) as store:
        before = rows_but_the_trail(store)
        back_up(store, tmp_path / "b", KEEPER)
    restore_shared_store(place, tmp_path / "b", KEEPER)
    with open_store(place) as restored:
        assert rows_but_the_trail(restored) == before
        assert verify_store(restored).sound


def test_it_holds_what_was_there_at_its_moment_and_keeps_nobody_from_writing(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    export_store = shared_store.export_store

    def meanwhile(*what: object) -> None:
        noted(store, "meanwhile")
        frozen(store, "meanwhile")
        export_store(*what)

    noted(store, "before")
    monkeypatch.setattr(shared_store, "export_store", meanwhile)
    made = back_up(store, tmp_path / "b", KEEPER)
    restore_store(tmp_path / "restored", tmp_path / "b", KEEPER)
    with Store.open(tmp_path / "restored") as restored:
        assert subjects(restored) == ["before"]
        assert verify_store(restored).baselines == 1
        assert trail(restored)[made.seq - 1].mac == made.mac
    assert subjects(store) == ["before", "meanwhile", "b"]


def test_each_backup_under_two_writing_processes_is_a_moment(place: StorePlace, store: Store, tmp_path: Path) -> None:
    both = [holder(place, word, 60) for word in ("one", "two")]
    seen = []
    for number in range(4):
        made = back_up(store, tmp_path / f"b{number}", KEEPER)
        restore_store(tmp_path / f"r{number}", tmp_path / f"b{number}", KEEPER)
        with Store.open(tmp_path / f"r{number}") as restored:
            assert verify_store(restored).sound
            assert trail(restored)[:-1] == trail(store)[: made.seq]
        seen.append(made.seq)
    for each in both:
        _, err = each.communicate(timeout=180)
        assert each.returncode == 0, err
    assert seen == sorted(set(seen))
    assert len(subjects(store)) == 2 * 60 + 4


def test_without_its_secret_it_needs_it_at_its_return(databases: Databases, store: Store, tmp_path: Path) -> None:
    back_up(store, tmp_path / "b", KEEPER, with_secret=False)
    assert not (tmp_path / "b" / "secret").exists()
    place = databases.new(tmp_path / "files")
    assert code(lambda: restore_shared_store(place, tmp_path / "b", KEEPER)) == "backup_without_secret"
    (tmp_path / "another").write_bytes(os.urandom(32))
    another = partial(restore_shared_store, place, tmp_path / "b", KEEPER, secret=tmp_path / "another")
    assert code(another) == "backup_damaged"
    assert not place.folder.exists()
    restore_shared_store(place, tmp_path / "b", KEEPER, secret=store.folder.root / "secret")
    with open_store(place) as restored:
        assert verify_store(restored).sound


def test_a_store_that_is_there_is_never_replaced(
    databases: Databases, place: StorePlace, store: Store, tmp_path: Path
) -> None:
    back_up(store, tmp_path / "b", KEEPER)
    rows, files = table_rows(store), content(place.folder)
    for taken in (place, databases.at(name_of(place), tmp_path / "new"), databases.new(place.folder)):
        with pytest.raises(StoreUnavailable, match="restore_taken") as refused:
            restore_shared_store(taken, tmp_path / "b", KEEPER)
        assert refused.value.params["what"] in (f"{name_of(place)}", place.folder.name)
    assert not (tmp_path / "new").exists()
    assert (table_rows(store), content(place.folder)) == (rows, files)


def test_what_fails_on_its_way_back_leaves_an_empty_database_and_no_folder(
    databases: Databases, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    back_up(store, tmp_path / "b", KEEPER)
    place = databases.new(tmp_path / "new" / "files")

    def full(*_: object) -> None:
        raise StoreUnavailable("store_full")

    with monkeypatch.context() as broken:
        broken.setattr("kpi.store.shared.moving._move_rows", full)
        assert code(lambda: restore_shared_store(place, tmp_path / "b", KEEPER)) == "store_full"
    assert list((tmp_path / "new").iterdir()) == []
    with monkeypatch.context() as unsound:
        unsound.setattr(store_restore, "verify_store", lambda _: type("Unsound", (), {"sound": False}))
        assert code(lambda: restore_shared_store(place, tmp_path / "b", KEEPER)) == "restored_unsound"


@pytest.mark.parametrize("kept", [True, False], ids=["kept", "not kept"])
def test_a_connection_that_breaks_while_a_restoration_is_committed_leaves_all_of_it_or_nothing(
    databases: Databases, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kept: bool
) -> None:
    back_up(store, tmp_path / "b", KEEPER)
    place = databases.new(tmp_path / "new" / "files")
    break_at_commit(monkeypatch, kept)
    if kept:
        restore_shared_store(place, tmp_path / "b", KEEPER)
    else:
        assert code(lambda: restore_shared_store(place, tmp_path / "b", KEEPER)) == "database_unreachable"
        assert list((tmp_path / "new").iterdir()) == []
        restore_shared_store(place, tmp_path / "b", KEEPER)
    with open_store(place) as restored:
        assert verify_store(restored).sound


def test_while_nobody_can_say_whether_a_restoration_was_committed_its_files_stay(
    databases: Databases, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    back_up(store, tmp_path / "b", KEEPER)
    place = databases.new(tmp_path / "files")
    monkeypatch.setattr(locks, "FIND_OUT_SECONDS", 0.0)
    break_at_commit(monkeypatch, kept=True)
    with monkeypatch.context() as away:
        away.setattr(locks, "_was_kept", nobody_answers)
        assert code(lambda: restore_shared_store(place, tmp_path / "b", KEEPER)) == "shared_change_uncertain"
    with open_store(place) as restored:
        assert verify_store(restored).sound


def nobody_answers(*_: object) -> bool:
    import psycopg

    raise psycopg.OperationalError("nobody answers")


def test_an_empty_folder_made_for_it_is_filled_and_nothing_is_made_beside_it(
    databases: Databases, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its owner may write to the folder alone."""
    back_up(store, tmp_path / "b", KEEPER)
    place = databases.new(tmp_path / "srv" / "files")
    place.folder.mkdir(parents=True)
    place.folder.chmod(0o755)
    killed = place.folder / ".restore.0a1b2c3d.part"
    (killed / "originals").mkdir(parents=True)
    beside: list[list[Path]] = []
    copy, fill = store_restore._copy, moving._fill

    def copied(*what: Any) -> None:
        beside.append(list((tmp_path / "srv").iterdir()))
        copy(*what)

    def full(*_: object) -> None:
        raise StoreUnavailable("store_full")

    monkeypatch.setattr(store_restore, "_copy", copied)
    monkeypatch.setattr(moving, "_fill", full)
    assert code(lambda: restore_shared_store(place, tmp_path / "b", KEEPER)) == "store_full"
    assert list(place.folder.iterdir()) == []
    monkeypatch.setattr(moving, "_fill", fill)
    restore_shared_store(place, tmp_path / "b", KEEPER)
    assert beside == [[place.folder]] * 2
    assert place.folder.stat().st_mode & 0o777 == 0o700
    assert sorted(path.name for path in place.folder.iterdir()) == ["audit-head", "frozen", "originals", "secret"]
    with open_store(place) as restored:
        assert verify_store(restored).sound


def test_a_store_that_is_damaged_or_lost_acts_is_no_backup(place: StorePlace, store: Store, tmp_path: Path) -> None:
    head = (place.folder / "audit-head").read_bytes()
    store.folder.keep_head(10_000, "0" * 64)
    assert code(lambda: back_up(store, tmp_path / "b", KEEPER)) == "acts_lost"
    (place.folder / "audit-head").write_bytes(head)
    changed = sorted(place.folder.glob("frozen/*"))[0]
    whole = changed.read_bytes()
    changed.write_bytes(whole + b" ")
    assert code(lambda: back_up(store, tmp_path / "b", KEEPER)) == "frozen_file_damaged"
    changed.write_bytes(whole)
    assert [path.name for path in tmp_path.iterdir()] == [place.folder.name]
    back_up(store, tmp_path / "b", KEEPER)


def test_a_changed_byte_of_the_backup_is_named_and_nothing_is_restored(
    databases: Databases, store: Store, tmp_path: Path
) -> None:
    back_up(store, tmp_path / "b", KEEPER)
    database = tmp_path / "b" / "duibiao.duckdb"
    data = bytearray(database.read_bytes())
    data[len(data) // 2] ^= 1
    database.write_bytes(data)
    place = databases.new(tmp_path / "files")
    with pytest.raises(UserError, match="backup_damaged") as refused:
        restore_shared_store(place, tmp_path / "b", KEEPER)
    assert refused.value.params["file"] == database.name
    assert not place.folder.exists()


def test_the_commands_make_and_restore_it(
    databases: Databases, place: StorePlace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = databases.new(tmp_path / "new files")
    for name, value in place.environment.items():
        monkeypatch.setenv(name, value)
    made = here("store", "backup", tmp_path / "b", "--json")
    assert (made.code, made.err) == (0, "")
    assert made.json["secret"]
    assert (tmp_path / "b" / MANIFEST).exists()
    refused = here("store", "restore", tmp_path / "b", "--lang", "en")
    assert (refused.code, refused.out) == (3, "")
    assert "is not empty; nothing was restored" in refused.err
    for name, value in target.environment.items():
        monkeypatch.setenv(name, value)
    said = here("store", "restore", tmp_path / "b", "--reason", "the machine burnt", "--lang", "en")
    assert (said.code, said.err) == (0, "")
    assert f"entry {made.json['seq']}" in said.out
    verified = here("store", "verify", "--json")
    assert (verified.code, verified.json["sound"]) == (0, True)
