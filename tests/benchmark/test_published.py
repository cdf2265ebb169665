"""What rivals may see: the published table and the enterprise's view built on it alone (docs/method.md 5)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass, replace
from datetime import date, datetime, time, timedelta
from math import isnan, nan
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import mstats

from kpi import tables
from kpi.baseline.publication import publish_cell
from kpi.benchmark.enterprise_view import place_in_published
from kpi.benchmark.sealed_record import seal
from kpi.catalogue.catalogue import catalogue
from kpi.model.application import Application, ReportedValue
from kpi.model.evaluation import Reason
from kpi.model.publication import EnterpriseView, PublishedCell, PublishedPlace
from kpi.model.times import SHANGHAI
from kpi.policy.load import policies
from kpi.policy.policy import Policy
from kpi.services.evaluation import EvaluationContext, enterprise_evaluation, full_evaluation
from kpi.store.store import Store
from kpi.tables.applications import LockedApplication
from tests.benchmark.panels import (
    CODES,
    INDUSTRY,
    MAIN,
    application,
    credit_code,
    freeze,
    records,
    seeded,
    stated_basis,
)

DAY = date(2025, 12, 31)
POLICY = policies().on(DAY)
BOUNDED, UNBOUNDED, COUNT = "K01", "K08", "K05"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """One for each test: in a shared one the next panel would be a correction of the last."""
    with Store.open(tmp_path / "alone") as opened:
        yield opened


def cell(values: Sequence[float], groups: Sequence[str] | None = None, kpi: str = BOUNDED) -> PublishedCell:
    named = groups or [f"G{place}" for place in range(len(values))]
    frame = pd.DataFrame({"own_group": list(named), "value": list(values)})
    return publish_cell(catalogue().kpi(kpi), "上海市", INDUSTRY, frame, POLICY)


def spread(n: int) -> list[float]:
    return [float(round(100 * place / n)) for place in range(n)]


def numbers(published: PublishedCell) -> list[str]:
    return [name for name in ("median", "mean", "p20", "p80") if not isnan(getattr(published, name))]


@pytest.mark.parametrize(
    ("groups", "band", "reported"),
    [
        (9, None, []),
        (10, "10-14", ["median", "mean"]),
        (14, "10-14", ["median", "mean"]),
        (15, "15-29", ["median", "mean", "p20", "p80"]),
        (29, "15-29", ["median", "mean", "p20", "p80"]),
        (30, "30-59", ["median", "mean", "p20", "p80"]),
        (59, "30-59", ["median", "mean", "p20", "p80"]),
        (60, "60+", ["median", "mean", "p20", "p80"]),
    ],
)
def test_what_is_published_at_each_border(groups: int, band: str | None, reported: list[str]) -> None:
    published = cell(spread(groups))
    assert (published.band, numbers(published)) == (band, reported)
    assert published.withheld == (None if band else "few_groups")


@pytest.mark.parametrize(("groups", "outer"), [(15, False), (20, False), (21, True)])
def test_a_kpi_without_an_upper_bound_needs_21_groups_for_its_outer_quantiles(groups: int, outer: bool) -> None:
    assert ("p80" in numbers(cell(spread(groups), kpi=UNBOUNDED))) == outer


@pytest.mark.parametrize("kpi", ["K05", "K21"])
def test_counts_publish_their_median_only(kpi: str) -> None:
    assert numbers(cell(spread(80), kpi=kpi)) == ["median"]


def test_no_group_may_hold_more_than_a_quarter_of_the_records() -> None:
    quarter = cell(spread(40), ["A"] * 10 + [f"G{place}" for place in range(30)])
    more = cell(spread(41), ["A"] * 11 + [f"G{place}" for place in range(30)])
    assert (quarter.withheld, more.withheld) == (None, "dominant_group")
    assert (more.band, numbers(more), isnan(more.step)) == (None, [], True)


def test_groups_are_counted_not_records() -> None:
    """Eight subsidiaries are one group: 17 records of 10 groups fill no quantile."""
    few = cell(spread(27), [f"G{place % 9}" for place in range(27)])
    enough = cell(spread(40), [f"G{place % 10}" for place in range(40)])
    assert (few.withheld, numbers(enough), enough.band) == ("few_groups", ["median", "mean"], "30-59")


def test_quantiles_are_harrell_davis_rounded_to_the_step() -> None:
    draw = seeded(5)
    values = [round(draw.uniform(0, 100), 1) for _ in range(37)]
    published = cell(values)
    q1, q3 = np.quantile(values, [0.25, 0.75])
    assert published.step == min((1, 2, 5, 10, 20, 50), key=lambda step: abs(np.log((q3 - q1) / 5 / step)))
    p20, median, p80 = np.asarray(mstats.hdquantiles(values, prob=[0.2, 0.5, 0.8]))
    for reported, exact in ((published.p20, p20), (published.median, median), (published.p80, p80)):
        assert abs(reported - exact) <= published.step / 2 + 1e-9
        assert reported / published.step == round(reported / published.step)
    assert abs(published.mean - float(np.mean(values))) <= published.step / 2 + 1e-9


@pytest.mark.parametrize(("iqr", "step"), [(0, 1), (4, 1), (7.0, 1), (7.2, 2), (15.7, 2), (16, 5), (36, 10), (80, 20)])
def test_the_step_is_a_fifth_of_the_middle_half_at_the_nearest_1_2_5(iqr: float, step: float) -> None:
    values = [50 - iqr / 2] * 10 + [50.0] * 11 + [50 + iqr / 2] * 10
    low, high = np.quantile(values, [0.25, 0.75])
    assert high - low == pytest.approx(iqr)
    assert cell(values).step == step


def test_a_mean_that_gives_its_largest_contributor_away_is_not_published() -> None:
    """The p% rule on |x| at 10: the others must leave a tenth of the largest in doubt."""
    rest = [0.5] * 20
    assert "mean" in numbers(cell([100.0, 1.0, *rest], kpi=UNBOUNDED))
    assert "mean" not in numbers(cell([102.0, 1.0, *rest], kpi=UNBOUNDED))
    assert "mean" not in numbers(cell([-102.0, 1.0, *rest], kpi=UNBOUNDED))
    assert "mean" in numbers(cell([100.0, 1.0, *[0.0] * 20], kpi=BOUNDED)), "its bound is public"


def test_the_p_rule_takes_a_group_for_one_contributor() -> None:
    """A holds 50 and 50 and knows B's 100 to within 9: its second record is no cover for B."""
    values = [100.0, 50.0, 50.0, *[0.45] * 20]
    groups = ["B", "A", "A", *[f"G{place}" for place in range(20)]]
    assert "mean" not in numbers(cell(values, groups, UNBOUNDED))


