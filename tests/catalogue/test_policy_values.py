"""What a policy value can be: its kind and bounds by the schema, values that contradict, and a file of all values."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import date

import pytest

from kpi.policy.change_file import contradicting_values, read_change
from kpi.policy.load import file_entries, policies, policy_file
from kpi.policy.policy import Policy
from kpi.policy.schema import Band, value_rule

NOW = policies().on(date(2025, 12, 31))


def test_every_value_that_ships_has_a_rule_of_its_kind_and_is_within_its_bounds() -> None:
    kinds = {bool: "yes_no", date: "day", int: "whole", float: "number"}
    for statement in policies().statements():
        rule = value_rule(statement.key)
        if rule.kind == "choice":
            assert statement.value in rule.choices, statement.key
        elif not isinstance(statement.value, tuple):
            assert rule.kind == kinds[type(statement.value)], statement.key
        if rule.kind in ("whole", "number"):
            assert rule.within(statement.value), statement.key
    lists = {
        entry.key: value_rule(entry.key).kind for entry in policies().statements() if isinstance(entry.value, tuple)
    }
    assert (lists["main_kpis.automotive"], lists["recommendation.spread_kpis"]) == ("kpis", "kpis")
    assert (lists["sensitivity_quantiles"], lists["disclosure.bands"]) == ("numbers", "bands")


@pytest.mark.parametrize(
    ("key", "fits", "refused"),
    [
        ("leading_quantile", [0.5, 0.999], [0, 1, -0.1, 80, float("nan"), float("inf")]),
        ("quota.base", [1, 12], [0, -1, 1.5]),
        ("maturity.body_advanced", [1, 5], [0, 6]),
        ("recommendation.weight_quality", [0, 1000], [-0.1, 1001]),
        ("disclosure.p_percent", [0.1, 200], [0]),
        ("clause_at_least", [0, 22], [-1, 1.5]),
    ],
)
def test_bounds_are_the_schemas(key: str, fits: list[float], refused: list[float]) -> None:
    rule = value_rule(key)
    assert [rule.within(number) for number in fits] == [True] * len(fits)
    assert [rule.within(number) for number in refused] == [False] * len(refused)


def test_what_ships_contradicts_nothing() -> None:
    assert list(contradicting_values(NOW)) == []


def _bands(*bands: tuple[int, int | None]) -> Policy:
    return replace(NOW, disclosure=replace(NOW.disclosure, bands=tuple(Band(*band) for band in bands)))


@pytest.mark.parametrize(
    ("policy", "code"),
    [
        (_bands((10, 14), (16, None)), "bands"),
        (_bands((10, 14), (15, 29)), "bands"),
        (_bands((14, 10), (11, None)), "bands"),
        (_bands((11, None)), "bands"),
        (_bands(), "bands"),
        (replace(NOW, leading_quantile=0.499), "quantile_order"),
        (replace(NOW, quota=replace(NOW.quota, base=13)), "quota_order"),
        (replace(NOW, group_weight=replace(NOW.group_weight, lowest=0.21)), "weight_bounds"),
        (replace(NOW, group_weight=replace(NOW.group_weight, highest=0.19)), "weight_bounds"),
        (replace(NOW, power_percentiles=(0.9, 0.9)), "not_rising"),
        (replace(NOW, not_applicable_by_industry={**NOW.not_applicable_by_industry, "automotive": ("K01",)}),
         "not_among_main"),
        (replace(NOW, main_by_industry={**NOW.main_by_industry, "automotive": ("K08", "K08")}), "listed_twice"),
        (replace(NOW, clause_at_least=7), "clause_at_least"),
        (replace(NOW, clause_at_least=2, main_by_industry={**NOW.main_by_industry, "automotive": ("K08",)}),
         "clause_at_least"),
        (replace(NOW, clause_at_least=1, method_version=2), "clause_version"),
    ],
)  # fmt: skip
def test_values_that_cannot_hold_together_are_named(policy: Policy, code: str) -> None:
    assert [found for found, _ in contradicting_values(policy)] == [code]


def test_bounds_that_are_just_met_are_none() -> None:
    weights = replace(NOW.group_weight, lowest=0.2, highest=0.2)
    assert list(contradicting_values(replace(NOW, group_weight=weights))) == []
    assert list(contradicting_values(replace(NOW, quota=replace(NOW.quota, raised=10)))) == []
    assert list(contradicting_values(replace(NOW, clause_at_least=6))) == []


def test_the_file_of_all_values_is_a_change_that_changes_no_value() -> None:
    day = date(2027, 1, 1)
    text = policy_file(policies().statements(), day, "一\n二")
    assert text.startswith("# 一\n# 二\nin_force_from = 2027-01-01\n")
    assert tomllib.loads(text)["in_force_from"] == day
    change = read_change("policy.toml", text.encode(), policies())
    stated = {key: (entry.value, entry.name, entry.reason, entry.silent) for key, entry in file_entries(change)}
    assert stated == {
        statement.key: (statement.value, statement.name, statement.reason, statement.silent)
        for statement in policies().statements()
    }
    after = policies().with_changes([change]).on(day)
    assert replace(after, in_force_from=NOW.in_force_from) == NOW


def test_marks_in_words_survive_the_file() -> None:
    first = policies().statements()[0]
    odd = replace(first, reason=first.reason.model_copy(update={"zh": '引号"、反斜\\、换行\n与制表\t'}))
    written = tomllib.loads(policy_file([odd], date(2027, 1, 1)))
    table, name = first.key.split(".")
    assert written[table][name]["reason"]["zh"] == odd.reason.zh
