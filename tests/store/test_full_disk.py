"""A disk that fills up at any moment: what was acknowledged is there, what was refused is not, and both are said so."""

from __future__ import annotations

import os
import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from errno import EACCES, EIO, ENOSPC, EROFS, errorcode
from pathlib import Path
from types import SimpleNamespace

import pytest

from kpi import logs, tables
from kpi.errors import StoreUnavailable, UserError
from kpi.model.viewer import SYSTEM
from kpi.services.audit_trail import broken_entries
from kpi.services.enterprise.lock import own_results
from kpi.services.enterprise.uploads import receive_file
from kpi.services.operation.authentication import sign_in
from kpi.services.operation.backup import back_up
from kpi.services.operation.verification import verify_store
from kpi.services.shipped_baseline import ensure_baseline
from kpi.store.folder import LEAST_FREE_BYTES, RESERVE, RESERVE_BYTES
from kpi.store.store import Store
from kpi.store.store_copy import copy_database
from tests.services.sample_store import AT, CODE_A, PASSWORD, A, file_of, furnish
from tests.services.service_calls import kept
from tests.services.submitting import YEAR, accepted, lock_as_it_stands

pytestmark = [pytest.mark.slow, pytest.mark.campaign]

CALLS = ("open", "write", "fsync", "replace")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "s") as opened:
        furnish(opened)
        accepted(opened, A, CODE_A)
        yield opened


