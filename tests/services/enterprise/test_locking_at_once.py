"""A verdict is decided before anybody is kept from writing, and kept only if what it was decided on still holds."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Thread

import pytest

from kpi import tables
from kpi.access.roles import scope_of
from kpi.errors import NotFound, UserError
from kpi.model.evaluation import Evaluation
from kpi.model.viewer import SYSTEM, Viewer
from kpi.services.enterprise import lock as submissions
from kpi.services.enterprise.before_lock import lock_outlook
from kpi.services.enterprise.journey import own_journeys
from kpi.services.enterprise.lock import LockGrounds, lock_grounds
from kpi.services.enterprise.sheets import accept_application
from kpi.services.enterprise.uploads import receive_file
from kpi.services.operation.verification import verify_store
from kpi.services.unit_of_work import unit_of_work
from kpi.store.cache import snapshot
from kpi.store.database import Cursor
from kpi.store.store import Store
from tests.benchmark.panels import credit_code
from tests.services.sample_store import CODE_A, CODE_B, A, B, file_of
from tests.services.submitting import lock_as_it_stands

YEAR = 2025
full_evaluation = submissions.full_evaluation


def _send(store: Store, viewer: Viewer, efficiency: str = "45") -> None:
    accept_application(store, viewer, receive_file(store, viewer, "a.csv", file_of(viewer.scope[0], efficiency)))


def _locked_k08(store: Store) -> float:
    with store.cursor() as cursor:
        [release] = tables.applications.locked_applications(cursor, scope_of(A))
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
            other.join(timeout=90)
            assert not other.is_alive()
        return full_evaluation(*what)

    monkeypatch.setattr(submissions, "full_evaluation", evaluated)


def test_others_write_while_a_verdict_is_decided(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    _send(store, A)

    def write() -> None:
        with store.transaction() as cursor:
            tables.lists.set_mark(cursor, "meanwhile", "written")

    _with_another_at_work(monkeypatch, [write])
    lock_as_it_stands(store, A, CODE_A, YEAR)
    with store.cursor() as cursor:
        assert tables.lists.marks(cursor)["meanwhile"] == "written"
    assert _locked_k08(store) == 45.0


@pytest.mark.campaign
@pytest.mark.parametrize("changes", [1, 5])
def test_what_changed_meanwhile_is_decided_again(store: Store, monkeypatch: pytest.MonkeyPatch, changes: int) -> None:
    """One that is changed at every try is decided while others wait. A page that has read it all keeps none of it."""
    _send(store, A)
    work = [
        lambda value=value: _send(store, A, str(value)) for value in range(50, 50 + min(changes, submissions.TRIES))
    ]
    last = 49 + len(work)
    _with_another_at_work(monkeypatch, work)
    with snapshot():
        lock_as_it_stands(store, A, CODE_A, YEAR)
        assert _locked_k08(store) == last
    assert verify_store(store).sound


def test_a_lock_of_another_year_that_decides_from_then_on_is_confirmed_too(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two years of one factory are locked at once: the second one to be kept gets the words of the first."""
    later = file_of(CODE_A).decode("gb18030").replace(str(YEAR), str(YEAR + 1)).encode("gb18030")
    _send(store, A)
    accept_application(store, A, receive_file(store, A, "b.csv", later))
    seen = lock_outlook(store, A, CODE_A, YEAR + 1).points
    _with_another_at_work(monkeypatch, [lambda: lock_as_it_stands(store, A, CODE_A, YEAR)])
    with pytest.raises(UserError, match="lock_not_confirmed"):
        submissions.lock_application(store, A, CODE_A, YEAR + 1, seen)
    assert _locked_k08(store) == 45.0
    lock_as_it_stands(store, A, CODE_A, YEAR + 1)


def test_whoever_is_refused_since_another_has_locked_reads_that_lock_from_then_on(store: Store) -> None:
    """A page drawn afterwards would mix what it had read with what it had not: no lock yet, and no draft any more."""
    _send(store, A)
    with snapshot(store.cache):
        assert [own_result.locked_at for own_result in submissions.own_results(store, A)] == [None]
        seen = lock_outlook(store, A, CODE_A, YEAR).points
        other = Thread(target=lock_as_it_stands, args=(store, A, CODE_A, YEAR), daemon=True)
        other.start()
        other.join(timeout=90)
        with pytest.raises(NotFound):
            submissions.lock_application(store, A, CODE_A, YEAR, seen)
        [own] = submissions.own_results(store, A)
        assert own.locked_at is not None
        [journey] = own_journeys(store, A)
        assert journey.at("submit").state == "done"


def _asked_again(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The factories whose grounds are read, once for each time."""
    asked: list[str] = []

    def grounds(cursor: Cursor, viewer: Viewer, credit_code: str, year: int) -> LockGrounds:
        asked.append(credit_code)
        return lock_grounds(cursor, viewer, credit_code, year)

    monkeypatch.setattr(submissions, "lock_grounds", grounds)
    return asked


def test_what_others_do_to_their_own_is_no_reason_to_read_all_again(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    _send(store, A)
    asked = _asked_again(monkeypatch)

    def rival() -> None:
        _send(store, B, "50")
        lock_as_it_stands(store, B, CODE_B, YEAR)

    _with_another_at_work(monkeypatch, [rival])
    lock_as_it_stands(store, A, CODE_A, YEAR)
    assert asked == [CODE_A, CODE_B]
    assert _locked_k08(store) == 45.0


def test_a_rule_that_changes_meanwhile_is_a_reason(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Any act that the list does not know to be harmless is one."""
    _send(store, A)
    asked = _asked_again(monkeypatch)

    def awards() -> None:
        with unit_of_work(store, SYSTEM) as change:
            change.audit("awards_imported", "awarded")

    _with_another_at_work(monkeypatch, [awards])
    lock_as_it_stands(store, A, CODE_A, YEAR)
    assert asked == [CODE_A, CODE_A]


def test_a_page_that_read_the_draft_before_it_was_changed_locks_what_there_is(store: Store) -> None:
    _send(store, A)
    with snapshot():
        points = lock_outlook(store, A, CODE_A, YEAR).points
        other = Thread(target=_send, args=(store, A, "60"), daemon=True)
        other.start()
        other.join(timeout=90)
        submissions.lock_application(store, A, CODE_A, YEAR, points)
    assert _locked_k08(store) == 60.0


@pytest.mark.campaign
def test_twenty_lock_at_once_and_each_gets_its_own(store: Store) -> None:
    viewers = [Viewer(f"e{number}", "x", "enterprise", (credit_code(8_200_000 + number),)) for number in range(20)]
    for number, viewer in enumerate(viewers):
        _send(store, viewer, str(20 + number))
    with ThreadPoolExecutor(20) as crowd:
        list(crowd.map(lambda viewer: lock_as_it_stands(store, viewer, viewer.scope[0], YEAR), viewers))
    with store.cursor() as cursor:
        for number, viewer in enumerate(viewers):
            [release] = tables.applications.locked_applications(cursor, scope_of(viewer))
            assert release.application.values["K08"].value == 20 + number
    assert verify_store(store).sound
