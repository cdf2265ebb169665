"""What a year of load is made of: a store, who serves it and its people, and all that may go wrong while they work."""

from __future__ import annotations

import json
import shutil
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kpi.model.viewer import Viewer
from kpi.services.administrator.rounds import assign_reviewers, open_round, start_round
from kpi.services.operation.upgrade import upgrade_store
from kpi.store.store import Store
from kpi.store.store_place import StorePlace
from tests.benchmark.panels import seeded
from tests.campaign import size
from tests.cli.command_line import process
from tests.conftest import ROOT
from tests.server.acknowledged import (
    FIRST,
    LOCK,
    OTHER_YEAR,
    YEAR,
    Fact,
    facts_kept,
    logged_acts,
    missing,
)
from tests.server.disks import leave_free
from tests.server.load import Load
from tests.server.operation.test_release import Installation
from tests.server.replicas import Replica
from tests.server.writers import Writer, enter, lock_at_once
from tests.services.sample_store import ADMINISTRATOR
from tests.services.submitting import say_no_conflict

ENTERPRISES, REVIEWERS, SENDERS = size((6, 3, 2), (50, 20, 5))
KILLS = size(1, 45)
"""In each of the four parts of the year."""
LONGEST = size(4.0, 25.0)
"""Seconds of load before a kill."""
FULL = size([0], [0, 4, 64, 900])
"""Kilobytes left on the disk."""
FULL_SECONDS = size(2.0, 5.0)
LOST_AT_LEAST = size(3, 40)
"""Acknowledgements between the last copy and the loss of the disk."""
PAUSE = 1.0
"""Seconds between two copies, in the place of a minute."""
DISK_BYTES = 600_000_000
UNUSABLE = 3
CAST = """
import json, sys
from dataclasses import asdict
from pathlib import Path
from kpi.services.shipped_baseline import ensure_baseline
from kpi.store.store import Store
from tests.server.writers import enlist
with Store.open(Path(sys.argv[1])) as store:
    ensure_baseline(store)
    print(json.dumps([asdict(writer) for writer in enlist(store, int(sys.argv[2]), 800_000)]))
"""
"""A store of the release before, with its enterprises. Names of seven digits would be withheld from the log."""


class Copies:
    """``kpi store snapshot`` again and again, whoever serves the store."""

    def __init__(self, year: Year, place: Path) -> None:
        self.year, self.place = year, place
        self.made = self.refused = 0
        self.at_the_last: dict[Fact, int] = {}
        """What was acknowledged when the last one was asked for."""
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._copy, daemon=True)
        self._thread.start()

    def _copy(self) -> None:
        while not self._ended.wait(PAUSE):
            before = self.year.ledger.by_now()
            done = process("store", "snapshot", self.place, "--store", self.year.root, "--json")
            if done.code == 0:
                self.made, self.at_the_last = self.made + 1, before
            else:
                self.refused += 1

    def end(self) -> None:
        self._ended.set()
        self._thread.join(300)


