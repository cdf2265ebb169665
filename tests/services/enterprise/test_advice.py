"""Advice beside the gap: who agrees to show what, that it holds no value and can be taken back; own targets by year."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from kpi import tables
from kpi.benchmark.advice import clause_way
from kpi.benchmark.gap import gap_analysis
from kpi.catalogue.catalogue import catalogue
from kpi.errors import NotFound, UserError
from kpi.model.advice import ClauseWay, OwnTarget, SharedAccount, TargetState, target_state
from kpi.model.application import Basis
from kpi.model.evaluation import ClauseVerdict, Verdict
from kpi.model.publication import EnterpriseView
from kpi.model.viewer import Viewer
from kpi.reports.advice import clause_way_text
from kpi.services.administrator.stages import advance, steps_to_undo, undo_steps
from kpi.services.conditions import own_checklists
from kpi.services.enterprise.advice import (
    YEARS_AHEAD,
    names_value,
    own_advice,
    set_target,
    share_accounts,
    shareable_accounts,
)
from kpi.services.enterprise.lock import own_results
from kpi.services.operation.verification import verify_store
from kpi.services.scenario_accounts import AccountInput, account_for_scenarios
from kpi.store.store import Store
from tests.benchmark.reference_gaps import CODES, POLICY, USED, application, nothing, reported, table, view
from tests.services.sample_store import ADMINISTRATOR, AT, CODE_A, CODE_B, LEADER, REVIEWER, A, B
from tests.services.submitting import YEAR, accepted, lock_as_it_stands

HOW = "检测点由人工改为机器视觉（虚构）"
WITH_VALUE = "良品率提高 12.5％（虚构）"
LATER = AT + timedelta(hours=1)


@pytest.fixture
def listed(store: Store) -> Store:
    """A's factory is on the final list, and said how it meets two scenarios; B's is a draft."""
    accepted(store, A, CODE_A)
    first, second, *_ = claimed(store)
    said = {first: AccountInput(HOW), second: AccountInput(WITH_VALUE)}
    account_for_scenarios(store, A, CODE_A, YEAR, said, AT)
    lock_as_it_stands(store, A, CODE_A, YEAR, AT)
    advance(store, ADMINISTRATOR, CODE_A, YEAR, "listed", "演示", at=LATER)
    accepted(store, B, CODE_B, "30")
    return store


def claimed(store: Store) -> tuple[str, ...]:
    [own] = own_checklists(store, A)
    return own.ai_use.claimed


def answer(store: Store, viewer: Viewer) -> EnterpriseView:
    return own_results(store, viewer)[0].answer


def seen_by(store: Store, viewer: Viewer) -> tuple[SharedAccount, ...]:
    return own_advice(store, viewer, answer(store, viewer)).accounts


def share(store: Store, *, shown: bool = True) -> str:
    [item] = shareable_accounts(store, A)
    [scenario] = [account.scenario for account, _ in item.accounts if account.how == HOW]
    share_accounts(store, A, CODE_A, YEAR, {scenario: shown}, LATER)
    return scenario


def acts(store: Store, *actions: str) -> list[tuple[str, Any, Any]]:
    with store.cursor() as cursor:
        found = tables.audit.audit_entries(cursor)
    wanted = [act for act in found if act.action in actions]
    return [(act.subject, json.loads(act.before or "null"), json.loads(act.after or "null")) for act in wanted]


def test_words_are_shown_to_the_industry_once_agreed_and_until_taken_back(listed: Store) -> None:
    assert seen_by(listed, B) == ()
    scenario = share(listed)
    [shown] = seen_by(listed, B)
    assert (shown.scenario, shown.year, shown.how) == (scenario, YEAR, HOW)
    assert seen_by(listed, A) == (), "its own are no advice to it"
    share(listed, shown=False)
    assert seen_by(listed, B) == ()
    both = {"scenarios": []}, {"scenarios": [scenario]}
    subject = f"{CODE_A} {YEAR}"
    assert acts(listed, "accounts_shared") == [(subject, *both), (subject, *reversed(both))]
    assert verify_store(listed).sound


def test_only_of_the_industry_and_only_while_listed(listed: Store) -> None:
    share(listed)
    with listed.cursor() as cursor:
        assert tables.advice.shared_accounts(cursor, "汽车", ()) == []
    [step] = steps_to_undo(listed, ADMINISTRATOR, CODE_A, YEAR)
    undo_steps(listed, ADMINISTRATOR, [step.application], "更正（虚构）", AT + timedelta(days=1))
    assert seen_by(listed, B) == ()
    assert shareable_accounts(listed, A) == []


def test_no_value_is_shown(listed: Store) -> None:
    [item] = shareable_accounts(listed, A)
    [scenario] = [account.scenario for account, _ in item.accounts if account.how == WITH_VALUE]
    with pytest.raises(UserError) as error:
        share_accounts(listed, A, CODE_A, YEAR, {scenario: True}, LATER)
    assert error.value.code == "shared_account_names_value"
    own = answer(listed, A).application
    plain = ("提高 45", "由 1.5 提高到 ４５ 倍", "提高百分之四十五", "下降3个百分点")
    for words in (
        *plain,
        "由 1,234.5 提高",
        "由 1，234 提高到 45",
        "45.2pct",
        "45.2h",
        "四十五点二",
        "45·2",
        "提高三成",
        "2 倍",
    ):
        assert names_value(words, own), words
    for words in ("建 5G 专网", "3 条产线", "2 成品库", "1,200 台设备", "一点一滴", "", "GB/T 39116"):
        assert not names_value(words, own), words


def test_only_who_confirms_for_a_listed_factory_agrees(listed: Store) -> None:
    [item] = shareable_accounts(listed, A)
    scenario = item.accounts[0][0].scenario
    filling = replace(A, named=("fill",))
    with pytest.raises(UserError):
        share_accounts(listed, filling, CODE_A, YEAR, {scenario: True}, LATER)
    for viewer, code, name in ((B, CODE_A, scenario), (B, CODE_B, scenario), (A, CODE_A, "不存在")):
        with pytest.raises(NotFound):
            share_accounts(listed, viewer, code, YEAR, {name: True}, LATER)


def test_a_target_is_kept_changed_and_taken_back_and_its_value_stands_in_no_act(listed: Store) -> None:
    for value in (47.125, 48.25):
        set_target(listed, B, CODE_B, YEAR + 1, "K08", value, AT)
    assert own_advice(listed, B, answer(listed, B)).targets == (OwnTarget(YEAR + 1, "K08", 48.25, None),)
    assert own_advice(listed, A, answer(listed, A)).targets == ()
    assert acts(listed, "target_set") == [(f"{CODE_B} {YEAR + 1}", None, {"kpi": "K08"})] * 2
    set_target(listed, B, CODE_B, YEAR + 1, "K08", None, AT)
    assert own_advice(listed, B, answer(listed, B)).targets == ()
    assert verify_store(listed).sound


def test_a_target_of_a_year_that_is_in_or_of_no_possible_value_is_refused(listed: Store) -> None:
    for year, kpi, value, code in (
        (YEAR, "K08", 50.0, "target_year"),
        (YEAR + YEARS_AHEAD + 1, "K08", 50.0, "target_year"),
        (YEAR + 1, "K01", 100.5, "target_impossible"),
        (YEAR + 1, "K05", 3.5, "target_impossible"),
        (YEAR + 1, "K08", float("nan"), "target_impossible"),
    ):
        with pytest.raises(UserError) as error:
            set_target(listed, B, CODE_B, year, kpi, value, AT)
        assert error.value.code == code
    for viewer, factory, kpi in ((A, CODE_B, "K08"), (B, CODE_B, "K99")):
        with pytest.raises(NotFound):
            set_target(listed, viewer, factory, YEAR + 1, kpi, 50.0, AT)
    for reader in (REVIEWER, LEADER, ADMINISTRATOR):
        with pytest.raises(NotFound):
            own_advice(listed, reader, answer(listed, B))


def test_a_target_is_followed_when_the_values_come(listed: Store) -> None:
    own = answer(listed, B)
    [basis] = {kpi.basis for kpi in own.kpis if kpi.code == "K09"}
    other: Basis = "points" if basis == "relative" else "relative"

    def of(kpi: str, value: float, basis: Basis | None = None, year: int = YEAR) -> TargetState:
        return target_state(OwnTarget(year, kpi, value, basis), [own])

    assert of("K08", 30.0) == "reached"
    assert of("K08", 30.5) == "missed"
    assert of("K08", 30.0, year=YEAR + 1) == "open"
    assert of("K09", -1000.0, basis) == "reached"
    assert of("K09", -1000.0, other) == of("K99", 1.0) == "unknown"


# Which KPI decides the clause first.


PUBLISHED = {code: table(code, 10, 20, 30) for code in CODES} | {"K01": nothing("K01")}
MAIN = USED.main_kpis


OWN = gap_analysis(view(application(), PUBLISHED), POLICY)


def way_of(words: dict[str, Verdict], clause: ClauseVerdict | None = None, **values: float) -> ClauseWay:
    own = application(**{code: reported(code, value) for code, value in values.items()})
    found = view(own, PUBLISHED)
    kpis = tuple(replace(kpi, verdict=words.get(kpi.code, kpi.verdict)) for kpi in found.kpis)
    return clause_way(replace(found, kpis=kpis, clause=clause), gap_analysis(found, POLICY))


def test_the_nearest_main_kpi_comes_first_and_a_blank_one_last() -> None:
    near, far, at_line, *blank = MAIN
    way = way_of({}, **{near: 29.0, far: 12.0, at_line: 30.0})
    assert (way.first, way.missing[:2], set(way.missing[2:])) == (near, (near, far), set(blank))
    assert (way.counted, way.needed) == ((at_line,), len(MAIN) - 1)
    own = gap_analysis(view(application(**{near: reported(near, 29.0)}), PUBLISHED), POLICY)
    said = clause_way_text(way, own, "en")
    assert catalogue().kpi(near).short.en in said
    assert f"{len(MAIN) - 1} are missing" in said


def test_a_given_word_counts_and_where_none_leads_nothing_is_claimed() -> None:
    first, *others = MAIN
    way = way_of({first: "undecided"} | dict.fromkeys(others, "leading"), **dict.fromkeys(MAIN, 35.0))
    assert (way.counted, way.unsaid, way.needed, way.first) == (tuple(others), (first,), 1, None)
    assert "无法得知" in clause_way_text(way, OWN, "zh")
    met = way_of(dict.fromkeys(MAIN, "leading"), "met", **dict.fromkeys(MAIN, 35.0))
    assert (met.needed, met.first, met.verdict) == (0, None, "met")
