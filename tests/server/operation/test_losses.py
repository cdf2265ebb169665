"""What may be lost while the real server works: a rush, kills, a full disk, and parts of the store gone or put back.

Each adds its row to the campaign's table. The short form is one of each; ``KPI_CAMPAIGN=1`` takes them all.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kpi.services.operation.authentication import viewer_of
from kpi.services.operation.verification import verify_store
from kpi.store.store import Store
from tests.benchmark.panels import seeded
from tests.campaign import LONG, size, trial
from tests.cli.command_line import content, here, process
from tests.conftest import ROOT, _free_port
from tests.server.http_client import ask, sign_in, signed_in
from tests.server.serving import serving
from tests.server.writers import Writer, enlist, lock_at_once, send, send_at_once, what_is_kept

CROWD = 50
KILLS = size(1, 20)
LONGEST = 4.0
"""Seconds after the first click within which the server is killed: by then a crowd of eight is through."""
pytestmark = [pytest.mark.server, pytest.mark.campaign]


def sound(root: Path) -> bool:
    with Store.open(root) as store:
        return verify_store(store).sound


def url_of(port: int) -> str:
    return f"http://127.0.0.1:{port}"


@pytest.mark.skipif(not LONG, reason="the long form: KPI_CAMPAIGN=1")
def test_a_rush_loses_nothing_and_crosses_nothing(copy_of_store: Callable[[], Path]) -> None:
    root, port = copy_of_store(), _free_port()
    with Store.open(root) as store:
        writers = enlist(store, CROWD)
    own = {writer.code: float(20 + place) for place, writer in enumerate(writers)}
    with serving(root, port):
        with ThreadPoolExecutor(CROWD) as crowd:
            sent = list(crowd.map(lambda writer: send(url_of(port), writer, f"{own[writer.code]:.0f}"), writers))
        drafted = [writer for writer, status in zip(writers, sent, strict=True) if status == 201]
        locked = lock_at_once(port, drafted)
    kept = what_is_kept(root, writers)
    crossed = [item for item in drafted if kept.efficiency.get(item.code) != own[item.code]]
    lost = [item for item in locked if item.code not in kept.locked]
    trial(f"rush: {CROWD} accounts send at once, then lock at once", 2 * CROWD, len(crossed) + len(lost))
    assert (crossed, lost, len(locked)) == ([], [], CROWD), sent
    assert sound(root)


def test_a_kill_under_traffic_loses_nothing_acknowledged(copy_of_store: Callable[[], Path]) -> None:
    root, draw, acknowledged, lost = copy_of_store(), seeded("kills"), 0, 0
    for kill in range(KILLS):
        port = _free_port()
        with Store.open(root) as store:
            senders = enlist(store, 4, 6_000_000 + 10 * kill)
            lockers = enlist(store, 4, 6_500_000 + 10 * kill)
        with serving(root, port) as server, ThreadPoolExecutor(3) as crowd:
            assert len(send_at_once(url_of(port), lockers, "40")) == len(lockers)
            locking = crowd.submit(lock_at_once, port, lockers)
            sending = crowd.submit(send_on, url_of(port), senders)
            signing = crowd.submit(sign_in_on, url_of(port))
            time.sleep(draw.uniform(0.5, LONGEST))
            server.send_signal(signal.SIGKILL)
            locked, sent, cookies = locking.result(), sending.result(), signing.result()
        kept = what_is_kept(root, [*senders, *lockers])
        lost += len({item.code for item in locked} - kept.locked)
        # A later one may have been kept without an answer, an earlier one never comes back.
        lost += sum((kept.efficiency.get(code) or 0) < value for code, value in sent.items())
        with Store.open(root) as store:
            lost += sum(viewer_of(store, cooky.split("=")[1]) is None for cooky in cookies)
            lost += not verify_store(store).sound
        acknowledged += len(locked) + sum(int(value) - 29 for value in sent.values()) + len(cookies)
    trial(f"kill -9 under drafts, locks and sign-ins ({acknowledged} acknowledged)", KILLS, lost)
    assert lost == 0
    assert acknowledged >= KILLS


def send_on(url: str, writers: list[Writer]) -> dict[str, float]:
    """Each sends ever higher values until the server is gone; the last one that was acknowledged, by code."""
    answered: dict[str, float] = {}
    for value in range(30, 90):
        for writer in writers:
            status = send(url, writer, str(value))
            if status == 201:
                answered[writer.code] = float(value)
            elif not status:
                return answered
    return answered


def sign_in_on(url: str) -> list[str]:
    """The cookies of the sign-ins that were acknowledged before the server was gone."""
    cookies: list[str] = []
    try:
        while True:
            cookies.append(signed_in(url, "leader"))
    except Exception:
        return cookies


FILLED = size([0, 900], [0, 4, 12, 64, 300, 900, 1_100, 3_000])
"""Kilobytes left on the disk."""
DISK_BYTES = 60_000_000


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own, which root alone may make: elsewhere the failing layer of ``tests/store`` has to do."""
    place = tmp_path / "disk"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", str(place)]
    if os.geteuid() or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("no small disk can be mounted here")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def leave_free(disk: Path, kilobytes: int) -> None:
    filler = disk / "filler"
    filler.unlink(missing_ok=True)
    state = os.statvfs(disk)
    filler.write_bytes(bytes(state.f_bavail * state.f_frsize - kilobytes * 1024))


