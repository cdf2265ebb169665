"""Every state of one KPI and of the clause, and which comes first (docs/method.md 3 and 4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import count
from math import isnan, nextafter

import pytest
from scipy.stats import binom

from kpi.benchmark.evaluation import evaluate
from kpi.benchmark.method import METHODS, Method
from kpi.errors import UserError
from kpi.model.application import ReportedValue
from kpi.model.claims import GROUP_ITEM, NO_RULINGS, ClaimKey, ClaimKind, Ruling, Rulings
from kpi.model.evaluation import Evaluation, KpiEvaluation, Provenance
from kpi.policy.load import policies
from kpi.policy.policy import Policy
from kpi.store.store import Store
from tests.benchmark.panels import INDUSTRY, MAIN, application, credit_code, freeze, records

DAY = date(2025, 12, 31)
POLICY = policies().on(DAY)
YEARS = count(DAY.year)
"""A year for each panel: within a year it would be the correction of all before it, and be held against each."""


def ruled(kind: ClaimKind, ruling: Ruling, *items: str) -> Rulings:
    """The same ruling on several claims of a kind."""
    return Rulings({ClaimKey(kind, item): ruling for item in items})


GROUP_ACCEPTED = ruled("group", "accepted", GROUP_ITEM)


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
    rulings: Rulings | None = None,
    groups_in_all: int | None = None,
    method: Method | None = None,
) -> Evaluation:
    """``own`` held against a panel with these peers. A ``group`` is an accepted one, unless ``rulings`` differ."""
    rows = records(peers, groups)
    register = {INDUSTRY: size} if size else None
    in_all = {INDUSTRY: groups_in_all} if groups_in_all else None
    baseline = freeze(store, name, rows, register, provenance, next(YEARS), in_all)
    by = GROUP_ACCEPTED if rulings is None else rulings
    with store.cursor() as cursor:
        return evaluate(cursor, application(own, group=group), baseline, policy, DAY, by, method)


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
    reported = ReportedValue("K10", "reported", 2.0, "points", before=3.2, after=1.2)
    found = one(store, "over", [62.5] * 20, reported)
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
    proven = ruled("start", "accepted", "K11")
    reported = ReportedValue("K11", "reported", 5.0, "relative", 90.0, 94.5)
    cramped = one(store, "no-room", [40.0] * 30, reported, rulings=proven)
    assert (cramped.verdict, codes(cramped) - {"mean_and_median_disagree"}) == ("no_discrimination", {"no_room"})
    roomy = one(
        store, "room", [40.0] * 30, ReportedValue("K11", "reported", 5.0, "relative", 60.0, 63.0), rulings=proven
    )
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
    assert (flipped.worse, flipped.peers.n) == (14, 14)
    assert [test.p_value <= 0.05 for test in flipped.tests] == [True, False, False]
    assert (flipped.verdict, codes(flipped)) == ("undecided", {"leans_leading", "group"})


def test_worse_siblings_take_a_denial_back(store: Store) -> None:
    # 8 of 14 worse: binom.cdf(8, 14, 0.8) = 0.044; with the siblings as one group more, 9 of 15: 0.061.
    peers = [1.0] * 8 + [5.0] * 6 + [1.0] * 8
    groups = [None] * 14 + [GROUP] * 8
    denied = one(store, "denied", peers[:14], 2.0)
    assert denied.verdict == "not_leading"
    flipped = one(store, "denied-siblings", peers, 2.0, groups=groups, group=GROUP)
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
        asked = application({"K08": 2.0}, group=GROUP)
        found = evaluate(cursor, asked, baseline, POLICY, DAY, GROUP_ACCEPTED).kpi("K08")
    assert (found.verdict, found.peers.n) == ("leading", 14)


def test_many_records_of_a_group_count_as_one(store: Store) -> None:
    """Eight subsidiaries are one witness: 20 enterprises in 13 groups are too few."""
    found = one(store, "subsidiaries", [1.0] * 20, 2.0, groups=[GROUP] * 8)
    assert (found.tested.unit, found.tested.n, found.peers.n) == ("groups", 13, 20)
    assert found.verdict == "too_few_peers"


def test_before_version_3_a_group_spoke_by_its_best_for_leading_and_by_its_worst_for_the_denial(store: Store) -> None:
    peers = [1.0, 3.0, 1.0, 3.0, *[1.0] * 14]
    groups = [GROUP, GROUP, "演示集团02（虚构）", "演示集团02（虚构）", *[None] * 14]
    found = one(store, "best-worst", peers, 2.0, groups=groups, method=METHODS[2])
    assert (found.tested.worse, found.tested.not_better, found.tested.n) == (14, 16, 16)


def test_the_own_record_in_the_panel_is_left_out(store: Store) -> None:
    rows = records({"K08": [5.0, *[1.0] * 14]})
    baseline = freeze(store, "own-record", rows)
    with store.cursor() as cursor:
        found = evaluate(cursor, application({"K08": 2.0}, code=credit_code(1)), baseline, POLICY, DAY).kpi("K08")
    assert (found.better, found.peers.n, found.verdict) == (0, 14, "leading")


def test_a_branch_is_a_sibling_of_its_legal_person(store: Store) -> None:
    """A group stated as a credit code names the legal person, and leads on to that one's own group."""
    legal, branch, other = (credit_code(number) for number in (1, 2, 3))
    rows = records({"K08": [9.0, 9.0, 9.0, *[1.0] * 14]}, [GROUP, legal, GROUP])
    baseline = freeze(store, "branch", rows)
    for code, stated in ((legal, None), (branch, None), (other, None), (credit_code(999), legal)):
        with store.cursor() as cursor:
            asked = application({"K08": 2.0}, code, stated)
            found = evaluate(cursor, asked, baseline, POLICY, DAY, GROUP_ACCEPTED).kpi("K08")
        assert found.peers.n == 14, code


