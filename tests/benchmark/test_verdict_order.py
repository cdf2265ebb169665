"""Every state of one KPI and of the clause, and which comes first (docs/method.md 3 and 4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import count
from math import isnan, nextafter

import pytest

from kpi.benchmark.evaluation import evaluate
from kpi.errors import UserError
from kpi.model.application import ReportedValue
from kpi.model.baseline import Provenance
from kpi.model.evaluation import Evaluation, KpiEvaluation
from kpi.policy.in_force import policy_on
from kpi.policy.policy import Policy
from kpi.store.store import Store
from tests.benchmark.panels import INDUSTRY, MAIN, application, credit_code, freeze, records

DAY = date(2025, 12, 31)
POLICY = policy_on(DAY)
YEARS = count(DAY.year)
"""A year for each panel: within a year it would be the correction of all before it, and be held against each."""


def held(
    store: Store,
    name: str,
    peers: Mapping[str, Sequence[float]],
    own: Mapping[str, float | ReportedValue],
    groups: Sequence[str | None] = (),
    group: str | None = None,
    size: int | None = None,
    policy: Policy = POLICY,
    provenance: Provenance = "panel",
    accepted: Sequence[str] = (),
) -> Evaluation:
    """``own`` held against a panel with these peers."""
    rows = records(peers, groups)
    baseline = freeze(store, name, rows, {INDUSTRY: size} if size else None, provenance, next(YEARS))
    with store.cursor() as cursor:
        return evaluate(cursor, application(own, group=group), baseline, policy, DAY, accepted)


def one(store: Store, name: str, peers: Sequence[float], own: float | ReportedValue, **more) -> KpiEvaluation:
    code = own.code if isinstance(own, ReportedValue) else more.pop("kpi", "K08")
    return held(store, name, {code: peers}, {code: own}, **more).kpi(code)


def codes(answered: KpiEvaluation) -> set[str]:
    return {reason.code for reason in answered.reasons}


# One KPI.


def test_a_blank_an_inapplicable_and_a_mismatched_value_come_before_everything(store: Store) -> None:
    peers = [50.0] * 20
    blank = one(store, "blank", peers, ReportedValue("K10", "not_reported"))
    inapplicable = one(store, "na", peers, ReportedValue("K10", "not_applicable", note="没有此类产品"))
    mismatch = one(store, "mismatch", peers, ReportedValue("K10", "reported", 99.0, "points"))
    assert [kpi.verdict for kpi in (blank, inapplicable, mismatch)] == [
        "not_reported",
        "not_applicable",
        "basis_mismatch",
    ]
    assert all(isnan(kpi.p_value) and isnan(kpi.gap_to_line) for kpi in (blank, inapplicable, mismatch))
    assert mismatch.value == 99.0


def test_zero_is_a_value(store: Store) -> None:
    zero = one(store, "zero", [float(-place - 1) for place in range(20)], 0.0)
    assert (zero.verdict, zero.worse) == ("leading", 20)


def test_the_other_basis_is_brought_over_from_before_and_after(store: Store) -> None:
    told = ReportedValue("K10", "reported", 2.0, "points", before=3.2, after=1.2)
    found = one(store, "over", [62.5] * 20, told)
    assert (found.value, found.basis, found.tied) == (62.5, "relative", 20)


def test_too_few_peers_comes_before_leading(store: Store) -> None:
    beats_all = one(store, "thirteen", [1.0] * 13, 2.0)
    assert (beats_all.verdict, beats_all.worse) == ("too_few_peers", 13)
    assert 0.05 < beats_all.p_value < 0.056  # 0.8 ** 13
    assert one(store, "fourteen", [1.0] * 14, 2.0).verdict == "leading"


def test_too_few_peers_refuses_a_denial_as_well(store: Store) -> None:
    trails_all = one(store, "thirteen-below", [2.0] * 13, 1.0)
    assert trails_all.p_value_not < 1e-8
    assert trails_all.verdict == "too_few_peers"


def test_peers_without_this_kpi_are_not_in_its_n(store: Store) -> None:
    peers = {"K08": [1.0] * 13, "K16": [1.0] * 20}
    found = held(store, "gaps", peers, {"K08": 2.0, "K16": 2.0})
    assert (found.kpi("K08").verdict, found.kpi("K16").verdict) == ("too_few_peers", "leading")


@pytest.mark.parametrize(("better", "n"), [(0, 14), (1, 22), (2, 30), (3, 37), (4, 44), (5, 50)])
def test_so_many_may_be_as_good_from_so_many_peers(store: Store, better: int, n: int) -> None:
    """The notice's line read at P80 and 95 %: docs/method.md 3."""
    enough = one(store, f"enough-{n}", [1.0] * (n - better) + [2.0] * better, 2.0)
    short = one(store, f"short-{n}", [1.0] * (n - 1 - better) + [2.0] * better, 2.0)
    assert enough.verdict == "leading"
    assert short.verdict == ("too_few_peers" if n == 14 else "undecided")


