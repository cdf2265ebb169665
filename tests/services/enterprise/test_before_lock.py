"""Before the lock: what decides and what is missing is reported, and a lock that did not confirm it is refused."""

from __future__ import annotations

import pytest

from kpi.benchmark.enterprise_view import OWN_STATE
from kpi.catalogue.catalogue import catalogue
from kpi.errors import UserError
from kpi.model.application import DOCUMENT_KINDS
from kpi.services import evaluation
from kpi.services.conditions import StatementInput, state_conditions
from kpi.services.enterprise.before_lock import LockPoint, LockPointKind, lock_outlook
from kpi.services.enterprise.lock import lock_application, own_results, reopen_application, words_at_stake
from kpi.services.enterprise.sheets import SheetEdit, edit_sheet, own_sheet
from kpi.store.store import Store
from tests.frozen_otherwise import frozen_otherwise
from tests.services.sample_store import AT, CODE_A, A
from tests.services.submitting import YEAR, accepted, lock_as_it_stands, locked


def _points(store: Store, year: int = YEAR) -> dict[LockPointKind, tuple[str, ...]]:
    return {point.kind: point.items for point in lock_outlook(store, A, CODE_A, year).points}


def _edit(store: Store, item: str, text: str) -> None:
    sheet = own_sheet(store, A, CODE_A, YEAR)
    edit_sheet(store, A, CODE_A, YEAR, sheet.version, [SheetEdit(item, "value", text)])


def test_the_baseline_that_decides_and_its_year_are_always_a_point(store: Store) -> None:
    accepted(store, A, CODE_A)
    assert _points(store)["baseline"] == ("illustrative-2025", "2025")
    assert "earlier_baseline" not in _points(store)


def test_every_condition_that_nobody_declared_is_named(store: Store) -> None:
    accepted(store, A, CODE_A)
    assert _points(store)["conditions"] == tuple(condition.code for condition in catalogue().stated_conditions)
    state_conditions(store, A, CODE_A, YEAR, {"good_credit": StatementInput(True, "信用报告（虚构）第 8 号")})
    assert "good_credit" not in _points(store)["conditions"]
    every = {condition.code: StatementInput(True, "佐证（虚构）") for condition in catalogue().stated_conditions}
    state_conditions(store, A, CODE_A, YEAR, every)
    assert "conditions" not in _points(store)


def test_a_condition_that_is_not_met_is_a_point_before_all_that_is_only_open(store: Store) -> None:
    accepted(store, A, CODE_A)
    assert "unmet" not in _points(store)
    _edit(store, "factory_name", "精密传动部件生产车间")
    state_conditions(store, A, CODE_A, YEAR, {"good_credit": StatementInput(False)})
    found = _points(store)
    assert set(found["unmet"]) == {"factory_name_ending", "good_credit"}
    assert list(found).index("unmet") < list(found).index("conditions")


@pytest.mark.parametrize("fact", ["factory_name", "body"])
def test_whose_factory_it_is_and_who_may_nominate_it_are_points_of_their_own(store: Store, fact: LockPointKind) -> None:
    accepted(store, A, CODE_A)
    assert fact not in _points(store)
    _edit(store, fact, "")
    assert fact in _points(store)


def test_other_facts_that_are_blank_are_one_point(store: Store) -> None:
    accepted(store, A, CODE_A)
    for fact in ("address", "leader", "honours"):
        _edit(store, fact, "")
    assert set(_points(store)["facts"]) == {"address", "leader"}, "honours may be blank"


def test_a_kpi_that_can_get_no_word_stands_under_its_reason(store: Store) -> None:
    accepted(store, A, CODE_A)
    assert _points(store)["not_reported"] == ("K13",)
    _edit(store, "K01", "")
    assert _points(store)["not_reported"] == ("K01", "K13")


def test_a_range_of_peers_that_begins_below_what_a_verdict_needs_is_said_as_a_chance(store: Store) -> None:
    accepted(store, A, CODE_A)
    with store.transaction() as cursor:
        cursor.execute("update published set band = '10-14' where kpi = 'K08'")
    assert _points(store)["perhaps_too_few"] == ("K08",)


def test_a_cell_of_few_groups_gives_no_word(store: Store) -> None:
    accepted(store, A, CODE_A)
    with frozen_otherwise(store) as cursor:
        cursor.execute("update cell set groups = 9 where kpi = 'K08'")
    assert _points(store)["few_groups"] == ("K08",)


def test_what_was_decided_before_is_not_decided_again_and_the_words_that_come_are_predicted(store: Store) -> None:
    locked(store, A, CODE_A)
    reopen_application(store, A, CODE_A, YEAR, "写错了")
    _edit(store, "K08", "44")
    assert _points(store)["decided_before"] == (str(YEAR),)
    assert _points(store)["other_value"] == ("K08",)
    lock_as_it_stands(store, A, CODE_A)
    [result] = own_results(store, A)
    without = {kpi.code for kpi in result.answer.kpis if kpi.state == "reported" and kpi.verdict is None}
    assert without == {"K08"}


@pytest.mark.parametrize("left_out", ["baseline", "conditions", "not_reported"])
def test_a_lock_that_did_not_confirm_a_point_is_refused_and_nothing_is_locked(
    store: Store, left_out: LockPointKind
) -> None:
    accepted(store, A, CODE_A)
    seen = [point for point in lock_outlook(store, A, CODE_A, YEAR).points if point.kind != left_out]
    with pytest.raises(UserError) as refused:
        lock_application(store, A, CODE_A, YEAR, seen, AT)
    assert refused.value.code == "lock_not_confirmed"
    assert [own_result.locked_at for own_result in own_results(store, A)] == [None]