def test_a_group_named_in_the_file_does_not_make_peers_of_the_own_branches(store: Store) -> None:
    legal = credit_code(1)
    rows = records({"K08": [5.0, *[1.0] * 13, *[0.0] * 3]}, [None, *[None] * 13, *[legal] * 3])
    baseline = freeze(store, "branches", rows)
    with store.cursor() as cursor:
        asked = application({"K08": 2.0}, legal, GROUP)
        found = evaluate(cursor, asked, baseline, POLICY, DAY, GROUP_ACCEPTED).kpi("K08")
    assert (found.peers.n, found.verdict) == (13, "too_few_peers")


def test_a_claimed_group_takes_no_peer_away_until_a_reviewer_accepts_it(store: Store) -> None:
    """The claim names one that is better; without it 14 of 14 are beaten."""
    peers, groups = [1.0] * 14 + [3.0], [None] * 14 + [GROUP]
    by = {name: ruled("group", name, GROUP_ITEM) for name in ("accepted", "refused")} | {"open": NO_RULINGS}
    found = {
        name: one(store, f"claim-{name}", peers, 2.0, groups=groups, group=GROUP, rulings=rulings)
        for name, rulings in by.items()
    }
    assert {name: kpi.peers.n for name, kpi in found.items()} == {"accepted": 14, "refused": 15, "open": 15}


def test_all_records_and_one_a_group_must_both_hold_where_a_group_has_several(store: Store) -> None:
    """C: peers 1..32 plus a group of eight at 31.5: as 40 records p is .0079, with one of the eight it is .33."""
    peers = [float(place) for place in range(1, 33)] + [31.5] * 8
    found = one(store, "kish", peers, 25.5, groups=[None] * 32 + [GROUP] * 8)
    assert (found.worse, found.peers.n) == (25, 40)
    assert [(test.tested.unit, test.tested.worse, test.tested.n) for test in found.tests] == [
        ("records", 25, 40),
        ("groups", 25, 33),
    ]
    assert found.p_value_not == pytest.approx(binom.cdf(25, 33, 0.8), abs=1e-12)
    assert found.p_value == pytest.approx(binom.sf(24, 40, 0.8), abs=1e-12)
    assert (found.verdict, codes(found) - {"mean_and_median_disagree"}) == ("undecided", {"leans_not_leading", "group"})