def test_fewer_peers_are_enough_where_the_register_is_known(store: Store) -> None:
    # N = 20: 15 of 20 may be worse under H0; beating all of 9 drawn has C(15,9)/C(20,9) = 0.0298, of 8 0.0511.
    assert one(store, "known-9", [1.0] * 9, 2.0, size=21).verdict == "leading"
    assert one(store, "known-8", [1.0] * 8, 2.0, size=21).verdict == "too_few_peers"


def test_a_register_smaller_than_its_peers_is_an_error(store: Store) -> None:
    with pytest.raises(UserError, match="register_too_small"):
        one(store, "small-register", [1.0] * 15, 2.0, size=15)


def test_leading_at_the_ceiling_is_leading(store: Store) -> None:
    assert one(store, "ceiling", [90.0] * 20, 100.0, kpi="K19").verdict == "leading"


def test_at_the_ceiling_and_not_leading_tells_nobody_apart(store: Store) -> None:
    tied = one(store, "ceiling-tied", [100.0] * 15 + [50.0] * 5, 100.0, kpi="K19")
    assert (tied.verdict, tied.reasons[0].code) == ("no_discrimination", "at_ceiling")


def test_just_below_the_ceiling_is_judged(store: Store) -> None:
    assert one(store, "ceiling-below", [100.0] * 20, 99.9, kpi="K19").verdict == "not_leading"


def test_too_few_peers_comes_before_the_ceiling(store: Store) -> None:
    assert one(store, "ceiling-few", [100.0] * 5, 100.0, kpi="K19").verdict == "too_few_peers"


def test_a_start_that_leaves_no_room_cannot_trail(store: Store) -> None:
    """From 90 % a share can rise by 11.1 % at most: not above a line of 40 %."""
    cramped = one(store, "no-room", [40.0] * 30, ReportedValue("K11", "reported", 5.0, "relative", 90.0, 94.5))
    assert (cramped.verdict, codes(cramped) - {"mean_and_median_disagree"}) == ("no_discrimination", {"no_room"})
    roomy = one(store, "room", [40.0] * 30, ReportedValue("K11", "reported", 5.0, "relative", 60.0, 63.0))
    assert roomy.verdict == "not_leading"
    unknown = one(store, "room-unknown", [40.0] * 30, ReportedValue("K11", "reported", 5.0, "relative"))
    assert unknown.verdict == "not_leading"


def test_leading_comes_before_no_room(store: Store) -> None:
    # The panel's own line lies high among few; the candidate beats 30 of 30.
    found = one(store, "lead-room", [4.0] * 30, ReportedValue("K11", "reported", 11.0, "relative", 90.0, 99.9))
    assert found.verdict == "leading"


def test_undecided_says_which_way_it_leans(store: Store) -> None:
    up = one(store, "leans-up", [1.0] * 27 + [3.0] * 3, 2.0)
    down = one(store, "leans-down", [1.0] * 21 + [3.0] * 9, 2.0)
    tied = one(store, "tied", [1.0] * 20 + [2.0] * 8 + [3.0] * 2, 2.0)
    assert [kpi.verdict for kpi in (up, down, tied)] == ["undecided"] * 3
    assert "leans_leading" in codes(up)
    assert "leans_not_leading" in codes(down)
    assert "tied_on_line" in codes(tied)