def test_a_point_that_grew_since_it_was_seen_is_not_confirmed(store: Store) -> None:
    accepted(store, A, CODE_A)
    state_conditions(store, A, CODE_A, YEAR, {"good_credit": StatementInput(True, "信用报告（虚构）第 8 号")})
    seen = lock_outlook(store, A, CODE_A, YEAR).points
    state_conditions(store, A, CODE_A, YEAR, {"good_credit": StatementInput(None)})
    with pytest.raises(UserError):
        lock_application(store, A, CODE_A, YEAR, seen)


def test_values_that_a_colleague_has_changed_since_they_were_seen_are_not_locked(store: Store) -> None:
    """None of the points tells: another number is missing nothing."""
    accepted(store, A, CODE_A)
    outlook = lock_outlook(store, A, CODE_A, YEAR)
    _edit(store, "K08", "44")
    assert lock_outlook(store, A, CODE_A, YEAR).points == outlook.points
    with pytest.raises(UserError, match="changed_since_read"):
        lock_application(store, A, CODE_A, YEAR, outlook.points, AT, outlook.application)
    assert [own_result.locked_at for own_result in own_results(store, A)] == [None]
    seen = lock_outlook(store, A, CODE_A, YEAR).application
    lock_application(store, A, CODE_A, YEAR, outlook.points, AT, seen)
    assert [own_result.locked_at for own_result in own_results(store, A)] == [AT]


def test_what_is_missing_and_nobody_asked_for_cannot_be_confirmed_instead(store: Store) -> None:
    accepted(store, A, CODE_A)
    with pytest.raises(UserError):
        lock_application(store, A, CODE_A, YEAR, [LockPoint("conditions")])


def test_every_item_of_a_point_has_a_name_in_the_catalogue(store: Store) -> None:
    accepted(store, A, CODE_A)
    _edit(store, "address", "")
    known = {kpi.code for kpi in catalogue().kpis} | {fact.code for fact in catalogue().facts}
    known |= {condition.code for condition in catalogue().conditions} | set(DOCUMENT_KINDS)
    for point in lock_outlook(store, A, CODE_A, YEAR).gaps:
        assert set(point.items) <= known, point


def _words(store: Store) -> dict[str, str]:
    [result] = own_results(store, A)
    return {kpi.code: kpi.verdict for kpi in result.answer.kpis if kpi.verdict not in (None, *OWN_STATE)}


def _words_after(store: Store, item: str, text: str) -> dict[str, str]:
    reopen_application(store, A, CODE_A, YEAR, "写错了")
    _edit(store, item, text)
    lock_as_it_stands(store, A, CODE_A)
    return _words(store)


def test_each_word_that_is_there_before_a_reopening_is_named_and_a_changed_value_costs_its_own_alone(
    store: Store,
) -> None:
    locked(store, A, CODE_A)
    before = _words(store)
    stake = words_at_stake(store, A, CODE_A, YEAR)
    assert dict(stake.words) == before
    assert "K08" in before
    assert (stake.waiting, stake.after_changing_back) == ((), ())
    assert set(stake.without) == {kpi.code for kpi in catalogue().kpis} - before.keys()
    assert _words_after(store, "K08", "44") == {code: word for code, word in before.items() if code != "K08"}
    stake = words_at_stake(store, A, CODE_A, YEAR)
    assert "K08" not in dict(stake.words)
    assert stake.after_changing_back == ("K08",)
    assert _words_after(store, "K08", "45") == before, "the first value has its word again"


def test_what_had_no_value_at_the_first_lock_gets_no_word_and_loses_none(store: Store) -> None:
    accepted(store, A, CODE_A)
    _edit(store, "K08", "")
    lock_as_it_stands(store, A, CODE_A)
    assert "K08" in words_at_stake(store, A, CODE_A, YEAR).without
    before = _words(store)
    assert _words_after(store, "K08", "45") == before
    assert "K08" in words_at_stake(store, A, CODE_A, YEAR).without


def test_a_value_that_was_blanked_has_its_word_again_when_it_is_put_back(store: Store) -> None:
    locked(store, A, CODE_A)
    assert "K08" not in _words_after(store, "K08", "")
    assert words_at_stake(store, A, CODE_A, YEAR).after_changing_back == ("K08",)


def test_the_clause_is_at_stake_with_any_of_the_values(store: Store) -> None:
    accepted(store, A, CODE_A)
    lock_as_it_stands(store, A, CODE_A)
    [result] = own_results(store, A)
    assert words_at_stake(store, A, CODE_A, YEAR).clause == (result.answer.clause is not None)
    assert result.answer.clause is not None
    assert "K18" in {kpi.code for kpi in result.answer.kpis if not kpi.main}
    _words_after(store, "K18", "19")
    [result] = own_results(store, A)
    assert result.answer.clause is None
    assert not words_at_stake(store, A, CODE_A, YEAR).clause


def test_a_word_that_waits_is_named_without_being_said(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    locked(store, A, CODE_A)
    known = set(_words(store))
    monkeypatch.setattr(evaluation, "window_open", lambda *_: True)
    with frozen_otherwise(store) as cursor:
        cursor.execute("update published set words_expose = true where kpi = 'K08'")
    stake = words_at_stake(store, A, CODE_A, YEAR)
    assert "K08" in stake.waiting
    assert set(dict(stake.words)) == known - set(stake.waiting) == set(_words(store))


def test_a_cell_of_few_groups_has_no_word_to_lose(store: Store) -> None:
    locked(store, A, CODE_A)
    with frozen_otherwise(store) as cursor:
        cursor.execute("update cell set groups = 9 where kpi = 'K08'")
    assert "K08" in words_at_stake(store, A, CODE_A, YEAR).without
