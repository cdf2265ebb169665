"""A sealed record checked from its text alone, against records of real verdicts and of ones made by hand."""

from __future__ import annotations

import doctest
import json
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from typing import Any, cast, get_args

import pytest
from scipy.stats import binom

from kpi import benchmark
from kpi.benchmark import check_record, record_check, words_from_counts
from kpi.benchmark.evaluation import evaluate
from kpi.benchmark.method import METHODS
from kpi.benchmark.record_check import RecordCheck
from kpi.benchmark.sealed_record import seal, sealed_hash
from kpi.benchmark.verdict import Criterion, room_alpha
from kpi.benchmark.verdict import test_results as results_of
from kpi.benchmark.words_from_counts import CountedKpi, LeadingLine
from kpi.errors import UserError
from kpi.model.application import ReportedValue
from kpi.model.claims import ClaimKey, Rulings
from kpi.model.evaluation import MethodVersion, Verdict
from kpi.model.evaluation import TestedCounts as CountsTested
from kpi.policy.load import policies
from kpi.store.store import Store
from tests import campaign
from tests.benchmark.panels import INDUSTRY, MAIN, application, credit_code, freeze, records, seeded
from tests.benchmark.test_verdict_order import DAY, GROUP_ACCEPTED, YEARS

POLICY = policies().on(DAY)
GROUP = "演示集团01（虚构）"
KPIS = (*MAIN, "K01", "K09", "K13")
VERSIONS: tuple[MethodVersion, ...] = (1, 2, 3)
"""Whose records are made by the product here; of version 3 they are made by hand below."""


def record_of_a_chance_factory(store: Store, seed: int, version: MethodVersion) -> str:
    """Few or many peers, groups, siblings, ties, starts with and without rulings, blanks: whatever comes."""
    chance = seeded(f"record-{seed}")
    n = chance.choice([9, 14, 22, 35, 60])
    groups = [chance.choice([None, None, None, GROUP, "甲", "乙"]) for _ in range(n)] if seed % 2 else []
    peers = {code: [float(chance.randint(1, chance.choice([8, 60]))) for _ in range(n)] for code in KPIS}
    own: dict[str, float | ReportedValue] = {}
    rulings = dict(GROUP_ACCEPTED.given)
    for code in KPIS:
        state = chance.choice(["reported"] * 8 + ["not_reported", "not_applicable"])
        value = chance.choice([1.0, 4.0, 4.0, 30.0, 50.0, 61.0, 61.0, 61.0])
        if state != "reported":
            own[code] = ReportedValue(code, state, note="无")
        elif code in ("K09", "K11", "K13") and chance.random() < 0.6:
            start = 100.0 - chance.randint(1, 6)
            own[code] = ReportedValue(code, "reported", 1.0, "relative", start)
        else:
            own[code] = value
        for kind in ("start", "not_applicable"):
            if chance.random() < 0.5:
                rulings[ClaimKey(kind, code)] = chance.choice(["accepted", "refused"])
    size = {INDUSTRY: n + chance.randint(1, 40)} if seed % 3 == 0 else None
    leaving = dict.fromkeys(POLICY.not_applicable_by_industry, ("K08", "K10"))
    policy = replace(POLICY, not_applicable_by_industry=leaving)
    baseline = freeze(store, f"chance-{seed}-{version}", records(peers, groups), size, "panel", next(YEARS))
    by = Rulings(rulings)
    with store.cursor() as cursor:
        answer = evaluate(cursor, application(own, group=GROUP), baseline, policy, DAY, by, METHODS[version])
    return seal(answer, by)[0]


def lines_of(checked: RecordCheck) -> dict[str, Any]:
    """What contradicts, to be read where a test fails."""
    of_kpis = {kpi.code: kpi.faults for kpi in checked.kpis if kpi.faults}
    return of_kpis | {item.name: item.possible for item in checked.whole if item.standing == "does_not_follow"}


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("seed", range(campaign.size(8, 24)))
def test_what_the_product_seals_follows_from_its_record(store: Store, seed: int, version: MethodVersion) -> None:
    checked = check_record(record_of_a_chance_factory(store, seed, version))
    assert lines_of(checked) == {}
    assert checked.follows


