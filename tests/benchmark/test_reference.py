"""The engine agrees with its slow twin: every count, p-value, bound and word."""

from __future__ import annotations

import csv
import random
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from math import isnan

import pytest

from kpi import queries
from kpi.benchmark.evaluation import evaluate_all
from kpi.catalogue.load import catalogue
from kpi.model.application import Application, ReportedValue
from kpi.model.baseline import Baseline
from kpi.model.evaluation import Evaluation, KpiEvaluation
from kpi.policy.in_force import policy_on
from kpi.policy.policy import Policy
from kpi.services.shipped_baseline import SHIPPED, ensure_baseline
from kpi.store.store import Store
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
    told_basis,
)
from tests.benchmark.reference import Case, Rule, Told, Twin

pytestmark = pytest.mark.slow

DAY = date(2025, 12, 31)
POLICY = policy_on(DAY)
P80 = Fraction(4, 5)
SHARED_REASONS = {"at_ceiling", "start_unproven", "leans_leading", "leans_not_leading", "tied_on_line", "group"}


def told(reported: ReportedValue) -> Told:
    if reported.state == "not_applicable":
        return Told(settled="not_applicable")
    if reported.state == "not_reported" or reported.value is None:
        return Told(settled="not_reported")
    value = reported.value
    if reported.code in TWO_BASES and reported.basis != "relative":
        if reported.before is None or reported.after is None or reported.before <= 0:
            return Told(settled="basis_mismatch")
        before, after = Fraction(str(reported.before)), Fraction(str(reported.after))
        gain = before - after if reported.code == "K10" else after - before
        value = float(gain / before * 100)
    return Told(value, None, reference.attainable(reported.code, reported.before))


def case(rows: Sequence[Record], app: Application, size: int | None) -> Case:
    values = {code: told(app.values[code]) for code in CODES}
    return Case(rows, app.industry, app.credit_code, app.group, values, size)


def near(one: float, other: float | Fraction | None) -> bool:
    if other is None or (isinstance(other, float) and isnan(other)):
        return isnan(one)
    return abs(one - float(other)) <= 1e-12 * max(1.0, abs(float(other)))


def agree_on_kpi(got: KpiEvaluation, want: Twin) -> None:
    where = (got.code, got, want)
    assert (got.worse, got.tied, got.better) == (want.worse, want.tied, want.better), where
    assert got.verdict == want.verdict, where
    assert {reason.code for reason in got.reasons} & SHARED_REASONS == set(want.why), where
    if want.verdict in ("not_reported", "not_applicable", "basis_mismatch"):
        return
    counted, n = want.left_out, want.worse + want.tied + want.better
    tested = got.tested
    assert (tested.unit, tested.worse, tested.not_better, tested.n, tested.population) == (
        counted.unit,
        counted.worse,
        counted.not_better,
        counted.n,
        counted.population,
    ), where
    assert near(got.p_value, counted.p_value), where
    assert near(got.p_value_not, counted.p_value_not), where
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


def agree_on_gamma(got: KpiEvaluation) -> None:
    if got.verdict == "leading":
        low = got.percentile.lower
        assert got.gamma == pytest.approx(low / (1 - low) / 4 if low < 1 else float("inf"), rel=1e-12)
    elif got.verdict == "not_leading":
        high = got.percentile.upper
        assert got.gamma == pytest.approx(4 * (1 - high) / high if high else float("inf"), rel=1e-12)
    else:
        assert isnan(got.gamma)


