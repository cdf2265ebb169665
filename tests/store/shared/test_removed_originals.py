"""An original that is removed while it is kept again, in a shared store: what was acknowledged as kept stays.

Another process deletes contacts. It is stopped before it renames or removes the file, which is then kept again here;
then it goes on, or is killed there or at its next step.
"""

from __future__ import annotations

import hashlib
import os
import select
import signal
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from socket import socket, socketpair
from threading import Event

import pytest

from kpi.model.times import now
from kpi.services.administrator.awards import import_awards
from kpi.services.administrator.policy import draft_policy_change
from kpi.services.enterprise.uploads import receive_file
from kpi.services.freeze import import_baseline
from kpi.services.operation.contacts import delete_contacts
from kpi.services.operation.verification import verify_store
from kpi.services.panel_folder import import_folder
from kpi.services.preparation import IncomingBaseline
from kpi.store.folder import StoreFolder, remains
from kpi.store.open_store import open_store
from kpi.store.store import Store
from kpi.store.store_place import StorePlace
from tests.benchmark.panels import HOME_REGION, MAIN, as_csv, records
from tests.cli.panels import wide, write
from tests.services.administrator.test_policy_changes import lower_line
from tests.services.sample_store import ADMINISTRATOR, AT, CODE_A, CODE_B, A, file_of
from tests.store.shared_places import Databases, name_of

pytestmark = [pytest.mark.slow, pytest.mark.campaign]

LONG_AGO = datetime(2020, 6, 1, tzinfo=UTC).timestamp()
LATER = 120.0
YEARS_LATER = datetime(2030, 6, 1, tzinfo=UTC)
"""When what was sent in the year of ``AT`` is due."""
AWARDED = f"信用代码,工厂名称,等级,年度,来源\n{CODE_B},演示工厂（虚构）,先进级,2024,虚构\n".encode()
PANEL = as_csv(records({key: [float(place) for place in range(40)] for key in MAIN}))
GROUPS = f"credit_code,group\n{CODE_A},演示集团（虚构）\n".encode()
FILE = file_of(CODE_A, "44")


def described(name: str, data: bytes) -> IncomingBaseline:
    return IncomingBaseline(f"{name}.csv", data, name, 2020, HOME_REGION, "illustrative", "invented for a test")


def freeze_parts(store: Store, parts: Path) -> None:
    import_folder(store, parts, described("parts", b""), ADMINISTRATOR.actor, None, None, "", lambda *_: None)


ACTS: dict[str, Callable[[Store, Path], object]] = {
    "upload": lambda store, _: receive_file(store, A, "again.csv", FILE),
    "list of awards": lambda store, _: import_awards(store, ADMINISTRATOR, "list.csv", AWARDED),
    "change of policy": lambda store, _: draft_policy_change(store, ADMINISTRATOR, "p.toml", lower_line(), at=AT),
    "panel": lambda store, _: import_baseline(store, described("panel", PANEL)),
    "groups": lambda store, _: import_baseline(store, described("panel", PANEL), groups=("g.csv", GROUPS)),
    "panel in parts": freeze_parts,
}
KEPT: dict[str, Callable[[Path], bytes]] = {
    "upload": lambda _: FILE,
    "list of awards": lambda _: AWARDED,
    "change of policy": lambda _: lower_line(),
    "panel": lambda _: PANEL,
    "groups": lambda _: GROUPS,
    "panel in parts": lambda parts: (parts / "a.parquet").read_bytes(),
}
WORST = (1, "killed at the next step")
"""The file that is named again lies aside, and nobody puts it back."""
OTHERS = [(1, "goes on"), (1, "killed there"), (2, "goes on"), (2, "killed there")]


class Deleting:
    """A process of its own that deletes what is due, and waits before each step on the files of the originals."""

    def __init__(self, place: StorePlace) -> None:
        self._ours, theirs = socketpair()
        self.pid = os.fork()
        if self.pid == 0:
            self._ours.close()
            _delete_in_steps(place, theirs)
        theirs.close()

    def comes_to(self) -> str:
        """Its next step, or how it ended."""
        ready, _, _ = select.select([self._ours], [], [], LATER)
        assert ready, "it neither goes on nor ends"
        return self._ours.recv(999).decode()

    def go_on(self) -> None:
        self._ours.send(b"go")

    def end(self) -> None:
        """Killed, unless it has ended."""
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
            self._ours.close()
            self.pid = 0