@pytest.mark.parametrize("version", campaign.size(VERSIONS[-1:], VERSIONS))
def test_no_other_word_follows_for_the_recorded_reason(store: Store, version: MethodVersion) -> None:
    text = record_of_a_chance_factory(store, 100, version)
    for place, kpi in enumerate(json.loads(text)["kpis"]):
        for word in set(get_args(Verdict)) - {kpi["verdict"]}:
            assert not check_record(changed(text, lambda content, p=place, w=word: put(content, p, w))).follows


def put(content: dict, place: int, word: str) -> None:
    content["kpis"][place]["verdict"] = word


def changed(text: str, change: Callable[[dict], object]) -> str:
    """The record with a change made to its content."""
    content = json.loads(text)
    change(content)
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


# What a record of version 2 cannot show.


def second_version(store: Store, own: dict[str, float | ReportedValue], by: Rulings = GROUP_ACCEPTED) -> RecordCheck:
    peers = {code: [1.0] * 40 for code in MAIN}
    baseline = freeze(store, f"second-{next(YEARS)}", records(peers), None, "panel", next(YEARS))
    with store.cursor() as cursor:
        answer = evaluate(cursor, application(own), baseline, POLICY, DAY, by, METHODS[2])
    return check_record(seal(answer, by)[0])


def test_a_second_record_lacks_the_test_with_siblings_and_says_so(store: Store) -> None:
    checked = second_version(store, dict.fromkeys(MAIN, 2.0))
    k08 = next(kpi for kpi in checked.kpis if kpi.code == "K08")
    assert (k08.verdict, k08.standing, k08.not_shown) == ("leading", "may_follow", ("siblings",))
    assert set(k08.words) == {"leading", "undecided"}
    # Whatever policy requires: all six lead.
    assert (checked.clause.recorded, checked.clause.standing) == ("met", "follows")


def test_a_second_record_lacks_the_share_that_policy_requires(store: Store) -> None:
    own: dict[str, float | ReportedValue] = dict.fromkeys(MAIN, 2.0)
    checked = second_version(store, own | {"K08": ReportedValue("K08", "not_reported")})
    assert (checked.clause.recorded, set(checked.clause.possible)) == ("undecided", {"undecided", "withheld"})
    assert checked.clause.not_shown == ("coverage",)


def test_a_second_record_lacks_the_test_of_the_best_value(store: Store) -> None:
    own: dict[str, float | ReportedValue] = dict.fromkeys(MAIN, 2.0)
    own["K11"] = ReportedValue("K11", "reported", 0.5, "relative", 99.5)
    accepted = Rulings({ClaimKey("start", "K11"): "accepted"})
    checked = second_version(store, own, accepted)
    k11 = next(kpi for kpi in checked.kpis if kpi.code == "K11")
    assert (k11.verdict, k11.standing, "start" in k11.not_shown) == ("no_discrimination", "may_follow", True)
    # Without the ruling that the record holds it could not be.
    assert not check_record(changed(seal_of(store, own, accepted), lambda content: content.update(rulings=[]))).follows


def seal_of(store: Store, own: dict[str, float | ReportedValue], by: Rulings) -> str:
    baseline = freeze(
        store, f"sealed-{next(YEARS)}", records({code: [1.0] * 40 for code in MAIN}), None, "panel", next(YEARS)
    )
    with store.cursor() as cursor:
        return seal(evaluate(cursor, application(own), baseline, POLICY, DAY, by, METHODS[2]), by)[0]


# Records of version 3, made by hand.

Counts = tuple[str, int, int, int]
"""Unit, worse, not better, and of how many."""


def third_test(unit: str, worse: int, not_better: int, n: int) -> dict[str, Any]:
    return {
        "unit": unit,
        "worse": worse,
        "not_better": not_better,
        "n": n,
        "population": None,
        "p_value": float(binom.sf(worse - 1, n, 0.8)),
        "p_value_not": float(binom.cdf(not_better, n, 0.8)),
    }


