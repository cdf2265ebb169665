"""The demonstration's pages draw from several lists: what one of them says of a factory or a body, all of them say."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict

import pytest

from kpi.model.viewer import Role, Viewer
from kpi.services.administrator.awards import list_awards
from kpi.services.administrator.meeting import review_panel_meeting
from kpi.services.administrator.rounds import assignment_board, round_standings
from kpi.services.administrator.stages import applications_in_progress
from kpi.services.leader.coverage import CoveredBy, city_coverage, coverage
from kpi.services.operation.authentication import viewer_of
from kpi.services.operation.demonstration import demonstration_accounts, demonstration_roles
from kpi.services.operation.verification import verify_store
from kpi.services.reviewer.candidate_list import own_candidates
from kpi.services.reviewer.candidates import CandidateEntry, candidate_evaluation, candidates
from kpi.services.reviewer.evidence import open_original
from kpi.services.reviewer.scores import own_scoring_tasks
from tests.pages.app_runs import Office
from tests.services.sample_store import account_by_now
from tests.shipped import AWARDED

YEAR = 2025


def _viewer(office: Office, role: Role) -> Viewer:
    viewer = viewer_of(office.store, office.tokens[role])
    assert viewer is not None
    return viewer


def test_who_is_put_forward_is_so_on_the_progress_page_and_on_the_bodies_lists(office_here: Office) -> None:
    store, administrator = office_here.store, _viewer(office_here, "administrator")
    at_step = defaultdict(set)
    for application in applications_in_progress(store, administrator):
        at_step[application.body or "", application.state].add(application.credit_code)
    city = city_coverage(store, administrator)
    assert {body.body: body.nominated for body in city.bodies} == {
        body.body: len(at_step[body.body, "put_forward"]) for body in city.bodies
    }
    own = coverage(store, _viewer(office_here, "leader"))
    assert set(own.nominated) == at_step[own.body, "put_forward"]
    assert own.quota.used == len(own.nominated) > 0
    assert all(body.nominated <= body.allowed for body in city.bodies)


def test_each_bodys_awards_are_those_on_the_list(office_here: Office) -> None:
    administrator = _viewer(office_here, "administrator")
    with AWARDED.open(encoding="utf-8") as file:
        by_body = Counter(row["body"] for row in csv.DictReader(file))
    city = city_coverage(office_here.store, administrator)
    assert {item.body: item.awarded for item in city.bodies if item.awarded} == dict(by_body)
    assert len(list_awards(office_here.store, administrator)) == sum(item.awarded for item in city.bodies)
    awarded = coverage(office_here.store, _viewer(office_here, "leader")).awarded
    assert {body: count for body, count in awarded.items() if count} == dict(by_body)


@pytest.mark.campaign
def test_an_awarded_candidate_reads_so_and_nobody_who_fails_a_condition_is_put_forward(office_here: Office) -> None:
    store = office_here.store
    listed = {list_award.credit_code for list_award in list_awards(store, _viewer(office_here, "administrator"))}
    forward = set(coverage(store, _viewer(office_here, "leader")).nominated)
    reviewer = _viewer(office_here, "reviewer")
    found = {
        candidate.credit_code: candidate_evaluation(store, reviewer, candidate.credit_code, YEAR)
        for candidate in candidates(store, reviewer)
    }
    failing = {
        code: {rule.rule for rule in answer.eligibility if rule.state == "fails"} for code, answer in found.items()
    }
    awarded = {code for code, rules in failing.items() if "not_awarded_before" in rules}
    assert awarded == listed & set(found)
    assert len(awarded) == 1, "one, to show what the check says"
    assert not [code for code in forward & set(found) if failing[code]]


def test_candidates_are_the_same_on_every_list(office_here: Office) -> None:
    store = office_here.store
    applied = {
        application.credit_code: application
        for application in applications_in_progress(store, _viewer(office_here, "administrator"))
    }
    own = coverage(store, _viewer(office_here, "leader"))
    assert {candidate.credit_code for candidate in own.candidates} == {
        c for c, entry in applied.items() if entry.body == own.body
    }
    reviewer = _viewer(office_here, "reviewer")
    shown = candidates(store, reviewer)
    assert {entry.credit_code for entry in shown} == {
        c for c, entry in applied.items() if entry.industry in reviewer.scope
    }
    everyone: list[CandidateEntry | CoveredBy] = [*shown, *own.candidates]
    for item in everyone:
        beside = applied[item.credit_code]
        assert (item.factory, item.enterprise, item.industry) == (beside.factory, beside.enterprise, beside.industry)
    city = city_coverage(store, _viewer(office_here, "administrator"))
    assert sum(industry.candidates for industry in city.industries) == len(applied)


@pytest.mark.campaign
def test_the_scoring_shows_every_state_and_agrees_with_the_candidates(office_here: Office) -> None:
    """A round in each state; every score of a reviewer and candidate that the lists know; the store is sound."""
    store, administrator = office_here.store, _viewer(office_here, "administrator")
    standings = round_standings(store, administrator)
    assert {
        (entry.round.started, entry.round.released, entry.followed, bool(entry.assigned)) for entry in standings
    } == {
        (False, False, False, False),
        (False, False, False, True),
        (True, False, False, True),
        (True, True, False, True),
        (True, False, True, True),
    }
    reviewers = {
        entry.name: account_by_now(store, entry.name) for entry in demonstration_accounts() if entry.role == "reviewer"
    }
    assert len(reviewers) == 3
    assert [bool(reviewer.barred) for reviewer in reviewers.values()] == [False, False, True]
    for standing in standings:
        board = assignment_board(store, administrator, standing.round.id)
        for code, assigned in board.assigned.items():
            assert set(assigned) <= set(board.allowed[code])
    for account, viewer in reviewers.items():
        listed = own_candidates(store, viewer)
        tasks = own_scoring_tasks(store, viewer)
        assert {task.candidate.credit_code for task in tasks} == {
            candidate.record.credit_code for candidate in listed if candidate.scoring != "not_asked"
        }
        assert all(candidate.looked_at for candidate in listed if candidate.scored), "nobody scores what was not read"
        waiting = sum(
            own.waiting for entry in standings if entry.running for own in entry.progress if own.reviewer == account
        )
        assert sum(not task.done for task in tasks) == waiting
    released = next(entry.round for entry in standings if entry.round.released)
    meeting = review_panel_meeting(store, administrator, released.id)
    assert any(item.away for item in meeting.agenda)
    assert {decision.outcome for decision in meeting.decisions.values()} == {"forward", "reserve"}
    means = {candidate.credit_code: candidate.mean for candidate in meeting.results.candidates}
    lowest = min(means[code] for code, decision in meeting.decisions.items() if decision.outcome == "forward")
    assert all(means[code] <= lowest for code, decision in meeting.decisions.items() if decision.outcome == "reserve")
    assert verify_store(store).findings == ()


@pytest.mark.parametrize(
    "account", [item for item in demonstration_roles() if item.role == "enterprise"], ids=lambda item: item.name
)
def test_the_enterprise_that_tries_it_has_not_applied_yet(office_here: Office, account: object) -> None:
    own = set(getattr(account, "scope", ()))
    applied = {
        application.credit_code
        for application in applications_in_progress(office_here.store, _viewer(office_here, "administrator"))
    }
    assert own
    assert not own & applied


def test_a_candidates_value_stands_in_the_cell_that_its_evidence_names(office_here: Office) -> None:
    store, reviewer = office_here.store, _viewer(office_here, "reviewer")
    one = own_candidates(store, reviewer)[0].record
    value = candidate_evaluation(store, reviewer, one.credit_code, one.year).application.values["K01"]
    view = open_original(store, reviewer, one.credit_code, one.year, "K01")
    assert (view.row, view.column) == (value.cell.row, value.cell.column) if value.cell else False
    (texts,) = [texts for number, texts in view.rows if number == view.row]
    assert value.value == float(texts[view.columns.index(view.column)])
