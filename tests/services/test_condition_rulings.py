"""Rulings on conditions: who may, what stands, what is asked again after a lock, the one appeal, and how it ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from kpi.errors import NotFound, UserError
from kpi.model.claims import GivenOutcome
from kpi.model.viewer import Viewer
from kpi.services.administrator.awards import import_awards
from kpi.services.administrator.home import administrator_to_dos
from kpi.services.administrator.stages import advance
from kpi.services.condition_rulings import (
    ReadBefore,
    RulingInput,
    appeal_ruling,
    conditions_to_rule,
    every_condition_to_rule,
    own_rulings,
    read_before,
    rule_on_conditions,
    rule_together,
)
from kpi.services.conditions import StatementInput, own_checklists, state_conditions
from kpi.services.enterprise.lock import reopen_application
from kpi.services.enterprise.sheets import accept_application
from kpi.services.enterprise.uploads import receive_file
from kpi.services.operation.verification import verify_store
from kpi.services.reviewer.candidates import candidate_evaluation
from kpi.services.reviewer.home import reviewer_to_dos
from kpi.store.store import Store
from tests.services.sample_store import (
    ADMINISTRATOR,
    AT,
    CODE_A,
    CODE_B,
    LEADER,
    OTHER_LEADER,
    OTHER_REVIEWER,
    REVIEWER,
    A,
    B,
    file_of,
)
from tests.services.submitting import YEAR, lock_as_it_stands, say_no_conflict

RULED, STATED, FACT = "industry_leader", "good_credit", "factory_name_length"
LISTED = "not_awarded_before"
WHY, ON = "现场核实（虚构）", "申报书第二部分（虚构）"
HOUR = timedelta(hours=1)
SECOND_REVIEWER = replace(REVIEWER, account="reviewer2")


@pytest.fixture
def locked(store: Store) -> Store:
    """A's application with a statement, locked; its reviewers denied a conflict."""
    accept_application(store, A, receive_file(store, A, "a.csv", file_of(CODE_A)))
    state_conditions(store, A, CODE_A, YEAR, {STATED: StatementInput(True, "信用报告（虚构）")}, AT)
    lock_as_it_stands(store, A, CODE_A, YEAR, AT)
    for reviewer in (REVIEWER, SECOND_REVIEWER):
        say_no_conflict(store, reviewer)
    return store


def rule(
    store: Store,
    viewer: Viewer,
    condition: str,
    outcome: GivenOutcome | None,
    at: datetime = AT + HOUR,
    reason: str = WHY,
    on: str = ON,
) -> None:
    """As somebody does who reads how it stands and decides."""
    found = conditions_to_rule(store, viewer, CODE_A, YEAR)
    seen = {item.found.rule: item.last_at for item in found.conditions}
    rule_on_conditions(
        store, viewer, CODE_A, YEAR, {condition: RulingInput(outcome, reason, on)}, found.locked.locked_at, seen, at
    )


def state(store: Store, condition: str) -> str:
    """The same for its enterprise and its reviewer."""
    [own] = own_checklists(store, A)
    full = candidate_evaluation(store, REVIEWER, CODE_A, YEAR)
    [seen] = {item.state for rules in (own.rules, full.eligibility) for item in rules if item.rule == condition}
    return seen


@pytest.mark.parametrize("viewer", [REVIEWER, ADMINISTRATOR])
@pytest.mark.parametrize(("outcome", "ends"), [("met", "ok"), ("not_met", "fails")])
@pytest.mark.parametrize(("condition", "before"), [(RULED, "unknown"), (STATED, "ok")])
def test_a_ruling_decides_its_condition_until_it_is_taken_back(
    locked: Store, viewer: Viewer, outcome: GivenOutcome, ends: str, condition: str, before: str
) -> None:
    assert state(locked, condition) == before
    rule(locked, viewer, condition, outcome)
    assert state(locked, condition) == ends
    [own] = [item for item in own_rulings(locked, A, CODE_A, YEAR).conditions if item.given]
    assert (own.found.rule, own.given[-1].reason, own.given[-1].evidence) == (condition, WHY, ON)
    rule(locked, viewer, condition, None, on="")
    assert state(locked, condition) == before
    assert verify_store(locked).sound


def test_a_body_checks_statements_alone_and_a_ruling_stands_before_its_check(locked: Store) -> None:
    with pytest.raises(NotFound):
        rule(locked, LEADER, RULED, "met")
    rule(locked, REVIEWER, STATED, "met")
    rule(locked, LEADER, STATED, "not_met", AT + 2 * HOUR)
    assert state(locked, STATED) == "ok"
    rule(locked, REVIEWER, STATED, None, AT + 3 * HOUR)
    assert state(locked, STATED) == "fails"
    rule(locked, LEADER, STATED, None, AT + 4 * HOUR)
    assert state(locked, STATED) == "ok"


