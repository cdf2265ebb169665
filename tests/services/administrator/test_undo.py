"""The last step of an administrator's is taken back to the stage that it left, with a reason, and nothing else is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from kpi import tables
from kpi.errors import NotFound, UserError
from kpi.model.audit import AuditAction
from kpi.model.lifecycle import ApplicationState
from kpi.model.programme import Placement
from kpi.services.administrator.awards import list_awards
from kpi.services.administrator.objections import (
    answer_objection,
    listed_objections,
    record_objection,
    reopen_objection,
)
from kpi.services.administrator.stages import (
    WantedStage,
    advance,
    advance_all,
    applications_in_progress,
    steps_to_undo,
    undo_steps,
)
from kpi.services.enterprise.lock import own_stages
from kpi.services.leader.nomination import nominate, save_list
from kpi.services.leader.own_list import own_list
from kpi.services.operation.verification import verify_store
from kpi.store.store import Store
from kpi.tables.stages import ApplicationInHand
from tests.services.administrator.test_objections import GIVEN, public, state_of, uphold
from tests.services.sample_store import ADMINISTRATOR, AT, CODE_A, CODE_B, LEADER, A, B
from tests.services.submitting import YEAR, locked
from tests.services.test_life_of_a_year import EXPLAINED

__all__ = ["public"]
WHY = "更新有误（演示）"


def later(hours: int) -> datetime:
    return AT + timedelta(hours=hours)


def in_hand(store: Store, *codes: str) -> list[ApplicationInHand]:
    return [hand for hand in applications_in_progress(store, ADMINISTRATOR) if hand.credit_code in codes]


def undo(store: Store, at: datetime, codes: Sequence[str] = (CODE_A,), why: str = WHY) -> None:
    undo_steps(store, ADMINISTRATOR, in_hand(store, *codes), why, at)


def refused(store: Store, at: datetime, why: str = WHY) -> list[str]:
    before = state_of(store)
    with pytest.raises(UserError) as raised:
        undo(store, at, why=why)
    assert state_of(store) == before
    return [raised.value.code, *(error.code for error in raised.value.also)]


def noted(store: Store, action: AuditAction) -> list[tuple[str, str | None, str | None]]:
    with store.cursor() as cursor:
        found = [entry for entry in tables.audit.audit_entries(cursor) if entry.action == action]
    return [(entry.subject, entry.before, entry.after) for entry in found]


def test_a_step_goes_back_to_the_stage_that_it_left_and_trail_and_enterprise_say_so(store: Store) -> None:
    locked(store, A, CODE_A)
    skipped: list[ApplicationState] = ["put_forward", "defence", "publicity"]
    for hour, state in enumerate(skipped, start=1):
        advance(store, ADMINISTRATOR, CODE_A, YEAR, state, "演示", at=later(hour))
    [own] = steps_to_undo(store, ADMINISTRATOR, CODE_A, YEAR)
    assert (own.back, own.against) == ("defence", ())
    assert refused(store, later(4), " ") == ["undo_needs_reason"]
    undo(store, later(4))
    [step] = noted(store, "step_undone")
    assert step == (f"{CODE_A} {YEAR}", '{"state": "publicity"}', '{"state": "defence"}')
    stages = own_stages(store, A)
    assert [(stage.state, stage.undone) for stage in stages[-2:]] == [("publicity", False), ("defence", True)]
    assert stages[-1].note == WHY
    undo(store, later(5))
    assert state_of(store) == "put_forward", "not merely the stage before in order"
    undo(store, later(6))
    assert state_of(store) == "submitted"
    assert steps_to_undo(store, ADMINISTRATOR, CODE_A, YEAR) == []
    assert refused(store, later(7)) == ["nothing_to_undo"]
    verified = verify_store(store)
    assert (verified.sound, verified.stages_outside) == (True, ())


def test_no_stage_goes_backwards_by_an_update(public: Store) -> None:
    with pytest.raises(UserError, match="step_taken_already"):
        advance(public, ADMINISTRATOR, CODE_A, YEAR, "defence", "更正（演示）", at=later(1))


def test_what_was_read_before_a_colleague_moved_it_is_not_undone(public: Store) -> None:
    read = in_hand(public, CODE_A)
    advance(public, ADMINISTRATOR, CODE_A, YEAR, "listed", "演示", at=later(1))
    with pytest.raises(UserError, match="changed_since_read"):
        undo_steps(public, ADMINISTRATOR, read, WHY, later(2))
    with pytest.raises(NotFound):
        undo_steps(public, ADMINISTRATOR, [], WHY, later(2))
    assert state_of(public) == "listed"


def test_who_leaves_the_final_list_by_an_undo_is_awarded_no_longer_and_comes_back_with_the_award(public: Store) -> None:
    advance(public, ADMINISTRATOR, CODE_A, YEAR, "listed", "演示", at=later(1))
    advance(public, ADMINISTRATOR, CODE_A, YEAR, "not_listed", "演示", at=later(2))
    undo(public, later(3))
    assert [award.credit_code for award in list_awards(public, ADMINISTRATOR)] == [CODE_A]
    undo(public, later(4))
    assert list_awards(public, ADMINISTRATOR) == []
    with public.cursor() as cursor:
        latest = tables.awards.award_changes(cursor)[0]
    assert (latest.act, latest.reason) == ("revoked", WHY)


def test_an_objection_is_answered_before_its_list_is_left_and_what_it_decides_is_not_undone(public: Store) -> None:
    number = record_objection(public, ADMINISTRATOR, GIVEN, later(1))
    assert refused(public, later(2)) == ["undo_objected"]
    assert [error.code for item in steps_to_undo(public, ADMINISTRATOR, CODE_A, YEAR) for error in item.against] == [
        "undo_objected"
    ]
    uphold(public, number, "属实", later(3))
    assert refused(public, later(4)) == ["nothing_to_undo"]
    reopen_objection(public, ADMINISTRATOR, number, "另有材料", later(5))
    [found] = listed_objections(public, ADMINISTRATOR)
    day = later(6).date()
    answer_objection(public, ADMINISTRATOR, number, "rejected", "查无实据", day, later(6), found.objection.parts)
    assert state_of(public) == "publicity"
    undo(public, later(7))
    assert state_of(public) == "submitted"
    # Taken up again where it stands on no list, it takes the application out, and gives it back.
    reopen_objection(public, ADMINISTRATOR, number, "另有材料", later(8))
    uphold(public, number, "属实", later(9))
    reopen_objection(public, ADMINISTRATOR, number, "另有材料", later(10))
    [found] = listed_objections(public, ADMINISTRATOR)
    answer_objection(public, ADMINISTRATOR, number, "rejected", "查无实据", day, later(11), found.objection.parts)
    assert state_of(public) == "submitted"


def test_who_was_put_off_the_list_stays_off_while_an_objection_is_upheld(public: Store) -> None:
    number = record_objection(public, ADMINISTRATOR, GIVEN, later(1))
    advance(public, ADMINISTRATOR, CODE_A, YEAR, "not_listed", "演示", at=later(2))
    uphold(public, number, "属实", later(3))
    assert refused(public, later(4)) == ["undo_upheld"]
    reopen_objection(public, ADMINISTRATOR, number, "另有材料", later(5))
    undo(public, later(6))
    assert state_of(public) == "publicity"


def test_what_one_press_moved_is_undone_by_one_and_all_or_nothing(store: Store) -> None:
    locked(store, A, CODE_A)
    locked(store, B, CODE_B)
    wanted = [WantedStage(CODE_A, YEAR, "publicity", "演示"), WantedStage(CODE_B, YEAR, "defence", "演示")]
    advance_all(store, ADMINISTRATOR, wanted, later(1))
    found = steps_to_undo(store, ADMINISTRATOR, CODE_B, YEAR)
    assert [item.application.credit_code for item in found] == [CODE_B, CODE_A]
    record_objection(store, ADMINISTRATOR, GIVEN, later(2))
    with pytest.raises(UserError, match="undo_objected"):
        undo(store, later(3), (CODE_A, CODE_B))
    assert {hand.stage for hand in in_hand(store, CODE_A, CODE_B)} == {"publicity", "defence"}
    [objection] = listed_objections(store, ADMINISTRATOR)
    answer_objection(store, ADMINISTRATOR, objection.objection.id, "rejected", "查无实据", AT.date(), later(4))
    undo(store, later(5), (CODE_A, CODE_B))
    assert {hand.stage for hand in in_hand(store, CODE_A, CODE_B)} == {"submitted"}
    advance(store, ADMINISTRATOR, CODE_A, YEAR, "publicity", "演示", at=later(6))
    advance(store, ADMINISTRATOR, CODE_B, YEAR, "publicity", "演示", at=later(7))
    assert len(steps_to_undo(store, ADMINISTRATOR, CODE_A, YEAR)) == 1, "another press"


def test_what_the_body_has_nominated_since_is_not_undone(store: Store) -> None:
    locked(store, A, CODE_A)
    advance(store, ADMINISTRATOR, CODE_A, YEAR, "put_forward", at=later(1))
    edition = own_list(store, LEADER, YEAR).latest.edition
    placed = Placement(CODE_A, "已核对（演示）", "纸质（演示）", EXPLAINED)
    save_list(store, LEADER, YEAR, edition, [placed], at=later(2))
    nominate(store, LEADER, YEAR, own_list(store, LEADER, YEAR).latest.edition, "", at=later(3))
    assert steps_to_undo(store, ADMINISTRATOR, CODE_A, YEAR) == []