def _delete_in_steps(place: StorePlace, talk: socket) -> None:
    """Never comes back."""
    stopping = Event()

    def step(event: str, arguments: tuple[object, ...]) -> None:
        if stopping.is_set() and event in ("os.rename", "os.remove") and "/originals/" in str(arguments[0]):
            talk.send(event.encode())
            talk.recv(9)

    try:
        sys.addaudithook(step)
        with open_store(place) as store:
            talk.send(b"open")
            talk.recv(9)
            stopping.set()
            delete_contacts(store, at=now())
            stopping.clear()
        talk.send(b"done")
    except BaseException as error:
        talk.send(repr(error).encode())
    finally:
        os._exit(0)


@pytest.mark.parametrize(
    ("act", "at", "ends"), [(act, *WORST) for act in ACTS] + [("upload", *item) for item in OTHERS]
)
def test_an_original_that_is_kept_again_while_it_is_removed_stays(
    place: StorePlace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, act: str, at: int, ends: str
) -> None:
    parts = tmp_path / "parts"
    parts.mkdir()
    write(wide(), parts / "a.parquet")
    data = KEPT[act](parts)
    wanted, kept = hashlib.sha256(data).hexdigest(), Event()
    original = left_by_a_kill(place, data)
    deleting = Deleting(place)
    try:
        # Opened before, as who opens it waits for the lock too.
        assert deleting.comes_to() == "open"
        with open_store(place) as store, ThreadPoolExecutor(1) as beside:
            deleting.go_on()
            assert deleting.comes_to() == "os.rename"
            if at == 2:
                deleting.go_on()
                assert (deleting.comes_to(), original.exists()) == ("os.remove", False)
            tell_of_keeping(monkeypatch, wanted, kept)
            done = beside.submit(ACTS[act], store, parts)
            assert kept.wait(LATER)
            assert not done.done(), "it waits for the lock that the deletion has"
            if ends != "killed there":
                deleting.go_on()
                assert deleting.comes_to() == ("os.rename" if at == 1 else "done")
            if ends == "goes on" and at == 1:
                deleting.go_on()
                assert deleting.comes_to() == "done"
            deleting.end()
            done.result(LATER)
    finally:
        deleting.end()
    with open_store(place) as store:
        assert original.read_bytes() == data
        assert verify_store(store).sound
        delete_contacts(store, at=now())
        assert original.read_bytes() == data
    # What a kill left aside goes at a later opening, as any remainder.
    assert set(original.parent.glob(".*")) <= set(remains(place.folder))


def left_by_a_kill(place: StorePlace, data: bytes) -> Path:
    """An original that nothing names, kept years ago."""
    with open_store(place) as store:
        path = store.folder.original(store.folder.keep_original(data))
        os.utime(path, (LONG_AGO, LONG_AGO))
        return path


def tell_of_keeping(patched: pytest.MonkeyPatch, wanted: str, kept: Event) -> None:
    """``kept`` is set once this process has kept the file of that hash."""
    again, of_file = StoreFolder.keep_again, StoreFolder.keep_original_file

    def keep_again(folder: StoreFolder, sha256: str, data: bytes) -> None:
        again(folder, sha256, data)
        if sha256 == wanted:
            kept.set()

    def keep_original_file(folder: StoreFolder, path: Path) -> str:
        sha256 = of_file(folder, path)
        if sha256 == wanted:
            kept.set()
        return sha256

    patched.setattr(StoreFolder, "keep_again", keep_again)
    patched.setattr(StoreFolder, "keep_original_file", keep_original_file)


def test_a_file_that_is_sent_again_after_the_lock_was_lost_stays(
    databases: Databases,
    place: StorePlace,
    stores: tuple[Store, Store],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Thousands of files take longer to remove than the database lets anybody who says nothing keep the lock."""
    one, other = stores
    files = {receive_file(one, A, "a.csv", data, AT).reading.file.sha256: data for data in (b"a,b\n", b"c,d\n")}
    sent: list[str] = []
    unlink = Path.unlink

    def cut_off_after(path: Path, missing_ok: bool = False) -> None:
        unlink(path, missing_ok)
        left = [sha256 for sha256 in files if one.folder.original(sha256).exists()]
        if path.parent.name == "originals" and len(left) == 1 and not sent:
            sent.extend(left)
            databases.ask(
                f"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name_of(place)}' "
                "and state = 'idle in transaction'"
            )
            receive_file(other, A, "again.csv", files[sent[0]], YEARS_LATER)

    monkeypatch.setattr(Path, "unlink", cut_off_after)
    assert set(files) <= set(delete_contacts(one, at=YEARS_LATER).originals)
    assert sent
    assert other.folder.original(sent[0]).read_bytes() == files[sent[0]]