def third_kpi(code: str, verdict: str, *counts: Counts, **more: Any) -> dict[str, Any]:
    """A KPI as a record of version 3 holds it; the first of ``counts`` is of records, the siblings left out."""
    tests = [third_test(*count) for count in counts]
    hardest = max(tests, key=lambda test: test["p_value"])
    plain = tests[0]
    return {
        "code": code,
        "state": "reported",
        "value": 2.0,
        "basis": None,
        "worse": plain["worse"],
        "tied": plain["not_better"] - plain["worse"],
        "better": plain["n"] - plain["not_better"],
        "tested": {name: hardest[name] for name in ("unit", "worse", "not_better", "n", "population")},
        "p_value": hardest["p_value"],
        "p_value_not": max(test["p_value_not"] for test in tests),
        "verdict": verdict,
        "reasons": [],
        "tests": tests,
        "room": None,
        "at_ceiling": False,
    } | more


AHEAD: Counts = ("records", 40, 40, 40)
ROOM_SHOWN = third_test("records", 20, 20, 40)


def third(*kpis: dict[str, Any], clause: str = "met", listed: list[str] | None = None, **policy: Any) -> str:
    """A record of version 3: six main KPIs that lead, but for those given."""
    given = {kpi["code"]: kpi for kpi in kpis}
    every = [given.get(code) or third_kpi(code, "leading", AHEAD) for code in MAIN]
    leading = [item["code"] for item in every if item["verdict"] == "leading"] if listed is None else listed
    return json.dumps(
        {
            "factory": {"credit_code": credit_code(1), "industry": INDUSTRY, "year": 2025},
            "application": "0" * 64,
            "as_of": "2025-12-31",
            "baseline": {"name": "by-hand", "sha256": "0" * 64},
            "policy": {
                "in_force_from": "2025-01-01",
                "leading_quantile": 0.8,
                "confidence": 0.95,
                "main_kpis": list(MAIN),
                "clause_at_least": 0,
                "clause_coverage": 0.65,
                "may_leave": [],
            }
            | policy,
            "kpis": every,
            "clause": clause,
            "leading_list": leading,
            "at_least_leading": len(leading),
            "method": 3,
            "rulings": [],
        }
    )


def test_a_third_record_decides_everything(store: Store) -> None:
    checked = check_record(third())
    assert set(checked.standings) == {"follows"}
    assert checked.sha256 == sealed_hash(third())


def test_all_tests_of_a_third_record_must_hold() -> None:
    """38 of 40 enterprises are behind, and 20 of 24 groups: the groups do not show it."""
    both: tuple[Counts, ...] = (("records", 38, 38, 40), ("groups", 20, 20, 24))
    claimed = check_record(third(third_kpi("K08", "leading", *both)))
    assert lines_of(claimed)["K08"][0].code == "word_differs"
    honest = check_record(third(third_kpi("K08", "undecided", *both, reasons=["group"]), clause="undecided"))
    assert set(honest.standings) == {"follows"}


def test_there_are_enough_where_the_tests_without_siblings_have_enough() -> None:
    few: tuple[Counts, ...] = (("records", 13, 13, 13), ("records", 20, 20, 20))
    assert check_record(third(third_kpi("K08", "too_few_peers", *few), clause="undecided")).follows
    groups: tuple[Counts, ...] = (("records", 20, 20, 20), ("groups", 13, 13, 13))
    assert check_record(third(third_kpi("K08", "too_few_peers", *groups), clause="undecided")).follows


@pytest.mark.parametrize(
    ("ruling", "word", "reason", "clause"),
    [
        ("accepted", "no_discrimination", "no_room", "met"),
        ("open", "undecided", "start_unproven", "undecided"),
        ("refused", "not_leading", "", "not_met"),
    ],
)
def test_a_start_counts_as_it_was_ruled_on(ruling: str, word: str, reason: str, clause: str) -> None:
    room = {"tests": [ROOM_SHOWN], "ruling": ruling}
    kpi = third_kpi("K11", word, ("records", 10, 10, 40), room=room, reasons=[reason], basis="relative")
    text = third(kpi, clause=clause)
    given = [["start", "K11", ruling]] if ruling != "open" else []
    checked = check_record(changed(text, lambda content: content.update(rulings=given)))
    assert set(checked.standings) == {"follows"}
    [shown] = next(item for item in checked.kpis if item.code == "K11").best_tests
    assert (shown.tested.worse, shown.agrees) == (20, True)
    other = [["start", "K11", "refused" if ruling != "refused" else "accepted"]]
    assert not check_record(changed(text, lambda content: content.update(rulings=other))).follows


