"""The engine agrees with its slow twin: every count, p-value, bound and word."""

from __future__ import annotations

import csv
import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from math import isnan, nan
from typing import TYPE_CHECKING, get_args

import pytest

from kpi import tables
from kpi.benchmark.evaluation import evaluate_all
from kpi.catalogue.catalogue import catalogue
from kpi.model.application import Application, ReportedValue
from kpi.model.claims import NO_RULINGS, ClaimKey, ClaimKind, GivenRuling, Ruling, Rulings, claims_of
from kpi.model.evaluation import Baseline, ClauseVerdict, Evaluation, KpiEvaluation
from kpi.policy.load import policies
from kpi.policy.policy import Policy
from kpi.services.shipped_baseline import ensure_baseline
from kpi.store.store import Store
from tests import campaign
from tests.benchmark import reference
from tests.benchmark.panels import (
    CODES,
    INDUSTRY,
    MAIN,
    TWO_BASES,
    Record,
    application,
    credit_code,
    freeze,
    seeded,
    stated_basis,
)
from tests.benchmark.reference import Case, Counted, Rule, Stated, Twin
from tests.shipped import SHIPPED

if TYPE_CHECKING:
    from kpi.model.evaluation import TestedCounts, TestResult  # of names that pytest would take for tests

pytestmark = pytest.mark.slow

DAY = date(2025, 12, 31)
POLICY = policies().on(DAY)
P80 = Fraction(4, 5)
SHARED_REASONS = {
    "at_ceiling", "no_room", "start_unproven", "leans_leading", "leans_not_leading", "tied_on_line", "group",
}  # fmt: skip


def stated(reported: ReportedValue, rulings: Rulings) -> Stated:
    if reported.state == "not_applicable":
        return Stated(settled="not_applicable", ruling=rulings.on("not_applicable", reported.code))
    if reported.state == "not_reported" or reported.value is None:
        return Stated(settled="not_reported")
    value = reported.value
    if reported.code in TWO_BASES and reported.basis != "relative":
        if reported.before is None or reported.after is None or reported.before <= 0:
            return Stated(settled="basis_mismatch")
        before, after = Fraction(str(reported.before)), Fraction(str(reported.after))
        gain = before - after if reported.code == "K10" else after - before
        value = float(gain / before * 100)
    best = reference.attainable(reported.code, reported.before)
    return Stated(value, best, ruling=rulings.on("start", reported.code))


@dataclass(frozen=True)
class Register:
    """How many enterprises and groups an industry has in all, None where it is not counted."""

    size: int | None = None
    groups: int | None = None


UNCOUNTED = Register()


def case(rows: Sequence[Record], app: Application, register: Register, rulings: Rulings, year: int) -> Case:
    values = {code: stated(app.values[code], rulings) for code in CODES}
    counted = register.size, register.groups
    return Case(rows, app.industry, app.credit_code, app.group, values, *counted, rulings.on("group"), year)


def near(one: float, other: float | Fraction | None) -> bool:
    if other is None or (isinstance(other, float) and isnan(other)):
        return isnan(one)
    return abs(one - float(other)) <= 1e-12 * max(1.0, abs(float(other)))


def as_counted(counts: TestedCounts | Counted) -> tuple[object, ...]:
    return counts.unit, counts.worse, counts.not_better, counts.n, counts.population


def float_of(p_value: Fraction | None) -> float:
    return nan if p_value is None else float(p_value)


def agree_on_kpi(got: KpiEvaluation, want: Twin) -> None:
    where = (got.code, got, want)
    assert (got.worse, got.tied, got.better) == (want.worse, want.tied, want.better), where
    assert got.verdict == want.verdict, where
    assert {reason.code for reason in got.reasons} & SHARED_REASONS == set(want.why), where
    if want.verdict in ("not_reported", "not_applicable", "basis_mismatch"):
        return
    n, tests = want.worse + want.tied + want.better, dict.fromkeys((*want.left_out, *want.counted_in))
    assert got.peers.industry_size == want.others, where
    agree_on_tests(got.tests, tests)
    # The engine asks for the best value only where the word may depend on it.
    assert got.room_tests or not {"no_room", "start_unproven"} & set(want.why), where
    if got.room_tests:
        agree_on_tests(got.room_tests, want.best)
    assert near(got.p_value, want.p_value), where
    assert near(got.p_value_not, want.p_value_not), where
    counted = want.gave
    assert counted is not None
    assert as_counted(got.tested) == as_counted(counted), where
    for pair in ((got.mean, want.mean), (got.median, want.median), (got.leading_line, want.line)):
        assert near(*pair), where
    if n:
        assert near(got.percentile.strict, Fraction(want.worse, n)), where
        assert near(got.percentile.mid, Fraction(2 * want.worse + want.tied, 2 * n)), where
        assert near(got.percentile.lower, reference.lower(counted.worse, counted.n, counted.population)), where
        assert near(got.percentile.upper, reference.upper(counted.not_better, counted.n, counted.population)), where
        median_p = reference.p_leading(counted.worse, counted.n, Fraction(1, 2), counted.population)
        assert near(got.p_value_median, median_p), where
        disagree = want.mean_says != (median_p <= reference.ALPHA)
        assert ("mean_and_median_disagree" in {reason.code for reason in got.reasons}) == disagree, where
    agree_on_gamma(got)


