"""A restoration that is killed or fails on its way: two stores, each in one folder, and no secret left lying about."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator
from datetime import timedelta
from errno import EIO, ENOSPC
from functools import partial
from pathlib import Path

import pytest

from kpi import tables
from kpi.errors import StoreUnavailable
from kpi.services.enterprise.uploads import receive_file
from kpi.services.operation import restore as store_restore
from kpi.services.operation.backup import back_up
from kpi.services.operation.restore import restore_store
from kpi.store import store_parts
from kpi.store.folder import remains
from kpi.store.store import Store
from tests.campaign import size, trial
from tests.cli.command_line import content, here, made
from tests.services.operation.test_lost_acts import KEEPER
from tests.services.sample_store import AT, CODE_A, A, file_of
from tests.store.faults import Faults, killed_at

pytestmark = [pytest.mark.slow, pytest.mark.campaign]

PARTS = {"duibiao.duckdb", "audit-head", "secret", "originals"}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A store that went on after its backup, which lies beside it."""
    folder = made(tmp_path / "s")
    with Store.open(folder) as store:
        receive_file(store, A, "a.csv", file_of(CODE_A))
        back_up(store, tmp_path / "b", KEEPER)
        receive_file(store, A, "b.csv", file_of(CODE_A, "44"))
    return folder


def restored(root: Path, hours: int = 0) -> str | None:
    return restore_store(root, root.parent / "b", KEEPER, at=AT + timedelta(hours=hours)).replaced


def outcome(root: Path) -> str:
    try:
        restored(root)
    except StoreUnavailable as refused:
        return refused.code
    return "done"


def opens(root: Path) -> str:
    try:
        Store.open_to_read(root).close()
    except StoreUnavailable as error:
        return error.code
    return "open"


def moments(root: Path) -> Iterator[int]:
    """The operations of a restoration: all in the long form; in the short one every third from the moves on, and the
    last.
    """
    copy = Path(shutil.copytree(root, root.parent / "counted"))
    begun = []
    with pytest.MonkeyPatch.context() as patched, Faults(at=10**9) as counted:

        def noticed(root: Path, part: Path, name: str) -> str | None:
            begun.append(counted.calls)
            return store_parts.replace_parts(root, part, name)

        patched.setattr(store_restore, "replace_parts", noticed)
        restored(copy)
    shutil.rmtree(copy)
    return iter(sorted({*range(size(begun[0], 1), counted.calls, size(3, 1)), counted.calls}))


def test_a_kill_at_any_operation_leaves_two_whole_stores_and_the_next_restoration_succeeds(root: Path) -> None:
    with Store.open_to_read(root) as store, store.cursor() as cursor:
        seq = len(tables.audit.audit_entries(cursor))
    # The lock is the place's, and stays there.
    apart = ("reserve", "duibiao.duckdb.wal", "originals.lock")
    old = {name: sha256 for name, sha256 in content(root).items() if name not in apart}
    kills = 0
    for at in moments(root):
        again = Path(shutil.copytree(root, root.parent / f"k{at}"))
        if not killed_at(at, partial(restored, again)):
            break
        kills += 1
        assert opens(again) in ("open", "store_lost"), at
        restored(again, 1)
        with Store.open(again) as store, store.cursor() as cursor:
            last = tables.audit.audit_entries(cursor)[-1]
        assert (last.action, last.subject.endswith(f"-{seq}")) == ("store_restored", True), at
        assert not remains(store.folder.root), at
        whole = [folder for folder in again.glob("replaced-*") if old.items() <= content(folder).items()]
        assert whole, f"the old store lies in one folder after a kill at {at}"
        shutil.rmtree(again)
    assert kills > 5
    trial("restoration killed at any operation", kills, 0)


@pytest.mark.parametrize("error", [ENOSPC, EIO], ids=errno.errorcode.get)
def test_an_error_at_any_move_puts_the_old_store_back(root: Path, error: int) -> None:
    before, failed = content(root), 0
    for at in moments(root):
        again = Path(shutil.copytree(root, root.parent / f"f{at}"))
        with Faults(at, error):
            said = outcome(again)
        assert said in ("done", "store_full", "store_unreachable", "store_access"), at
        if said != "done":
            failed += 1
            assert content(again) == before, at
        assert opens(again) == "open", at
        shutil.rmtree(again)
    assert failed >= 5


def test_two_restorations_within_one_second(root: Path) -> None:
    assert [restored(root), restored(root)] == ["replaced-20260302T163000", "replaced-20260302T163000-2"]


def test_what_a_kill_left_is_named_by_verify_and_removed_by_the_next_that_writes(root: Path) -> None:
    left = root / ".restoring-0123abcd"
    left.mkdir()
    (left / "secret").write_bytes(b"s" * 32)
    (root / "originals" / ".0123456789abcdef.part").write_bytes(b"half")
    (root / ".0123456789abcdef.part").write_bytes(b"s" * 32)
    said = here("store", "verify", "--store", root, "--lang", "en")
    assert said.code == 0
    assert ".restoring-0123abcd" in said.out
    assert left.exists(), "what reads changes nothing"
    here("account", "add", "chief", "--role", "administrator", "--display", "c", "--store", root)
    assert not list(root.rglob(".*"))


def test_nothing_is_removed_from_under_a_restoration_that_is_at_work(root: Path) -> None:
    store = Store.open(root)
    store.close()
    (root / "duibiao.duckdb").rename(root.parent / "elsewhere")
    with store.folder.held(alone=True):
        (root.parent / "elsewhere").rename(root / "duibiao.duckdb")
        with pytest.raises(StoreUnavailable, match="store_locked"):
            Store.open(root)
        with pytest.raises(StoreUnavailable, match="store_locked"):
            restored(root)
    Store.open(root).close()


def test_a_backup_that_was_killed_leaves_its_secret_no_longer_than_to_the_next(root: Path) -> None:
    with Store.open(root) as store:
        back_up(store, root.parent / "whole", KEEPER)
    left = root.parent / ".20261125.0123abcd.part"
    shutil.copytree(root.parent / "whole", left)
    other = root.parent / ".somebody.part"
    (other / "originals").mkdir(parents=True)
    with Store.open(root) as store:
        back_up(store, root.parent / "next", KEEPER)
    assert not left.exists()
    assert other.exists(), "not ours"
