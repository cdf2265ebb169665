"""A panel is read in a process of its own: seen as it goes, stopped at any moment, and then nothing is left of it."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from kpi import tables
from kpi.errors import UserError
from kpi.model.evaluation import Baseline
from kpi.services.administrator.baseline_import import BaselinePreview, ImportJob, freeze_baseline, preview_baseline
from kpi.services.operation.verification import verify_store
from kpi.services.preparation import InvalidPanel, Stage
from kpi.services.tasks import ProcessRunner, TaskRunner
from kpi.store.store import Store
from tests.services.administrator.test_baseline_import import panel
from tests.services.sample_store import ADMINISTRATOR

pytestmark = [pytest.mark.slow, pytest.mark.campaign]
LONG_ENOUGH = 300


def freezing(store: Store, name: str) -> Callable[[TaskRunner], Baseline]:
    return lambda runner: freeze_baseline(store, ADMINISTRATOR, panel(name), runner=runner)


def previewing(store: Store) -> Callable[[TaskRunner], BaselinePreview]:
    return lambda runner: preview_baseline(store, ADMINISTRATOR, panel(), runner=runner)


def files(store: Store) -> list[str]:
    return sorted(path.name for path in store.folder.root.rglob("*") if path.is_file())


def test_what_a_process_computes_is_what_this_one_computes(store: Store) -> None:
    job = ImportJob(previewing(store))
    assert job.wait(LONG_ENOUGH)
    assert job.result == preview_baseline(store, ADMINISTRATOR, panel())
    frozen = ImportJob(freezing(store, "apart"))
    assert frozen.wait(LONG_ENOUGH)
    assert frozen.result is not None
    assert verify_store(store).sound


def test_progress_moves_from_stage_to_stage(store: Store) -> None:
    seen: list[tuple[Stage, float]] = []
    freeze_baseline(store, ADMINISTRATOR, panel("seen"), runner=ProcessRunner(lambda *at: seen.append(at)))
    stages = [stage for stage, _ in seen]
    assert list(dict.fromkeys(stages)) == ["reading", "publishing", "words", "writing"]
    assert stages.count("words") > 100
    shares = [share for stage, share in seen if stage == "words"]
    assert (shares, shares[-1]) == (sorted(shares), 1)
    written = [share for stage, share in seen if stage == "writing"]
    assert written == pytest.approx([0, 0.25, 0.5, 0.5, 0.6, 1])


@pytest.mark.parametrize("at", ["reading", "publishing", "words"])
def test_stopped_at_any_stage_nothing_is_left(store: Store, at: Stage) -> None:
    before = files(store)
    reached = threading.Event()

    def act(runner: TaskRunner) -> Baseline:
        heard = runner.report

        def report(stage: Stage, share: float) -> None:
            heard(stage, share)
            if stage == at:
                reached.set()

        runner.report = report
        return freeze_baseline(store, ADMINISTRATOR, panel("stopped"), runner=runner)

    job = ImportJob(act)
    assert reached.wait(LONG_ENOUGH)
    job.stop()
    assert job.wait(240)
    assert (job.stopped, job.result, job.error) == (True, None, None)
    assert files(store) == before
    with store.cursor() as cursor:
        assert [baseline.name for baseline in tables.baselines.baselines(cursor)] == ["illustrative-2025"]
        assert not [
            audit_entry for audit_entry in tables.audit.audit_entries(cursor) if audit_entry.subject == "stopped"
        ]


def test_stopped_while_it_is_written_it_is_written_whole(store: Store) -> None:
    jobs: list[ImportJob[Baseline]] = []
    made = threading.Event()

    def act(runner: TaskRunner) -> Baseline:
        heard = runner.report

        def report(stage: Stage, share: float) -> None:
            if (stage, share) == ("writing", 0.5):
                jobs[0].stop()
            heard(stage, share)

        runner.report = report
        made.wait(LONG_ENOUGH)
        return freeze_baseline(store, ADMINISTRATOR, panel("written"), runner=runner)

    jobs.append(ImportJob(act))
    made.set()
    assert jobs[0].wait(LONG_ENOUGH)
    assert jobs[0].result is not None
    with store.cursor() as cursor:
        assert "written" in [baseline.name for baseline in tables.baselines.baselines(cursor)]
    assert verify_store(store).sound


def test_a_page_that_is_left_stops_it(store: Store) -> None:
    job = ImportJob(freezing(store, "left"), unwatched=0)
    assert job.wait(240)
    assert job.stopped
    with store.cursor() as cursor:
        assert [baseline.name for baseline in tables.baselines.baselines(cursor)] == ["illustrative-2025"]


def test_faults_and_refusals_come_back_from_the_process(store: Store) -> None:
    sent = panel()
    faulty = type(sent)(sent.file_name, b"credit_code,group\n1,2", "x", 2025, "上海市", "panel", "x")
    job = ImportJob(lambda runner: preview_baseline(store, ADMINISTRATOR, faulty, runner=runner))
    assert job.wait(LONG_ENOUGH)
    assert isinstance(job.error, InvalidPanel)
    assert job.error.shape is not None
    assert {problem.code for problem in job.error.problems} >= {"panel_missing_column"}
    named = ImportJob(lambda runner: freeze_baseline(store, ADMINISTRATOR, panel(" "), runner=runner))
    assert named.wait(LONG_ENOUGH)
    assert isinstance(named.error, UserError)
