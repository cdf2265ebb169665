"""A verdict is decided before anybody is kept from writing, and kept only if what it was decided on still holds."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Thread

import pytest

from kpi import queries, records
from kpi.access.scope import scope_of
from kpi.model.evaluation import Evaluation
from kpi.model.viewer import Viewer
from kpi.services.enterprise import submissions
from kpi.services.enterprise.answer_sheets import accept_application
from kpi.services.enterprise.uploads import receive_file
from kpi.services.operation.store_verification import verify_store
from kpi.store.moment import one_moment
from kpi.store.store import Store
from tests.benchmark.panels import credit_code
from tests.services.sample_store import CODE_A, A, file_of
from tests.services.submitting import lock_as_it_stands

YEAR = 2025
full_evaluation = submissions.full_evaluation


def _send(store: Store, viewer: Viewer, efficiency: str = "45") -> None:
    accept_application(store, viewer, receive_file(store, viewer, "a.csv", file_of(viewer.scope[0], efficiency)))


def _locked_k08(store: Store) -> float:
    with store.cursor() as cursor:
        [release] = queries.locked_applications(cursor, scope_of(A))
        value = release.application.values["K08"].value
        assert json.loads(release.record)["application"]
    assert value is not None
    return value


def _with_another_at_work(monkeypatch: pytest.MonkeyPatch, work: list[Callable[[], None]]) -> None:
    """While a verdict is being decided, somebody else does the next piece of work, which must not wait for it."""

    def evaluated(*what: object) -> Evaluation:
        if work:
            other = Thread(target=work.pop(0), daemon=True)
            other.start()
            other.join(timeout=20)
            assert not other.is_alive()
        return full_evaluation(*what)

    monkeypatch.setattr(submissions, "full_evaluation", evaluated)


def test_others_write_while_a_verdict_is_decided(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    _send(store, A)

    def write() -> None:
        with store.transaction() as cursor:
            records.set_mark(cursor, "meanwhile", "written")

    _with_another_at_work(monkeypatch, [write])
    lock_as_it_stands(store, A, CODE_A, YEAR)
    with store.cursor() as cursor:
        assert queries.marks(cursor)["meanwhile"] == "written"
    assert _locked_k08(store) == 45.0


@pytest.mark.parametrize("changes", [1, 5])
def test_what_changed_meanwhile_is_decided_again(store: Store, monkeypatch: pytest.MonkeyPatch, changes: int) -> None:
    """One that is changed at every try is decided while others wait. A page that has read it all keeps none of it."""
    _send(store, A)
    work = [
        lambda value=value: _send(store, A, str(value)) for value in range(50, 50 + min(changes, submissions.TRIES))
    ]
    last = 49 + len(work)
    _with_another_at_work(monkeypatch, work)
    with one_moment():
        lock_as_it_stands(store, A, CODE_A, YEAR)
        assert _locked_k08(store) == last
    assert verify_store(store).sound


def test_twenty_lock_at_once_and_each_gets_its_own(store: Store) -> None:
    viewers = [Viewer(f"e{number}", "x", "enterprise", (credit_code(8_200_000 + number),)) for number in range(20)]
    for number, viewer in enumerate(viewers):
        _send(store, viewer, str(20 + number))
    with ThreadPoolExecutor(20) as crowd:
        list(crowd.map(lambda viewer: lock_as_it_stands(store, viewer, viewer.scope[0], YEAR), viewers))
    with store.cursor() as cursor:
        for number, viewer in enumerate(viewers):
            [release] = queries.locked_applications(cursor, scope_of(viewer))
            assert release.application.values["K08"].value == 20 + number
    assert verify_store(store).sound