class Year:
    """The store and who serves it, its people, and what was lost so far: to be empty."""

    def __init__(self, folder: Path, disk: Path, load: Load, before: Installation) -> None:
        self.folder, self.load, self.ledger, self.before = folder, load, load.ledger, before
        self.port = int(load.url.rpartition(":")[2])
        self.root = disk / "store"
        made = before.run(".venv/bin/python", "-c", CAST, str(self.root), str(ENTERPRISES))
        assert made.returncode == 0, made.stderr
        self.writers = [Writer(**item) for item in json.loads(made.stdout)]
        self.reviewers: dict[str, str] = {}
        self.draw = seeded("a year of load")
        self.losses: list[object] = []
        self.kills = self.lost_and_named = self.begun_again = 0
        self.errors: list[str] = []
        self.server = self.server_of(before.clone)

    def server_of(self, program: Path) -> Replica:
        return Replica(StorePlace(self.root), self.port, self.folder / "server.log", program=program)

    def close(self) -> None:
        """Also where the test fails."""
        if self.server.process and self.server.process.poll() is None:
            self.server.end(signal.SIGKILL)

    def serve(self, program: Path = ROOT) -> None:
        """As systemd starts it: again where a copy had the store just then."""
        self.server = self.server_of(program)
        for _ in range(10):
            self.server.begin()
            try:
                return self.server.wait()
            except pytest.fail.Exception:
                if self.server.running.poll() != UNUSABLE:
                    raise
                self.begun_again += 1
                time.sleep(1.0)
        pytest.fail("the store cannot be served")

    def kept(self) -> dict[Fact, int]:
        """Of a store of the release before: as a copy has it that is brought forward."""
        if self.server.program == ROOT:
            return facts_kept(self.root, self.writers, self.reviewers)
        copied = Path(shutil.copytree(self.root, self.folder / "copied"))
        upgrade_store(copied, ADMINISTRATOR.actor)
        found = facts_kept(copied, self.writers)
        shutil.rmtree(copied)
        return found

    def compare(self) -> dict[Fact, int]:
        """The server has ended."""
        acknowledged, kept = self.ledger.by_now(), self.kept()
        self.losses += [*missing(acknowledged, kept), *self.ledger.never_tried(kept)]
        return kept

    def kill(self) -> None:
        self.server.end(signal.SIGKILL)
        self.kills += 1
        self.compare()

    def some_kills(self) -> None:
        for _ in range(KILLS):
            time.sleep(self.draw.uniform(0.5, LONGEST))
            program = self.server.program
            self.kill()
            self.serve(program)

    def end_server(self) -> None:
        self.server.end(signal.SIGTERM)
        self.compare()

    def upgrade(self) -> None:
        self.end_server()
        done = process("store", "upgrade", "--store", self.root, "--json")
        assert done.code == 0, done.err
        assert done.json["before"] < done.json["after"]
        self.serve()

    def fill_disk(self, disk: Path) -> None:
        """Refused while there is no room; then it goes on."""
        for kilobytes in FULL:
            refused = self.load.answers[503]
            leave_free(disk, kilobytes)
            time.sleep(FULL_SECONDS)
            self.wait_for(lambda refused=refused: self.load.answers[503] > refused)
            (disk / "filler").unlink()
            self.some_more(SENDERS)

    def wait_for(self, holds: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 300
        while not holds():
            assert time.monotonic() < deadline, self.load.answers
            time.sleep(0.1)

    def some_more(self, number: int) -> None:
        enough = self.ledger.count + number
        self.wait_for(lambda: self.ledger.count >= enough)

    def locked(self) -> set[str]:
        return {act.account for act in logged_acts(self.root) if act.kind == LOCK}

    def deadline(self) -> None:
        """All lock at once; the server is killed after one of the first locks, and all others lock at once again."""
        self.wait_for(lambda: len(self.ledger.by_now()) == ENTERPRISES)
        self.load.held.set()
        self.load.year = OTHER_YEAR
        with ThreadPoolExecutor(1) as apart:
            rush = apart.submit(self.rush, self.writers)
            after = self.draw.randint(1, ENTERPRISES // 2)
            self.wait_for(lambda: rush.done() or len(self.locked()) >= after)
            self.server.end(signal.SIGKILL)
            rush.result()
        self.kills += 1
        done = {fact.account for fact in self.compare() if fact.kind == LOCK}
        self.serve()
        for _ in range(3):
            if rest := [writer for writer in self.writers if writer.name not in done | self.locked()]:
                self.rush(rest)
        self.load.held.clear()

    def rush(self, writers: list[Writer]) -> None:
        facts = {writer.name: self.ledger.next(LOCK, writer.name, f"{writer.code} {YEAR}")[0] for writer in writers}
        for writer in lock_at_once(self.port, writers, YEAR):
            self.ledger.acknowledge(facts[writer.name], FIRST)

    def open_review(self) -> None:
        """A round in which three reviewers score each candidate."""
        self.end_server()
        names = [f"reviewer{number}" for number in range(REVIEWERS)]
        of = {
            writer.code: [names[(place + more) % REVIEWERS] for more in range(3)]
            for place, writer in enumerate(self.writers)
        }
        with Store.open(self.root, wait=60) as store:
            for name in names:
                viewer = Viewer(name, "演示评审员（虚构）", "reviewer", ("高端装备",))
                self.reviewers[name] = enter(store, viewer)
                say_no_conflict(store, viewer)
            found = open_round(store, ADMINISTRATOR, YEAR, "高端装备", "material")
            assign_reviewers(store, ADMINISTRATOR, found, of)
            start_round(store, ADMINISTRATOR, found)
        self.serve()
        self.load.score(found, self.reviewers, {name: [code for code in of if name in of[code]] for name in names})
        self.some_more(REVIEWERS)

    def lose_disk(self, copies: Copies) -> None:
        """The store is gone, and is restored on another machine from the last copy and a log that was sent away."""
        copies.end()
        self.some_more(LOST_AT_LEAST)
        self.kill()
        acts = logged_acts(self.root)
        self.note_errors()
        shutil.rmtree(self.root)
        self.root = self.root.with_name("new machine")
        anchor = ("--anchor", f"{acts[-1].seq}:{acts[-1].mac}", "--reason", "x", "--json")
        done = process("store", "restore", copies.place, "--store", self.root, *anchor)
        assert done.code == 0, done.err
        seq = done.json["seq"]
        assert done.json["lost"] == f"{seq + 1}-{acts[-1].seq}"
        lost, kept = [act for act in acts if act.seq > seq], self.kept()
        self.lost_and_named += len(lost)
        self.losses += missing(copies.at_the_last, kept)
        self.losses += [f"{unnamed} that no act names"] if (unnamed := self.ledger.lose(kept, lost)) else []
        self.serve()

    def note_errors(self) -> None:
        lines = [line for log in (self.root / "logs").glob("*.jsonl*") for line in log.read_text("utf-8").splitlines()]
        self.errors += [line for line in lines if '"event": "error"' in line]

    def sign(self) -> list[str]:
        """A signed anchor and the keys, as an auditor takes them away; the words to verify by them."""
        for name, words in (("anchor", ("anchor", "--signed")), ("keys", ("keys",))):
            done = process("store", *words, "--store", self.root)
            assert done.code == 0, done.err
            (self.folder / f"{name}.json").write_text(done.out, "utf-8")
        return ["--signed", str(self.folder / "anchor.json"), "--keys", str(self.folder / "keys.json")]