@pytest.mark.parametrize(
    ("peers", "groups", "groups_in_all", "share", "before"),
    [
        ([1.0] * 79 + [3.0] * 21, [None] * 79 + [GROUP] * 21, 81, 0.79, "leading"),
        ([1.0] * 80 + [3.0] * 20, [GROUP] * 30 + [None] * 70, 72, 0.8, "not_leading"),
    ],
    ids=["21 better ones of one group", "30 worse ones of one group"],
)
def test_a_large_group_does_not_make_a_word_of_enterprises_untrue(
    store: Store, peers: list[float], groups: list[str | None], groups_in_all: int, share: float, before: str
) -> None:
    """All 100 others are known: 79 or 80 of them are worse. Version 2 counted groups alone."""
    name, register = f"whole-group-{before}", {"groups": groups, "size": 101, "groups_in_all": groups_in_all}
    found = one(store, name, peers, 2.0, **register)
    assert (found.percentile.strict, found.verdict) == (share, "undecided")
    assert one(store, f"{name}-2", peers, 2.0, **register, method=METHODS[2]).verdict == before


def test_a_register_that_counts_groups_keeps_the_finite_test_usable(store: Store) -> None:
    # 9 groups of 19 others: C(15, 9) / C(19, 9) = 0.0542 without the tenth, so 10: C(15, 10) / C(19, 10) = 0.0325.
    peers, groups = [1.0] * 11, [GROUP] * 2
    unknown = one(store, "groups-unknown", peers, 2.0, groups=groups, size=20)
    known = one(store, "groups-known", peers, 2.0, groups=groups, size=20, groups_in_all=20)
    assert (unknown.tests[1].tested.population, unknown.verdict) == (None, "too_few_peers")
    assert [(test.tested.unit, test.tested.n, test.tested.population) for test in known.tests] == [
        ("records", 11, 19),
        ("groups", 10, 19),
    ]
    assert known.verdict == "leading"


def test_a_register_with_fewer_groups_than_its_peers_is_an_error(store: Store) -> None:
    with pytest.raises(UserError, match="register_too_few_groups"):
        one(store, "few-groups", [1.0] * 15, 2.0, size=40, groups_in_all=15)


# A start that leaves no room: a claim, held by a reviewer and by a test of its own.

LADDER = [float(place) for place in range(1, 31)]
STARTS = {"none": None, "from-82": 82.0, "from-96": 96.0}


def cramped_factory(store: Store, name: str, start: float | None, value: float, rulings: Rulings) -> Evaluation:
    """Five main KPIs above all of 30 peers at 1..30, and K11 with a stated start."""
    peers = dict.fromkeys(MAIN, LADDER)
    own: dict[str, float | ReportedValue] = dict.fromkeys(MAIN, 99.0)
    own["K11"] = ReportedValue("K11", "reported", value, "relative", start)
    return held(store, name, peers, own, rulings=rulings)


def test_an_unproven_start_opens_no_door(store: Store) -> None:
    """A: K11 = 18.5 beats 18 of 30. The candidate's own word for its start must not turn the clause."""
    none, from_82, from_96 = (cramped_factory(store, name, start, 18.5, NO_RULINGS) for name, start in STARTS.items())
    assert [found.kpi("K11").verdict for found in (none, from_82)] == ["not_leading", "not_leading"]
    # From 82 at most 21.95 can be gained: 21 of 30 peers are not better, which is far from shown below the line.
    assert (from_96.kpi("K11").verdict, from_96.kpi("K11").reasons[0].code) == ("undecided", "start_unproven")
    assert {found.clause.verdict for found in (none, from_82, from_96)} == {"undecided"}