def test_a_full_disk_refuses_or_keeps_and_says_which(copy_of_store: Callable[[], Path], small_disk: Path) -> None:
    root, port, wrong = Path(shutil.copytree(copy_of_store(), small_disk / "store")), _free_port(), []
    with Store.open(root) as store:
        writers = enlist(store, 2 * len(FILLED))
    lockers, senders = writers[::2], writers[1::2]
    with serving(root, port):
        url, locked, sent = url_of(port), [], []
        assert len(send_at_once(url, lockers, "40")) == len(lockers)
        for kilobytes, locker, sender in zip(FILLED, lockers, senders, strict=True):
            leave_free(small_disk, kilobytes)
            locked += lock_at_once(port, [locker])
            sent += send_at_once(url, [sender], "41")
            answer = sign_in(url, "leader")
            signed_in_by = [cooky for cooky in answer.cookies if cooky.startswith("duibiao=")]
            if not signed_in_by and "failed=full" not in answer.headers["location"]:
                wrong.append(f"sign-in at {kilobytes} KB: {answer.headers['location']}")
            assert ask(url, "/readyz").status == 503
        (small_disk / "filler").unlink()
        assert send_at_once(url, senders[:1], "42"), "and it goes on when there is room again"
    kept = what_is_kept(root, writers)
    wrong += [f"lock of {item.name}" for item in lockers if (item in locked) != (item.code in kept.locked)]
    wrong += [f"draft of {item.name}" for item in senders[1:] if (item in sent) != (item.code in kept.efficiency)]
    trial("full disk: lock, draft and sign-in with 0 to 3,000 KB left", 3 * len(FILLED), len(wrong))
    assert wrong == []
    assert sound(root)


def older_database(root: Path) -> None:
    shutil.copy(root.parent / "earlier.duckdb", root / "duibiao.duckdb")
    (root / "duibiao.duckdb.wal").unlink(missing_ok=True)


LOSSES: dict[str, Callable[[Path], object]] = {
    "older database put back": older_database,
    "lost database": lambda root: (root / "duibiao.duckdb").unlink(),
    "lost head": lambda root: (root / "audit-head").unlink(),
    "lost secret": lambda root: (root / "secret").unlink(),
    "another secret": lambda root: (root / "secret").write_bytes(bytes(range(32))),
}


@pytest.mark.parametrize("lose", LOSSES.values(), ids=LOSSES)
def test_a_part_that_is_gone_is_never_certified_and_nothing_is_written_over_it(
    copy_of_store: Callable[[], Path], lose: Callable[[Path], object], request: pytest.FixtureRequest
) -> None:
    root, missed = copy_of_store(), []
    shutil.copy(root / "duibiao.duckdb", root.parent / "earlier.duckdb")
    with Store.open(root) as store:
        enlist(store, 2)
    lose(root)
    before = content(root)
    for _ in range(size(1, 2)):
        for call in (
            here("store", "verify", "--store", root),
            here("account", "reset", "leader", "--store", root),
            process("serve", "--port", _free_port(), "--store", root),
        ):
            missed += [str(call)] if call.code != 3 else []
    after = content(root)
    missed += [name for name, sha256 in before.items() if after.get(name) != sha256]
    trial(f"{request.node.callspec.id}: verify, start, write", size(3, 6), len(missed))
    assert missed == []


LIE = """
import datetime
import kpi.model.times as times
true = times.now
times.now = lambda: true() + datetime.timedelta(hours=float(open({file!r}).read()))
"""
HOURS_OFF = size({"leader": 120}, {"leader": 120, "reviewer": 1, "enterprise": 9_600, "administrator": -120})
"""How many hours the clock is off while somebody tries wrong passwords of an account."""
WAIT_IS_OVER = "0.1"
"""Six minutes: a wait lasts five at most."""


def test_a_lying_clock_locks_nobody_out(
    copy_of_store: Callable[[], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    port, off, out = _free_port(), tmp_path / "off", []
    off.write_text("0")
    (tmp_path / "sitecustomize.py").write_text(LIE.format(file=str(off)))
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}:{ROOT}")
    with serving(copy_of_store(), port):
        for name, hours in HOURS_OFF.items():
            off.write_text(str(hours))
            tried = [sign_in(url_of(port), name, "wrong") for _ in range(6)]
            assert "failed=held" in tried[-1].headers["location"]
            # The wait begins with the first try after the clock was put right.
            off.write_text("0")
            sign_in(url_of(port), name)
            off.write_text(WAIT_IS_OVER)
            if not any(cooky.startswith("duibiao=") for cooky in sign_in(url_of(port), name).cookies):
                out.append(name)
    trial("lying clock: six wrong passwords while it is off, then put right", len(HOURS_OFF), len(out))
    assert out == []