# What a rival could read back is not published (rule 6).

ALL = ["median", "mean", "p20", "p80"]


@pytest.mark.parametrize(
    ("zeros", "step", "left", "withheld"),
    [(0, 5, ALL, None), (8, 10, ALL, None), (12, 20, ["median"], None), (22, nan, [], "would_reveal")],
)
def test_a_bottom_that_could_be_read_back_is_published_more_coarsely_or_less_or_not_at_all(
    zeros: int, step: float, left: list[str], withheld: str | None
) -> None:
    """Zeros at the physical bound: a P20 of nought says that everybody below it has nought."""
    rest = 40 - zeros
    published = cell([0.0] * zeros + [20 + 60 * place / rest for place in range(rest)])
    assert repr((published.step, numbers(published), published.withheld)) == repr((float(step), left, withheld))


def test_a_count_of_nought_is_reported_in_a_unit_that_leaves_one_as_well() -> None:
    """A median of 0 to within a half would say that the lower half has exactly none."""
    assert cell([0.0] * 11 + [1.0] * 11, kpi="K21").step == 1
    published = cell([0.0] * 13 + [1.0] * 9, kpi="K21")
    assert (published.median, published.step) == (0.0, 2.0)


def test_where_the_middle_half_is_one_value_nothing_of_it_is_hidden() -> None:
    """The width asked for is a part of the spread, and there is none: the unit of 1 is what is left."""
    assert numbers(cell([0.0] * 30 + [99.0] * 2)) == ALL


# The table is one for all.


def panel(n: int = 30, groups: Sequence[str | None] = ()) -> list:
    draw = seeded(11)
    values = {
        code: [float(draw.randrange(0, 12 if code in ("K05", "K21") else 101)) for _ in range(n)] for code in CODES
    }
    return records(values, groups)


def test_the_table_is_the_same_bytes_for_every_viewer(store: Store) -> None:
    """Own group in: an enterprise of the panel and a stranger read the same numbers."""
    baseline = freeze(store, "for-all", panel())
    on = EvaluationContext(baseline, POLICY, DAY)
    values = dict.fromkeys(MAIN, 50.0)
    with store.cursor() as cursor:
        table = tables.baselines.published_table(cursor, "for-all", baseline.region, INDUSTRY)
        seen = {
            repr([kpi.published for kpi in enterprise_evaluation(cursor, app, on).kpis])
            for app in (
                application(values),
                application(values, credit_code(1)),
                application(values, credit_code(2), group="演示集团01（虚构）"),
                application({}),
            )
        }
    assert seen == {repr([table[code] for code in CODES])}
    assert {table[code].band for code in CODES} == {"30-59"}


