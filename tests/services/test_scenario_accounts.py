"""How claimed scenarios are met: who may say it and when, what is kept, and that no verdict hears of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from kpi import tables
from kpi.access.roles import Scope
from kpi.errors import NotFound, UserError
from kpi.intake.form.answer_sheet import LIST_SEPARATOR
from kpi.services.conditions import own_checklists
from kpi.services.enterprise.lock import own_results
from kpi.services.enterprise.sheets import SheetEdit, accept_application, edit_sheet, own_sheet
from kpi.services.enterprise.uploads import receive_file
from kpi.services.reviewer.evidence import candidate_evidence
from kpi.services.scenario_accounts import (
    LONGEST_HOW,
    LONGEST_MODEL,
    NOTHING_SAID,
    AccountInput,
    account_for_scenarios,
    as_said,
)
from kpi.store.store import Store
from tests.services.sample_store import ADMINISTRATOR, AT, CODE_A, CODE_B, LEADER, REVIEWER, A, B, file_of
from tests.services.submitting import lock_as_it_stands, say_no_conflict

YEAR = 2025
PLAIN = AccountInput("三维模型随单下发（虚构）")
WITH_AI = AccountInput("看板（虚构）", True, "排产模型（虚构）")


@pytest.fixture
def draft(store: Store) -> Store:
    """A's application accepted and not locked."""
    accept_application(store, A, receive_file(store, A, "a.csv", file_of(CODE_A)))
    return store


def claimed(store: Store) -> tuple[str, ...]:
    [own] = own_checklists(store, A)
    return own.ai_use.claimed


def said(store: Store) -> dict[str, AccountInput]:
    [own] = own_checklists(store, A)
    return {name: as_said(account) for name, account in own.ai_use.accounts.items()}


def say(store: Store, accounts: Mapping[str, AccountInput], seen: Mapping[str, AccountInput] | None = None) -> int:
    return account_for_scenarios(store, A, CODE_A, YEAR, accounts, AT, seen)


def acts(store: Store) -> list[tuple[Any, Any]]:
    with store.cursor() as cursor:
        found = [act for act in tables.audit.audit_entries(cursor) if act.action == "scenarios_accounted"]
    return [(json.loads(act.before or "null"), json.loads(act.after or "null")) for act in found]


def test_what_is_said_is_kept_with_who_and_when_replaced_and_removed(draft: Store) -> None:
    first, second, *_ = claimed(draft)
    assert say(draft, {first: PLAIN, second: WITH_AI}) == 2
    [own] = own_checklists(draft, A)
    assert (own.ai_use.accounts[first].written_by, own.ai_use.accounts[first].written_at) == ("a", AT)
    assert (own.ai_use.using, own.ai_use.missing) == (1, len(claimed(draft)) - 2)
    assert say(draft, {first: WITH_AI, second: NOTHING_SAID}) == 2
    assert said(draft) == {first: WITH_AI}
    assert say(draft, {first: WITH_AI, second: AccountInput(" \u200b")}) == 0
    before, after = acts(draft)[-1]
    assert (after["items"], len(after["sha256"]), len(before["sha256"]), len(acts(draft))) == (2, 64, 64, 2)
    assert "看板" not in str(acts(draft))


def test_words_are_one_line_that_can_be_read_and_no_longer_than_asked(draft: Store) -> None:
    first = claimed(draft)[0]
    say(draft, {first: AccountInput("第\n一\u202e步" + "长" * 400, True, "模" * 100)})
    kept = said(draft)[first]
    assert kept.how.startswith("第 一步长")
    assert (len(kept.how), len(kept.ai_model)) == (LONGEST_HOW, LONGEST_MODEL)


@pytest.mark.parametrize(("uses_ai", "model"), [(True, ""), (True, "\u200b "), (False, "模型（虚构）")])
def test_artificial_intelligence_goes_with_its_model_or_nothing_is_saved(
    draft: Store, uses_ai: bool, model: str
) -> None:
    first, second, *_ = claimed(draft)
    with pytest.raises(UserError, match="scenario_ai_unclear"):
        say(draft, {first: PLAIN, second: AccountInput("看板（虚构）", uses_ai, model)})
    assert said(draft) == {}


def test_only_claimed_scenarios_have_one_and_what_is_claimed_no_more_is_not_shown(draft: Store) -> None:
    first, second, *others = claimed(draft)
    with pytest.raises(NotFound):
        say(draft, {first: PLAIN, "无此场景": PLAIN})
    say(draft, {first: PLAIN, second: WITH_AI})
    sheet = own_sheet(draft, A, CODE_A, YEAR)
    named = LIST_SEPARATOR.join([first, *others])
    edit_sheet(draft, A, CODE_A, YEAR, sheet.version, [SheetEdit("scenarios", "value", named)])
    assert claimed(draft) == (first, *others)
    assert said(draft) == {first: PLAIN}
    with pytest.raises(NotFound):
        say(draft, {second: WITH_AI})


def test_what_a_colleague_has_said_meanwhile_is_not_overwritten_unread(draft: Store) -> None:
    first = claimed(draft)[0]
    say(draft, {first: PLAIN})
    with pytest.raises(UserError, match="scenario_account_changed"):
        say(draft, {first: WITH_AI}, seen={first: NOTHING_SAID})
    assert say(draft, {first: PLAIN}, seen={first: NOTHING_SAID}) == 0
    assert say(draft, {first: WITH_AI}, seen={first: PLAIN}) == 1


def test_it_stays_readable_after_the_lock_and_neither_answer_nor_record_knows_it(draft: Store) -> None:
    names = claimed(draft)
    [before] = own_results(draft, A)
    say(draft, dict.fromkeys(names, WITH_AI))
    [after] = own_results(draft, A)
    assert repr(after) == repr(before), "an undefined number equals none"
    lock_as_it_stands(draft, A, CODE_A, YEAR)
    with pytest.raises(UserError, match="already_locked"):
        say(draft, {names[0]: PLAIN})
    assert said(draft) == dict.fromkeys(names, WITH_AI)
    with draft.cursor() as cursor:
        [locked] = tables.applications.locked_applications(cursor, Scope(own=(CODE_A,)))
    assert "排产模型" not in locked.record
    say_no_conflict(draft)
    use = candidate_evidence(draft, REVIEWER, CODE_A, YEAR).ai_use
    assert (use.using, use.missing, set(use.accounts)) == (len(names), 0, set(names))


def test_nobody_accounts_for_another_enterprise_or_a_year_without_an_application(draft: Store) -> None:
    first = claimed(draft)[0]
    for viewer, code, year in ((B, CODE_A, YEAR), (A, CODE_B, YEAR), (A, CODE_A, YEAR - 1)):
        with pytest.raises(NotFound):
            account_for_scenarios(draft, viewer, code, year, {first: PLAIN})
    for viewer in (REVIEWER, LEADER, ADMINISTRATOR, None):
        with pytest.raises(NotFound):
            account_for_scenarios(draft, viewer, CODE_A, YEAR, {first: PLAIN})


def test_accounts_are_bound_to_the_askers_scope(draft: Store) -> None:
    first = claimed(draft)[0]
    say(draft, {first: PLAIN})
    with draft.cursor() as cursor:
        assert tables.conditions.scenario_accounts(cursor, Scope(own=(CODE_A,)), CODE_A, YEAR).keys() == {first}
        for scope, year in (
            (Scope(own=(CODE_B,)), YEAR),
            (Scope(industries=("高端装备",)), YEAR),
            (Scope(own=(CODE_A,)), YEAR + 1),
        ):
            assert tables.conditions.scenario_accounts(cursor, scope, CODE_A, year) == {}