class Full:
    """The ``at``-th of the system calls by which Python writes fails for want of room; the others are counted."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, at: int, lasting: bool, error: int = ENOSPC) -> None:
        self.calls, self._error = 0, error
        for name in CALLS:
            monkeypatch.setattr(os, name, self._failing(getattr(os, name), at, lasting))

    def _failing(self, real: Callable[..., object], at: int, lasting: bool) -> Callable[..., object]:
        def call(*args: object, **named: object) -> object:
            if real.__name__ == "open" and args[1] == os.O_RDONLY:
                return real(*args, **named)
            self.calls += 1
            if self.calls == at or (lasting and self.calls > at):
                raise OSError(self._error, os.strerror(self._error))
            return real(*args, **named)

        return call


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """No file of this process can grow beyond ``size`` bytes: DuckDB meets the same as on a full disk."""
    before, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (before, hard))


def locked(store: Store) -> bool:
    return any(own_result.locked_at for own_result in own_results(store, A))


def lock(store: Store) -> None:
    lock_as_it_stands(store, A, CODE_A, YEAR)


def upload(store: Store) -> None:
    receive_file(store, A, "b.csv", file_of(CODE_A, "44"))


def sent(store: Store) -> int:
    with store.cursor() as cursor:
        return int(cursor.execute("select count(*) from upload").fetchall()[0][0])


def unbroken(store: Store) -> bool:
    """The trail holds together and ends where its head says. The whole of ``verify_store`` takes a second."""
    with store.cursor() as cursor:
        return broken_entries(store, tables.audit.audit_entries(cursor)) == []


def outcome(change: Callable[[], object]) -> bool:
    """Whether it was acknowledged; refused for want of room is the only other end."""
    try:
        change()
    except StoreUnavailable as error:
        if error.code != "store_full":
            raise
        return False
    return True


@pytest.mark.parametrize("lasting", [False, True], ids=["once", "from then on"])
@pytest.mark.parametrize(
    ("change", "done"), [(lock, locked), (upload, lambda store: sent(store) > 1)], ids=["lock", "upload"]
)
def test_a_disk_that_is_full_at_any_call_leaves_all_or_nothing_and_says_which(
    store: Store, change: Callable[[Store], None], done: Callable[[Store], bool], lasting: bool
) -> None:
    (store.folder.root / RESERVE).unlink()
    before, refused = kept(store), 0
    for at in range(1, 100):
        with pytest.MonkeyPatch.context() as broken:
            full = Full(broken, at, lasting)
            acknowledged = outcome(lambda: change(store))
        assert acknowledged == done(store), f"call {at} of {full.calls}"
        assert unbroken(store)
        if acknowledged:
            break
        refused += 1
        assert {**kept(store), "originals": None} == {**before, "originals": None}
    assert acknowledged
    assert refused >= 2
    receive_file(store, A, "c.csv", file_of(CODE_A, "43"))
    assert unbroken(store), "and the next change goes on from there"


@pytest.mark.parametrize(
    ("change", "done"), [(lock, locked), (upload, lambda store: sent(store) > 1)], ids=["lock", "upload"]
)
def test_a_log_that_cannot_grow_at_any_byte_leaves_all_or_nothing_and_says_which(
    store: Store, change: Callable[[Store], None], done: Callable[[Store], bool]
) -> None:
    outcomes = []
    for more in (0, 1, 100, 1_000, 4_096, 8_192, 12_288, 20_000, 40_000, 80_000, 1_000_000):
        log = store.folder.write_ahead_log
        with room_for((log.stat().st_size if log.exists() else 0) + more):
            outcomes.append(outcome(lambda: change(store)))
        assert outcomes[-1] == done(store), more
        if outcomes[-1]:
            break
    assert outcomes[0] is False
    assert outcomes[-1] is True
    assert unbroken(store)
    root = store.folder.root
    store.close()
    with Store.open_to_read(root) as again:
        assert done(again)
        assert unbroken(again)


@pytest.mark.parametrize("error", [EACCES, EROFS, EIO], ids=errorcode.get)
def test_what_the_system_refuses_is_not_called_a_full_disk(store: Store, error: int) -> None:
    before = kept(store)
    for at in range(1, 100):
        with pytest.MonkeyPatch.context() as broken:
            full = Full(broken, at, lasting=True, error=error)
            try:
                upload(store)
            except StoreUnavailable as refused:
                said = (refused.code, refused.params.get("reason"))
            else:
                break
        assert said == ("store_access", errorcode[error]), f"call {at} of {full.calls}"
        assert {**kept(store), "originals": None} == {**before, "originals": None}
    assert at > 2


def test_a_copy_that_the_system_refuses_is_not_called_a_full_disk(store: Store, tmp_path: Path) -> None:
    def away(_: object, part: Path) -> None:
        copy_database(store.folder, part / "not there")

    with pytest.MonkeyPatch.context() as broken:
        broken.setattr("kpi.store.store.copy_database", away)
        with pytest.raises(UserError, match="cannot_write"):
            back_up(store, tmp_path / "b", SYSTEM)


def disk_with(free: int) -> SimpleNamespace:
    return SimpleNamespace(f_bavail=free, f_frsize=1)


def test_with_twelve_kilobytes_left_nothing_is_begun(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    before = kept(store)
    monkeypatch.setattr(os, "statvfs", lambda _: disk_with(12 * 1024))
    assert not outcome(lambda: lock(store))
    assert not outcome(lambda: upload(store))
    assert not outcome(lambda: sign_in(store, "a", PASSWORD, AT))
    assert {**kept(store), "originals": None} == {**before, "originals": None}


def test_what_was_begun_uses_the_reserve_when_others_fill_the_disk_meanwhile(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload(store)
    reserve = store.folder.root / RESERVE
    assert reserve.stat().st_size == RESERVE_BYTES
    assert reserve.stat().st_blocks * 512 >= RESERVE_BYTES, "written, not only sized"
    left = iter([LEAST_FREE_BYTES, 0])
    with monkeypatch.context() as filling:
        filling.setattr(os, "statvfs", lambda _: disk_with(next(left, LEAST_FREE_BYTES)))
        lock(store)
    assert locked(store)
    assert not reserve.exists()
    receive_file(store, A, "c.csv", file_of(CODE_A, "43"))
    assert reserve.stat().st_size == RESERVE_BYTES


def test_a_baseline_that_does_not_fit_is_not_there(tmp_path: Path) -> None:
    with Store.open(tmp_path / "s") as store:
        for more in (0, 10_000, 300_000):
            with room_for(max(path.stat().st_size for path in store.folder.root.iterdir()) + more):
                done = outcome(lambda: ensure_baseline(store))
            with store.cursor() as cursor:
                assert done == bool(cursor.execute("select count(*) from baseline").fetchall()[0][0])
            assert unbroken(store)
        ensure_baseline(store)
        assert verify_store(store).baselines == 1


@pytest.mark.parametrize("lasting", [False, True], ids=["once", "from then on"])
def test_a_freeze_on_a_disk_that_is_full_at_any_call_is_there_or_not(tmp_path: Path, lasting: bool) -> None:
    refused = 0
    with Store.open(tmp_path / "s") as store:
        for at in range(1, 100):
            with pytest.MonkeyPatch.context() as broken:
                Full(broken, at, lasting)
                done = outcome(lambda: ensure_baseline(store))
            with store.cursor() as cursor:
                assert done == bool(cursor.execute("select count(*) from baseline").fetchall()[0][0]), at
            assert unbroken(store)
            if done:
                break
            refused += 1
        assert refused >= 2
        assert verify_store(store).baselines == 1


def test_a_log_on_a_full_disk_says_so_once_and_stops_nobody(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    logs.keep(tmp_path)
    with room_for(0):
        for _ in range(3):
            logs.event("start")
    logs.let_go()
    said = capsys.readouterr().err
    assert said.count("The disk is full") == 1
    assert "Traceback" not in said


def test_making_a_store_on_a_full_disk_says_so(tmp_path: Path) -> None:
    with room_for(0), pytest.raises(StoreUnavailable) as refused:
        Store.open(tmp_path / "s")
    assert refused.value.code == "store_full"