def test_exactly_on_the_line_leans_to_leading_and_is_not_called_so(store: Store) -> None:
    on_it = one(store, "on-line", [1.0] * 16 + [3.0] * 4, 2.0)
    assert (on_it.percentile.strict, on_it.verdict) == (0.8, "undecided")
    assert "leans_leading" in codes(on_it)


def test_the_same_counts_give_the_same_word_however_near_the_values_are(store: Store) -> None:
    """Nothing is rounded before it is compared."""
    just_above = nextafter(10.0, 11.0)
    assert one(store, "near", [10.0] * 14, just_above).verdict == "leading"
    assert one(store, "near-tied", [10.0] * 14, 10.0).worse == 0


# Groups: a word must hold with the siblings left out and counted in.

GROUP = "演示集团01（虚构）"


def test_better_siblings_take_a_leading_word_back(store: Store) -> None:
    peers, groups = [1.0] * 14 + [3.0] * 3, [None] * 14 + [GROUP] * 3
    free = one(store, "siblings-of-others", peers, 4.0, groups=groups)
    assert free.verdict == "leading"
    flipped = one(store, "siblings-better", peers, 2.0, groups=groups, group=GROUP)
    assert (flipped.worse, flipped.peers.n, flipped.p_value <= 0.05) == (14, 14, True)
    assert (flipped.verdict, codes(flipped)) == ("undecided", {"leans_leading", "group"})


def test_worse_siblings_take_a_denial_back(store: Store) -> None:
    peers = [1.0] * 9 + [3.0] * 9 + [1.0] * 8
    groups = [None] * 18 + [f"演示集团{place:02d}（虚构）" for place in (1, 1, 1, 1, 1, 1, 1, 1)]
    denied = one(store, "denied", peers[:18], 2.0)
    assert denied.verdict == "not_leading"
    policy = replace(POLICY, records_per_group=9.0)
    flipped = one(store, "denied-siblings", peers, 2.0, groups=groups, group=GROUP, policy=policy)
    assert (flipped.verdict, codes(flipped)) == ("undecided", {"leans_not_leading", "group"})


def test_worse_siblings_cannot_make_a_leading_word(store: Store) -> None:
    peers, groups = [1.0] * 13 + [0.0] * 20, [None] * 13 + [GROUP] * 20
    assert one(store, "siblings-worse", peers, 2.0, groups=groups, group=GROUP).verdict == "too_few_peers"


def test_siblings_in_another_industry_are_nobodys_peers(store: Store) -> None:
    rows = [
        *records({"K08": [1.0] * 14}),
        *records({"K08": [9.0] * 5}, [GROUP] * 5, industry="汽车", first=500),
    ]
    baseline = freeze(store, "elsewhere", rows)
    with store.cursor() as cursor:
        found = evaluate(cursor, application({"K08": 2.0}, group=GROUP), baseline, POLICY, DAY).kpi("K08")
    assert (found.verdict, found.peers.n) == ("leading", 14)


def test_many_records_of_a_group_count_as_one(store: Store) -> None:
    """Eight subsidiaries are one witness: 20 enterprises in 13 groups are too few."""
    found = one(store, "subsidiaries", [1.0] * 20, 2.0, groups=[GROUP] * 8)
    assert (found.tested.unit, found.tested.n, found.peers.n) == ("groups", 13, 20)
    assert found.verdict == "too_few_peers"


def test_a_group_speaks_by_its_best_for_leading_and_by_its_worst_for_the_denial(store: Store) -> None:
    peers = [1.0, 3.0, 1.0, 3.0, *[1.0] * 14]
    groups = [GROUP, GROUP, "演示集团02（虚构）", "演示集团02（虚构）", *[None] * 14]
    policy = replace(POLICY, records_per_group=1.1)
    found = one(store, "best-worst", peers, 2.0, groups=groups, policy=policy)
    assert (found.tested.worse, found.tested.not_better, found.tested.n) == (14, 16, 16)