@pytest.mark.parametrize("viewer", [REVIEWER, LEADER, ADMINISTRATOR])
def test_nobody_rules_on_a_fact(locked: Store, viewer: Viewer) -> None:
    with pytest.raises(NotFound):
        rule(locked, viewer, FACT, "met")


def test_a_ruling_is_of_one_lock(locked: Store) -> None:
    rule(locked, REVIEWER, RULED, "met")
    reopen_application(locked, A, CODE_A, YEAR, "改正笔误（虚构）", AT + 2 * HOUR)
    with pytest.raises(NotFound):
        conditions_to_rule(locked, REVIEWER, CODE_A, YEAR)
    [own] = own_checklists(locked, A)
    assert {item.state for item in own.rules if item.rule == RULED} == {"unknown"}
    lock_as_it_stands(locked, A, CODE_A, YEAR, AT + 3 * HOUR)
    assert state(locked, RULED) == "unknown"
    assert verify_store(locked).sound


def test_who_did_not_see_what_stands_decides_nothing(locked: Store) -> None:
    found = conditions_to_rule(locked, REVIEWER, CODE_A, YEAR)
    rule(locked, ADMINISTRATOR, RULED, "not_met")
    given = {RULED: RulingInput("met", WHY, ON), STATED: RulingInput("met", WHY, ON)}
    with pytest.raises(UserError, match="ruling_meanwhile"):
        rule_on_conditions(locked, REVIEWER, CODE_A, YEAR, given, found.locked.locked_at, {})
    with pytest.raises(UserError, match="changed_since_read"):
        rule_on_conditions(locked, REVIEWER, CODE_A, YEAR, {STATED: given[STATED]}, AT - HOUR, {})
    ruled = [item.found.rule for item in own_rulings(locked, A, CODE_A, YEAR).conditions if item.given]
    assert ruled == [RULED]


@pytest.mark.parametrize(
    ("reason", "on", "code"), [(" ", ON, "ruling_why_needed"), (WHY, " ", "ruling_evidence_needed")]
)
def test_a_ruling_says_why_and_on_what_it_rests(locked: Store, reason: str, on: str, code: str) -> None:
    with pytest.raises(UserError, match=code):
        rule(locked, REVIEWER, RULED, "met", reason=reason, on=on)
    with pytest.raises(UserError, match="ruling_none_to_withdraw"):
        rule(locked, REVIEWER, RULED, None)


def test_the_enterprise_appeals_once_and_somebody_else_looks_again(locked: Store) -> None:
    with pytest.raises(UserError, match="ruling_no_appeal"):
        appeal_ruling(locked, A, CODE_A, YEAR, RULED, "为时过早（虚构）")
    rule(locked, REVIEWER, RULED, "not_met")
    with pytest.raises(UserError, match="why_needed"):
        appeal_ruling(locked, A, CODE_A, YEAR, RULED, " ")
    with pytest.raises(NotFound):
        appeal_ruling(locked, B, CODE_A, YEAR, RULED, "并非本企业（虚构）")
    appeal_ruling(locked, A, CODE_A, YEAR, RULED, "另有行业报告（虚构）", AT + 2 * HOUR)
    assert state(locked, RULED) == "unknown"
    to_dos = {item.code: item.params for item in administrator_to_dos(locked, ADMINISTRATOR)}
    assert to_dos["appeals_to_rule"] == {"count": 1}
    waits = {
        viewer.account: [item.found.rule for item in found.waiting if item.appealed]
        for viewer in (REVIEWER, SECOND_REVIEWER)
        for found in every_condition_to_rule(locked, viewer)
    }
    assert waits == {REVIEWER.account: [], SECOND_REVIEWER.account: [RULED]}, "nobody is asked to do what another must"
    with pytest.raises(UserError, match="ruling_second_person"):
        rule(locked, REVIEWER, RULED, "not_met", AT + 3 * HOUR)
    rule(locked, SECOND_REVIEWER, RULED, "not_met", AT + 3 * HOUR)
    assert state(locked, RULED) == "fails"
    with pytest.raises(UserError, match="ruling_no_appeal"):
        appeal_ruling(locked, A, CODE_A, YEAR, RULED, "再次（虚构）", AT + 4 * HOUR)
    assert verify_store(locked).sound


def test_a_check_under_appeal_waits_for_a_ruling(locked: Store) -> None:
    rule(locked, LEADER, STATED, "not_met")
    appeal_ruling(locked, A, CODE_A, YEAR, STATED, "报告已附（虚构）", AT + 2 * HOUR)
    with pytest.raises(UserError, match="ruling_second_person"):
        rule(locked, LEADER, STATED, "met", AT + 3 * HOUR)
    rule(locked, REVIEWER, STATED, "met", AT + 3 * HOUR)
    assert state(locked, STATED) == "ok"