def test_every_industry_and_kpi_has_its_row(store: Store) -> None:
    baseline = freeze(store, "rows", panel())
    with store.cursor() as cursor:
        for industry in catalogue().industries:
            table = tables.baselines.published_table(cursor, "rows", baseline.region, industry.name.zh)
            assert sorted(table) == sorted(CODES)
            if industry.name.zh != INDUSTRY:
                assert {row.withheld for row in table.values()} == {"few_groups"}


# The enterprise's view.

FORBIDDEN_NAMES = {
    "worse", "tied", "better", "n", "peers", "tested", "population", "p_value", "p_value_not", "p_value_median",
    "percentile", "strict", "mid", "lower", "upper", "gamma", "leading_list", "at_least_leading", "sensitivity",
    "leading_line", "record", "expected_power", "industry_size", "mean_place",
}  # fmt: skip


def walk(thing: object, path: str = "") -> Iterator[tuple[str, str]]:
    """Every name within a dataclass, and the path to what bears it."""
    if is_dataclass(thing) and not isinstance(thing, type):
        for field in fields(thing):
            yield field.name, path
            yield from walk(getattr(thing, field.name), f"{path}.{field.name}")
    elif isinstance(thing, dict):
        for key, value in thing.items():
            yield str(key), path
            yield from walk(value, f"{path}[{key}]")
    elif isinstance(thing, (tuple, list)):
        for value in thing:
            yield from walk(value, f"{path}[]")


def locked(cursor, app: Application, on: EvaluationContext) -> LockedApplication:
    """A release as locking makes it."""
    record, sha256 = seal(full_evaluation(cursor, app, on))
    stamp = on.baseline.imported_at
    return LockedApplication(
        app, "upload", "somebody", stamp, on.baseline.name, record, sha256, app, app, record, on.baseline.name
    )


def views(store: Store, name: str, rows: list, policy: Policy = POLICY) -> tuple[EnterpriseView, EnterpriseView]:
    """Before locking, and after."""
    on = EvaluationContext(freeze(store, name, rows), policy, DAY)
    app = application({**dict.fromkeys(MAIN, 100.0), "K01": 55.0, "K09": 3.0})
    with store.cursor() as cursor:
        return enterprise_evaluation(cursor, app, on), enterprise_evaluation(cursor, app, on, locked(cursor, app, on))


def test_the_view_names_no_count_no_p_value_no_bound_and_no_list(store: Store) -> None:
    for view in views(store, "walked", panel()):
        names = {name for name, path in walk(view) if not path.startswith(".application")}
        assert not names & FORBIDDEN_NAMES
        assert names >= {"published", "place", "verdict", "band"}


@pytest.mark.campaign
def test_the_view_is_a_function_of_the_published_table_and_the_own_value(store: Store, fresh: Store) -> None:
    """Peers moved without moving the published numbers: the draft's view stays the same to the letter."""
    rows = panel(31)
    nudged = [replace(row, value=row.value + 0.01) if row.credit_code == credit_code(7) else row for row in rows]
    nudged = [row if row.kpi not in ("K05", "K21") else was for row, was in zip(nudged, rows, strict=True)]
    nudged = [replace(row, value=min(row.value, 100.0)) for row in nudged]
    first, second = freeze(store, "still", rows), freeze(fresh, "nudged", nudged)
    app = application(dict.fromkeys(MAIN, rows[0].value))
    with store.cursor() as one_store, fresh.cursor() as other_store:
        table = tables.baselines.published_table(one_store, "still", first.region, INDUSTRY)
        assert repr(table) == repr(tables.baselines.published_table(other_store, "nudged", first.region, INDUSTRY))
        one = enterprise_evaluation(one_store, app, EvaluationContext(first, POLICY, DAY))
        two = enterprise_evaluation(other_store, app, EvaluationContext(second, POLICY, DAY))
    assert repr(replace(one, baseline=second)) == repr(two)


def test_a_draft_has_no_word_of_others_and_a_locked_value_has_one(store: Store) -> None:
    draft, after = views(store, "words", panel())
    assert {kpi.verdict for kpi in draft.kpis} == {None, "not_reported"}
    assert draft.clause is None
    stated = {kpi.code: kpi.verdict for kpi in after.kpis if kpi.state == "reported"}
    assert None not in stated.values()
    assert after.clause in ("met", "not_met", "undecided", "withheld")


