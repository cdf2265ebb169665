"""A reviewer verifies evidence and asks; the enterprise learns the question, and nothing more."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import timedelta

import pytest

from kpi.errors import NotFound, UserError
from kpi.model.claims import WHOLE_APPLICATION, Finding
from kpi.services.enterprise.documents import answer_enquiry, own_enquiries
from kpi.services.enterprise.drafts import discard_draft
from kpi.services.enterprise.lock import reopen_application
from kpi.services.reviewer.evidence import (
    FindingGiven,
    answer_file,
    ask_enterprise,
    candidate_evidence,
    note_findings,
    open_original,
    withdraw_question,
)
from kpi.services.reviewer.home import reviewer_to_dos
from kpi.services.reviewer.readings import note_reading, write_readings
from kpi.store.store import Store
from tests.services.sample_store import AT, CODE_A, OTHER_REVIEWER, REVIEWER, A, B
from tests.services.submitting import YEAR, accepted, lock_as_it_stands, locked, say_no_conflict

LATER = AT + timedelta(days=2)


@pytest.fixture
def candidate(store: Store) -> Store:
    locked(store, A, CODE_A)
    say_no_conflict(store)
    return store


def note(store: Store, finding: Finding, said: str = "见台账", kpi: str = "K08") -> None:
    reported = candidate_evidence(store, REVIEWER, CODE_A, YEAR).reported[kpi]
    note_findings(store, REVIEWER, CODE_A, YEAR, [FindingGiven(kpi, reported, finding, said)], AT)


def test_the_latest_finding_holds_and_the_earlier_ones_stay(candidate: Store) -> None:
    note(candidate, "doubted", " 缺少\n记录 ")
    note(candidate, "confirmed")
    found = candidate_evidence(candidate, REVIEWER, CODE_A, YEAR)
    assert (found.findings["K08"].finding, found.findings["K08"].by) == ("confirmed", "reviewer")
    assert [(edition.finding, edition.note) for edition in found.earlier["K08"]] == [("doubted", "缺少 记录")]
    assert "K09" not in found.findings


def test_a_finding_holds_for_the_value_it_was_made_on(candidate: Store) -> None:
    note(candidate, "confirmed")
    seen = candidate_evidence(candidate, REVIEWER, CODE_A, YEAR).reported["K08"]
    reopen_application(candidate, A, CODE_A, YEAR, "更正", AT)
    accepted(candidate, A, CODE_A, "46")
    lock_as_it_stands(candidate, A, CODE_A, YEAR, AT)
    found = candidate_evidence(candidate, REVIEWER, CODE_A, YEAR)
    assert "K08" not in found.findings
    assert [edition.finding for edition in found.earlier["K08"]] == ["confirmed"]
    with pytest.raises(UserError, match="value_changed"):
        note_findings(candidate, REVIEWER, CODE_A, YEAR, [FindingGiven("K08", seen, "refuted", "x")])


def test_a_finding_made_before_a_colleagues_was_seen_is_refused(candidate: Store) -> None:
    before = candidate_evidence(candidate, REVIEWER, CODE_A, YEAR)
    note(candidate, "doubted", kpi="K09")  # of another KPI
    given = FindingGiven("K08", before.reported["K08"], "confirmed", "见台账", before.noted("K08"))
    note(candidate, "refuted")
    with pytest.raises(UserError, match="finding_changed"):
        note_findings(candidate, REVIEWER, CODE_A, YEAR, [given], AT)
    now = candidate_evidence(candidate, REVIEWER, CODE_A, YEAR)
    assert now.findings["K08"].finding == "refuted"
    note_findings(candidate, REVIEWER, CODE_A, YEAR, [replace(given, seen=now.noted("K08"))], AT)
    assert candidate_evidence(candidate, REVIEWER, CODE_A, YEAR).findings["K08"].finding == "confirmed"


def test_of_several_findings_all_faults_are_named_at_once_and_none_is_noted(candidate: Store) -> None:
    reported = candidate_evidence(candidate, REVIEWER, CODE_A, YEAR).reported
    given = [
        FindingGiven("K08", reported["K08"], "confirmed", "见台账"),
        FindingGiven("K09", reported["K09"], None, "见台账"),
        FindingGiven("K10", reported["K10"], "doubted", " "),
        FindingGiven("K11", "0", "doubted", "缺记录"),
    ]
    with pytest.raises(UserError) as refused:
        note_findings(candidate, REVIEWER, CODE_A, YEAR, given)
    named = [(error.code, error.params["kpi"]) for error in (refused.value, *refused.value.also)]
    assert named == [("finding_needed", "K09"), ("finding_needs_note", "K10"), ("value_changed", "K11")]
    assert candidate_evidence(candidate, REVIEWER, CODE_A, YEAR).findings == {}
    note_findings(candidate, REVIEWER, CODE_A, YEAR, [given[0], replace(given[1], finding="refuted")])
    found = candidate_evidence(candidate, REVIEWER, CODE_A, YEAR).findings
    assert {kpi: item.finding for kpi, item in found.items()} == {"K08": "confirmed", "K09": "refuted"}


def test_what_is_incomplete_or_out_of_reach_is_refused(candidate: Store) -> None:
    for viewer, kpi, said, error in (
        (REVIEWER, "K08", " \n", UserError),
        (REVIEWER, "K99", "x", NotFound),
        (OTHER_REVIEWER, "K08", "x", NotFound),
    ):
        with pytest.raises(error):
            note_findings(candidate, viewer, CODE_A, YEAR, [FindingGiven(kpi, "", "doubted", said)])
        with pytest.raises(error):
            ask_enterprise(candidate, viewer, CODE_A, YEAR, kpi, said)
    assert own_enquiries(candidate, A) == []


def test_the_original_is_opened_at_the_cell(candidate: Store) -> None:
    view = open_original(candidate, REVIEWER, CODE_A, YEAR, "K08")
    [line] = [texts for row, texts in view.rows if row == view.row]
    assert line[view.columns.index(view.column)] == "45"
    with pytest.raises(NotFound):
        open_original(candidate, REVIEWER, CODE_A, YEAR, "K99")
    with pytest.raises(NotFound):
        open_original(candidate, OTHER_REVIEWER, CODE_A, YEAR, "K08")


def test_a_question_is_answered_and_its_answers_stay(candidate: Store) -> None:
    ask_enterprise(candidate, REVIEWER, CODE_A, YEAR, "K08", " 请说明\n口径 ", AT)
    ask_enterprise(candidate, REVIEWER, CODE_A, YEAR, WHOLE_APPLICATION, "请补充组织机构图", LATER)
    assert [own_enquiry.question for own_enquiry in own_enquiries(candidate, A)] == ["请补充组织机构图", "请说明 口径"]
    assert own_enquiries(candidate, B) == []
    first = own_enquiries(candidate, A)[1].id
    answer_enquiry(candidate, A, first, "按单位工时", ("../口径.pdf", b"%PDF"), LATER)
    answer_enquiry(candidate, A, first, "补充：含外协", at=LATER + timedelta(hours=1))
    [asked] = candidate_evidence(candidate, REVIEWER, CODE_A, YEAR).asked_about("K08")
    assert [answer.answer for answer in asked.answers] == ["按单位工时", "补充：含外协"]
    assert asked.answers[0].upload
    name, path = answer_file(candidate, REVIEWER, CODE_A, YEAR, asked.answers[0].upload)
    assert (name, path.read_bytes()) == ("口径.pdf", b"%PDF")
    # What waits comes first.
    assert [bool(own_enquiry.answers) for own_enquiry in own_enquiries(candidate, A)] == [False, True]


def test_nobody_answers_for_another_or_says_nothing(candidate: Store) -> None:
    ask_enterprise(candidate, REVIEWER, CODE_A, YEAR, "K08", "请说明口径", AT)
    asked = own_enquiries(candidate, A)[0].id
    with pytest.raises(NotFound):
        answer_enquiry(candidate, B, asked, "x")
    with pytest.raises(UserError, match="answer_empty"):
        answer_enquiry(candidate, A, asked, "\u200b ")
    with pytest.raises(UserError, match="evidence_too_large"):
        answer_enquiry(candidate, A, asked, "x", ("x.pdf", bytes(11_000_000)))
    assert own_enquiries(candidate, A)[0].answers == ()


def test_a_question_is_taken_back_while_it_is_unanswered_and_by_whoever_asked(candidate: Store) -> None:
    ask_enterprise(candidate, REVIEWER, CODE_A, YEAR, "K08", "请说明口径", AT)
    ask_enterprise(candidate, REVIEWER, CODE_A, YEAR, "K09", "请附台账", LATER)
    second, first = (own_enquiry.id for own_enquiry in own_enquiries(candidate, A))
    answer_enquiry(candidate, A, second, "见附件", at=LATER)
    colleague = replace(REVIEWER, account="colleague")
    say_no_conflict(candidate, colleague)
    for viewer, asked, reason, error in (
        (REVIEWER, first, " ", UserError),
        (REVIEWER, second, "已查明", UserError),
        (REVIEWER, "0" * 32, "已查明", NotFound),
        (colleague, first, "已查明", NotFound),
        (OTHER_REVIEWER, first, "已查明", NotFound),
    ):
        with pytest.raises(error):
            withdraw_question(candidate, viewer, CODE_A, YEAR, asked, reason)
    withdraw_question(candidate, REVIEWER, CODE_A, YEAR, first, " 申报书\n已写明 ", LATER)
    own = {own_enquiry.id: own_enquiry for own_enquiry in own_enquiries(candidate, A)}
    assert (own[first].withdrawn_because, own[first].waiting) == ("申报书 已写明", False)
    assert own[second].withdrawn_because is None
    with pytest.raises(UserError, match="question_withdrawn"):
        answer_enquiry(candidate, A, first, "x")
    with pytest.raises(UserError, match="question_withdrawn"):
        withdraw_question(candidate, REVIEWER, CODE_A, YEAR, first, "x")
    assert REVIEWER.account not in str(own[first])
    [shown] = candidate_evidence(candidate, REVIEWER, CODE_A, YEAR).asked_about("K08")
    assert shown.withdrawal
    assert not shown.waiting


def test_no_question_waits_for_an_application_that_was_given_up(candidate: Store) -> None:
    """The enterprise's home led to it for ever, to a page that did not have it."""
    ask_enterprise(candidate, REVIEWER, CODE_A, YEAR, "K08", "请说明口径", AT)
    reopen_application(candidate, A, CODE_A, YEAR, "更正", AT)
    assert [own_enquiry.waiting for own_enquiry in own_enquiries(candidate, A)] == [True]
    discard_draft(candidate, A, CODE_A, YEAR)
    assert own_enquiries(candidate, A) == []
    accepted(candidate, A, CODE_A, "46")
    assert [own_enquiry.waiting for own_enquiry in own_enquiries(candidate, A)] == [True], "it is begun again"


