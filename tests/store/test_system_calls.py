"""Between any two system calls of an act: all of it is there and acknowledged, or none of it and reported so.

The short form takes the last call of each kind; ``KPI_CAMPAIGN=1`` takes every call of every act.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from kpi import tables
from kpi.model.viewer import SYSTEM
from kpi.services.enterprise.uploads import receive_file
from kpi.services.operation.verification import verify_store
from kpi.services.unit_of_work import unit_of_work
from kpi.store import store as store_module
from kpi.store.store import Store
from tests import campaign
from tests.benchmark.panels import MAIN, freeze, records
from tests.services.sample_store import AT, CODE_A, A, file_of
from tests.services.service_calls import kept
from tests.services.submitting import YEAR, accepted, lock_as_it_stands
from tests.shortcuts import made_once
from tests.store.system_calls import DONE, KILLED, Act, Ended, Moment, done_in_child, moments, reason_not_to_trace
from tests.store.test_full_disk import locked, unbroken

UNTRACEABLE = reason_not_to_trace()
pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(UNTRACEABLE), reason=UNTRACEABLE), pytest.mark.campaign]

UNCERTAIN, STOPPED = "change_uncertain", "store_to_reopen"
WRITING = {"openat", "write", "pwrite64", "ftruncate", "fallocate", "fsync", "fdatasync", "rename", "unlink", "mkdir"}
SHORT = {("lock", "killed"), ("lock", "EIO"), ("head", "ENOSPC")}
SHORT_CALLS = WRITING | {"newfstatat", "statfs"}


def lock(store: Store) -> None:
    lock_as_it_stands(store, A, CODE_A, YEAR)


FILE = file_of(CODE_A, "44")
"""Read before the act: that a sample cannot be read is no fault of it."""


def upload(store: Store) -> None:
    receive_file(store, A, "b.csv", FILE)


def uploaded(store: Store) -> bool:
    with store.cursor() as cursor:
        return "b.csv" in {item.file_name for item in tables.applications.uploads(cursor, A.account)}


def freeze_baseline(store: Store) -> None:
    freeze(store, "b", records({key: [float(place) for place in range(40)] for key in MAIN}), year=2020)


def frozen(store: Store) -> bool:
    with store.cursor() as cursor:
        return "b" in {baseline.name for baseline in tables.baselines.baselines(cursor)}


def note(store: Store) -> None:
    """The least there is: one act of the trail, and its head."""
    with unit_of_work(store, SYSTEM, AT) as change:
        change.audit("signed_out", "x")


def noted(store: Store) -> bool:
    with store.cursor() as cursor:
        return "x" in {audit_entry.subject for audit_entry in tables.audit.audit_entries(cursor)}


def lock_and_checkpoint(store: Store) -> None:
    """As where the log has become so long that it is moved into the database."""
    store_module.CHECKPOINT_BYTES = 0
    lock(store)


ACTS: dict[str, tuple[Act, Callable[[Store], bool]]] = {
    "lock": (lock, locked),
    "upload": (upload, uploaded),
    "freeze": (freeze_baseline, frozen),
    "head": (note, noted),
    "checkpoint": (lock_and_checkpoint, locked),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens at a moment: an error, once or from then on, or - without one - the end of the process."""

    error: str = ""
    lasting: bool = False

    def at(self, moment: Moment) -> list[str]:
        injected = moment.failing(self.error, self.lasting) if self.error else moment.killing()
        return ["-e", f"trace={moment.call}", "-e", f"inject={injected}"]

    def meets(self, call: str) -> bool:
        """Whether the system may end this call so: a full disk hurts who writes, too many files who opens one."""
        return call in {"ENOSPC": WRITING, "EMFILE": {"openat"}}.get(self.error, {call})

    def words(self) -> set[str]:
        """What may be reported of it. The system's word for a lock that fails is always this one."""
        full = {"store_full"} if self.error == "ENOSPC" else {f"store_access {self.error}", "store_access ENOLCK"}
        return {DONE, UNCERTAIN} | full if self.error else {KILLED}


FAULTS = {
    "killed": Fault(),
    "EIO": Fault("EIO"),
    "EIO from then on": Fault("EIO", lasting=True),
    "ENOSPC": Fault("ENOSPC"),
    "EMFILE": Fault("EMFILE"),
}
CASES = [(act, fault) for act in ACTS for fault in FAULTS if campaign.LONG or (act, fault) in SHORT]


@pytest.fixture(scope="module")
def drafted(furnished: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with a draft. All acts were done once in this process: what is read on first use is read already."""

    def make(folder: Path) -> None:
        with Store.open(Path(shutil.copytree(furnished, folder))) as store:
            accepted(store, A, CODE_A)

    folder = made_once(tmp_path_factory, "drafted", make)
    with Store.open(Path(shutil.copytree(folder, tmp_path_factory.mktemp("warm") / "s"))) as store:
        for act in (lock, upload, freeze_baseline, note):
            act(store)
        assert verify_store(store).sound
    return folder


def contents(root: Path) -> dict[str, Any]:
    """Without originals, which may be there and belong to nothing, and the head, which a kill leaves behind."""
    with Store.open_to_read(root) as store:
        assert unbroken(store)
        return {name: rows for name, rows in kept(store).items() if name not in ("originals", "head")}


def counts(found: dict[str, Any]) -> dict[str, int]:
    """Rows of each table: what is written at another moment has another content."""
    return {name: rows[0] for name, rows in found.items()}


def chosen(found: list[Moment], fault: Fault) -> list[Moment]:
    """All in the long form; in the short one the last of each kind that a change depends on."""
    last = {moment.call: moment for moment in found if moment.call in SHORT_CALLS}
    return [item for item in (found if campaign.LONG else last.values()) if fault.meets(item.call)]


@pytest.mark.parametrize(("name", "fault_name"), CASES)
def test_all_of_an_act_is_there_and_acknowledged_or_none_of_it(
    drafted: Path, tmp_path: Path, name: str, fault_name: str
) -> None:
    (act, done), fault = ACTS[name], FAULTS[fault_name]
    whole = Path(shutil.copytree(drafted, tmp_path / "whole"))
    found = moments(whole, act)
    before, after = contents(drafted), counts(contents(whole))
    ends: Counter[str] = Counter()
    wrong = []
    for moment in chosen(found, fault):
        root = Path(shutil.copytree(drafted, tmp_path / f"{moment.call}-{moment.at}"))
        ended = done_in_child(root, act, done, ["-o", "/dev/null", *fault.at(moment)])
        now = contents(root)
        there = now != before
        half = there and counts(now) != after
        if half or not agree(fault, ended, there):
            wrong.append((moment, ended, "half" if half else there))
        with Store.open(root) as store:
            note(store)
        ends[ended.said.split()[0]] += 1
        shutil.rmtree(root)
    campaign.tally(f"system calls: {name}, {fault_name}", **ends)
    campaign.trial(f"{name}: {fault_name} at each system call", ends.total(), len(wrong))
    assert wrong == []
    assert ends.total() >= (50 if campaign.LONG and fault.error in ("", "EIO") else 1)


def agree(fault: Fault, ended: Ended, there: bool) -> bool:
    """Whether what was said, what the same process found then, and what is there after a restart are of one mind."""
    if ended.said not in fault.words():
        return False
    if ended.said == KILLED:
        return True
    if ended.said == UNCERTAIN:
        return ended.found == STOPPED
    return (ended.said == DONE) == there and ended.found in (str(there), STOPPED if there else "")
