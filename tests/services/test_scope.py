"""Nobody reaches another's: out of scope looks exactly like not there."""

from __future__ import annotations

import pytest

from kpi.errors import NotFound, UserError
from kpi.model.viewer import Viewer
from kpi.services.enterprise.lock import own_results
from kpi.services.enterprise.sheets import accept_application
from kpi.services.enterprise.uploads import receive_file
from kpi.services.leader.coverage import coverage
from kpi.services.reviewer.candidates import candidate_evaluation, candidates, peers_of, side_by_side
from kpi.store.store import Store
from tests.services.sample_store import (
    ADMINISTRATOR,
    CODE_A,
    CODE_B,
    EVERYBODY,
    LEADER,
    OTHER_LEADER,
    OTHER_REVIEWER,
    REVIEWER,
    A,
    B,
    file_of,
)
from tests.services.submitting import lock_as_it_stands, say_no_conflict

YEAR = 2025


def reported(error: pytest.ExceptionInfo[UserError]) -> tuple[str, str]:
    return error.value.code, repr(error.value.params)


@pytest.fixture
def locked(store: Store) -> Store:
    """A's application locked, B's accepted."""
    accept_application(store, A, receive_file(store, A, "a.csv", file_of(CODE_A)))
    lock_as_it_stands(store, A, CODE_A, YEAR)
    accept_application(store, B, receive_file(store, B, "b.csv", file_of(CODE_B)))
    say_no_conflict(store)
    return store


def test_each_enterprise_sees_its_own(locked: Store) -> None:
    assert [own_result.answer.application.credit_code for own_result in own_results(locked, A)] == [CODE_A]
    assert [own_result.answer.application.credit_code for own_result in own_results(locked, B)] == [CODE_B]


def test_an_enterprise_cannot_lock_anothers_draft(locked: Store) -> None:
    with pytest.raises(NotFound) as others:
        lock_as_it_stands(locked, A, CODE_B, YEAR)
    with pytest.raises(NotFound) as nobodys:
        lock_as_it_stands(locked, A, "91000000MA00000000", YEAR)
    assert reported(others) == reported(nobodys)
    assert own_results(locked, B)[0].locked_at is None


def test_an_enterprise_cannot_accept_a_file_of_another(locked: Store) -> None:
    received = receive_file(locked, A, "b.csv", file_of(CODE_B, "99"))
    with pytest.raises(UserError, match="not_your_enterprise"):
        accept_application(locked, A, received)
    assert own_results(locked, B)[0].answer.kpi("K08").value == 45.0


def test_a_reviewer_reaches_its_industries_alone(locked: Store) -> None:
    assert [candidate.credit_code for candidate in candidates(locked, REVIEWER)] == [CODE_A]
    assert candidates(locked, OTHER_REVIEWER) == []
    assert candidate_evaluation(locked, REVIEWER, CODE_A, YEAR).application.credit_code == CODE_A
    for ask in (
        lambda viewer, code: candidate_evaluation(locked, viewer, code, YEAR),
        lambda viewer, code: side_by_side(locked, viewer, [code], YEAR),
    ):
        with pytest.raises(NotFound) as others:
            ask(OTHER_REVIEWER, CODE_A)
        with pytest.raises(NotFound) as nobodys:
            ask(OTHER_REVIEWER, "91000000MA00000000")
        assert reported(others) == reported(nobodys)


def test_peers_values_are_for_reviewers_of_the_industry(locked: Store) -> None:
    answer = candidate_evaluation(locked, REVIEWER, CODE_A, YEAR)
    values = peers_of(locked, REVIEWER, answer, "K08").values
    assert len(values) == answer.kpi("K08").peers.n
    assert sum(value < 45.0 for value in values) == answer.kpi("K08").worse
    for viewer in (OTHER_REVIEWER, A, LEADER, ADMINISTRATOR):
        with pytest.raises(NotFound):
            peers_of(locked, viewer, answer, "K08")


def test_a_draft_is_no_candidate_yet(locked: Store) -> None:
    with pytest.raises(NotFound):
        candidate_evaluation(locked, REVIEWER, CODE_B, YEAR)


def test_a_leader_sees_its_own_body_alone(locked: Store) -> None:
    assert [candidate.credit_code for candidate in coverage(locked, LEADER).candidates] == [CODE_A]
    assert coverage(locked, OTHER_LEADER).candidates == ()


SERVICES = {
    "receive": (lambda s, v: receive_file(s, v, "x.csv", b"x"), {"enterprise"}),
    "own_results": (own_results, {"enterprise"}),
    "candidates": (candidates, {"reviewer"}),
    "coverage": (coverage, {"leader"}),
}


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("viewer", EVERYBODY, ids=lambda viewer: viewer.account)
def test_a_role_is_denied_what_it_is_not_given(store: Store, service: str, viewer: Viewer) -> None:
    ask, roles = SERVICES[service]
    if viewer.role in roles:
        ask(store, viewer)
    else:
        with pytest.raises(NotFound):
            ask(store, viewer)


@pytest.mark.parametrize("service", SERVICES)
def test_nobody_signed_in_reaches_nothing(store: Store, service: str) -> None:
    with pytest.raises(NotFound):
        SERVICES[service][0](store, None)
