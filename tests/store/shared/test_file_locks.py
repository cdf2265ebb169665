"""A shared store is opened where locks on files hold, and its own locks are such as hold between machines."""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kpi.errors import StoreUnavailable
from kpi.services.audit_losses import rotate_secret
from kpi.services.operation.backup import back_up
from kpi.store.folder import flocked, refuse_without_locks
from kpi.store.open_store import open_store, open_store_to_read
from kpi.store.store_place import StorePlace
from tests.store.shared.test_shared_store import code
from tests.store.shared.test_shared_upgrade import KEEPER


def test_what_is_locked_is_refused_to_the_next_one_and_let_go_of(tmp_path: Path) -> None:
    for path in (tmp_path / "file", tmp_path):
        with flocked(path, fcntl.LOCK_EX) as first, flocked(path, fcntl.LOCK_EX) as second:
            assert (first, second) == (True, False)
        with flocked(path, fcntl.LOCK_SH) as first, flocked(path, fcntl.LOCK_SH) as second:
            assert (first, second) == (True, True)


def nothing(_: int, __: int) -> None:
    """Storage that says yes to everybody."""


def none_left(_: int, __: int) -> None:
    raise OSError(errno.ENOLCK, "No locks available")


@pytest.mark.parametrize("flock", [nothing, none_left])
def test_storage_without_locks_is_refused_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, flock: Callable[[int, int], None]
) -> None:
    refuse_without_locks(tmp_path)
    monkeypatch.setattr(fcntl, "flock", flock)
    with pytest.raises(StoreUnavailable, match="files_without_locks") as refused:
        refuse_without_locks(tmp_path)
    assert refused.value.params == {"path": tmp_path.name}
    assert list(tmp_path.iterdir()) == []


def test_what_else_the_system_refuses_is_said_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: int, __: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(fcntl, "flock", broken)
    with pytest.raises(OSError, match="Input/output error"):
        refuse_without_locks(tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_a_shared_store_is_not_opened_where_locks_do_not_hold(
    place: StorePlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kpi.store.folder.fcntl.flock", nothing)
    monkeypatch.setattr("kpi.store.shared.frozen_files.fcntl.flock", nothing)
    assert code(lambda: open_store(place)) == "files_without_locks"
    open_store_to_read(place).close()


@pytest.mark.slow
def test_what_other_machines_must_respect_is_a_file_that_is_open_to_be_written(
    place: StorePlace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """NFS refuses an exclusive lock on anything else, and keeps one on a folder to the one machine."""
    taken: list[Path] = []
    really = fcntl.flock

    def noting(descriptor: int, kind: int) -> Any:
        locked = Path(f"/proc/self/fd/{descriptor}").readlink()
        if locked.is_relative_to(place.folder):
            assert locked.is_file()
            assert fcntl.fcntl(descriptor, fcntl.F_GETFL) & os.O_ACCMODE == os.O_RDWR
            taken.append(locked)
        return really(descriptor, kind)

    with open_store(place) as store:
        monkeypatch.setattr(fcntl, "flock", noting)
        back_up(store, tmp_path / "b", KEEPER)
        rotate_secret(store, KEEPER)
    assert taken == [store.folder.originals_lock, store.folder.secret_lock]