def agree_on_tests(got: Sequence[TestResult], want: Iterable[Counted]) -> None:
    assert [(*as_counted(test_result.tested), test_result.p_value, test_result.p_value_not) for test_result in got] == [
        (
            *as_counted(counted),
            pytest.approx(float_of(counted.p_value), rel=1e-12, abs=1e-12, nan_ok=True),
            pytest.approx(float_of(counted.p_value_not), rel=1e-12, abs=1e-12, nan_ok=True),
        )
        for counted in want
    ]


def agree_on_gamma(got: KpiEvaluation) -> None:
    if got.verdict == "leading":
        low = got.percentile.lower
        assert got.gamma == pytest.approx(low / (1 - low) / 4 if low < 1 else float("inf"), rel=1e-12)
    elif got.verdict == "not_leading":
        high = got.percentile.upper
        assert got.gamma == pytest.approx(4 * (1 - high) / high if high else float("inf"), rel=1e-12)
    else:
        assert isnan(got.gamma)


def agree(
    got: Evaluation,
    rows: Sequence[Record],
    policy: Policy,
    rulings: Rulings = NO_RULINGS,
    register: Register = UNCOUNTED,
    official: bool = False,
) -> None:
    """Every number and every word of an answer."""
    held = case(rows, got.application, register, rulings, got.baseline.year)
    want = {code: held.kpi(code, P80) for code in CODES}
    for code in CODES:
        agree_on_kpi(got.kpi(code), want[code])
    main = policy.main_kpis(got.application.industry)
    may_leave = policy.not_applicable_allowed(got.application.industry)
    rule = Rule(main, may_leave=may_leave, official=official, at_least=policy.clause_at_least)
    verdict, why = reference.clause({code: want[code] for code in main}, rule, P80)
    stated_why = {
        (reason.code, reason.params.get("kpi"))
        for reason in got.clause.reasons
        if reason.code not in ("expected_power", "conditional_not_applicable")
    }
    assert (got.clause.verdict, stated_why) == (verdict, why)
    open_ones = [code for code in main if rule.lets_leave(code, want[code]) and want[code].ruling == "open"]
    assert got.clause.conditional == bool(open_ones)
    agree_on_groups(got, want, rule)
    family = {code: item.p_value for code, item in want.items() if item.enough and item.p_value is not None}
    assert set(got.leading_list) == reference.benjamini_hochberg(family)
    assert got.at_least_leading == reference.holm(family.values())
    rest = [want[code] for code in main if not rule.lets_leave(code, want[code])]
    assert near(got.clause.coverage, Fraction(sum(item.enough for item in rest), len(rest)) if rest else None)
    assert got.clause.at_least_main == reference.shown_of(reference.supports(rest))
    for row in got.sensitivity:
        if row.at_least is not None:
            assert near(row.p_value, reference.at_least_p(reference.supports(rest), row.at_least))
            with_u = replace(rule, at_least=row.at_least)
            assert row.verdict == reference.clause({code: want[code] for code in main}, with_u, P80)[0]
        else:
            p = Fraction(str(row.leading_quantile))
            assert row.verdict == reference.clause({code: held.kpi(code, p) for code in main}, rule, p)[0]
    assert {row.leading_quantile for row in got.sensitivity if row.rule == "quantile"} == {0.75, 0.8, 0.9}
    assert [row.at_least for row in got.sensitivity if row.rule == "at_least"] == list(range(1, len(rest) + 1))