def test_the_own_record_in_the_panel_is_left_out(store: Store) -> None:
    rows = records({"K08": [5.0, *[1.0] * 14]})
    baseline = freeze(store, "own-record", rows)
    with store.cursor() as cursor:
        found = evaluate(cursor, application({"K08": 2.0}, code=credit_code(1)), baseline, POLICY, DAY).kpi("K08")
    assert (found.better, found.peers.n, found.verdict) == (0, 14, "leading")


def test_a_branch_is_a_sibling_of_its_legal_person(store: Store) -> None:
    """A group told as a credit code names the legal person, and leads on to that one's own group."""
    legal, branch, other = (credit_code(number) for number in (1, 2, 3))
    rows = records({"K08": [9.0, 9.0, 9.0, *[1.0] * 14]}, [GROUP, legal, GROUP])
    baseline = freeze(store, "branch", rows)
    for code, stated in ((legal, None), (branch, None), (other, None), (credit_code(999), legal)):
        with store.cursor() as cursor:
            found = evaluate(cursor, application({"K08": 2.0}, code, stated), baseline, POLICY, DAY).kpi("K08")
        assert found.peers.n == 14, code


def test_a_group_named_in_the_file_does_not_make_peers_of_the_own_branches(store: Store) -> None:
    legal = credit_code(1)
    rows = records({"K08": [5.0, *[1.0] * 13, *[0.0] * 3]}, [None, *[None] * 13, *[legal] * 3])
    baseline = freeze(store, "branches", rows)
    with store.cursor() as cursor:
        found = evaluate(cursor, application({"K08": 2.0}, legal, GROUP), baseline, POLICY, DAY).kpi("K08")
    assert (found.peers.n, found.verdict) == (13, "too_few_peers")


# The clause.

LOW, HIGH = 1.0, 50.0


def factory(
    store: Store,
    name: str,
    beaten: Mapping[str, int | ReportedValue | None],
    n: int = 40,
    policy: Policy = POLICY,
    provenance: Provenance = "panel",
    size: int | None = None,
    accepted: Sequence[str] = (),
) -> Evaluation:
    """A factory that beats so many of ``n`` peers on each main KPI: the rest are better. None is not reported."""
    peers = {
        code: [LOW] * count + [HIGH] * (n - count) if isinstance(count, int) else [LOW] * n
        for code, count in beaten.items()
    }
    own = {code: 2.0 if isinstance(count, int) else count for code, count in beaten.items() if count is not None}
    return held(store, name, peers, own, policy=policy, provenance=provenance, size=size, accepted=accepted)


def test_met_when_every_main_kpi_leads(store: Store) -> None:
    found = factory(store, "met", dict.fromkeys(MAIN, 40))
    assert (found.clause.verdict, found.clause.coverage, found.clause.conditional) == ("met", 1.0, False)


def test_one_main_kpi_short_of_leading_leaves_the_clause_undecided(store: Store) -> None:
    found = factory(store, "one-short", {**dict.fromkeys(MAIN, 40), "K16": 34})
    assert found.kpi("K16").verdict == "undecided"
    assert found.clause.verdict == "undecided"
    first = found.clause.reasons[0]
    assert (first.code, first.params) == ("blocked_undecided", {"kpi": "K16"})


def test_a_single_denial_is_not_enough_to_refuse_six(store: Store) -> None:
    """26 of 40: p_value_not is under 0.05 and over 0.05 / 6."""
    found = factory(store, "uncorrected", {**dict.fromkeys(MAIN, 40), "K17": 26})
    assert 0.05 / 6 < found.kpi("K17").p_value_not <= 0.05
    assert (found.kpi("K17").verdict, found.clause.verdict) == ("not_leading", "undecided")
    assert found.clause.reasons[0].code == "blocked_not_leading"