def agree(got: Evaluation, rows: Sequence[Record], size: int | None, policy: Policy, official: bool = False) -> None:
    """Every number and every word of an answer."""
    held = case(rows, got.application, size)
    want = {code: held.kpi(code, P80) for code in CODES}
    for code in CODES:
        agree_on_kpi(got.kpi(code), want[code])
    main = policy.main_kpis(got.application.industry)
    rule = Rule(main, may_leave=policy.not_applicable_allowed(got.application.industry), official=official)
    verdict, why = reference.clause({code: want[code] for code in main}, rule, P80)
    told_why = {reason.code for reason in got.clause.reasons} - {"expected_power", "conditional_not_applicable"}
    assert (got.clause.verdict, told_why) == (verdict, why)
    agree_on_groups(got, want, rule.may_leave)
    family = {code: one.p_value for code, one in want.items() if one.enough and one.p_value is not None}
    assert set(got.leading_list) == reference.benjamini_hochberg(family)
    assert got.at_least_leading == reference.holm(family.values())
    supports = [want[code].p_value if want[code].verdict in reference.TESTED else Fraction(1) for code in main]
    for row in got.sensitivity:
        if row.at_least is not None:
            p_value = reference.at_least_of(supports, row.at_least)
            assert near(row.p_value, p_value)
            assert row.verdict == ("met" if p_value <= reference.ALPHA else "undecided")
        else:
            p = Fraction(str(row.leading_quantile))
            assert row.verdict == reference.clause({code: held.kpi(code, p) for code in main}, rule, p)[0]
    assert {row.leading_quantile for row in got.sensitivity if row.rule == "quantile"} == {0.75, 0.8, 0.9}
    assert [row.at_least for row in got.sensitivity if row.rule == "at_least"] == list(range(1, len(main) + 1))


def agree_on_groups(got: Evaluation, want: dict[str, Twin], may_leave: Collection[str]) -> None:
    """Group scores: everybody in the reference set, what is not comparable 0, or 1 at the best."""
    for group in got.groups:
        codes = [kpi.code for kpi in catalogue().kpis_of(group.code)]
        counted = [want[code] for code in codes if not (want[code].verdict == "not_applicable" and code in may_leave)]
        for score, blank in ((group.score, 0), (group.highest, 1)):
            each = [blank if one.score is None else one.score for one in counted]
            assert near(score, Fraction(sum(each)) / len(each) if each else None)


def asked(store: Store, apps: Sequence[Application], baseline: Baseline, policy: Policy = POLICY) -> list[Evaluation]:
    with store.cursor() as cursor:
        return evaluate_all(cursor, apps, baseline, policy, DAY)


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
        return queries.baselines(cursor)[0], shipped()


def as_application(rows: Sequence[Record], code: str) -> Application:
    own = [row for row in rows if row.credit_code == code]
    values = {row.kpi: ReportedValue(row.kpi, "reported", row.value, row.basis) for row in own}
    return application(values, code, None, own[0].industry)


@pytest.mark.slow
def test_engine_agrees_with_its_twin_for_enterprises_of_the_shipped_panel(store, panel) -> None:
    baseline, rows = panel
    draw = seeded(1)
    grouped = sorted({row.credit_code for row in rows if row.group})
    alone = sorted({row.credit_code for row in rows if not row.group})
    sample = draw.sample(grouped, 10) + draw.sample(alone, 8)
    found = asked(store, [as_application(rows, code) for code in sample], baseline)
    assert {one.verdict for answer in found for one in answer.kpis} >= {"leading", "not_leading", "undecided"}
    for answer in found:
        agree(answer, rows, None, POLICY)


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
            peers = sorted(row.value for row in here if row.kpi == code and row.basis == told_basis(code))
            if peers and draw.random() < 0.9:
                values[code] = peers[min(int(share * len(peers) + draw.random() * 2), len(peers) - 1)]
        stated = draw.choice([None, *{row.group for row in here if row.group}])
        apps.append(application(values, group=stated, industry=industry))
    for answer in asked(store, apps, baseline):
        agree(answer, rows, None, POLICY)


# Many small panels.


