"""The disk is gone under load: what the last copy had is back by one command, and what is lost has its name."""

from __future__ import annotations

import json
import os
import pwd
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from kpi.model.viewer import SYSTEM, Actor
from kpi.services.enterprise.uploads import receive_file
from kpi.services.operation.verification import verify_store
from kpi.services.unit_of_work import unit_of_work
from kpi.store.open_store import open_store
from kpi.store.store import Store
from kpi.store.store_place import shared_place
from tests.campaign import size, trial
from tests.cli.command_line import here, process
from tests.conftest import ROOT, _free_port
from tests.programs import needed
from tests.server.serving import serving
from tests.server.writers import Writer, enlist, send, what_is_kept
from tests.services.sample_store import CODE_A, A, file_of
from tests.store.engines import server

pytestmark = [pytest.mark.server, pytest.mark.slow, pytest.mark.campaign]
KEEPER = Actor("console:keeper", "administrator", "console")
SNAPSHOTS = size(3, 10)
PAUSE = 1.0
"""Seconds between two copies, in the place of a minute."""


def acts_of(lines: str) -> dict[int, str]:
    """The acts that a log names, each with its mac: what a machine for logs has of a lost one."""
    events = [json.loads(line) for line in lines.splitlines()]
    return {event["seq"]: event["mac"] for event in events if event["event"] == "act"}


def test_a_store_in_a_folder(copy_of_store: Callable[[], Path], tmp_path: Path) -> None:
    root, port, place, back = copy_of_store(), _free_port(), tmp_path / "second", tmp_path / "new machine"
    with Store.open(root) as store:
        writers = enlist(store, 4)
    sent: dict[str, float] = {}
    at_the_copy: dict[str, float] = {}
    with serving(root, port) as served:
        loading = threading.Thread(target=load, args=(f"http://127.0.0.1:{port}", writers, sent))
        loading.start()
        for _ in range(SNAPSHOTS):
            time.sleep(PAUSE)
            at_the_copy = dict(sent)
            taken = process("store", "snapshot", place, "--store", root, "--json")
            assert taken.code == 0, taken.err
        time.sleep(PAUSE)
        served.send_signal(signal.SIGKILL)
        loading.join()
    acts = acts_of((root / "logs" / "duibiao.jsonl").read_text())
    last = max(acts)
    shutil.rmtree(root)
    done = here(
        "store", "restore", place, "--store", back, "--anchor", f"{last}:{acts[last]}", "--json", "--reason", "x"
    )
    assert done.code == 0, done.err
    seq = done.json["seq"]
    kept = what_is_kept(back, writers)
    lost = [code for code, value in at_the_copy.items() if (kept.efficiency.get(code) or 0) < value]
    trial(f"disk lost under load ({len(sent)} writers, acts {seq + 1} to {last} lost and named)", 1, len(lost))
    assert lost == []
    assert done.json["lost"] == f"{seq + 1}-{last}"
    assert sum(value - 29 for value in at_the_copy.values()) > 0
    with Store.open(back) as restored:
        assert verify_store(restored).sound
    with serving(back, port):
        assert send(f"http://127.0.0.1:{port}", writers[0], "77") == 201, "and it goes on"


def load(url: str, writers: list[Writer], sent: dict[str, float]) -> None:
    """Each sends ever higher values until the server is gone; ``sent`` are the last acknowledged ones, by code."""
    for value in range(30, 100_000):
        for writer in writers:
            status = send(url, writer, str(value % 9_000))
            if status == 201:
                sent[writer.code] = float(value % 9_000)
            elif not status:
                return


SECOND_PLACE = ROOT / "deploy" / "second-place.sh"


