"""Statements of an enterprise and the list of awards: who may, what is kept, what they change."""

from __future__ import annotations

import json

import pytest

from kpi import tables
from kpi.access.roles import Scope
from kpi.errors import InvalidFile, NotFound, UserError
from kpi.services.administrator.awards import award_totals, import_awards, list_awards, preview_awards
from kpi.services.conditions import (
    LONGEST_EVIDENCE,
    StatementInput,
    candidate_checklist,
    own_checklists,
    state_conditions,
)
from kpi.services.enterprise.lock import own_results
from kpi.services.enterprise.sheets import accept_application
from kpi.services.enterprise.uploads import receive_file
from kpi.services.reviewer.candidates import candidate_evaluation
from kpi.store.store import Store
from tests.services.sample_store import (
    ADMINISTRATOR,
    AT,
    CODE_A,
    CODE_B,
    LEADER,
    OTHER_REVIEWER,
    REVIEWER,
    A,
    B,
    file_of,
)
from tests.services.submitting import lock_as_it_stands, say_no_conflict

YEAR = 2025
LICENCE = "营业执照（虚构）副本 310-1 号"
LIST = f"""统一社会信用代码,工厂名称,等级,年度,来源
{CODE_A},演示智能工厂（虚构）,上海市智能工厂,2023,演示名单（虚构）
{CODE_B},演示二智能工厂（虚构）,先进级,2026年度,演示名单（虚构）
"""


@pytest.fixture
def draft(store: Store) -> Store:
    """A's application accepted and not locked."""
    accept_application(store, A, receive_file(store, A, "a.csv", file_of(CODE_A)))
    return store


def states(store: Store) -> dict[str, str]:
    [own] = own_checklists(store, A)
    return {rule.rule: rule.state for rule in own.rules}


def acts(store: Store, action: str) -> list[tuple[str, dict | None, dict | None]]:
    with store.cursor() as cursor:
        found = [act for act in tables.audit.audit_entries(cursor) if act.action == action]
    return [
        (act.subject, *(reported and json.loads(reported) for reported in (act.before, act.after))) for act in found
    ]


def test_a_statement_is_kept_with_who_and_when_and_decides_its_condition(draft: Store) -> None:
    assert state_conditions(draft, A, CODE_A, YEAR, {"good_credit": StatementInput(True, LICENCE)}, AT) == 1
    [own] = own_checklists(draft, A)
    kept = own.known.statements["good_credit"]
    assert (kept.holds, kept.evidence, kept.stated_by, kept.stated_at) == (True, LICENCE, "a", AT)
    assert states(draft)["good_credit"] == "ok"


def test_a_statement_shows_wherever_the_application_is_judged(draft: Store) -> None:
    state_conditions(draft, A, CODE_A, YEAR, {"good_credit": StatementInput(False)})
    [result] = own_results(draft, A)
    assert (
        next(rule_result.state for rule_result in result.answer.eligibility if rule_result.rule == "good_credit")
        == "fails"
    )
    lock_as_it_stands(draft, A, CODE_A, YEAR)
    say_no_conflict(draft)
    answer = candidate_evaluation(draft, REVIEWER, CODE_A, YEAR)
    assert next(rule_result.state for rule_result in answer.eligibility if rule_result.rule == "good_credit") == "fails"


def test_what_is_said_again_changes_nothing_and_leaves_no_trace(draft: Store) -> None:
    said = {"good_credit": StatementInput(True, LICENCE), "no_secrets": StatementInput(None)}
    assert [state_conditions(draft, A, CODE_A, YEAR, said) for _ in range(2)] == [1, 0]
    assert len(acts(draft, "condition_stated")) == 1


def test_a_statement_can_be_changed_and_taken_back(draft: Store) -> None:
    for said, state in (
        (StatementInput(True, LICENCE), "ok"),
        (StatementInput(False), "fails"),
        (StatementInput(None, "x"), "unknown"),
    ):
        assert state_conditions(draft, A, CODE_A, YEAR, {"good_credit": said}) == 1
        assert states(draft)["good_credit"] == state


