"""What may be lost while the real server works: a rush, kills, a full disk, and parts of the store gone or put back.

Each adds its row to the campaign's table. The short form is one of each; ``KPI_CAMPAIGN=1`` takes them all.
"""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
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
from tests.conftest import ROOT, _free_port, _wait
from tests.pages.websocket_client import visit
from tests.server.disks import disk_of, leave_free
from tests.server.http_client import Answer, ask, session, sign_in, signed_in
from tests.server.serving import SERVE, serving
from tests.server.writers import Writer, enlist, lock_at_once, send, send_at_once, what_is_kept
from tests.services.sample_store import file_of

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
    """A disk of its own: where none can be made the failing layer of ``tests/store`` has to do."""
    with disk_of(tmp_path / "disk", DISK_BYTES) as made:
        if not made:
            pytest.skip("no small disk can be mounted here")
        yield tmp_path / "disk"


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


@pytest.mark.parametrize("kilobytes", [0, 4])
def test_an_upload_that_finds_no_room_is_refused_in_words(
    copy_of_store: Callable[[], Path], small_disk: Path, kilobytes: int
) -> None:
    root, port = Path(shutil.copytree(copy_of_store(), small_disk / "store")), _free_port()
    with Store.open(root) as store:
        (writer,) = enlist(store, 1)
    with serving(root, port):
        url = url_of(port)
        proof = proof_of(url, "enterprise")
        with session(url, proof["Cookie"], "my-account") as number:
            leave_free(small_disk, kilobytes)
            by_page = upload(url, number, proof, 3_000_000)
            by_interface = send_padded(url, writer, 3_000_000)
            (small_disk / "filler").unlink()
            again = upload(url, number, proof, 3_000_000)
    trial(
        "full disk: files of 3 MB by page and by interface, 0 and 4 KB left",
        2,
        (by_page.status, by_interface.status).count(500),
    )
    assert (by_page.status, by_interface.status, again.status) == (503, 503, 204)
    assert "磁盘" in by_page.text
    assert '"event": "error"' not in (root / "logs" / "duibiao.jsonl").read_text()


@pytest.mark.parametrize("kilobytes", [0, 4, 900])
def test_a_server_starts_on_a_full_disk_and_is_read(
    copy_of_store: Callable[[], Path], small_disk: Path, kilobytes: int
) -> None:
    root, port = Path(shutil.copytree(copy_of_store(), small_disk / "store")), _free_port()
    with Store.open(root) as store:
        (writer,) = enlist(store, 1)
    log = small_disk.parent / "server.log"
    leave_free(small_disk, kilobytes)
    with log.open("ab") as out:
        command = [sys.executable, *SERVE, "--store", str(root), "--port", str(port)]
        process = subprocess.Popen(command, cwd=ROOT, stdout=out, stderr=out)
    try:
        _wait(url_of(port), process, log)
        page = ask(url_of(port), "/my-account", headers={"Cookie": f"duibiao={writer.cookie}"})
        visit(url_of(port), "my-account", cookie=f"duibiao={writer.cookie}")
        refused = sign_in(url_of(port), "leader").headers["location"]
        status = send(url_of(port), writer, "40")
    finally:
        process.kill()
        process.wait()
    trial("full disk: the server starts, is read, and refuses to write", 1, int(page.status != 200))
    assert (page.status, status) == (200, 503)
    assert "failed=full" in refused
    (small_disk / "filler").unlink()
    assert sound(root)


def proof_of(url: str, account: str) -> dict[str, str]:
    """What a page of ours sends with a file: who asks, and that it is our page."""
    xsrf = ask(url, "/_stcore/health").cookies[0].split(";")[0]
    return {"Cookie": f"{signed_in(url, account)}; {xsrf}", "X-Xsrftoken": xsrf.split("=", 1)[1], "Origin": url}


def form_of(data: bytes) -> tuple[bytes, dict[str, str]]:
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
    return head + data + b"\r\n--x--\r\n", {"Content-Type": "multipart/form-data; boundary=x"}


def upload(url: str, number: str, proof: dict[str, str], size: int) -> Answer:
    body, kind = form_of(b"a" * size)
    return ask(url, f"/_stcore/upload_file/{number}/1", "PUT", kind | proof, body)


def send_padded(url: str, writer: Writer, size: int) -> Answer:
    body, kind = form_of(file_of(writer.code) + b"\n" * size)
    headers = {"Authorization": f"Bearer {writer.token}", "Idempotency-Key": "0123456789abcdef"}
    return ask(url, "/api/v1/submissions", "POST", kind | headers, body)


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
import tests.clock.sitecustomize
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