def test_a_clear_denial_refuses(store: Store) -> None:
    found = factory(store, "refused", {**dict.fromkeys(MAIN, 40), "K17": 20})
    assert found.kpi("K17").p_value_not <= 0.05 / 6
    assert [reason.code for reason in found.clause.reasons] == [
        "smallest_p",
        "not_official_no_refusal",
        "expected_power",
    ]
    assert found.clause.verdict == "not_met"


def test_an_official_baseline_may_refuse(store: Store) -> None:
    beaten = {**dict.fromkeys(MAIN, 40), "K17": 20}
    found = factory(store, "refused-official", beaten, provenance="official")
    assert (found.clause.verdict, found.clause.reasons[1].code) == ("not_met", "expected_power")


def test_a_known_register_may_refuse_where_the_unseen_cannot_save(store: Store) -> None:
    """20 of 40 seen, N = 45 others: (20 + 5) / 45 is under 0.8; with N = 200 others the 160 unseen could save it."""
    beaten = {**dict.fromkeys(MAIN, 40), "K17": 20}
    certain = factory(store, "certain", beaten, size=46)
    open_ = factory(store, "open", beaten, size=201)
    assert (certain.clause.verdict, open_.clause.verdict) == ("not_met", "not_met")
    assert "not_official_no_refusal" not in {reason.code for reason in certain.clause.reasons}
    assert "not_official_no_refusal" in {reason.code for reason in open_.clause.reasons}


def test_a_denial_at_the_ceiling_refuses_nobody(store: Store) -> None:
    """K15 at its bound of 100 can go no higher, whatever its rank."""
    peers = {code: [LOW] * 40 for code in MAIN} | {"K15": [100.0] * 40}
    found = held(store, "ceiling-clause", peers, dict.fromkeys(MAIN, 2.0) | {"K15": 100.0})
    assert (found.kpi("K15").verdict, found.clause.verdict) == ("no_discrimination", "met")


def test_met_needs_65_per_cent_leading(store: Store) -> None:
    """K10, K15 and K17 have a ceiling: 2 of 6 at it leave 4 leading (67 %), 3 leave 3 (50 %)."""
    peers = {code: [LOW] * 40 for code in ("K08", "K11", "K16")} | {
        code: [100.0] * 40 for code in ("K10", "K15", "K17")
    }
    own = dict.fromkeys(("K08", "K11", "K16"), 2.0) | dict.fromkeys(("K10", "K15", "K17"), 100.0)
    half = held(store, "half", peers, own)
    assert (half.clause.verdict, half.clause.reasons[0].code) == ("undecided", "blocked_no_discrimination")
    two = held(store, "two-thirds", peers | {"K10": [LOW] * 40}, own)
    assert two.clause.verdict == "met"
    exactly = replace(POLICY, clause_coverage=0.5)
    assert held(store, "half-is-enough", peers, own, policy=exactly).clause.verdict == "met"


def test_withheld_where_too_few_of_the_main_kpis_were_tested(store: Store) -> None:
    """3 of 6 reported; not_met would come first, met cannot."""
    found = factory(store, "withheld", {**dict.fromkeys(MAIN, 40), "K08": None, "K10": None, "K11": None})
    assert (found.clause.verdict, found.clause.reasons[0].code) == ("withheld", "tested_low")
    refused = factory(store, "not-withheld", {**dict.fromkeys(MAIN, 10), "K08": None, "K10": None, "K11": None})
    assert refused.clause.verdict == "not_met"


@pytest.mark.parametrize(
    ("blocker", "word"),
    [
        (None, "blocked_not_reported"),
        (ReportedValue("K10", "reported", 2.0, "points"), "blocked_basis_mismatch"),
        (ReportedValue("K10", "not_applicable", note="无"), "blocked_not_applicable"),
    ],
)
def test_a_main_kpi_that_cannot_be_held_blocks_met_by_name(store: Store, blocker, word: str) -> None:
    found = factory(store, word, {**dict.fromkeys(MAIN, 40), "K10": blocker})
    assert found.clause.verdict == "undecided"
    assert [(r.code, r.params.get("kpi")) for r in found.clause.reasons if r.code.startswith("blocked")] == [
        (word, "K10")
    ]