def test_a_statement_made_without_a_colleagues_is_refused_unless_it_is_the_same(draft: Store) -> None:
    none, held = StatementInput(None), StatementInput(True, LICENCE)
    state_conditions(draft, A, CODE_A, YEAR, {"good_credit": held})
    seen = {"good_credit": none}
    with pytest.raises(UserError, match="declaration_changed"):
        state_conditions(draft, A, CODE_A, YEAR, {"good_credit": StatementInput(False)}, seen=seen)
    assert states(draft)["good_credit"] == "ok"
    assert state_conditions(draft, A, CODE_A, YEAR, {"good_credit": held}, seen=seen) == 0
    assert state_conditions(draft, A, CODE_A, YEAR, {"good_credit": none}, seen={"good_credit": held}) == 1


def test_the_trail_names_the_condition_and_hides_the_evidence(draft: Store) -> None:
    state_conditions(draft, A, CODE_A, YEAR, {"good_credit": StatementInput(True, LICENCE)})
    [(subject, before, after)] = acts(draft, "condition_stated")
    assert subject == f"{CODE_A} {YEAR}"
    assert before == {"holds": None, "sha256": None}
    assert (after["condition"], after["holds"], len(after["sha256"])) == ("good_credit", True, 64)
    assert "执照" not in str(after)


@pytest.mark.parametrize("evidence", ["", "   ", "\u200b\u2060"])
def test_what_is_said_to_be_met_names_its_evidence(draft: Store, evidence: str) -> None:
    said = {"good_credit": StatementInput(True, LICENCE), "no_secrets": StatementInput(True, evidence)}
    with pytest.raises(UserError, match="evidence_needed"):
        state_conditions(draft, A, CODE_A, YEAR, said)
    assert states(draft)["good_credit"] == "unknown", "all of it or nothing"


def test_evidence_is_one_line_that_can_be_read(draft: Store) -> None:
    state_conditions(draft, A, CODE_A, YEAR, {"good_credit": StatementInput(True, "第\n一\u202e号" + "长" * 300)})
    [own] = own_checklists(draft, A)
    evidence = own.known.statements["good_credit"].evidence
    assert evidence.startswith("第 一号长")
    assert len(evidence) == LONGEST_EVIDENCE


@pytest.mark.parametrize("condition", ["maturity_annex1", "not_awarded_before", "industry_leader", "no such", ""])
def test_only_conditions_that_rest_on_statements_can_be_stated(draft: Store, condition: str) -> None:
    with pytest.raises(NotFound):
        state_conditions(draft, A, CODE_A, YEAR, {condition: StatementInput(True, LICENCE)})


def test_a_locked_year_takes_no_statement(draft: Store) -> None:
    lock_as_it_stands(draft, A, CODE_A, YEAR)
    with pytest.raises(UserError, match="already_locked"):
        state_conditions(draft, A, CODE_A, YEAR, {"good_credit": StatementInput(True, LICENCE)})


def test_nobody_states_for_another_enterprise_or_a_year_without_an_application(draft: Store) -> None:
    for viewer, code, year in ((B, CODE_A, YEAR), (A, CODE_B, YEAR), (A, CODE_A, YEAR - 1)):
        with pytest.raises(NotFound):
            state_conditions(draft, viewer, code, year, {"good_credit": StatementInput(True, LICENCE)})
    for viewer in (REVIEWER, LEADER, ADMINISTRATOR, None):
        with pytest.raises(NotFound):
            state_conditions(draft, viewer, CODE_A, YEAR, {"good_credit": StatementInput(True, LICENCE)})
        with pytest.raises(NotFound):
            own_checklists(draft, viewer)


def test_statements_are_bound_to_the_askers_scope(draft: Store) -> None:
    state_conditions(draft, A, CODE_A, YEAR, {"good_credit": StatementInput(True, LICENCE)})
    with draft.cursor() as cursor:
        assert tables.conditions.statements(cursor, Scope(own=(CODE_A,)), CODE_A, YEAR).keys() == {"good_credit"}
        assert tables.conditions.statements(cursor, Scope(own=(CODE_B,)), CODE_A, YEAR) == {}
        assert tables.conditions.statements(cursor, Scope(industries=("高端装备",)), CODE_A, YEAR) == {}
        assert tables.conditions.statements(cursor, Scope(own=(CODE_A,)), CODE_A, YEAR + 1) == {}


def test_a_reviewer_reads_the_checklist_of_its_candidates_alone(draft: Store) -> None:
    state_conditions(draft, A, CODE_A, YEAR, {"good_credit": StatementInput(True, LICENCE)})
    with pytest.raises(NotFound):
        candidate_checklist(draft, REVIEWER, CODE_A, YEAR)
    lock_as_it_stands(draft, A, CODE_A, YEAR)
    say_no_conflict(draft)
    found = candidate_checklist(draft, REVIEWER, CODE_A, YEAR)
    assert next(rule for rule in found.rules if rule.rule == "good_credit").evidence == LICENCE
    for viewer in (OTHER_REVIEWER, LEADER, A):
        with pytest.raises(NotFound):
            candidate_checklist(draft, viewer, CODE_A, YEAR)