def test_a_proven_start_passes_only_where_even_its_best_is_shown_below_the_line(store: Store) -> None:
    proven = ruled("start", "accepted", "K11")
    from_82 = cramped_factory(store, "proven-82", 82.0, 18.5, proven)
    from_96 = cramped_factory(store, "proven-96", 96.0, 4.0, proven)
    assert (from_82.kpi("K11").verdict, from_82.clause.verdict) == ("not_leading", "undecided")
    assert (from_96.kpi("K11").verdict, from_96.kpi("K11").reasons[0].code) == ("no_discrimination", "no_room")
    assert from_96.clause.verdict == "met"


def test_what_nobody_could_have_reached_refuses_nobody(store: Store) -> None:
    """B: from 96 to 100 nobody can do better than 4.2: proven or open the start refuses nothing, refused it does."""
    at_best = 100 * 4 / 96
    by = {name: ruled("start", name, "K11") for name in ("accepted", "refused")} | {"open": NO_RULINGS}
    found = {name: cramped_factory(store, f"best-{name}", 96.0, at_best, rulings) for name, rulings in by.items()}
    assert {name: item.kpi("K11").verdict for name, item in found.items()} == {
        "accepted": "no_discrimination",
        "open": "undecided",
        "refused": "not_leading",
    }
    assert {name: item.clause.verdict for name, item in found.items()} == {
        "accepted": "met",
        "open": "undecided",
        "refused": "not_met",
    }


def test_leading_and_no_room_share_alpha_in_the_clause(store: Store) -> None:
    """14 peers: leading alone is wrong in 0.8 ** 14 = 4.4 % at the line, so no room must be shown at 0.6 %."""
    proven = ruled("start", "accepted", "K11")

    def short_of(better: int) -> Evaluation:
        peers: dict[str, list[float]] = {code: [LOW] * 14 for code in MAIN}
        peers["K11"] = [LOW] * (14 - better) + [HIGH] * better
        own: dict[str, float | ReportedValue] = dict.fromkeys(MAIN, 2.0)
        own["K11"] = ReportedValue("K11", "reported", 2.0, "relative", 96.0)
        return held(store, f"shared-{better}", peers, own, rulings=proven)

    # 8 of 14 not better: 0.0439; 7: 0.0116; 6: 0.0024, and alpha has 0.05 - 0.0440 = 0.0060 left.
    found = {better: short_of(better) for better in (6, 7, 8)}
    assert {found[better].kpi("K11").verdict for better in found} == {"no_discrimination"}
    assert [found[better].clause.verdict for better in (6, 7, 8)] == ["undecided", "undecided", "met"]
    assert found[7].clause.reasons[0].code == "blocked_no_room"


# A record sealed before the start was tested and ruled on stays what it was.


def test_the_first_version_of_the_method_still_decides_as_it_did(store: Store) -> None:
    peers = dict.fromkeys(MAIN, LADDER)
    own: dict[str, float | ReportedValue] = dict.fromkeys(MAIN, 99.0)
    own["K11"] = ReportedValue("K11", "reported", 18.5, "relative", 82.0)
    baseline = freeze(store, "first-method", records(peers))
    with store.cursor() as cursor:
        found = evaluate(cursor, application(own), baseline, POLICY, DAY, method=METHODS[1])
    assert (found.kpi("K11").verdict, found.clause.verdict, found.method) == ("no_discrimination", "met", 1)


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
    rulings: Rulings = NO_RULINGS,
) -> Evaluation:
    """A factory that beats so many of ``n`` peers on each main KPI: the rest are better. None is not reported."""
    peers = {
        code: [LOW] * count + [HIGH] * (n - count) if isinstance(count, int) else [LOW] * n
        for code, count in beaten.items()
    }
    own = {code: 2.0 if isinstance(count, int) else count for code, count in beaten.items() if count is not None}
    return held(store, name, peers, own, policy=policy, provenance=provenance, size=size, rulings=rulings)


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


BELOW = {**dict.fromkeys(MAIN, 40), "K16": 26, "K17": 26}
"""Two of six shown below the line at 0.05, neither of them at 0.05 / 6: 26 of 40 have a p-value of 0.0207."""