def test_a_value_at_its_bound_is_known_by_everybody() -> None:
    bound: Counts = ("records", 10, 40, 40)
    kpi = third_kpi("K17", "no_discrimination", bound, at_ceiling=True, value=100.0, reasons=["at_ceiling"])
    assert check_record(third(kpi)).follows
    below = check_record(third(kpi | {"value": 99.0}))
    assert [fault.code for fault in lines_of(below)["K17"]] == ["ceiling_differs"]


@pytest.mark.parametrize(
    ("where", "fault"),
    [
        (("tests", 0, "worse"), "p_differs"),
        (("tests", 0, "n"), "p_differs"),
        (("tests", 0, "p_value"), "p_differs"),
        (("tested", "worse"), "tested_differs"),
        (("worse",), "counts_differ"),
        (("p_value_not",), "p_differs"),
    ],
)
def test_a_number_that_was_changed_is_found(where: tuple, fault: str) -> None:
    content = json.loads(third(third_kpi("K08", "leading", ("records", 38, 39, 40))))
    place: Any = content["kpis"][0]
    for name in where[:-1]:
        place = place[name]
    place[where[-1]] = 0.5 if where[-1].startswith("p_") else place[where[-1]] + 1
    assert fault in {line.code for line in lines_of(check_record(json.dumps(content)))["K08"]}


@pytest.mark.parametrize(
    "wrong",
    [{"clause": "not_met"}, {"leading_list": ["K08"]}, {"at_least_leading": 5}],
    ids=" ".join,
)
def test_a_whole_that_does_not_follow_is_found(wrong: dict) -> None:
    checked = check_record(changed(third(), lambda content: content.update(wrong)))
    assert list(lines_of(checked)) == list(wrong)


def test_what_policy_lets_leave_is_not_in_the_clause() -> None:
    none: dict[str, Any] = {"state": "not_applicable", "value": None, "worse": 0, "tied": 0, "better": 0, "tests": []}
    none |= {"p_value": None, "p_value_not": None, "tested": third_test("records", 0, 0, 0)}
    kpi = third_kpi("K10", "not_applicable", AHEAD, **none)
    assert check_record(third(kpi, may_leave=["K10"])).follows
    assert list(lines_of(check_record(third(kpi)))) == ["clause"]


def test_the_clause_may_ask_for_some_of_the_main_kpis() -> None:
    behind = [third_kpi(code, "not_leading", ("records", 20, 20, 40)) for code in MAIN[:2]]
    by_needed = {0: "not_met", 3: "met", 4: "met", 5: "not_met", 6: "not_met"}
    for needed, clause in by_needed.items():
        assert check_record(third(*behind, clause=clause, clause_at_least=needed)).follows, needed
    counted = [benchmark.CountedKpi((benchmark.TestedCounts("records", 40, 40, 40, None),))] * 6
    with pytest.raises(ValueError, match="before version 3"):
        benchmark.verdict_on_clause(counted, benchmark.LeadingLine(0.8, 0.95, 2), 0.65, at_least=3)


def test_several_weak_denials_refuse_together_from_version_3_on() -> None:
    """26 of 40: p_value_not 0.0196 is over 0.05 / 6, and three of them are under 3 * 0.05 / 6."""
    weak = [third_kpi(code, "not_leading", ("records", 26, 26, 40)) for code in MAIN[:3]]
    p_value = weak[0]["p_value_not"]
    assert 0.05 / 6 < p_value <= 3 * 0.05 / 6
    assert check_record(third(*weak, clause="not_met")).follows
    counted = [words_from_counts.CountedKpi((benchmark.TestedCounts("records", 26, 26, 40, None),))] * 3
    ahead = [words_from_counts.CountedKpi((benchmark.TestedCounts("records", 40, 40, 40, None),))] * 3
    by = {version: benchmark.LeadingLine(0.8, 0.95, version) for version in get_args(MethodVersion)}
    found = {version: benchmark.verdict_on_clause(counted + ahead, line, 0.65) for version, line in by.items()}
    assert found == {1: "undecided", 2: "undecided", 3: "not_met"}