def test_the_clause_is_known_to_an_enterprise_only_from_the_lock_on(draft: Store) -> None:
    assert states(draft)["main_kpis_leading"] == "unknown"
    assert [tier.clause for tier in own_checklists(draft, A)[0].tiers()][1:] == [None] * 3
    lock_as_it_stands(draft, A, CODE_A, YEAR)
    [own] = own_checklists(draft, A)
    released = own_results(draft, A)[0].answer.clause
    assert [tier.clause for tier in own.tiers()] == [own.means.clause, released, None, None]
    assert own.means.above + own.means.not_above + own.means.unknown == len(own.policy.main_kpis("equipment"))
    assert released is not None


def test_an_award_excludes_and_no_list_says_nothing(draft: Store) -> None:
    assert states(draft)["not_awarded_before"] == "unknown"
    assert import_awards(draft, ADMINISTRATOR, "名单.csv", LIST.encode(), AT) == 2
    assert states(draft)["not_awarded_before"] == "fails"
    other = LIST.replace(CODE_A, CODE_B)
    import_awards(draft, ADMINISTRATOR, "名单.csv", other.encode("gb18030"), AT)
    assert states(draft)["not_awarded_before"] == "ok"


def test_the_list_is_replaced_whole_and_the_import_is_traced(store: Store) -> None:
    import_awards(store, ADMINISTRATOR, "一.csv", LIST.encode())
    import_awards(store, ADMINISTRATOR, "二.csv", "\n".join(LIST.splitlines()[:2]).encode())
    assert [
        (list_award.credit_code, list_award.tier, list_award.year) for list_award in list_awards(store, ADMINISTRATOR)
    ] == [(CODE_A, "市级智能工厂", 2023)]
    assert [after["items"] for _, _, after in acts(store, "awards_imported")] == [2, 1]


def test_a_faulty_list_leaves_the_one_before_and_reports_every_fault(store: Store) -> None:
    import_awards(store, ADMINISTRATOR, "一.csv", LIST.encode())
    with pytest.raises(InvalidFile) as refused:
        import_awards(store, ADMINISTRATOR, "二.csv", f"{LIST}{CODE_A}X,甲,基础级,两千,\n".encode())
    assert [(problem.code, problem.row, problem.column) for problem in refused.value.problems] == [
        ("awarded_blank", 4, "E"),
        ("awarded_invalid_credit_code", 4, "A"),
        ("awarded_unknown_tier", 4, "C"),
        ("awarded_invalid_year", 4, "D"),
    ]
    assert len(list_awards(store, ADMINISTRATOR)) == 2


def test_the_list_is_the_administrators(store: Store) -> None:
    for viewer in (A, REVIEWER, LEADER, None):
        with pytest.raises(NotFound):
            import_awards(store, viewer, "名单.csv", LIST.encode())
        with pytest.raises(NotFound):
            list_awards(store, viewer)


def test_an_import_is_shown_before_and_its_bodies_are_those_that_quotas_go_by(store: Store) -> None:
    import_awards(store, ADMINISTRATOR, "一.csv", LIST.encode())
    head, first, *_ = LIST.splitlines()
    other = f"{CODE_B},演示（虚构）,先进级,2024,演示名单（虚构）"
    data = f"{head},推荐单位\n{first},松江区\n{other},松江区\n".encode()
    shown = preview_awards(store, ADMINISTRATOR, "二.csv", data)
    assert (shown.awards, shown.added, shown.removed, shown.by_body) == (2, 1, 1, {"松江区": 1})
    assert len(list_awards(store, ADMINISTRATOR)) == 2
    assert award_totals(store, ADMINISTRATOR).by_body == {}
    import_awards(store, ADMINISTRATOR, "二.csv", data)
    totals = award_totals(store, ADMINISTRATOR)
    assert (totals.by_body, totals.by_year[2024, "先进级"]) == ({"松江区": 1}, 1)
    import_awards(store, ADMINISTRATOR, "三.csv", LIST.encode())
    assert award_totals(store, ADMINISTRATOR).by_body == {}, "what was counted is no longer listed"