def test_a_word_holds_for_the_locked_value_only(store: Store) -> None:
    on = EvaluationContext(freeze(store, "changed", panel()), POLICY, DAY)
    app = application(dict.fromkeys(MAIN, 100.0))
    with store.cursor() as cursor:
        release = locked(cursor, app, on)
        changed = application({**dict.fromkeys(MAIN, 100.0), "K08": 99.0})
        view = enterprise_evaluation(cursor, changed, on, release)
    assert view.kpi("K08").verdict is None
    assert view.kpi("K16").verdict is not None
    assert view.clause is None
    assert view.kpi("K08").reasons == view.clause_reasons == (Reason("decided_before", {"year": 2025}),)


def test_no_word_leaves_a_cell_of_fewer_than_10_groups(store: Store) -> None:
    """22 enterprises of 9 groups are tested all the same, and their words are kept back; the clause with them."""
    groups = [f"演示集团{place % 9:02d}（虚构）" for place in range(27)]
    _, after = views(store, "nine", panel(27, groups))
    assert {kpi.verdict for kpi in after.kpis if kpi.state == "reported"} == {None}
    assert {kpi.reasons[-1].code for kpi in after.kpis if kpi.state == "reported"} == {"no_word_of_few_groups"}
    assert (after.clause, after.clause_reasons) == (None, (Reason("few_groups_main"),))
    _, ten = views(store, "ten", panel(30, [f"演示集团{place % 10:02d}（虚构）" for place in range(30)]))
    assert None not in {kpi.verdict for kpi in ten.kpis if kpi.state == "reported"}


def views_over_time(
    store: Store, name: str, rows: list, policy: Policy
) -> tuple[EnterpriseView, EnterpriseView, EnterpriseView]:
    """After locking: on the last evening of the window, a minute into the next day, and so where no window is known."""
    on = EvaluationContext(freeze(store, name, rows), policy, DAY)
    app = application({**dict.fromkeys(MAIN, 100.0), "K01": 55.0, "K09": 3.0})
    last = datetime.combine(policy.window_closes, time(23, 59), SHANGHAI)
    unset = replace(on, policy=replace(policy, window_closes=policy.window_closes.replace(year=DAY.year - 1)))
    with store.cursor() as cursor:
        release = locked(cursor, app, on)
        return (
            enterprise_evaluation(cursor, app, on, release, last),
            enterprise_evaluation(cursor, app, on, release, last + timedelta(minutes=1)),
            enterprise_evaluation(cursor, app, unset, release, last + timedelta(days=99)),
        )


def test_policy_may_hold_all_words_to_the_close(store: Store) -> None:
    before, after, unset = views_over_time(store, "held", panel(), replace(POLICY, release="at_close"))
    for held in (before, unset):
        assert {kpi.verdict for kpi in held.kpis} == {None, "not_reported"}
        assert (held.clause, held.clause_reasons) == (None, (Reason("held_to_close"),))
    assert None not in {kpi.verdict for kpi in after.kpis} | {after.clause}


def tight_and_loose() -> list:
    """K08 in two tight clusters, where a word would expose somebody; K16 spread evenly, where none would."""
    even = [float(value) for value in range(2, 92, 3)]
    tight = [20.0 + place / 10 for place in range(15)] + [80.0 + place / 10 for place in range(15)]
    return records({code: tight if code == "K08" else even for code in CODES})


def test_words_that_would_expose_a_peer_wait_for_the_close_and_no_others(store: Store) -> None:
    before, after, unset = views_over_time(store, "exposing", tight_and_loose(), POLICY)
    for held in (before, unset):
        waiting = {kpi.code: kpi.reasons[-1].code for kpi in held.kpis if kpi.verdict is None}
        assert set(waiting.values()) == {"held_exposing"}
        assert "K08" in waiting
        assert held.kpi("K16").verdict == after.kpi("K16").verdict == "leading"
        assert (held.clause, held.clause_reasons) == (None, (Reason("held_exposing_main"),))
    assert (after.kpi("K08").verdict, after.clause) == ("leading", "met")


def test_what_waits_is_the_same_for_every_value(store: Store) -> None:
    """Held only where the own word would tell something, being held would itself reveal the word."""
    on = EvaluationContext(freeze(store, "alike", tight_and_loose()), POLICY, DAY)
    at = datetime.combine(POLICY.window_closes, time(12), SHANGHAI)
    with store.cursor() as cursor:
        for value in (0.0, 20.65, 50.0, 80.65, 100.0):
            app = application({"K08": value, "K16": value})
            view = enterprise_evaluation(cursor, app, on, locked(cursor, app, on), at)
            assert view.kpi("K08").reasons[-1] == Reason("held_exposing")
            assert view.kpi("K16").verdict is not None