def random_panel(draw: random.Random) -> tuple[list[Record], list[Application], int | None]:
    """A panel with ties, ceilings, groups, branches of legal persons, gaps and records on the other basis."""
    enterprises = draw.choice([1, 3, 9, 14, 15, 18, 22, 26, 31])
    codes = [credit_code(1000 + place) for place in range(enterprises)]
    names = [f"演示集团{place:02d}（虚构）" for place in range(1 + enterprises // 5)]
    many_grouped = draw.random() < 0.5
    groups: dict[str, str | None] = {}
    for place, code in enumerate(codes):
        chance = draw.random()
        if chance < (0.45 if many_grouped else 0.1):
            groups[code] = draw.choice(names)
        elif chance < (0.6 if many_grouped else 0.15) and place:
            groups[code] = codes[draw.randrange(place)]
        else:
            groups[code] = code if chance > 0.97 else None
    kpis = sorted({*MAIN, *draw.sample(CODES, 4)})
    rows = []
    for kpi in kpis:
        gap, coarse = draw.choice([0.0, 0.15, 0.6]), draw.choice([1, 10, 50])
        for code in codes:
            if draw.random() >= gap:
                basis = told_basis(kpi)
                if basis and draw.random() < 0.1:
                    basis = "points"
                industry = INDUSTRY if hash_of(code) % 11 else "汽车"
                rows.append(Record(code, groups[code], industry, kpi, value_of(draw, kpi, coarse), basis))
    size = draw.choice([None, enterprises + draw.choice([1, 2, 10, 200])])
    return rows, [candidate(draw, rows, codes, names, kpis) for _ in range(4)], size


def hash_of(code: str) -> int:
    return int(code[10:17])


def value_of(draw: random.Random, kpi: str, coarse: int) -> float:
    if kpi in ("K05", "K21"):
        return float(draw.randrange(0, 12))
    value = draw.randrange(0, 101 // coarse + 1) * coarse
    return float(min(value, 100)) if draw.random() < 0.8 else min(round(draw.uniform(0, 100), 2), 100.0)


def candidate(draw: random.Random, rows, codes, names, kpis) -> Application:
    values: dict[str, ReportedValue] = {}
    for kpi in kpis:
        peers = sorted(row.value for row in rows if row.kpi == kpi) or [50.0]
        value = draw.choice([peers[-1], peers[-1] + 1, draw.choice(peers), peers[int(len(peers) * 0.8)], 100.0])
        value = float(round(value)) if kpi in ("K05", "K21") else min(value, 100.0)
        state, basis, before, after = draw.choice(["reported"] * 12 + ["not_applicable"]), told_basis(kpi), None, None
        if basis and draw.random() < 0.4:
            before = draw.choice([5.0, 62.5, 80.0, 97.3])
            if draw.random() < 0.6:
                basis, after = "points", before - 3.7 if kpi == "K10" else min(before + 3.7, 100.0)
        elif basis and draw.random() < 0.1:
            basis = "points"
        values[kpi] = ReportedValue(kpi, state, None if state != "reported" else value, basis, before, after, "无")
    code = draw.choice([*codes, credit_code(9_000_001), credit_code(9_000_001)])
    return application(values, code, draw.choice([None, draw.choice(names), draw.choice(codes)]))


@pytest.mark.parametrize("seed", [*range(40), 455, 740])
def test_engine_agrees_with_its_twin_on_a_small_panel(store: Store, seed: int) -> None:
    rows, apps, size = random_panel(seeded(seed))
    provenance = "official" if seed % 3 == 0 else "panel"
    allowed = replace(
        POLICY,
        not_applicable_by_industry=dict.fromkeys(POLICY.not_applicable_by_industry, ("K08", "K11", "K16")),
    )
    # A year for each panel: within a year it would be the correction of all before it, and be held against each.
    baseline = freeze(store, f"small-{seed}", rows, {INDUSTRY: size} if size else None, provenance, 2026 + seed)
    for answer in asked(store, apps, baseline, allowed):
        agree(answer, rows, size, allowed, provenance == "official")


def test_small_panels_reach_every_verdict_and_reason(store: Store) -> None:
    """The agreement above is not vacuous: the panels drawn bring out every state, unit and kind of test."""
    words, reasons, units, clauses, populations = set(), set(), set(), set(), set()
    for seed in range(60):
        rows, apps, size = random_panel(seeded(seed))
        held = [case(rows, app, size) for app in apps]
        for one in held:
            found = {code: one.kpi(code, P80) for code in CODES}
            words |= {kpi.verdict for kpi in found.values()}
            reasons |= {why for kpi in found.values() for why in kpi.why}
            units |= {kpi.left_out.unit for kpi in found.values()}
            populations |= {kpi.left_out.population is None for kpi in found.values()}
            clauses.add(reference.clause({code: found[code] for code in MAIN}, Rule(MAIN), P80)[0])
    assert words == {
        "not_reported", "not_applicable", "basis_mismatch", "too_few_peers",
        "leading", "no_discrimination", "not_leading", "undecided",
    }  # fmt: skip
    assert reasons == SHARED_REASONS
    assert (units, populations) == ({"records", "groups"}, {True, False})
    assert clauses >= {"not_met", "undecided", "withheld"}