def agree_on_groups(got: Evaluation, want: dict[str, Twin], rule: Rule) -> None:
    """Group scores: everybody in the reference set, what is not comparable 0, or 1 at the best."""
    for group in got.groups:
        codes = [kpi.code for kpi in catalogue().kpis_of(group.code)]
        counted = [want[code] for code in codes if not rule.left_out(code, want[code])]
        for score, blank in ((group.score, 0), (group.highest, 1)):
            each = [blank if item.score is None else item.score for item in counted]
            assert near(score, Fraction(sum(each)) / len(each) if each else None)
        assert group.leading == len({*codes} & {*got.leading_list})


def asked(
    store: Store,
    apps: Sequence[Application],
    baseline: Baseline,
    policy: Policy = POLICY,
    rulings: Sequence[Rulings] | None = None,
) -> list[Evaluation]:
    with store.cursor() as cursor:
        return evaluate_all(cursor, apps, baseline, policy, DAY, rulings)


# The panel that ships.


def shipped() -> list[Record]:
    with SHIPPED.open(encoding="utf-8-sig") as file:
        return [
            Record(
                row["credit_code"], row["group"] or None, row["industry"], code, float(row[code]),
                row.get(f"{code}_basis") or None,
            )
            for row in csv.DictReader(file)
            for code in CODES
            if row[code]
        ]  # fmt: skip


@pytest.fixture(scope="module")
def panel(store: Store) -> tuple[Baseline, list[Record]]:
    ensure_baseline(store)
    with store.cursor() as cursor:
        return tables.baselines.baselines(cursor)[0], shipped()


def as_application(rows: Sequence[Record], code: str) -> Application:
    own = [row for row in rows if row.credit_code == code]
    values = {row.kpi: ReportedValue(row.kpi, "reported", row.value, row.basis) for row in own}
    return application(values, code, None, own[0].industry)


@pytest.mark.campaign
@pytest.mark.slow
def test_engine_agrees_with_its_twin_for_enterprises_of_the_shipped_panel(store, panel) -> None:
    baseline, rows = panel
    draw = seeded(1)
    grouped = sorted({row.credit_code for row in rows if row.group})
    alone = sorted({row.credit_code for row in rows if not row.group})
    sample = draw.sample(grouped, 10) + draw.sample(alone, 8)
    found = asked(store, [as_application(rows, code) for code in sample], baseline)
    assert {kpi.verdict for answer in found for kpi in answer.kpis} >= {"leading", "not_leading", "undecided"}
    for answer in found:
        agree(answer, rows, POLICY)


@pytest.mark.campaign
@pytest.mark.slow
@pytest.mark.parametrize("industry", ["高端装备", "汽车", "先进材料", "时尚消费品"])
def test_engine_agrees_with_its_twin_for_outsiders_of_the_shipped_panel(store, panel, industry) -> None:
    baseline, rows = panel
    draw = seeded(industry)
    here = [row for row in rows if row.industry == industry]
    apps = []
    for share in (0.5, 0.8, 0.97):
        values: dict[str, float] = {}
        for code in CODES:
            peers = sorted(row.value for row in here if row.kpi == code and row.basis == stated_basis(code))
            if peers and draw.random() < 0.9:
                values[code] = peers[min(int(share * len(peers) + draw.random() * 2), len(peers) - 1)]
        stated = draw.choice([None, *sorted({row.group for row in here if row.group})])
        apps.append(application(values, group=stated, industry=industry))
    rulings = [ruled(draw, app) for app in apps]
    for answer, ruling in zip(asked(store, apps, baseline, rulings=rulings), rulings, strict=True):
        agree(answer, rows, POLICY, ruling)


# Many small panels.

KINDS = ("not_reported", "not_applicable", "basis_mismatch", "too_few_peers", *reference.TESTED)
SEEDS = (*range(40), 47, 996)
LONG_SEEDS = range(2000)


@dataclass(frozen=True)
class Drawn:
    """A panel and register, applications held against it, and how a reviewer ruled on what each claims."""

    rows: list[Record]
    register: Register
    apps: list[Application]
    rulings: list[Rulings]
    policy: Policy
    official: bool


def ruled(draw: random.Random, app: Application) -> Rulings:
    """Each claim accepted, refused or left open by chance."""
    given: dict[ClaimKey, GivenRuling] = {}
    for key in claims_of(app):
        ruling = draw.choice(("accepted", "accepted", "refused", None))
        if ruling:
            given[key] = ruling
    return Rulings(given)