def test_what_waits_is_what_can_be_decided(locked: Store) -> None:
    def waiting() -> dict[str, object]:
        to_dos = {item.code: item.params.get("count") for item in reviewer_to_dos(locked, REVIEWER)}
        return {code: count for code, count in to_dos.items() if code.endswith("to_rule")}

    [found] = every_condition_to_rule(locked, REVIEWER)
    assert waiting() == {"conditions_to_rule": len(found.waiting)}
    for item in found.waiting:
        rule(locked, REVIEWER, item.found.rule, "met")
    assert waiting() == {"no_conditions_to_rule": None}
    # The last one ruled keeps the others: nothing waits, and everything can be taken back.
    assert {state(locked, item.found.rule) for item in found.waiting} == {"ok"}


def test_nothing_is_decided_once_the_public_reads_it_but_by_the_authority(locked: Store) -> None:
    advance(locked, ADMINISTRATOR, CODE_A, YEAR, "publicity", "演示")
    for viewer in (REVIEWER, LEADER):
        with pytest.raises(UserError, match="ruling_too_late"):
            rule(locked, viewer, STATED, "not_met")
    assert every_condition_to_rule(locked, REVIEWER)[0].waiting == ()
    rule(locked, ADMINISTRATOR, STATED, "not_met")
    assert state(locked, STATED) == "fails"
    with pytest.raises(UserError, match="ruling_too_late"):
        appeal_ruling(locked, A, CODE_A, YEAR, STATED, "公示之后（虚构）")


def test_others_reach_nothing(locked: Store) -> None:
    for viewer in (OTHER_REVIEWER, OTHER_LEADER):
        assert every_condition_to_rule(locked, viewer) == []
        with pytest.raises(NotFound):
            conditions_to_rule(locked, viewer, CODE_A, YEAR)


def test_one_condition_of_several_is_decided_alike_all_or_nothing(locked: Store) -> None:
    accept_application(locked, B, receive_file(locked, B, "b.csv", file_of(CODE_B)))
    lock_as_it_stands(locked, B, CODE_B, YEAR, AT)

    def waits() -> dict[str, ReadBefore | None]:
        return {item.key: read_before(item, RULED) for item in every_condition_to_rule(locked, ADMINISTRATOR)}

    first, second = f"{CODE_A} {YEAR}", f"{CODE_B} {YEAR}"
    both = {key: ReadBefore(AT, None) for key in (first, second)}
    assert waits() == both
    alike = RulingInput("met", WHY, ON)
    rule(locked, REVIEWER, RULED, "not_met")
    for given, code in (
        (alike, "rulings_changed"),
        (replace(alike, reason=""), "ruling_why_needed"),
        (replace(alike, evidence=""), "ruling_evidence_needed"),
        (replace(alike, outcome=None), "ruling_evidence_needed"),
    ):
        with pytest.raises(UserError) as refused:
            rule_together(locked, ADMINISTRATOR, RULED, given, both, AT + 2 * HOUR)
        assert refused.value.code == code
    assert waits() == {first: None, second: ReadBefore(AT, None)}
    rule_together(locked, ADMINISTRATOR, RULED, alike, {second: ReadBefore(AT, None)}, AT + 2 * HOUR)
    assert waits() == {first: None, second: None}
    [own] = own_checklists(locked, B)
    assert next(item.state for item in own.rules if item.rule == RULED) == "ok"
    assert state(locked, RULED) == "fails"
    assert verify_store(locked).sound


def test_a_near_name_waits_for_a_ruling_that_says_nothing_of_names_listed_later(locked: Store) -> None:
    name = candidate_evaluation(locked, REVIEWER, CODE_A, YEAR).application.text("enterprise")
    near = f"工厂名称,等级,年度,来源\n{name},先进级,2024,演示名单（虚构）\n"
    import_awards(locked, ADMINISTRATOR, "名单.csv", near.encode())
    assert state(locked, LISTED) == "unknown"
    assert LISTED not in waits_for(locked, LEADER)
    assert LISTED in waits_for(locked, REVIEWER)
    rule(locked, REVIEWER, LISTED, "met")
    assert (state(locked, LISTED), LISTED in waits_for(locked, ADMINISTRATOR)) == ("ok", False)
    later = f"{near}{name}第一工厂,先进级,2023,演示名单（虚构）\n"
    import_awards(locked, ADMINISTRATOR, "名单.csv", later.encode())
    assert (state(locked, LISTED), LISTED in waits_for(locked, REVIEWER)) == ("unknown", True)
    rule(locked, REVIEWER, LISTED, "not_met", AT + 2 * HOUR)
    assert state(locked, LISTED) == "fails"
    assert verify_store(locked).sound


def waits_for(store: Store, viewer: Viewer) -> set[str]:
    return {item.found.rule for item in conditions_to_rule(store, viewer, CODE_A, YEAR).waiting}