def test_several_denials_refuse_together_and_are_named(store: Store) -> None:
    """Simes: of six the third smallest needs 0.025. The second version looked at the smallest alone."""
    three = {**BELOW, "K08": 26}
    assert factory(store, "two-below", BELOW).clause.verdict == "undecided"
    found = factory(store, "three-below", three)
    assert 0.05 * 2 / 6 < found.kpi("K17").p_value_not <= 0.05 * 3 / 6
    named = [reason.params["kpi"] for reason in found.clause.reasons if reason.code == "smallest_p"]
    assert (found.clause.verdict, named) == ("not_met", ["K08", "K16", "K17"])
    before = factory(store, "three-below-second", three, policy=replace(POLICY, method_version=2))
    assert (before.clause.verdict, before.method) == ("undecided", 2)


def test_simes_counts_what_may_not_refuse_as_saying_nothing(store: Store) -> None:
    """K15 at its bound is below the line of its peers for the arithmetic only: two are left of the three."""
    peers = {code: [LOW] * 26 + [HIGH] * 14 for code in ("K08", "K17")} | {"K15": [100.0] * 40}
    peers |= {code: [LOW] * 40 for code in MAIN if code not in peers}
    found = held(store, "ceiling-simes", peers, dict.fromkeys(MAIN, 2.0) | {"K15": 100.0})
    assert found.clause.verdict == "undecided"


# At least u of the main KPIs.


def asking_for(needed: int) -> Policy:
    return replace(POLICY, clause_at_least=needed)


def test_at_least_four_are_met_by_four_shown_all_at_once(store: Store) -> None:
    beaten = {**dict.fromkeys(MAIN, 40), "K16": 34, "K17": 26}
    found = {u: factory(store, f"at-least-{u}", beaten, policy=asking_for(u)) for u in (4, 5)}
    assert {u: item.clause.verdict for u, item in found.items()} == {4: "met", 5: "undecided"}
    first = {u: item.clause.reasons[0] for u, item in found.items()}
    assert (first[4].code, first[4].params) == ("enough_lead", {"shown": 4, "needed": 4, "of": 6})
    assert (first[5].code, first[5].params) == ("too_few_lead", {"shown": 4, "needed": 5, "of": 6})
    assert found[4].clause.expected_power > found[5].clause.expected_power


def test_it_is_refused_where_too_many_are_shown_not_to_lead(store: Store) -> None:
    """Three far below: at most three can lead. That refuses four of six, and not three."""
    beaten = {**dict.fromkeys(MAIN, 34), **dict.fromkeys(("K08", "K16", "K17"), 20)}
    found = {u: factory(store, f"refuses-{u}", beaten, policy=asking_for(u)) for u in (3, 4, 6)}
    assert {u: item.clause.verdict for u, item in found.items()} == {3: "undecided", 4: "not_met", 6: "not_met"}
    assert [reason.params["kpi"] for reason in found[4].clause.reasons if reason.code == "smallest_p"] == [
        "K08",
        "K16",
        "K17",
    ]


def test_refusal_of_at_least_u_stands_where_so_many_are_certainly_below(store: Store) -> None:
    """N = 45: 20 of 40 seen and 5 unseen are under 0.8 of 45 whatever these are, 33 and 5 are not."""
    certain = {**dict.fromkeys(MAIN, 40), **dict.fromkeys(("K08", "K16", "K17"), 20)}
    doubtful = certain | {"K08": 33}
    words = [
        {reason.code for reason in factory(store, name, beaten, size=46, policy=asking_for(4)).clause.reasons}
        for name, beaten in (("all-certain", certain), ("one-doubtful", doubtful))
    ]
    assert [sorted(word - {"expected_power"}) for word in words] == [["smallest_p"], ["too_few_lead"]]


def test_a_ceiling_and_what_is_not_reported_do_not_count_as_leading(store: Store) -> None:
    peers = {code: [LOW] * 40 for code in MAIN} | {"K15": [100.0] * 40}
    own = dict.fromkeys(MAIN, 2.0) | {"K15": 100.0}
    del own["K08"]
    found = {u: held(store, f"ceiling-{u}", peers, own, policy=asking_for(u)) for u in (4, 5)}
    assert {u: item.clause.verdict for u, item in found.items()} == {4: "met", 5: "undecided"}


