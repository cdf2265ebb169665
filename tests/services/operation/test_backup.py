"""A backup made while others write is the store as it stood at a moment, and comes back as that."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO

import duckdb
import pytest

from kpi import i18n, tables
from kpi.cli import serve
from kpi.errors import StoreUnavailable, UserError
from kpi.model.viewer import Actor
from kpi.services.enterprise.uploads import receive_file
from kpi.services.operation import restore as store_restore
from kpi.services.operation import state as readiness
from kpi.services.operation.backup import back_up
from kpi.services.operation.restore import restore_store
from kpi.services.operation.state import backup_is_old, watch_backups
from kpi.services.operation.upgrade import upgrade_store
from kpi.services.operation.verification import verify_store
from kpi.store import store_parts
from kpi.store.saved_acts import begin_call, has_saved
from kpi.store.schema import LATEST
from kpi.store.store import Store
from kpi.store.store_parts import DATABASE
from tests.campaign import trial
from tests.cli.command_line import content, here, made
from tests.services.sample_store import AT, CODE_A, A, file_of
from tests.store.later_version import NEXT, run_later_version

pytestmark = [
    pytest.mark.slow,
    pytest.mark.folder_store("a backup of the files themselves, and the moves of a restoration"),
]
KEEPER = Actor("console:keeper", "administrator", "console")
ROOT = Path(__file__).resolve().parents[3]
WRITER = """
import sys, threading
from pathlib import Path
from kpi.services.enterprise.uploads import receive_file
from kpi.services.operation.backup import back_up
from kpi.store.store import Store
from tests.services.sample_store import A, CODE_A, file_of
from tests.services.operation.test_backup import KEEPER

store = Store.open(Path(sys.argv[1]))

def visitor(number):
    for time in range(10_000):
        receive_file(store, A, f"{number}-{time}.csv", file_of(CODE_A, str(number)) + b"\\n" * time)

for number in range(20):
    threading.Thread(target=visitor, args=(number,), daemon=True).start()
while True:
    with store.cursor() as cursor:
        if cursor.execute("select count(*) from upload").fetchall()[0][0] > 25:
            break
back_up(store, Path(sys.argv[2]), KEEPER)
print("backed up", flush=True)
sys.stdin.read()
"""


def contents(store: Store) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table."""
    with store.cursor() as cursor:
        names = [name for (name,) in cursor.execute("select table_name from duckdb_tables()").fetchall()]
        return {name: cursor.execute(f'from "{name}" order by all').fetchall() for name in names}


def sent(store: Store, name: str) -> None:
    receive_file(store, A, name, file_of(CODE_A) + name.encode())


def last_seq(store: Store) -> int:
    with store.cursor() as cursor:
        head = tables.audit.audit_head(cursor)
    assert head is not None
    return head.seq