def test_a_corrected_p_value_that_is_alpha_passes_from_version_3_on() -> None:
    """A p-value of 1/60 is 0.016666666666667 with 15 decimals, and three times that is more than 0.05."""
    line = {version: benchmark.LeadingLine(0.8, 0.95, version) for version in get_args(MethodVersion)}
    assert line[2].corrected_alpha < 0.016666666666667 * 3
    assert line[3].corrected_alpha >= 0.016666666666667 * 3


# What is no record.


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda content: content.pop("clause"), "clause"),
        (lambda content: content.update(method=4), "method"),
        (lambda content: content["kpis"][2]["tested"].update(n="40"), "kpis.2.tested.n"),
        (lambda content: content["kpis"][1]["tested"].update(worse=41), "kpis.1.tested"),
        (lambda content: content["kpis"][0].pop("tests"), "-"),
        (lambda content: content["policy"].pop("clause_coverage"), "-"),
        (lambda content: content["policy"].update(leading_quantile=1.0), "policy.leading_quantile"),
        (lambda content: content["kpis"].append(deepcopy(content["kpis"][0])), "-"),
        (lambda content: content["kpis"][0].update(code="K99"), "-"),
        (lambda content: content["policy"].update(main_kpis=["K21"]), "-"),
        (lambda content: content["kpis"][0]["tests"][0].update(n=10**12), "kpis.0.tests.0.n"),
        (lambda content: content.update(as_of="some day"), "-"),
    ],
)
def test_what_is_no_record_is_refused_by_its_place(change: Callable[[dict], object], place: str) -> None:
    with pytest.raises(UserError, match="no_sealed_record") as refused:
        check_record(changed(third(), change))
    assert refused.value.params == {"place": place}


@pytest.mark.parametrize("text", ["", "[]", "{", '{"clause": NaN}', "[" * 100_000])
def test_invalid_text_is_refused(text: str) -> None:
    with pytest.raises(UserError, match="no_sealed_record"):
        check_record(text)


def test_a_name_that_is_there_twice_is_refused() -> None:
    with pytest.raises(UserError, match="no_sealed_record"):
        check_record(third()[:-1] + ', "clause": "not_met"}')


# The public names.


@pytest.mark.parametrize("module", [words_from_counts, record_check])
def test_the_examples_run(module: Any) -> None:
    found = doctest.testmod(module)
    assert found.attempted
    assert not found.failed


def test_the_first_version_had_no_test_of_the_best_value() -> None:
    counts = benchmark.TestedCounts("records", 10, 10, 40, None)
    kpi = benchmark.CountedKpi((counts,), best_tests=(counts,))
    with pytest.raises(ValueError, match="version 1"):
        benchmark.verdict_on_kpi(kpi, benchmark.LeadingLine(0.8, 0.95, 1))


@pytest.mark.parametrize("seed", range(campaign.size(6, 20)))
def test_no_room_is_held_against_the_same_share_of_alpha_by_both_readings(seed: int) -> None:
    """The check took the size of the test that gave p_value; the decision takes the least, for all must hold."""
    chance = seeded(seed)
    enterprises, groups = chance.randint(30, 60), chance.randint(14, 29)
    counts = [
        CountsTested(cast("Any", unit), worse, worse + chance.randint(0, 2), n, chance.choice([None, n + 40]))
        for unit, n in (("records", enterprises), ("groups", groups))
        for worse in [chance.randint(n // 2, n - 2)]
    ]
    checked = words_from_counts.tested_kpi(CountedKpi(tuple(counts)), LeadingLine(0.8, 0.95, 3))
    results = results_of(counts, 0.8)
    criterion = Criterion(0.8, 0.95, 0.05, METHODS[3])
    assert checked.best_alpha == room_alpha([results[count] for count in counts], criterion)
