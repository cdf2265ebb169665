"""Applications that two processes lock at the same time, and processes that are killed while they do.

The short form is one repeat of ten and a few kills; ``KPI_CAMPAIGN=1`` takes twenty of two hundred and a hundred kills.
"""

from __future__ import annotations

import json
import signal
from contextlib import ExitStack
from pathlib import Path

import pytest

from kpi import tables
from kpi.access.roles import Scope
from kpi.model.viewer import SYSTEM
from kpi.services.operation.verification import verify_store
from kpi.services.shipped_baseline import ensure_baseline
from kpi.services.unit_of_work import unit_of_work
from kpi.store.open_store import open_store
from kpi.store.store import Store
from kpi.store.store_place import StorePlace
from tests.benchmark.panels import credit_code
from tests.campaign import size, trial
from tests.services.shared_locker import locker, owner
from tests.services.submitting import accepted, lock_as_it_stands
from tests.store.shared_places import Databases, furnished_place

pytestmark = [pytest.mark.slow, pytest.mark.campaign]

MANY, REPEATS, KILLS = size(10, 200), size(1, 20), size(6, 100)
CODES = [credit_code(8_400_000 + number) for number in range(max(MANY, KILLS))]


def with_drafts(store: Store) -> None:
    ensure_baseline(store)
    for number, code in enumerate(CODES):
        accepted(store, owner(code), code, str(20 + number % 70))


@pytest.fixture(scope="module")
def drafted(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> StorePlace:
    return furnished_place(databases, tmp_path_factory.mktemp("drafted") / "files", with_drafts)


def locked(store: Store) -> list[str]:
    with store.cursor() as cursor:
        found = tables.applications.locked_applications(cursor, Scope(own=tuple(CODES)))
        return sorted(application.application.credit_code for application in found)


def noted_locks(store: Store) -> list[str]:
    """The applications that the trail says were locked; it has no gap."""
    with store.cursor() as cursor:
        acts = tables.audit.audit_entries(cursor)
    assert [act.seq for act in acts] == list(range(1, len(acts) + 1))
    return sorted(act.subject.split()[0] for act in acts if act.action == "application_locked")


def test_of_two_processes_that_lock_the_same_at_once_each_is_locked_by_one_and_the_other_is_informed(
    databases: Databases, drafted: StorePlace, tmp_path: Path
) -> None:
    """Informed that there is no draft any more: its page then shows the receipt (``test_several_processes.py``)."""
    codes, wrong = CODES[:MANY], 0
    for repeat in range(REPEATS):
        place = databases.copy(drafted, tmp_path / f"files{repeat}")
        with ExitStack() as both:
            lockers = [both.enter_context(locker(place)) for _ in range(2)]
            for item in lockers:
                item.ask(json.dumps({"codes": codes}))
            for entry in lockers:
                entry.heard("ready")
            for item in lockers:
                item.ask("now")
            ends = [dict(line.split() for line in entry.heard("ended")) for entry in lockers]
        assert [said.pop("ended") for said in ends] == ["0", "0"]
        outcomes = [sorted((entry[code], other[code])) for entry, other in [ends] for code in codes]
        wrong += sum(outcome != ["locked", "not_there"] for outcome in outcomes)
        with open_store(place) as store:
            assert locked(store) == noted_locks(store) == sorted(codes)
            assert verify_store(store).sound
    trial(f"two processes lock the same {MANY} applications at once", MANY * REPEATS, wrong)
    assert wrong == 0, outcomes


def test_a_process_that_is_killed_at_any_statement_of_a_lock_leaves_all_of_it_or_none(
    databases: Databases, drafted: StorePlace, tmp_path: Path
) -> None:
    place = databases.copy(drafted, tmp_path / "files")
    codes, wrong, kept = CODES[:KILLS], 0, 0
    with open_store(place) as store, locker(place) as program:
        program.ask(json.dumps({"code": codes[0], "step": 0}))
        said = program.heard("ended")
        assert said[-1] == "ended 0", said
        steps = int(said[-2].split()[-1])
        for number, code in enumerate(codes[1:]):
            program.ask(json.dumps({"code": code, "step": steps - number * steps // len(codes)}))
            assert program.heard("ended") == [f"ended {-signal.SIGKILL}"]
            with unit_of_work(store, SYSTEM) as change:  # who comes next need not wait
                change.audit("backup_made", code)
            there = [code in locked(store), code in noted_locks(store)]
            wrong += len(set(there)) - 1
            kept += there[0]
            if not there[0]:
                lock_as_it_stands(store, owner(code), code)
        wrong += not verify_store(store).sound
        assert locked(store) == noted_locks(store) == sorted(codes)
    trial(f"a lock killed at each of its {steps} statements ({kept} kept)", len(codes) - 1, wrong)
    assert wrong == 0