def test_too_few_peers_blocks_met(store: Store) -> None:
    peers = {code: [LOW] * 40 for code in MAIN} | {"K10": [LOW] * 5}
    found = held(store, "few-block", peers, dict.fromkeys(MAIN, 2.0))
    assert (found.clause.verdict, found.clause.reasons[0].code) == ("undecided", "blocked_too_few_peers")


def test_every_blocker_is_named(store: Store) -> None:
    found = factory(store, "blockers", {**dict.fromkeys(MAIN, 40), "K08": None, "K16": 34})
    named = {(r.code, r.params.get("kpi")) for r in found.clause.reasons if r.code.startswith("blocked")}
    assert named == {("blocked_not_reported", "K08"), ("blocked_undecided", "K16")}


def may_leave(*kpis: str) -> Policy:
    return replace(POLICY, not_applicable_by_industry=dict.fromkeys(POLICY.not_applicable_by_industry, kpis))


INAPPLICABLE = {code: ReportedValue(code, "not_applicable", note="无") for code in MAIN}


def test_not_applicable_leaves_the_main_list_where_policy_allows_and_is_conditional_until_accepted(store) -> None:
    beaten = {**dict.fromkeys(MAIN, 40), "K10": INAPPLICABLE["K10"]}
    before = factory(store, "leaves", beaten, policy=may_leave("K10"))
    assert (before.clause.verdict, before.clause.conditional) == ("met", True)
    assert "conditional_not_applicable" in {reason.code for reason in before.clause.reasons}
    after = factory(store, "leaves-accepted", beaten, policy=may_leave("K10"), accepted=["K10"])
    assert (after.clause.verdict, after.clause.conditional) == ("met", False)


def test_acceptance_alone_does_not_let_a_kpi_leave(store: Store) -> None:
    beaten = {**dict.fromkeys(MAIN, 40), "K10": INAPPLICABLE["K10"]}
    found = factory(store, "not-allowed", beaten, accepted=["K10"])
    assert (found.clause.verdict, found.clause.conditional) == ("undecided", False)


def test_withheld_where_too_many_leave(store: Store) -> None:
    """3 of 6 left are under 65 %, even though one of them would refuse."""
    beaten = {**dict.fromkeys(MAIN, 40), **{code: INAPPLICABLE[code] for code in ("K08", "K10", "K11")}, "K17": 5}
    found = factory(store, "too-many", beaten, policy=may_leave("K08", "K10", "K11"))
    assert (found.clause.verdict, found.clause.reasons[0].code) == ("withheld", "coverage_low")


def test_a_kpi_that_left_is_no_longer_looked_at(store: Store) -> None:
    """5 looks, not 6: p_value_not between 0.05/6 and 0.05/5 refuses only once a KPI has left."""
    beaten = {**dict.fromkeys(MAIN, 30), "K17": 18}
    six = factory(store, "six-looks", beaten, n=30)
    p = six.kpi("K17").p_value_not
    assert 0.05 / 6 < p <= 0.05 / 5, p
    five = factory(store, "five-looks", beaten | {"K10": INAPPLICABLE["K10"]}, n=30, policy=may_leave("K10"))
    assert (six.clause.verdict, five.clause.verdict) == ("undecided", "not_met")


def test_the_list_is_stricter_than_the_single_word(store: Store) -> None:
    """One single test at 0.05 among many that say nothing: leading alone, not in the list, none at least."""
    peers = {code: [LOW] * 14 for code in ("K08",)} | {code: [HIGH] * 14 for code in MAIN[1:]}
    found = held(store, "list", peers, dict.fromkeys(MAIN, 2.0))
    assert found.kpi("K08").verdict == "leading"
    assert (found.leading_list, found.at_least_leading) == ((), 0)