def random_groups(draw: random.Random, codes: Sequence[str]) -> dict[str, str | None]:
    """Groups of one to eight, identified by a name of their own or by the credit code of their first enterprise."""
    groups: dict[str, str | None] = {}
    often = draw.choice([0.0, 0.06, 0.06, 0.5])
    waiting = draw.sample(codes, len(codes))
    while waiting:
        members = [waiting.pop() for _ in range(min(draw.randint(1, 8), len(waiting)))] if draw.random() < often else []
        if not members:
            alone = waiting.pop()
            groups[alone] = alone if draw.random() < 0.03 else None
        elif draw.random() < 0.6:
            name = f"Demo集团{len(groups):02d}（虚构）"
            spellings = name, f"ｄｅｍｏ 集团{len(groups):02d}(虚构)"
            groups |= {member: spellings[place % 2] for place, member in enumerate(members)}
        else:
            # A branch may name a branch: what counts is who hangs together.
            groups[members[0]] = None
            for place, member in enumerate(members[1:]):
                groups[member] = members[draw.randint(0, place)]
    return groups


def random_panel(draw: random.Random) -> Drawn:
    """A panel with ties, ceilings, groups, branches of legal persons, gaps and records on the other basis."""
    enterprises = draw.choice([1, 9, 15, 18, 22, 26, 31, 31, 40])
    codes = [credit_code(1000 + place) for place in range(enterprises)]
    groups = random_groups(draw, codes)
    policy = replace(
        POLICY,
        not_applicable_by_industry=dict.fromkeys(POLICY.not_applicable_by_industry, ("K08", "K11", "K16")),
        main_by_industry=dict.fromkeys(POLICY.main_by_industry, draw.choice([MAIN, OF_STARTS])),
    )
    kpis = sorted({*policy.main_kpis(INDUSTRY), *draw.sample(CODES, 3)})
    gaps = draw.choice([(0.0,), (0.0, 0.15, 0.6)])
    rows = []
    for kpi in kpis:
        gap, coarse = draw.choice(gaps), draw.choice([1, 1, 10, 50])
        for code in codes:
            if draw.random() >= gap:
                basis = stated_basis(kpi)
                if basis and draw.random() < 0.05:
                    basis = "points"
                rows.append(Record(code, groups[code], industry_of(code), kpi, value_of(draw, kpi, coarse), basis))
    apps = [candidate(draw, rows, codes, groups, kpis) for _ in range(4)]
    register, rulings = random_register(draw, rows, enterprises), [ruled(draw, app) for app in apps]
    official = draw.random() < 0.3
    policy = replace(policy, clause_at_least=draw.choice([1, 3, 5]) if draw.random() < 0.2 else 0)
    return Drawn(rows, register, apps, rulings, policy, official)


OF_STARTS = ("K08", "K09", "K11", "K13", "K14", "K16")
"""Main KPIs of which most have a start that can leave no room."""


