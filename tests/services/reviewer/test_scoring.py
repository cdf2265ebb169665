"""Scoring blind: own versions, the release when all have handed in, conflicts of interest, sheets that freeze."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from kpi import tables
from kpi.errors import IncompleteScore, NotFound, UserError
from kpi.model.programme import YearDates
from kpi.model.scoring import ScoreContent
from kpi.model.viewer import Viewer
from kpi.policy.score_sheet import score_sheets
from kpi.services.administrator.accounts import (
    declare_conflict,
    declare_own_conflict,
    disable_account,
    set_scope,
    withdraw_conflict,
)
from kpi.services.administrator.audit import export_audit, read_audit
from kpi.services.administrator.meeting import (
    decide_candidates,
    review_panel_meeting,
    review_panel_rounds,
    write_review_panel_note,
)
from kpi.services.administrator.rounds import (
    RoundStanding,
    assign_reviewers,
    assignment_board,
    draw_reviewers,
    open_round,
    release_due_rounds,
    release_round,
    round_standings,
    set_score_sheet,
    start_round,
)
from kpi.services.administrator.stages import advance, applications_in_progress
from kpi.services.administrator.year_dates import set_year_dates
from kpi.services.enterprise.lock import reopen_application
from kpi.services.operation.verification import verify_store
from kpi.services.reviewer.candidate_list import own_candidates
from kpi.services.reviewer.candidates import candidate_evaluation, candidates, side_by_side
from kpi.services.reviewer.scores import abstain, own_earlier_scores, own_score_sheet, own_scoring_tasks, save_score
from kpi.store.store import Store
from tests.services.panels import (
    CODE_C,
    CODES,
    OTHER_ADMINISTRATOR,
    REASON,
    SECOND,
    draft,
    furnish_panel,
    hand_in,
    opened,
    released,
)
from tests.services.sample_store import ADMINISTRATOR, AT, CODE_A, CODE_B, OTHER_REVIEWER, REVIEWER, A, account_by_now
from tests.services.service_calls import OTHER_SHEET, whole_score
from tests.services.submitting import YEAR


@pytest.fixture
def panel(store: Store) -> Store:
    furnish_panel(store)
    return store


def standing(store: Store, name: str) -> RoundStanding:
    return next(item for item in round_standings(store, ADMINISTRATOR) if item.round.id == name)


def now_as(store: Store, viewer: Viewer) -> Viewer:
    """The viewer as the store knows it now, with its conflicts of interest."""
    return account_by_now(store, viewer.account)


def test_a_reviewer_has_what_was_assigned_in_an_order_of_its_own(panel: Store) -> None:
    name = opened(panel)
    tasks = own_scoring_tasks(panel, REVIEWER)
    assert {task.candidate.credit_code for task in tasks} == set(CODES)
    listed = [candidate.record.credit_code for candidate in own_candidates(panel, REVIEWER)]
    assert [task.candidate.credit_code for task in tasks] == listed
    assert [(task.position, task.list_length, task.state) for task in tasks] == [(at, 3, None) for at in (1, 2, 3)]
    hand_in(panel, REVIEWER, name, listed[1])
    [version] = own_score_sheet(panel, REVIEWER, name, listed[1]).versions
    assert (version.position, version.list_length, version.state) == (2, 3, "handed_in")
    assert own_scoring_tasks(panel, OTHER_REVIEWER) == []
    with pytest.raises(NotFound):
        own_score_sheet(panel, OTHER_REVIEWER, name, CODE_A)


def test_a_save_names_its_version_and_every_own_version_is_kept(panel: Store) -> None:
    name = opened(panel)
    save_score(panel, REVIEWER, name, CODE_A, 0, draft(G1=3), at=AT)
    save_score(panel, REVIEWER, name, CODE_A, 1, draft(G1=4), at=AT)
    with pytest.raises(UserError, match="score_changed"):
        save_score(panel, REVIEWER, name, CODE_A, 1, draft(G1=2), at=AT)
    with pytest.raises(UserError, match="score_changed"):
        abstain(panel, REVIEWER, name, CODE_A, 0, "x")
    own = own_score_sheet(panel, REVIEWER, name, CODE_A)
    assert [(version.version, dict(version.content.levels)) for version in own.versions] == [
        (2, {"G1": 4}),
        (1, {"G1": 3}),
    ]
    assert own_score_sheet(panel, SECOND, name, CODE_A).versions == ()


def test_scores_given_by_a_sheet_that_was_replaced_meanwhile_are_refused(panel: Store) -> None:
    """Criteria of the same codes may have other words: nobody scores by a sheet that they have not read."""
    name = opened(panel)
    read = own_score_sheet(panel, REVIEWER, name, CODE_A)
    set_score_sheet(panel, ADMINISTRATOR, name, read.edition, ("sheet.toml", OTHER_SHEET), at=AT)
    content = whole_score("material", 3)
    with pytest.raises(UserError, match="score_sheet_replaced"):
        save_score(panel, REVIEWER, name, CODE_A, 0, content, hand_in=True, edition=read.edition, at=AT)
    now = own_score_sheet(panel, REVIEWER, name, CODE_A)
    assert now.versions == ()
    save_score(panel, REVIEWER, name, CODE_A, 0, content, hand_in=True, edition=now.edition, at=AT)


def test_handing_in_needs_every_level_and_its_justification_all_named_at_once(panel: Store) -> None:
    name = opened(panel)
    content = ScoreContent(whole_score("material", 3).levels | {"G1": 1}, {"G1": "短"})
    incomplete = ScoreContent({code: level for code, level in content.levels.items() if code != "N1"}, content.reasons)
    with pytest.raises(IncompleteScore) as refused:
        save_score(panel, REVIEWER, name, CODE_A, 0, incomplete, hand_in=True)
    assert refused.value.faults == (("G1", "not_justified"), ("N1", "no_level"))
    assert own_score_sheet(panel, REVIEWER, name, CODE_A).versions == ()
    with pytest.raises(UserError, match="score_not_of_sheet"):
        save_score(panel, REVIEWER, name, CODE_A, 0, draft(G1=6))
    with pytest.raises(UserError, match="score_not_of_sheet"):
        save_score(panel, REVIEWER, name, CODE_A, 0, draft(N3=3))


def test_what_was_handed_in_can_be_handed_in_again_until_the_release(panel: Store) -> None:
    name = opened(panel, codes=(CODE_A,))
    hand_in(panel, REVIEWER, name, CODE_A, 2)
    with pytest.raises(UserError, match="score_is_handed_in"):
        save_score(panel, REVIEWER, name, CODE_A, 1, draft(G1=3))
    hand_in(panel, REVIEWER, name, CODE_A, 4)
    hand_in(panel, SECOND, name, CODE_A, 3)
    assert (standing(panel, name).complete, standing(panel, name).round.released) == (True, False)
    hand_in(panel, REVIEWER, name, CODE_A, 4)
    release_round(panel, ADMINISTRATOR, name, AT)
    with pytest.raises(UserError, match="round_released"):
        hand_in(panel, REVIEWER, name, CODE_A, 5)
    [candidate] = review_panel_meeting(panel, SECOND, name).results.candidates
    assert sorted(given_score.total or 0 for given_score in candidate.given) == [18, 24]


def test_a_complete_round_is_released_by_its_day_and_no_other(panel: Store) -> None:
    name = opened(panel, codes=(CODE_A, CODE_B))
    dates = YearDates(date(2026, 1, 1), date(2026, 3, 31), date(2026, 3, 31), scores_due=date(2026, 4, 30))
    set_year_dates(panel, ADMINISTRATOR, YEAR, dates, "演示通知（虚构）", "演示")
    last_hour, after = datetime(2026, 4, 30, 15, tzinfo=UTC), datetime(2026, 4, 30, 16, tzinfo=UTC)
    for viewer, code in ((REVIEWER, CODE_A), (SECOND, CODE_A), (REVIEWER, CODE_B)):
        hand_in(panel, viewer, name, code)
    assert release_due_rounds(panel, after) == 0, "one is waited for"
    with pytest.raises(UserError, match="round_incomplete"):
        release_round(panel, ADMINISTRATOR, name, AT)
    hand_in(panel, SECOND, name, CODE_B)
    assert release_due_rounds(panel, last_hour) == 0
    assert release_due_rounds(panel, after) == 1, "the day after in Shanghai"
    assert standing(panel, name).round.released
    assert release_due_rounds(panel, after) == 0
    assert verify_store(panel).sound


def test_of_two_processes_that_find_a_round_due_one_releases_it(panel: Store) -> None:
    name = opened(panel, codes=(CODE_A,))
    dates = YearDates(date(2026, 1, 1), date(2026, 3, 31), date(2026, 3, 31), scores_due=date(2026, 4, 30))
    set_year_dates(panel, ADMINISTRATOR, YEAR, dates, "演示通知（虚构）", "演示")
    for viewer in (REVIEWER, SECOND):
        hand_in(panel, viewer, name, CODE_A)
    after = datetime(2026, 5, 1, tzinfo=UTC)
    with ThreadPoolExecutor(2) as pool:
        with panel.write_lock():
            both = [pool.submit(release_due_rounds, panel, after) for _ in range(2)]
            time.sleep(0.2)  # both have seen it and wait to write
        assert sorted(item.result() for item in both) == [0, 1]
    released_acts = [act for act in read_audit(panel, ADMINISTRATOR, 200).acts if act.action == "round_released"]
    assert [act.subject for act in released_acts] == [name]


def test_nothing_is_there_for_anybody_before_all_have_handed_in(panel: Store) -> None:
    name = opened(panel)
    for code in CODES:
        hand_in(panel, REVIEWER, name, code)
    hand_in(panel, SECOND, name, CODE_A)
    abstain(panel, SECOND, name, CODE_B, 0, "与所学专业不符", at=AT)
    for item in (REVIEWER, SECOND, ADMINISTRATOR):
        assert review_panel_rounds(panel, item) == []
        with pytest.raises(NotFound):
            review_panel_meeting(panel, item, name)
        with pytest.raises(NotFound):
            write_review_panel_note(panel, item, name, CODE_A, "x")
    with panel.cursor() as cursor:
        assert tables.scoring.released_scores(cursor, name) == []
    assert (standing(panel, name).assigned, standing(panel, name).waiting) == (6, 1)
    abstain(panel, SECOND, name, CODE_C, 0, "与所学专业不符", at=AT)
    assert review_panel_rounds(panel, ADMINISTRATOR) == []
    release_round(panel, ADMINISTRATOR, name, AT)
    for entry in (REVIEWER, SECOND, ADMINISTRATOR):
        assert [other.id for other in review_panel_rounds(panel, entry)] == [name]
        assert len(review_panel_meeting(panel, entry, name).results.candidates) == 3
    assert review_panel_rounds(panel, OTHER_REVIEWER) == []
    with pytest.raises(NotFound):
        review_panel_meeting(panel, OTHER_REVIEWER, name)


def test_the_trail_says_who_handed_in_and_no_level_of_it(panel: Store) -> None:
    name = opened(panel, codes=(CODE_A,))
    hand_in(panel, REVIEWER, name, CODE_A, 2)
    hand_in(panel, SECOND, name, CODE_A, 2)
    acts = [act for act in read_audit(panel, ADMINISTRATOR, 50).acts if act.action == "score_handed_in"]
    assert {act.actor for act in acts} == {"reviewer", "second"}
    # The same levels and words have another hash: nobody can try them out.
    assert len({act.after for act in acts}) == 2
    assert all(REASON not in (act.after or "") and "levels" not in (act.after or "") for act in acts)


def test_a_sheet_freezes_with_the_first_hand_in_and_another_sheet_is_another_round(panel: Store) -> None:
    name = opened(panel)
    set_score_sheet(panel, ADMINISTRATOR, name, 1, ("sheet.toml", OTHER_SHEET), at=AT)
    with pytest.raises(UserError, match="score_sheet_changed"):
        set_score_sheet(panel, ADMINISTRATOR, name, 1, at=AT)
    with pytest.raises(UserError, match="score_sheet_same"):
        set_score_sheet(panel, ADMINISTRATOR, name, 2, ("same.toml", OTHER_SHEET), at=AT)
    assert own_score_sheet(panel, REVIEWER, name, CODE_A).sheet.fewest_characters == 2
    hand_in(panel, REVIEWER, name, CODE_A)
    with pytest.raises(UserError, match="score_sheet_frozen"):
        set_score_sheet(panel, ADMINISTRATOR, name, 2, at=AT)
    assert standing(panel, name).frozen
    with pytest.raises(UserError, match="round_opened_meanwhile"):
        open_round(panel, ADMINISTRATOR, YEAR, "高端装备", "material", at=AT, seen=0)
    following = open_round(panel, ADMINISTRATOR, YEAR, "高端装备", "material", at=AT, seen=1)
    assert following.endswith("-2")
    assert standing(panel, name).followed
    assert standing(panel, following).sheet == score_sheets()[0]
    # Who scores whom is taken over, no score is; and it has a start of its own.
    assert own_scoring_tasks(panel, REVIEWER) == []
    start_round(panel, ADMINISTRATOR, following, at=AT)
    assert (standing(panel, following).assigned, standing(panel, following).waiting) == (6, 6)
    with pytest.raises(NotFound):
        own_score_sheet(panel, REVIEWER, name, CODE_A)
    assert {task.round.id for task in own_scoring_tasks(panel, REVIEWER)} == {following}


def test_what_a_reviewer_saved_in_a_round_that_is_followed_is_read_by_that_reviewer_alone(panel: Store) -> None:
    """A draft was out of reach from the moment at which another round was opened, its notes with it."""
    name = opened(panel)
    save_score(panel, REVIEWER, name, CODE_A, 0, draft(G1=2), at=AT)
    save_score(panel, REVIEWER, name, CODE_A, 1, replace(draft(G1=3), remark=REASON), at=AT)
    hand_in(panel, REVIEWER, name, CODE_B)
    assert own_earlier_scores(panel, REVIEWER) == []
    open_round(panel, ADMINISTRATOR, YEAR, "高端装备", "material", at=AT)
    found = {score.candidate.credit_code: score.own for score in own_earlier_scores(panel, REVIEWER)}
    assert {code: [version.state for version in own.versions] for code, own in found.items()} == {
        CODE_A: ["draft", "draft"],
        CODE_B: ["handed_in"],
    }
    assert (found[CODE_A].round.id, found[CODE_A].versions[0].content.remark) == (name, REASON)
    assert own_earlier_scores(panel, SECOND) == []
    with pytest.raises(NotFound):
        save_score(panel, REVIEWER, name, CODE_A, 2, draft(G1=4), at=AT)
    declare_own_conflict(panel, REVIEWER, CODE_A, "曾任职", AT)
    left = own_earlier_scores(panel, now_as(panel, REVIEWER))
    assert [scores.candidate.credit_code for scores in left] == [CODE_B]


def test_occasions_are_scored_apart(panel: Store) -> None:
    material, visit = opened(panel, "material"), opened(panel, "on_site")
    hand_in(panel, REVIEWER, material, CODE_A)
    states = {
        task.round.id: task.state for task in own_scoring_tasks(panel, REVIEWER) if task.candidate.credit_code == CODE_A
    }
    assert states == {material: "handed_in", visit: None}


def test_a_conflict_that_a_reviewer_declares_ends_all_sight_of_the_candidate(panel: Store) -> None:
    name = opened(panel)
    hand_in(panel, REVIEWER, name, CODE_A, 5)
    declare_own_conflict(panel, REVIEWER, CODE_A, "曾任职", at=AT)
    barred = now_as(panel, REVIEWER)
    assert barred.barred == (CODE_A,)
    assert CODE_A not in {task.candidate.credit_code for task in own_scoring_tasks(panel, barred)}
    assert CODE_A not in {candidate.credit_code for candidate in candidates(panel, barred)}
    for ask in (
        lambda: own_score_sheet(panel, barred, name, CODE_A),
        lambda: save_score(panel, barred, name, CODE_A, 1, draft(G1=3)),
        lambda: candidate_evaluation(panel, barred, CODE_A, YEAR),
        lambda: side_by_side(panel, barred, [CODE_A, CODE_B], YEAR),
    ):
        with pytest.raises(NotFound):
            ask()
    with pytest.raises(UserError, match="conflict_known"):
        declare_own_conflict(panel, REVIEWER, CODE_A, "曾任职")
    # Nobody waits for that score, and it is not counted.
    for code in (CODE_B, CODE_C):
        hand_in(panel, barred, name, code)
    for code in CODES:
        hand_in(panel, SECOND, name, code)
    release_round(panel, ADMINISTRATOR, name, AT)
    meeting = review_panel_meeting(panel, SECOND, name)
    [scores] = [candidate for candidate in meeting.results.candidates if candidate.credit_code == CODE_A]
    assert [given_score.version.reviewer for given_score in scores.given] == ["second"]
    own = review_panel_meeting(panel, barred, name)
    assert CODE_A not in repr(own)
    assert [agenda_item.away for agenda_item in own.agenda if agenda_item.credit_code is None] == [("演示评审员",)]


@pytest.mark.parametrize("by", ["self", "other"])
def test_a_conflict_holds_for_administrators_too(panel: Store, by: str) -> None:
    name = released(panel)
    if by == "self":
        declare_own_conflict(panel, ADMINISTRATOR, CODE_A, "曾任职", at=AT)
    else:
        declare_conflict(panel, OTHER_ADMINISTRATOR, ADMINISTRATOR.account, CODE_A, "曾任职", at=AT)
    barred = now_as(panel, ADMINISTRATOR)
    assert CODE_A not in repr(review_panel_meeting(panel, barred, name))
    assert CODE_A not in repr(assignment_board(panel, barred, name))
    assert CODE_A not in repr(applications_in_progress(panel, barred))
    assert all(
        CODE_A not in repr(act) or act.action == "conflict_declared" for act in read_audit(panel, barred, 200).acts
    )
    for ask in (
        lambda: decide_candidates(panel, barred, name, {CODE_A: 0}, "forward", "x"),
        lambda: write_review_panel_note(panel, barred, name, CODE_A, "x"),
        lambda: advance(panel, barred, CODE_A, YEAR, "publicity", "演示"),
    ):
        with pytest.raises(NotFound):
            ask()
    with pytest.raises(UserError, match="export_conflicted"):
        export_audit(panel, barred, "x")
    with pytest.raises(UserError, match="own_conflict"):
        withdraw_conflict(panel, barred, barred.account, CODE_A)
    withdraw_conflict(panel, OTHER_ADMINISTRATOR, barred.account, CODE_A)
    assert CODE_A in repr(review_panel_meeting(panel, now_as(panel, ADMINISTRATOR), name))


def test_the_panel_decides_before_an_application_is_published(panel: Store) -> None:
    name = opened(panel, codes=(CODE_A,))
    advance(panel, ADMINISTRATOR, CODE_A, YEAR, "defence", "补录（演示）")
    with pytest.raises(UserError, match="decision_open"):
        advance(panel, ADMINISTRATOR, CODE_A, YEAR, "publicity", "不等评审会（演示）")
    for reviewer in (SECOND, REVIEWER):
        hand_in(panel, reviewer, name, CODE_A)
    with pytest.raises(UserError, match="decision_open"):
        advance(panel, ADMINISTRATOR, CODE_A, YEAR, "publicity", "不等评审会（演示）")
    release_round(panel, ADMINISTRATOR, name, AT)
    decide_candidates(panel, ADMINISTRATOR, name, {CODE_A: 0}, "reserve", "待核实能耗", at=AT)
    with pytest.raises(UserError, match="decision_not_forward"):
        advance(panel, ADMINISTRATOR, CODE_A, YEAR, "publicity")
    decide_candidates(panel, ADMINISTRATOR, name, {CODE_A: 1}, "forward", "已核实", at=AT)
    [hand] = [hand for hand in applications_in_progress(panel, ADMINISTRATOR) if hand.credit_code == CODE_A]
    assert (hand.in_round, hand.decision) == (True, "forward")
    advance(panel, ADMINISTRATOR, CODE_A, YEAR, "publicity")


def test_whom_nobody_may_score_any_more_waits_for_no_decision(panel: Store) -> None:
    """No meeting holds it, so that a decision was waited for which nobody could take."""
    name = opened(panel, codes=(CODE_A,))
    hand_in(panel, SECOND, name, CODE_A)
    for reviewer in (SECOND, REVIEWER):
        declare_conflict(panel, ADMINISTRATOR, reviewer.account, CODE_A, "曾任职", at=AT)
    [hand] = [hand for hand in applications_in_progress(panel, ADMINISTRATOR) if hand.credit_code == CODE_A]
    assert not hand.in_round
    advance(panel, ADMINISTRATOR, CODE_A, YEAR, "publicity", "评审员均须回避，另行核定（演示）")


def test_the_last_conflict_completes_what_nobody_waits_for_any_more(panel: Store) -> None:
    name = opened(panel, codes=(CODE_A, CODE_B))
    for code in (CODE_A, CODE_B):
        hand_in(panel, SECOND, name, code)
    hand_in(panel, REVIEWER, name, CODE_A)
    declare_conflict(panel, ADMINISTRATOR, REVIEWER.account, CODE_B, "曾任职", at=AT)
    release_round(panel, ADMINISTRATOR, name, AT)
    assert standing(panel, name).round.released


def test_a_draw_leaves_out_whoever_may_not_and_is_even(panel: Store) -> None:
    name = open_round(panel, ADMINISTRATOR, YEAR, "高端装备", "material", at=AT)
    declare_conflict(panel, ADMINISTRATOR, SECOND.account, CODE_A, "曾任职", at=AT)
    assert draw_reviewers(panel, ADMINISTRATOR, name, CODES, 1, 7, at=AT) == 3
    board = assignment_board(panel, ADMINISTRATOR, name)
    assert board.assigned[CODE_A] == ("reviewer",)
    drawn = [reviewer for reviewers in board.assigned.values() for reviewer in reviewers]
    assert sorted(drawn.count(word) for word in ("reviewer", "second")) == [1, 2]
    assert set(board.seeds.values()) == {7}
    with pytest.raises(UserError, match="too_few_reviewers"):
        draw_reviewers(panel, ADMINISTRATOR, name, CODES, 2, 7)
    with pytest.raises(UserError, match="nothing_to_assign"):
        draw_reviewers(panel, ADMINISTRATOR, name, CODES, 1, 8)
    with pytest.raises(UserError, match="reviewer_may_not"):
        assign_reviewers(panel, ADMINISTRATOR, name, {CODE_A: ["reviewer", "second"]})
    with pytest.raises(UserError, match="reviewer_may_not"):
        assign_reviewers(panel, ADMINISTRATOR, name, {CODE_A: ["reviewer", "other"]})


def test_nothing_is_scored_or_released_before_the_start(panel: Store) -> None:
    name = open_round(panel, ADMINISTRATOR, YEAR, "高端装备", "material", at=AT)
    with pytest.raises(UserError, match="round_without_reviewers"):
        start_round(panel, ADMINISTRATOR, name)
    assign_reviewers(panel, ADMINISTRATOR, name, {CODE_A: ["reviewer", "second"]}, at=AT)
    assert own_scoring_tasks(panel, REVIEWER) == []
    with pytest.raises(NotFound):
        own_score_sheet(panel, REVIEWER, name, CODE_A)
    with pytest.raises(NotFound):
        save_score(panel, REVIEWER, name, CODE_A, 0, whole_score("material"), hand_in=True)
    # While it is prepared whoever was assigned goes without a reason; nothing is released by it.
    assign_reviewers(panel, ADMINISTRATOR, name, {CODE_A: ["reviewer"]}, at=AT)
    assert not standing(panel, name).running
    start_round(panel, ADMINISTRATOR, name, at=AT)
    assert standing(panel, name).running
    with pytest.raises(UserError, match="round_started"):
        start_round(panel, ADMINISTRATOR, name)
    # The first hands in; a second who is added meanwhile is waited for.
    assign_reviewers(panel, ADMINISTRATOR, name, {CODE_B: ["second"]}, at=AT)
    hand_in(panel, REVIEWER, name, CODE_A)
    assert not standing(panel, name).round.released
    hand_in(panel, SECOND, name, CODE_B)
    release_round(panel, ADMINISTRATOR, name, AT)
    assert standing(panel, name).round.released


def test_whoever_has_handed_in_is_not_taken_off(panel: Store) -> None:
    name = opened(panel, codes=(CODE_A, CODE_B))
    hand_in(panel, REVIEWER, name, CODE_A, 1)
    abstain(panel, REVIEWER, name, CODE_B, 0, "与所学专业不符", at=AT)
    for code in (CODE_A, CODE_B):
        with pytest.raises(UserError, match="reviewer_handed_in"):
            assign_reviewers(panel, ADMINISTRATOR, name, {code: ["second"]}, "不合适")
    assert standing(panel, name).assigned == 4
    # A conflict of interest is another matter: the score is not counted.
    declare_conflict(panel, ADMINISTRATOR, REVIEWER.account, CODE_A, "曾任职", at=AT)
    assert standing(panel, name).assigned == 3


def test_a_candidate_that_was_reopened_is_waited_for_until_it_is_taken_off(panel: Store) -> None:
    name = opened(panel, codes=(CODE_A, CODE_B))
    for viewer in (REVIEWER, SECOND):
        hand_in(panel, viewer, name, CODE_B)
    reopen_application(panel, A, CODE_A, YEAR, "更正", AT)
    assert {task.candidate.credit_code for task in own_scoring_tasks(panel, REVIEWER)} == {CODE_B}
    assert standing(panel, name).waiting == 2
    board = assignment_board(panel, ADMINISTRATOR, name)
    assert (board.assigned[CODE_A], board.allowed.get(CODE_A, ())) == (("reviewer", "second"), ())
    assert board.stuck == (("reviewer", CODE_A), ("second", CODE_A))
    with pytest.raises(NotFound):
        draw_reviewers(panel, ADMINISTRATOR, name, [CODE_A], 1, 7)
    assign_reviewers(panel, ADMINISTRATOR, name, {CODE_A: []}, "申报已重新打开", at=AT)
    release_round(panel, ADMINISTRATOR, name, AT)
    assert standing(panel, name).round.released


def test_a_score_that_nobody_can_give_any_more_is_named(panel: Store) -> None:
    """A round waited for a disabled account, or for one that does not reach the candidate any more, without a word."""
    name = opened(panel, codes=(CODE_A, CODE_B))
    hand_in(panel, SECOND, name, CODE_A)
    assert assignment_board(panel, ADMINISTRATOR, name).stuck == ()
    set_scope(panel, ADMINISTRATOR, REVIEWER.account, [CODE_B])
    disable_account(panel, ADMINISTRATOR, SECOND.account)
    stuck = assignment_board(panel, ADMINISTRATOR, name).stuck
    assert stuck == (("reviewer", CODE_A), ("second", CODE_B)), "what was handed in is there"


def test_taking_a_reviewer_off_needs_a_reason_and_may_complete_the_round(panel: Store) -> None:
    name = opened(panel, codes=(CODE_A,))
    hand_in(panel, SECOND, name, CODE_A)
    with pytest.raises(UserError, match="why_needed"):
        assign_reviewers(panel, ADMINISTRATOR, name, {CODE_A: ["second"]})
    assign_reviewers(panel, ADMINISTRATOR, name, {CODE_A: ["second"]}, "出差", at=AT)
    release_round(panel, ADMINISTRATOR, name, AT)
    assert standing(panel, name).round.released
    with pytest.raises(UserError, match="round_released"):
        assign_reviewers(panel, ADMINISTRATOR, name, {CODE_A: ["second", "reviewer"]})


def test_a_panel_notes_and_decides_edition_by_edition(panel: Store) -> None:
    name = released(panel)
    write_review_panel_note(panel, SECOND, name, CODE_A, "能耗口径须再核实", at=AT)
    decide_candidates(panel, ADMINISTRATOR, name, {CODE_A: 0}, "reserve", "待核实能耗", at=AT)
    before = review_panel_meeting(panel, REVIEWER, name)
    assert (set(before.reviewers), before.officials) == ({"reviewer", "second"}, ("administrator",))
    with pytest.raises(UserError, match="decision_changed"):
        decide_candidates(panel, OTHER_ADMINISTRATOR, name, {CODE_A: 0}, "forward", "x")
    decide_candidates(panel, OTHER_ADMINISTRATOR, name, {CODE_A: 1}, "forward", "已核实", at=AT)
    with pytest.raises(UserError, match="decision_same"):
        decide_candidates(panel, ADMINISTRATOR, name, {CODE_A: 2}, "forward", "已核实 ", at=AT)
    with pytest.raises(UserError, match="why_needed"):
        decide_candidates(panel, ADMINISTRATOR, name, {CODE_B: 0}, "forward", " ")
    meeting = review_panel_meeting(panel, REVIEWER, name)
    assert [(note.note, note.written_by) for note in meeting.notes] == [("能耗口径须再核实", "second")]
    assert (meeting.decisions[CODE_A].outcome, meeting.edition(CODE_A)) == ("forward", 2)
    assert set(meeting.names) == {"reviewer", "second", "administrator", "administrator2"}
    assert {*meeting.reviewers, *meeting.officials} == set(meeting.names)
    disable_account(panel, ADMINISTRATOR, OTHER_ADMINISTRATOR.account)
    assert review_panel_meeting(panel, REVIEWER, name).names == meeting.names, (
        "who has decided took part, and has a name"
    )


def test_several_are_decided_together_or_none(panel: Store) -> None:
    name = released(panel)
    decide_candidates(panel, ADMINISTRATOR, name, {CODE_A: 0}, "reserve", "待核实能耗", at=AT)
    with pytest.raises(UserError, match="decision_changed"):
        decide_candidates(panel, ADMINISTRATOR, name, {CODE_B: 0, CODE_A: 0}, "forward", "各项有依据")
    with pytest.raises(NotFound):
        decide_candidates(panel, ADMINISTRATOR, name, {CODE_B: 0, "91000000MA0000000X": 0}, "forward", "各项有依据")
    with pytest.raises(NotFound):
        decide_candidates(panel, ADMINISTRATOR, name, {}, "forward", "各项有依据")
    assert set(review_panel_meeting(panel, REVIEWER, name).decisions) == {CODE_A}
    decide_candidates(panel, ADMINISTRATOR, name, {CODE_B: 0, CODE_A: 1}, "forward", "各项有依据", at=AT)
    meeting = review_panel_meeting(panel, REVIEWER, name)
    assert {code: item.outcome for code, item in meeting.decisions.items()} == {CODE_A: "forward", CODE_B: "forward"}
    acts = [act for act in read_audit(panel, ADMINISTRATOR, 200).acts if act.action == "panel_decided"]
    assert len(acts) == 3, "an entry for each"


def test_a_reviewer_sees_of_a_panel_what_is_in_reach(panel: Store) -> None:
    name = released(panel)
    narrow = replace(SECOND, scope=(CODE_A, CODE_B))
    assert {candidate.credit_code for candidate in review_panel_meeting(panel, narrow, name).results.candidates} == {
        CODE_A,
        CODE_B,
    }
    assert CODE_C not in repr(review_panel_meeting(panel, narrow, name))
