"""Stages of many applications at once: every fault reported, all of them or none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from kpi.errors import InvalidFile, UserError
from kpi.i18n import text
from kpi.model.lifecycle import ApplicationState
from kpi.model.programme import YearDates
from kpi.services.administrator.public_lists import listed_applications
from kpi.services.administrator.stages import (
    WantedStage,
    advance,
    advance_all,
    applications_in_progress,
    preview_stage_list,
    preview_stages,
)
from kpi.services.administrator.year_dates import set_year_dates
from kpi.services.enterprise.lock import own_stages
from kpi.store.store import Store
from kpi.tables.stages import ApplicationInHand
from tests.services.sample_store import ADMINISTRATOR, CODE_A, CODE_B, A, B
from tests.services.submitting import YEAR, locked

HEAD = "统一社会信用代码,年度,环节,说明\n"


@pytest.fixture
def two(store: Store) -> Store:
    locked(store, A, CODE_A)
    locked(store, B, CODE_B)
    return store


def states(store: Store) -> dict[str, str | None]:
    return {
        application.credit_code: application.state for application in applications_in_progress(store, ADMINISTRATOR)
    }


def test_a_file_says_what_it_would_set_and_then_all_is_set_together(two: Store) -> None:
    before = states(two)
    data = f"{HEAD}{CODE_A.lower()},{YEAR}年度,公示,请关注\n{CODE_B},{YEAR},listed,补录（演示）\n".encode("gb18030")
    preview = preview_stage_list(two, ADMINISTRATOR, "名单.csv", data)
    assert preview.faults == ()
    assert [(change.application.credit_code, change.wanted.state) for change in preview.changes] == [
        (CODE_A, "publicity"),
        (CODE_B, "listed"),
    ]
    assert states(two) == before
    assert advance_all(two, ADMINISTRATOR, [change.wanted for change in preview.changes]) == 2
    assert states(two) == {CODE_A: "publicity", CODE_B: "listed"}
    assert "请关注" in repr(own_stages(two, A))
    for kind, code in (("publicity", CODE_A), ("final", CODE_B)):
        assert [
            application.credit_code for application in listed_applications(two, ADMINISTRATOR, YEAR, kind).applications
        ] == [code]
    assert listed_applications(two, ADMINISTRATOR, YEAR - 1, "final").applications == ()


def test_a_stage_may_be_named_as_the_notice_names_it(two: Store) -> None:
    """正文二.3: 材料审核、专家现场评估、答辩和名单公示."""
    stages = {"材料审核": "material_review", "专家现场评估": "on_site", "答辩": "defence", "名单公示": "publicity"}
    for written, state in stages.items():
        preview = preview_stage_list(two, ADMINISTRATOR, "名单.csv", f"{HEAD}{CODE_A},{YEAR},{written},演示\n".encode())
        assert (preview.faults, [change.wanted.state for change in preview.changes]) == ((), [state])
        assert text(f"page.step.{state}", "zh") in written


def test_every_fault_is_reported_and_nothing_is_set(two: Store) -> None:
    advance_all(two, ADMINISTRATOR, [WantedStage(CODE_B, YEAR, "on_site", "演示")])
    before = states(two)
    data = (
        f"{HEAD}{CODE_A},{YEAR},获奖,\n{CODE_B},{YEAR},现场核查,\n{CODE_A},{YEAR - 1},公示,\n{CODE_B},x,已提交,\n"
    ).encode()
    preview = preview_stage_list(two, ADMINISTRATOR, "名单.csv", data)
    assert [(fault.row, fault.error.code) for fault in preview.faults] == [
        (2, "no_such_step"),
        (3, "step_taken_already"),
        (4, "not_there"),
        (5, "no_such_step"),
        (5, "not_there"),
    ]
    wanted = [WantedStage(CODE_A, YEAR, "publicity", "演示"), WantedStage(CODE_B, YEAR, "on_site", "演示")]
    with pytest.raises(UserError) as refused:
        advance_all(two, ADMINISTRATOR, wanted)
    assert (refused.value.code, refused.value.params["count"]) == ("steps_faulty", 1)
    assert states(two) == before


def test_an_application_that_a_colleague_has_moved_since_it_was_read_stays_where_it_is(two: Store) -> None:
    def wanted(read: Sequence[ApplicationInHand]) -> list[WantedStage]:
        return [WantedStage(hand.credit_code, YEAR, "publicity", "演示", hand.since) for hand in read]

    read = applications_in_progress(two, ADMINISTRATOR)
    moved = next(hand for hand in read if hand.credit_code == CODE_A)
    advance(two, ADMINISTRATOR, CODE_A, YEAR, "on_site", "演示", since=moved.since)
    before = states(two)
    with pytest.raises(UserError, match="changed_since_read"):
        advance(two, ADMINISTRATOR, CODE_A, YEAR, "publicity", "演示", since=moved.since)
    with pytest.raises(UserError, match="steps_faulty"):
        advance_all(
            two,
            ADMINISTRATOR,
            [WantedStage(hand.credit_code, YEAR, "publicity", "演示", since=hand.since) for hand in read],
        )
    assert states(two) == before
    read = applications_in_progress(two, ADMINISTRATOR)
    advance_all(
        two,
        ADMINISTRATOR,
        [WantedStage(hand.credit_code, YEAR, "publicity", "演示", since=hand.since) for hand in read],
    )
    assert set(states(two).values()) == {"publicity"}


def test_a_file_that_is_no_list_of_stages_is_refused(two: Store) -> None:
    with pytest.raises(InvalidFile) as refused:
        preview_stage_list(two, ADMINISTRATOR, "x.csv", f"{HEAD}{CODE_A},{YEAR},,\n{CODE_A},{YEAR},公示,\n".encode())
    assert [problem.code for problem in refused.value.problems] == ["list_blank", "list_repeated"]


def test_what_one_has_a_conflict_of_interest_with_is_neither_moved_nor_listed(two: Store) -> None:
    barred = replace(ADMINISTRATOR, barred=(CODE_A,))
    data = f"{HEAD}{CODE_A},{YEAR},公示,\n".encode()
    assert [fault.error.code for fault in preview_stage_list(two, barred, "a.csv", data).faults] == ["not_there"]
    with pytest.raises(UserError, match="steps_faulty"):
        advance_all(two, barred, [WantedStage(CODE_A, YEAR, "publicity", "演示")])
    advance_all(two, ADMINISTRATOR, [WantedStage(CODE_A, YEAR, "publicity", "演示")])
    with pytest.raises(UserError, match="list_conflicted"):
        listed_applications(two, barred, YEAR, "publicity")
    assert listed_applications(two, barred, YEAR, "final").applications == ()


def test_a_step_out_of_order_needs_a_reason_and_the_next_one_none(two: Store) -> None:
    def against(state: ApplicationState, note: str = "") -> list[str]:
        found = preview_stages(two, ADMINISTRATOR, [WantedStage(CODE_A, YEAR, state, note)])
        return [fault.error.code for fault in found.faults]

    assert against("put_forward") == []
    assert against("on_site") == against("on_site", " ") == ["step_needs_reason"], "stages are skipped"
    assert against("on_site", "材料已在会上审过（演示）") == []
    advance(two, ADMINISTRATOR, CODE_A, YEAR, "on_site", "材料已在会上审过（演示）")
    assert against("material_review", "退回（演示）") == ["step_taken_already"], "an undo alone goes back"
    assert against("not_listed") == ["step_needs_reason"], "its enterprise is told why"
    assert against("defence") == []
    with pytest.raises(UserError, match="step_needs_reason"):
        advance(two, ADMINISTRATOR, CODE_A, YEAR, "not_listed")


def test_nobody_is_listed_before_publicity_is_over(two: Store) -> None:
    last = date(2026, 3, 20)
    dates = YearDates(
        date(2026, 1, 1), date(2026, 2, 1), date(2026, 2, 1), publicity_from=date(2026, 3, 10), publicity_to=last
    )
    set_year_dates(two, ADMINISTRATOR, YEAR, dates, "演示通知（虚构）", "演示")
    advance(two, ADMINISTRATOR, CODE_A, YEAR, "publicity", "演示", at=datetime(2026, 3, 10, tzinfo=UTC))
    with pytest.raises(UserError, match="publicity_running"):
        advance(two, ADMINISTRATOR, CODE_A, YEAR, "listed", at=datetime(2026, 3, 20, 15, tzinfo=UTC))
    advance(two, ADMINISTRATOR, CODE_A, YEAR, "listed", at=datetime(2026, 3, 20, 16, tzinfo=UTC))
    assert states(two)[CODE_A] == "listed", "midnight in Shanghai"