def random_register(draw: random.Random, rows: Sequence[Record], enterprises: int) -> Register:
    size = draw.choice([None, enterprises + draw.choice([1, 2, 10, 200])])
    if size is None or draw.random() < 0.4:
        return Register(size)
    family = reference.families(rows, OUTSIDER, None)
    known = len({family[row.credit_code] for row in rows if row.industry == INDUSTRY}) + 1
    return Register(size, draw.choice([known, min(known + 1, size), (known + size) // 2, size]))


def industry_of(code: str) -> str:
    return INDUSTRY if int(code[10:17]) % 11 else "汽车"


def value_of(draw: random.Random, kpi: str, coarse: int) -> float:
    if kpi in ("K05", "K21"):
        return float(draw.randrange(0, 12))
    value = draw.randrange(0, 101 // coarse + 1) * coarse
    return float(min(value, 100)) if draw.random() < 0.8 else min(round(draw.uniform(0, 100), 2), 100.0)


OUTSIDER = credit_code(9_000_001)


def candidate(
    draw: random.Random,
    rows: Sequence[Record],
    codes: Sequence[str],
    groups: Mapping[str, str | None],
    kpis: Sequence[str],
) -> Application:
    """One that leads nearly everywhere, or one with values from all over; some of its starts leave little room."""
    strong, values = draw.random() < 0.5, {}
    for kpi in kpis:
        peers = sorted(row.value for row in rows if row.kpi == kpi) or [50.0]
        top = [peers[-1], min(peers[-1] + 1, 99.5)]
        value = draw.choice(top if strong else [*top, draw.choice(peers), peers[int(len(peers) * 0.8)], 100.0, 0.0])
        value = float(round(value)) if kpi in ("K05", "K21") else min(value, 100.0)
        values[kpi] = (
            drawn_value(draw, kpi, value, peers) if stated_basis(kpi) else ReportedValue(kpi, "reported", value)
        )
        if draw.random() < 0.06:
            values[kpi] = ReportedValue(kpi, "not_applicable", note="无")
    named = [None, *sorted({group for group in groups.values() if group}), draw.choice(codes), "别家集团（虚构）"]
    return application(values, draw.choice([OUTSIDER, OUTSIDER, draw.choice(codes)]), draw.choice(named))


def drawn_value(draw: random.Random, kpi: str, value: float, peers: Sequence[float]) -> ReportedValue:
    """A change of a share: without a start, with a start on either basis, or on the other basis without one."""
    if draw.random() < 0.5:
        return ReportedValue(kpi, "reported", value, "points" if draw.random() < 0.05 else "relative")
    best = peers[int(draw.choice([0.1, 0.3, 0.5, 0.6, 0.8]) * len(peers))]
    # Three of these leave room for exactly 60, 25 and 0 per cent: ties at the attainable value.
    before = draw.choice([5.0, 62.5, 80.0, 100.0, *[min(round(10000 / (100 + best), 1), 100.0)] * 4])
    attainable = reference.attainable(kpi, before)
    assert attainable is not None
    if draw.random() < 0.3:
        step = draw.choice([0.0, 3.7, before / 2])
        after = before - step if kpi == "K10" else min(before + step, 100.0)
        return ReportedValue(kpi, "reported", value, "points", before, after)
    return ReportedValue(kpi, "reported", min(value, attainable), "relative", before)


@pytest.mark.parametrize("seed", campaign.size(SEEDS, LONG_SEEDS))
def test_engine_agrees_with_its_twin_on_a_small_panel(fresh: Store, seed: int) -> None:
    drawn = random_panel(seeded(seed))
    size, groups = drawn.register.size, drawn.register.groups
    # The hash that chooses a group's record takes the year.
    baseline = freeze(
        fresh,
        f"small-{seed}",
        drawn.rows,
        {INDUSTRY: size} if size else None,
        "official" if drawn.official else "panel",
        2026 + seed,
        {INDUSTRY: groups} if groups else None,
    )
    answers = asked(fresh, drawn.apps, baseline, drawn.policy, drawn.rulings)
    campaign.tally("twin: panels", panels=1, applications=len(answers))
    campaign.tally("twin: words", **Counter(kpi.verdict for answer in answers for kpi in answer.kpis))
    campaign.tally("twin: clauses", **Counter(answer.clause.verdict for answer in answers))
    for answer, rulings in zip(answers, drawn.rulings, strict=True):
        agree(answer, drawn.rows, drawn.policy, rulings, drawn.register, drawn.official)


def test_small_panels_reach_every_verdict_and_reason() -> None:
    """The agreement above is not vacuous: the panels drawn bring out every state, unit, ruling and kind of test."""
    words, reasons, tests, clauses, blockers, rulings, largest = set(), set(), set(), set(), set(), set(), 0
    for seed in SEEDS:
        drawn = random_panel(seeded(seed))
        family = reference.families(drawn.rows, OUTSIDER, None)
        codes = {row.credit_code for row in drawn.rows}
        largest = max([largest, *Counter(family[code] for code in codes).values()])
        may_leave = drawn.policy.not_applicable_allowed(INDUSTRY)
        rule = Rule(drawn.policy.main_kpis(INDUSTRY), may_leave=may_leave, at_least=drawn.policy.clause_at_least)
        for app, ruling in zip(drawn.apps, drawn.rulings, strict=True):
            held = case(drawn.rows, app, drawn.register, ruling, 2025)
            found = {code: held.kpi(code, P80) for code in CODES}
            words |= {kpi.verdict for kpi in found.values()}
            reasons |= {why for kpi in found.values() for why in kpi.why}
            tests |= {(item.unit, item.population is None) for kpi in found.values() for item in kpi.left_out}
            rulings |= {(key.kind, ruling.on(key.kind, key.item)) for key in claims_of(app)}
            verdict, why = reference.clause({code: found[code] for code in rule.main}, rule, P80)
            clauses.add(verdict)
            blockers |= {reason for reason, _ in why}
    assert words == set(KINDS)
    assert reasons == SHARED_REASONS
    assert tests == {(unit, unknown) for unit in ("records", "groups") for unknown in (True, False)}
    assert rulings == {(kind, ruling) for kind in get_args(ClaimKind) for ruling in get_args(Ruling)}
    assert clauses == set(get_args(ClauseVerdict))
    assert blockers >= {"blocked_no_room", "blocked_not_applicable", "blocked_undecided", "all_pass", "smallest_p"}
    assert blockers >= {"enough_lead", "too_few_lead"}
    assert largest == 8