@pytest.mark.campaign
@pytest.mark.parametrize("change", [{"exposing_words": "at_locking"}, {"exposed_peers": 31}])
def test_policy_may_release_them_at_the_lock(store: Store, change: dict[str, Any]) -> None:
    policy = replace(POLICY, disclosure=replace(POLICY.disclosure, **change))
    rows = tight_and_loose()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("kpi.services.freeze.policy_of_year", lambda *_: policy)
        before, after, _ = views_over_time(store, f"released-{next(iter(change))}", rows, policy)
    assert repr(before) == repr(after)
    assert before.kpi("K08").verdict == "leading"


def test_a_place_in_the_leading_zone_that_decides_nothing_says_why(store: Store) -> None:
    """21 peers: beating all but two reaches the published line, and rules out no chance."""
    rows = records({code: [float(number) for number in range(21)] for code in CODES})
    on = EvaluationContext(freeze(store, "zone", rows), POLICY, DAY)
    app = application({"K01": 18.5, "K08": 20.5})
    with store.cursor() as cursor:
        view = enterprise_evaluation(cursor, app, on, locked(cursor, app, on))
    inside, shown = view.kpi("K01"), view.kpi("K08")
    assert (inside.place.low, inside.verdict, inside.reasons) == (0.8, "undecided", (Reason("in_zone_by_estimate"),))
    assert (shown.verdict, shown.reasons) == ("leading", ())


def test_the_reasons_of_a_released_word_carry_no_number(store: Store) -> None:
    _, after = views(store, "reasons", panel())
    for kpi in after.kpis:
        assert not [value for reason in kpi.reasons for value in reason.params.values() if isinstance(value, float)]
    assert after.clause_reasons == ()


# Where a value stands by the table.

TABLE = PublishedCell("上海市", INDUSTRY, "K08", "30-59", 20.0, 21.0, 10.0, 40.0, 5.0, None, 0.2, 0.8)


@pytest.mark.parametrize(
    ("value", "want"),
    [
        (5.0, PublishedPlace(0.0, 0.2, nan)),
        (10.0, PublishedPlace(0.2, 0.5, 0.2)),
        (15.0, PublishedPlace(0.2, 0.5, 0.35)),
        (20.0, PublishedPlace(0.5, 0.8, 0.5)),
        (30.0, PublishedPlace(0.5, 0.8, 0.65)),
        (40.0, PublishedPlace(0.8, 1.0, nan)),
        (99.0, PublishedPlace(0.8, 1.0, nan)),
    ],
)
def test_a_value_is_bracketed_by_published_shares(value: float, want: PublishedPlace) -> None:
    found = place_in_published(value, TABLE)
    assert (found.low, found.high) == (want.low, want.high)
    assert found.estimate == pytest.approx(want.estimate, nan_ok=True)


def test_with_the_median_alone_there_is_a_half_and_no_estimate() -> None:
    bare = replace(TABLE, p20=nan, p80=nan)
    assert repr(place_in_published(25.0, bare)) == repr(PublishedPlace(0.5, 1.0, nan))
    assert repr(place_in_published(15.0, bare)) == repr(PublishedPlace(0.0, 0.5, nan))


def test_nothing_published_is_nowhere() -> None:
    bare = replace(TABLE, band=None, median=nan, mean=nan, p20=nan, p80=nan, withheld="few_groups")
    assert repr(place_in_published(25.0, bare)) == repr(PublishedPlace(0.0, 1.0, nan))
    assert repr(place_in_published(nan, TABLE)) == repr(PublishedPlace(0.0, 1.0, nan))


def test_published_numbers_that_fall_together_still_bracket() -> None:
    flat = replace(TABLE, p20=20.0, median=20.0, p80=20.0)
    assert repr(place_in_published(20.0, flat)) == repr(PublishedPlace(0.8, 1.0, nan))
    assert repr(place_in_published(19.0, flat)) == repr(PublishedPlace(0.0, 0.2, nan))


def test_a_value_on_another_basis_is_placed_nowhere(store: Store) -> None:
    on = EvaluationContext(freeze(store, "basis", panel()), POLICY, DAY)
    app = application({"K10": ReportedValue("K10", "reported", 2.0, "points")})
    with store.cursor() as cursor:
        kpi = enterprise_evaluation(cursor, app, on).kpi("K10")
    assert stated_basis("K10") == "relative"
    assert (kpi.verdict, repr(kpi.place), isnan(kpi.gap_to_line)) == (
        "basis_mismatch",
        repr(PublishedPlace(0.0, 1.0, nan)),
        True,
    )