@pytest.mark.campaign
def test_the_drill_writing_visitors_backup_kill_restore_is_equal_to_the_moment_of_the_backup(
    store: Store, tmp_path: Path
) -> None:
    root, backup = store.folder.root, tmp_path / "backup"
    store.close()
    words = [sys.executable, "-c", WRITER, str(root), str(backup)]
    with subprocess.Popen(words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as writing:
        assert writing.stdout is not None
        assert writing.stdout.readline() == "backed up\n"
        os.kill(writing.pid, signal.SIGKILL)
    with Store.open_to_read(backup) as at_the_moment:
        wanted, seq = contents(at_the_moment), last_seq(at_the_moment)
    with Store.open(root) as killed:
        assert last_seq(killed) > seq, "they went on writing"
    done = restore_store(root, backup, KEEPER, "drill", at=AT)
    assert (done.seq, done.lost) == (seq, f"{seq + 1}-{_known(root, done.replaced)}")
    with Store.open(root) as restored:
        assert verify_store(restored).sound
        found = contents(restored)
        *earlier, act = found.pop("audit")
        assert earlier == wanted.pop("audit")
        assert found == wanted
        assert "store_restored" in act
        sent(restored, "and on")
        assert verify_store(restored).sound
    trial("drill: 20 visitors write, backup, kill -9, restoration", 1, 0)


def _known(root: Path, replaced: str | None) -> int:
    assert replaced is not None
    return int((root / replaced / "audit-head").read_text().split()[0])


@pytest.mark.campaign
def test_ten_backups_under_three_writers_are_each_a_moment(store: Store, tmp_path: Path) -> None:
    stop = threading.Event()

    def visitor(number: int) -> None:
        for time in range(10_000):
            if stop.is_set():
                return
            sent(store, f"{number} {time}")

    visitors = [threading.Thread(target=visitor, args=(number,)) for number in range(3)]
    for thread in visitors:
        thread.start()
    try:
        for number in range(10):
            back_up(store, tmp_path / f"b{number}", KEEPER)
    finally:
        stop.set()
        for item in visitors:
            item.join()
    seqs = []
    for number in range(10):
        with Store.open_to_read(tmp_path / f"b{number}") as backup, backup.cursor() as cursor:
            files = cursor.execute("select count(*) from upload").fetchall()[0][0]
            acts = [act.action for act in tables.audit.audit_entries(cursor)]
            assert files == acts.count("file_received"), "no half of a change"
            assert all(backup.folder.original(sha256).exists() for sha256 in tables.freezing.store_files(cursor))
            seqs.append(len(acts))
    assert seqs == sorted(set(seqs))


def test_a_backup_is_noted_and_holds_what_its_manifest_says(store: Store, tmp_path: Path) -> None:
    made_now = back_up(store, tmp_path / "b", KEEPER, at=AT)
    manifest = json.loads((tmp_path / "b" / "backup.json").read_text())
    assert set(manifest["files"]) == set(content(tmp_path / "b")) - {"backup.json"}
    assert {name: content(tmp_path / "b")[name] for name in manifest["files"]} == manifest["files"]
    assert (manifest["seq"], manifest["version"], manifest["secret"]) == (made_now.seq, LATEST, True)
    with store.cursor() as cursor:
        [act] = [act for act in tables.audit.audit_entries(cursor) if act.action == "backup_made"]
    assert (act.seq, act.actor, act.subject) == (made_now.seq + 1, "console:keeper", "b")
    assert [
        oct(path.stat().st_mode & 0o077) for path in (tmp_path / "b").rglob("*") if path.stat().st_mode & 0o077
    ] == []


@pytest.mark.parametrize(("code", "stays"), [("store_full", False), ("change_uncertain", True)])
def test_a_backup_that_cannot_be_noted_is_not_left_without_a_word(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str, stays: bool
) -> None:
    """The disk may be full of it: where it is said that nothing has changed there is none."""

    def refused(*_: object) -> None:
        raise StoreUnavailable(code, path="x")

    monkeypatch.setattr("kpi.services.operation.backup.unit_of_work", refused)
    with pytest.raises(StoreUnavailable):
        back_up(store, tmp_path / "copy", KEEPER, at=AT)
    assert (tmp_path / "copy").exists() == stays


def test_a_backup_never_takes_anothers_place(store: Store, tmp_path: Path) -> None:
    back_up(store, tmp_path / "b", KEEPER)
    before = content(tmp_path / "b")
    with pytest.raises(UserError, match="backup_exists"):
        back_up(store, tmp_path / "b", KEEPER)
    assert content(tmp_path / "b") == before


def test_a_store_with_lost_acts_or_a_broken_trail_is_no_backup(store: Store, tmp_path: Path) -> None:
    sent(store, "x")
    with store.transaction() as cursor:
        cursor.execute("update audit set subject = 'y' where seq = 1")
    with pytest.raises(StoreUnavailable, match="trail_broken"):
        back_up(store, tmp_path / "b", KEEPER)
    store.folder.keep_head(1000, "0" * 64)
    with pytest.raises(StoreUnavailable, match="acts_lost"):
        back_up(store, tmp_path / "b", KEEPER)
    assert [path.name for path in tmp_path.iterdir()] == ["s"]


@pytest.mark.parametrize("from_where", ["option", "present store", "nowhere"])
def test_a_backup_without_the_secret_needs_it_at_its_return(store: Store, tmp_path: Path, from_where: str) -> None:
    root = store.folder.root
    back_up(store, tmp_path / "b", KEEPER, with_secret=False)
    store.close()
    assert not (tmp_path / "b" / "secret").exists()
    shutil.copy(root / "secret", tmp_path / "kept")
    if from_where != "present store":
        (root / "secret").unlink()
    if from_where == "nowhere":
        with pytest.raises(UserError, match="backup_without_secret"):
            restore_store(root, tmp_path / "b", KEEPER)
        return
    restore_store(root, tmp_path / "b", KEEPER, secret=tmp_path / "kept" if from_where == "option" else None)
    with Store.open_to_read(root) as restored:
        assert verify_store(restored).sound


@pytest.mark.parametrize("named", ["folder", "no such file", "empty", "another file"])
def test_a_file_that_holds_no_secret_is_named_as_such(store: Store, tmp_path: Path, named: str) -> None:
    root = store.folder.root
    back_up(store, tmp_path / "b", KEEPER, with_secret=False)
    store.close()
    (tmp_path / "folder").mkdir()
    (tmp_path / "empty").touch()
    (tmp_path / "another file").write_text("no secret")
    before = content(root)
    with pytest.raises(UserError) as refused:
        restore_store(root, tmp_path / "b", KEEPER, secret=tmp_path / named)
    assert (refused.value.code, refused.value.params["name"]) == ("secret_file_invalid", named)
    assert content(root) == before


def test_a_place_where_nothing_can_be_made_is_not_a_full_disk(store: Store, tmp_path: Path) -> None:
    back_up(store, tmp_path / "b", KEEPER)
    (tmp_path / "file").touch()
    with pytest.raises(StoreUnavailable, match="store_unreachable"):
        restore_store(tmp_path / "file" / "s", tmp_path / "b", KEEPER)


@pytest.mark.parametrize(
    "words",
    [["backup", "{b}"], ["rotate-secret"], ["acknowledge", "--lost", "head", "--reason", "x"]],
    ids=lambda words: words[0],
)
def test_a_store_that_is_not_there_is_not_made_for_what_needs_one(tmp_path: Path, words: list[str]) -> None:
    """A backup of the wrong folder, every night, would pass for one."""
    arguments = [word.format(b=tmp_path / "b") for word in words]
    said = here("store", *arguments, "--store", tmp_path / "wrong", "--lang", "en")
    assert (said.code, said.out) == (3, "")
    assert "wrong" in said.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("harm", ["database", "original", "missing", "manifest", "other secret"])
def test_a_backup_that_is_not_whole_is_refused_and_the_store_left_as_it_is(
    store: Store, tmp_path: Path, harm: str
) -> None:
    root, backup = store.folder.root, tmp_path / "b"
    back_up(store, backup, KEEPER, with_secret=harm != "other secret")
    store.close()
    original = next((backup / "originals").iterdir())
    harms: dict[str, Callable[[], object]] = {
        "database": lambda: (backup / "duibiao.duckdb").write_bytes(b"x"),
        "original": lambda: original.write_bytes(b"x"),
        "missing": original.unlink,
        "manifest": (backup / "backup.json").unlink,
        "other secret": lambda: (tmp_path / "other").write_bytes(os.urandom(32)),
    }
    harms[harm]()
    before = content(root)
    with pytest.raises(UserError) as refused:
        restore_store(root, backup, KEEPER, secret=tmp_path / "other")
    assert refused.value.code == ("no_backup" if harm == "manifest" else "backup_damaged")
    assert content(root) == before
    assert not [path for path in (*tmp_path.iterdir(), *root.iterdir()) if path.name.startswith(".")]


def test_a_file_of_the_backup_that_cannot_be_read_is_named(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, backup = store.folder.root, tmp_path / "b"
    back_up(store, backup, KEEPER)
    store.close()
    original = next((backup / "originals").iterdir())

    digest = hashlib.file_digest

    def failing(stream: BinaryIO, name: str) -> Any:
        if stream.name == str(original):
            raise OSError(errno.EIO, "the disk fails")
        return digest(stream, name)

    monkeypatch.setattr(hashlib, "file_digest", failing)
    with pytest.raises(UserError, match="backup_damaged") as refused:
        restore_store(root, backup, KEEPER)
    assert refused.value.params["file"] == f"originals/{original.name}"


@pytest.mark.parametrize("name", [DATABASE, "originals", "originals.lock"])
def test_what_of_the_store_cannot_be_read_is_no_fault_of_the_place_of_the_backup(
    store: Store, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = store.folder.root / name
    if name == "originals":
        looked_at = Path.iterdir

        def failing(folder: Path) -> Iterator[Path]:
            if folder == own:
                raise OSError(errno.EIO, "the disk fails")
            return looked_at(folder)

        monkeypatch.setattr(Path, "iterdir", failing)
    else:
        own.unlink(missing_ok=True)
        own.mkdir() if name == DATABASE else own.symlink_to(tmp_path / "nowhere" / name)
    with pytest.raises(StoreUnavailable, match="store_access") as refused:
        back_up(store, tmp_path / "b", KEEPER)
    assert refused.value.params["path"] == store.folder.root.name
    assert [path.name for path in tmp_path.iterdir()] == [store.folder.root.name]


def test_a_backup_that_goes_while_it_is_put_back_is_no_fault_of_the_store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = made(tmp_path / "s")
    with Store.open(root) as store:
        back_up(store, tmp_path / "b", KEEPER)

    def gone(source: Path, _: Path) -> None:
        source.unlink()
        raise OSError(errno.EIO, "the disk fails")

    monkeypatch.setattr(shutil, "copyfile", gone)
    with pytest.raises(UserError, match="backup_damaged"):
        restore_store(root, tmp_path / "b", KEEPER)


def test_an_original_that_cannot_be_read_is_no_fault_of_the_place_of_the_backup(store: Store, tmp_path: Path) -> None:
    [original, *_] = store.folder.originals()
    original.unlink()
    original.mkdir()
    with pytest.raises(StoreUnavailable, match="store_access") as refused:
        back_up(store, tmp_path / "b", KEEPER)
    assert refused.value.params == {"path": store.folder.root.name, "reason": "EISDIR"}
    assert [path.name for path in tmp_path.iterdir()] == [store.folder.root.name]


def test_a_backup_without_originals_that_the_store_lacks_says_so(tmp_path: Path) -> None:
    """Night after night it would take the place of one that still has them."""
    root = made(tmp_path / "s")
    with Store.open(root) as store:
        kept = receive_file(store, A, "a.csv", file_of(CODE_A)).reading.file.sha256
        back_up(store, tmp_path / "whole", KEEPER)
        store.folder.original(kept).unlink()
    said = here("store", "backup", tmp_path / "b", "--store", root, "--lang", "en")
    assert (said.code, "lacks them: 1 original." in said.err) == (3, True)
    for name, missing in (("whole", []), ("b", [kept])):
        manifest = tmp_path / name / "backup.json"
        assert json.loads(manifest.read_text())["missing"] == missing
        restore_store(tmp_path / "again", tmp_path / name, KEEPER)
    old = {name: value for name, value in json.loads(manifest.read_text()).items() if name != "missing"}
    manifest.write_text(json.dumps(old))
    restore_store(tmp_path / "again", tmp_path / "b", KEEPER, at=AT + timedelta(days=1))


def test_what_a_restoration_lists_is_on_the_disk_before_it_is_put_in_place(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder whose list of files was only on its way there comes back from a power failure without them."""
    root = store.folder.root
    back_up(store, tmp_path / "b", KEEPER)
    store.close()
    synced: dict[int, set[str]] = {}
    fsync = os.fsync

    def noting(descriptor: int) -> None:
        fsync(descriptor)
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            synced[os.fstat(descriptor).st_ino] = set(os.listdir(descriptor))

    monkeypatch.setattr(os, "fsync", noting)
    restore_store(root, tmp_path / "b", KEEPER)
    originals = root / "originals"
    assert synced.get(originals.stat().st_ino) == {path.name for path in originals.iterdir()} != set()
    assert {"duibiao.duckdb", "originals", "secret", "audit-head"} <= synced[root.stat().st_ino]


def test_a_store_that_is_open_is_not_replaced(tmp_path: Path) -> None:
    root = made(tmp_path / "store")
    assert here("store", "backup", tmp_path / "b", "--store", root).code == 0
    code = "import duckdb,sys; c = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.read()"
    words = [sys.executable, "-c", code, str(root / "duibiao.duckdb")]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        with pytest.raises(StoreUnavailable, match="store_locked"):
            restore_store(root, tmp_path / "b", KEEPER)
        holder.kill()


def test_nobody_opens_a_store_that_is_being_replaced(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = store.folder.root
    back_up(store, tmp_path / "b", KEEPER)
    store.close()
    code = "import sys; from pathlib import Path; from kpi.store.store import Store; Store.open(Path(sys.argv[1]))"
    said: list[str] = []
    move = store_parts.replace_parts

    def meanwhile(root: Path, part: Path, name: str) -> str | None:
        words = [sys.executable, "-c", code, str(root)]
        said.append(subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False).stderr)
        return move(root, part, name)

    monkeypatch.setattr(store_restore, "replace_parts", meanwhile)
    restore_store(root, tmp_path / "b", KEEPER)
    assert ["store_locked" in item for item in said] == [True]


@pytest.mark.parametrize("fails", [True, False])
def test_a_restoration_that_fails_has_saved_nothing(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails: bool
) -> None:
    """Its act is in a copy that goes: what is said must agree with it."""
    back_up(store, tmp_path / "b", KEEPER)

    def full(*_: object) -> str:
        raise OSError(errno.ENOSPC, "full")

    begin_call()
    with monkeypatch.context() as patched:
        if fails:
            patched.setattr(store_restore, "replace_parts", full)
        with pytest.raises(StoreUnavailable) if fails else nullcontext():
            restore_store(tmp_path / "s", tmp_path / "b", KEEPER)
    assert has_saved() != fails


def test_a_restoration_says_the_time_in_shanghai(tmp_path: Path) -> None:
    root = made(tmp_path / "store")
    with Store.open(root) as store:
        back_up(store, tmp_path / "b", KEEPER, with_secret=True, at=datetime(2026, 3, 2, 18, 30, tzinfo=UTC))
    said = here("store", "restore", tmp_path / "b", "--reason", "disk", "--store", root, "--lang", "en")
    assert "Restored from the backup of 2026-03-03 02:30 (" in said.out


def test_a_backup_that_nothing_brings_forward_is_refused_with_nothing_touched(store: Store, tmp_path: Path) -> None:
    back_up(store, tmp_path / "b", KEEPER)
    manifest = json.loads((tmp_path / "b" / "backup.json").read_text())
    present = made(tmp_path / "present")
    before = content(present)
    for version, said in ((21, "store_too_old"), (LATEST - 1, "store_too_old"), (LATEST + 1, "store_newer")):
        (tmp_path / "b" / "backup.json").write_text(json.dumps(manifest | {"version": version}))
        with pytest.raises(StoreUnavailable, match=said):
            restore_store(present, tmp_path / "b", KEEPER)
        assert content(present) == before


def test_the_commands_say_what_they_did(tmp_path: Path) -> None:
    root = made(tmp_path / "store")
    said = here("store", "backup", tmp_path / "b", "--store", root, "--lang", "en")
    assert (said.code, said.err) == (0, "")
    assert "Backup made and checked" in said.out
    assert here("account", "add", "c", "--role", "administrator", "--display", "c", "--store", root).code == 2
    (root / "duibiao.duckdb").unlink()
    said = here("store", "restore", tmp_path / "b", "--reason", "disk", "--store", root, "--json")
    assert (said.code, said.json["lost"], said.json["seq"]) == (0, "2", 1)
    assert here("store", "verify", "--store", root).code == 0
    assert here("store", "restore", tmp_path / "nothing", "--store", root).code == 2
    assert here("store", "upgrade", "--store", root, "--json").json == {
        "before": LATEST,
        "after": LATEST,
        "backup": None,
    }


@pytest.fixture
def old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store of today, left to a program of one version later."""
    root = made(tmp_path / "old")
    run_later_version(monkeypatch, tmp_path, "create table later (one integer);")
    return root


@pytest.mark.campaign
@pytest.mark.parametrize("words", [["store", "verify"], ["baseline", "list"], ["account", "list"]], ids=str)
def test_an_older_store_is_left_as_it_is_by_reads_and_by_writes(old: Path, words: list[str]) -> None:
    before = content(old)
    for call in (words, ["account", "disable", "nobody"]):
        said = here(*call, "--store", old, "--lang", "en")
        assert said.code == 3
        assert "kpi store upgrade" in said.err
    assert content(old)["duibiao.duckdb"] == before["duibiao.duckdb"]


def test_an_upgrade_makes_a_backup_that_the_older_program_still_reads(old: Path) -> None:
    with duckdb.connect(str(old / "duibiao.duckdb"), read_only=True) as known:
        acts = known.execute("select count(*) from audit").fetchall()
    done = upgrade_store(old, KEEPER, AT + timedelta(days=1))
    assert (done.before, done.after) == (LATEST, NEXT)
    assert done.backup is not None
    with duckdb.connect(str(old / done.backup / "duibiao.duckdb"), read_only=True) as backup:
        assert backup.execute("select max(version) from schema_version").fetchall() == [(LATEST,)]
        assert backup.execute("select count(*) from audit").fetchall() == acts
    with Store.open(old) as store:
        assert verify_store(store).sound
        with store.cursor() as cursor:
            assert tables.audit.audit_entries(cursor)[-1].action == "store_upgraded"
    assert upgrade_store(old, KEEPER).backup is None
    restore_store(old, old / done.backup, KEEPER, at=AT + timedelta(days=2))
    with Store.open_to_read(old) as store:
        assert verify_store(store).sound


def test_an_upgrade_and_the_act_that_notes_it_are_kept_together_or_not_at_all(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise StoreUnavailable("store_full")

    with monkeypatch.context() as broken:
        broken.setattr("kpi.tables.audit.add_audit_entry", full)
        with pytest.raises(StoreUnavailable, match="store_full"):
            upgrade_store(old, KEEPER, AT)
    with pytest.raises(StoreUnavailable, match="store_older"):
        Store.open(old)
    second = upgrade_store(old, KEEPER, AT)
    assert second.before == LATEST
    assert second.backup == f"backups/before-version-{NEXT}-20260302T163000-2", "in the same second as the first"
    with Store.open(old) as store:
        assert verify_store(store).sound


@pytest.mark.parametrize("words", [["store", "upgrade"], ["serve"]], ids=str)
def test_an_upgrade_that_fails_says_which_backup_it_leaves(
    old: Path, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    def full(*_: object) -> None:
        raise StoreUnavailable("store_full")

    monkeypatch.setattr("kpi.tables.audit.add_audit_entry", full)
    said = here(*words, "--store", old, "--lang", "en")
    [backup] = (old / "backups").iterdir()
    assert said.code == 3
    assert f"backups/{backup.name} " in said.err
    assert i18n.text("error.store_full.message", "en") in said.err


def test_the_start_of_the_server_upgrades_after_a_backup_and_no_other_command_does(
    old: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(_: Store, address: str) -> None:
        raise UserError("host_needed", address=address)

    # What looks at the store last refuses: served it is never.
    monkeypatch.setattr(serve, "refuse_public", refused)
    monkeypatch.setenv("STREAMLIT_SERVER_COOKIE_SECRET", "put back after the test")
    assert here("serve", "--lang", "en", "--store", old).code == 2
    assert f"Upgraded from version {LATEST} to {NEXT}" in capfd.readouterr().out
    [backup] = (old / "backups").iterdir()
    assert (backup / "backup.json").exists()
    assert here("store", "verify", "--store", old).code == 0


def test_a_backup_is_old_after_its_hours_and_a_store_without_any_from_its_first_act_on(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    longest = timedelta(hours=50)
    with store.cursor() as cursor:
        first = tables.audit.audit_entries(cursor)[0].done_at
    assert not backup_is_old(store, longest, first + longest)
    assert backup_is_old(store, longest, first + longest + timedelta(seconds=1))
    later = first + timedelta(days=9)
    back_up(store, tmp_path / "b", KEEPER, at=later)
    assert not backup_is_old(store, longest, later + longest)
    assert backup_is_old(store, longest, later + longest + timedelta(seconds=1))
    monkeypatch.setattr(readiness, "_CHECKS", {})
    watch_backups(longest)
    assert readiness.readiness(store)["backup"] is not backup_is_old(store, longest)


def test_a_backup_is_restored_where_there_is_no_store(store: Store, tmp_path: Path) -> None:
    back_up(store, tmp_path / "b", KEEPER)
    done = restore_store(tmp_path / "new" / "store", tmp_path / "b", KEEPER)
    assert (done.lost, done.replaced) == (None, None)
    with Store.open_to_read(tmp_path / "new" / "store") as restored:
        assert verify_store(restored).sound