def test_the_enterprise_learns_nothing_but_the_question(candidate: Store) -> None:
    """Whatever reviewers note, and whoever asks: what the enterprise reads is the same."""
    ask_enterprise(candidate, REVIEWER, CODE_A, YEAR, "K08", "请说明口径", AT)
    before = [asdict(own_enquiry) for own_enquiry in own_enquiries(candidate, A)]
    note(candidate, "refuted", "疑似编造")
    assert [asdict(own_enquiry) for own_enquiry in own_enquiries(candidate, A)] == before
    assert REVIEWER.account not in str(before)


def test_an_answer_is_on_the_home_of_who_asked_until_a_finding_follows(candidate: Store) -> None:
    def home() -> str:
        codes = [standing.code for standing in reviewer_to_dos(candidate, REVIEWER)]
        [said] = {"answers", "questions_asked", "no_questions"} & set(codes)
        return said

    assert home() == "no_questions"
    ask_enterprise(candidate, REVIEWER, CODE_A, YEAR, "K08", "请说明口径", AT - timedelta(hours=2))
    assert home() == "questions_asked"
    answer_enquiry(candidate, A, own_enquiries(candidate, A)[0].id, "按单位工时", at=AT - timedelta(hours=1))
    assert home() == "answers"
    note(candidate, "confirmed")
    assert home() == "questions_asked"
    # Of one about the whole application no finding can follow.
    ask_enterprise(candidate, REVIEWER, CODE_A, YEAR, WHOLE_APPLICATION, "请补充组织机构图", AT)
    note_reading(candidate, REVIEWER.actor, CODE_A, YEAR, AT)
    answer_enquiry(
        candidate,
        A,
        next(own_enquiry.id for own_enquiry in own_enquiries(candidate, A) if own_enquiry.waiting),
        "已补充",
        at=LATER,
    )
    assert home() == "answers"
    note_reading(candidate, REVIEWER.actor, CODE_A, YEAR, LATER + timedelta(hours=1))
    assert home() == "questions_asked"
    write_readings(candidate)
    assert home() == "questions_asked", "what is written down says the same"