def test_a_store_on_postgresql(tmp_path: Path) -> None:
    needed("initdb")
    with on_short_path() as home, server.running(fsync="on", full_page_writes="on", synchronous_commit="on") as said:
        socket = said.split()[0].removeprefix("host=")
        tools = Tools(home, f"host={socket} user=kpi dbname=postgres")
        files, place = home / "files", home / "second"
        for folder in (files, place):
            folder.mkdir()
        shutil.chown(place, server.owner())
        streaming = tools.start("stream", place)
        try:
            with open_store(shared_place(f"postgresql://kpi@/postgres?host={socket}", files)) as store:
                acts_at_the_copy = work_and_copy(store, tools, place, files)
                head = store.folder.head()
                assert head
                streaming.terminate()
                streaming.wait()
                late = tools.start("copy", place, files)
                assert late.wait(300) == 1, "a point that the log here does not reach replaces none"
        finally:
            streaming.terminate()
            streaming.wait()
        data = Path(socket) / "data"
        server._run(Path(socket), *server.CONTROL, "-m", "immediate", "stop")
        shutil.rmtree(data)
        shutil.rmtree(files)
        tools.run("restore", place, data, home / "files 2", f"{head[0]}:{head[1]}")
        server._run(Path(socket), *server.CONTROL, "start", "-o", f"-c listen_addresses='' -k {socket}")
        lost = what_verify_names(f"postgresql://kpi@/postgres?host={socket}", home / "files 2")
        trial(f"disk of PostgreSQL lost ({acts_at_the_copy} acts kept, {lost} lost and named)", 1, 0)
        first, _, until = lost.partition("-")
        assert int(until or first) == head[0]
        assert int(first) > acts_at_the_copy


def work_and_copy(store: Store, tools: Tools, place: Path, files: Path) -> int:
    """Acts and files, copies between them, and more acts after the last copy. Returns how far that one must reach."""
    reached = 0
    for number in range(SNAPSHOTS):
        receive_some(store, number)
        head = store.folder.head()
        assert head
        reached = head[0]
        grant(files)
        tools.run("copy", place, files)
    for number in range(3):
        with unit_of_work(store, SYSTEM) as change:
            change.audit("signed_out", f"after the copy {number}")
    return reached


def receive_some(store: Store, number: int) -> None:
    receive_file(store, A, f"{number}.csv", file_of(CODE_A, str(30 + number)))


def what_verify_names(address: str, files: Path) -> str:
    """Verified and found lost by name; acknowledged by that name, all else is sound."""
    os.environ["KPI_STORE_FILES"] = str(files)
    try:
        found = here("store", "verify", "--store", address, "--lang", "en")
        assert found.code == 3
        lost = found.err.split("--lost ")[1].split(" ")[0]
        done = here("store", "acknowledge", "--store", address, "--lost", lost, "--reason", "the disk is gone")
        assert done.code == 0, done.err
        assert here("store", "verify", "--store", address).code == 0
    finally:
        del os.environ["KPI_STORE_FILES"]
    return lost


class Tools:
    """``second-place.sh`` as PostgreSQL's own user, whom its programs ask for."""

    def __init__(self, home: Path, database: str) -> None:
        self.home = home
        folder = server.programs()
        self.environment = (
            os.environ | {"DATABASE": database, "PATH": f"{folder}:{os.environ['PATH']}"} | {"PATIENCE": "3"}
        )
        self.who: dict[str, Any] = {}
        if os.geteuid() == 0:
            owner = server.owner()
            assert owner
            self.who = {"user": owner, "group": pwd.getpwnam(owner).pw_gid, "extra_groups": []}

    def start(self, *words: object) -> subprocess.Popen[bytes]:
        script = shutil.copy(SECOND_PLACE, self.home)
        command = ["/bin/sh", script, *map(str, words)]
        return subprocess.Popen(command, cwd=self.home, env=self.environment, stderr=sys.stderr, **self.who)

    def run(self, *words: object) -> None:
        running = self.start(*words)
        assert running.wait(300) == 0, words


@contextmanager
def on_short_path() -> Iterator[Path]:
    """A folder that PostgreSQL's user reaches, below no folder of root's alone."""
    home = Path(subprocess.run(["mktemp", "-d"], capture_output=True, text=True, check=True).stdout.strip())
    home.chmod(0o777)
    try:
        yield home
    finally:
        shutil.rmtree(home, ignore_errors=True)


def grant(files: Path) -> None:
    """What another user than the store's copies, it must be allowed to read. Installed, both are one."""
    for path in (files, *files.rglob("*")):
        path.chmod(0o777 if path.is_dir() else 0o666)