def test_policy_asks_for_no_more_than_is_left(store: Store) -> None:
    beaten = {**dict.fromkeys(MAIN, 40), "K10": INAPPLICABLE["K10"]}
    policy = replace(may_leave("K10"), clause_at_least=6)
    found = factory(store, "five-left", beaten, policy=policy)
    assert (found.clause.verdict, found.clause.reasons[0].params["needed"]) == ("met", 5)
    assert [row.at_least for row in found.sensitivity if row.rule == "at_least"] == [1, 2, 3, 4, 5]


def test_coverage_withholds_with_at_least_u_as_without(store: Store) -> None:
    beaten = {**dict.fromkeys(MAIN, 40), "K08": None, "K10": None, "K11": None}
    assert factory(store, "three-of-three", beaten, policy=asking_for(3)).clause.verdict == "met"
    low = factory(store, "three-of-four", beaten, policy=asking_for(4))
    assert (low.clause.verdict, low.clause.reasons[0].code) == ("withheld", "tested_low")


def test_each_row_is_the_word_that_policy_would_give(store: Store) -> None:
    beaten = {**dict.fromkeys(MAIN, 40), "K15": 34, "K16": 30, "K17": 20}
    plain = factory(store, "rows", beaten)
    rows = {row.at_least: row for row in plain.sensitivity if row.rule == "at_least"}
    words = {u: factory(store, f"rows-{u}", beaten, policy=asking_for(u)).clause.verdict for u in rows}
    assert {u: row.verdict for u, row in rows.items()} == words
    assert set(words.values()) == {"met", "undecided", "not_met"}
    assert [row.p_value <= 0.05 for row in rows.values()] == [word == "met" for word in words.values()]
    before = factory(store, "rows-second", beaten, policy=replace(POLICY, method_version=2))
    p_values = sorted(before.kpi(code).p_value for code in MAIN)
    tails = [row.p_value for row in before.sensitivity if row.rule == "at_least"]
    assert tails == [min(1.0, (6 - u) * p) for u, p in enumerate(p_values)]


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


K10_RULED: dict[str, Rulings] = {
    "accepted": ruled("not_applicable", "accepted", "K10"),
    "refused": ruled("not_applicable", "refused", "K10"),
}
INAPPLICABLE = {code: ReportedValue(code, "not_applicable", note="无") for code in MAIN}


def test_not_applicable_leaves_the_main_list_where_policy_allows_and_is_conditional_until_accepted(store) -> None:
    beaten = {**dict.fromkeys(MAIN, 40), "K10": INAPPLICABLE["K10"]}
    before = factory(store, "leaves", beaten, policy=may_leave("K10"))
    assert (before.clause.verdict, before.clause.conditional) == ("met", True)
    assert "conditional_not_applicable" in {reason.code for reason in before.clause.reasons}
    after = factory(store, "leaves-accepted", beaten, policy=may_leave("K10"), rulings=K10_RULED["accepted"])
    assert (after.clause.verdict, after.clause.conditional) == ("met", False)


def test_acceptance_alone_does_not_let_a_kpi_leave(store: Store) -> None:
    beaten = {**dict.fromkeys(MAIN, 40), "K10": INAPPLICABLE["K10"]}
    found = factory(store, "not-allowed", beaten, rulings=K10_RULED["accepted"])
    assert (found.clause.verdict, found.clause.conditional) == ("undecided", False)


def test_a_refused_inapplicable_stays_and_blocks(store: Store) -> None:
    beaten = {**dict.fromkeys(MAIN, 40), "K10": INAPPLICABLE["K10"]}
    found = factory(store, "na-refused", beaten, policy=may_leave("K10"), rulings=K10_RULED["refused"])
    assert (found.clause.verdict, found.clause.reasons[0].code) == ("undecided", "blocked_not_applicable")


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
