"""Two and three enterprises who pool everything that they are shown, their released words included."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations

import pytest

from kpi.store.store import Store
from tests.attacks.interval_solver import ranks, word
from tests.attacks.rival import RIVALS, Rival, counted, of, planted
from tests.benchmark.panels import CODES, INDUSTRY, TWO_BASES, application, credit_code
from tests.campaign import LONG, size, tally
from tests.frozen_otherwise import frozen_otherwise

pytestmark = pytest.mark.campaign

STATED = [code for code in CODES if code not in (*TWO_BASES, "K05", "K21")]
PANEL = 30


def panel_values(place: int) -> dict[str, float]:
    """What the panel holds of its enterprise of this number, which applies with just that."""
    return {row.kpi: row.value for row in planted() if row.credit_code == credit_code(place)}


def pooled(store: Store, members: Sequence[int], claims: Sequence[str] = ()) -> list[str]:
    """Everything that they are shown, before and after each has locked. ``claims`` are groups that they name."""
    team = [Rival.with_account(store, credit_code(place), f"member{place}") for place in members]
    shown = []
    for member, place, claim in zip(team, members, [*claims, *[""] * len(members)], strict=False):
        member.hand_in(panel_values(place), group=claim)
        shown.append(repr(member.shown()))
        member.lock()
        shown.append(repr(member.shown()))
    return shown


def exchanged(store: Store, members: Sequence[int]) -> None:
    """The others' values change hands: who has which is another, and how many have what is the same."""
    own = [credit_code(place) for place in members]
    others = [credit_code(place) for place in range(1, PANEL + 1) if place not in members]
    turned = dict(zip(others, [*others[1:], others[0]], strict=True))
    with frozen_otherwise(store) as cursor:
        for before, after in turned.items():
            cursor.execute(
                "update observation set credit_code = 'x' || $2, own_group = 'x' || $2 where credit_code = $1",
                [before, after],
            )
        cursor.execute("update observation set credit_code = credit_code[2:], own_group = own_group[2:] "
                       "where credit_code like 'x%'")  # fmt: skip
        assert cursor.execute("select count(distinct credit_code) from observation").fetchall() == [(PANEL,)]
    assert len(own) == len(members)


@pytest.mark.parametrize("members", [(3, 11), (5, 17, 29)] + ([(1, 2), (8, 9, 10), (13, 30)] if LONG else []))
def test_who_of_the_others_has_which_value_changes_nothing_that_colluders_are_shown(
    copied: Callable[[], Store], members: tuple[int, ...]
) -> None:
    """So what they learn is at most how many are where: their own ranks."""
    here, there = copied(), copied()
    exchanged(there, members)
    shown = [pooled(store, members) for store in (here, there)]
    tally(f"attacks: {len(members)} colluders, the others' values exchanged", answers_compared=len(shown[0]),
          differences_shown=sum(item != other for item, other in zip(*shown, strict=True)))  # fmt: skip
    assert shown[0] == shown[1]


@pytest.mark.parametrize("many", [2, 3])
def test_a_released_word_is_one_of_the_own_rank_and_of_nothing_else(store: Store, many: int) -> None:
    """By the attackers' own arithmetic: pooled, words are what ``many`` own ranks tell, made coarse."""
    rows, learned, teams = planted(), 0, list(combinations((2, 9, 16, 23, 30), many))[: size(2, 10)]
    words = {}
    for place in sorted({place for team in teams for place in team}):
        member = Rival.with_account(store, credit_code(place), f"member{place}")
        member.hand_in(panel_values(place))
        member.lock()
        words[place] = member.words()
    for team in teams:
        for code in STATED:
            values = of(rows, code)
            for place in team:
                value, said = words[place][code]
                worse = values.index(value)
                assert said in (word(worse, worse, PANEL - 1), "no_discrimination")
                learned += said != "no_discrimination" and ranks(said, PANEL - 1)[0] == ranks(said, PANEL - 1)[1]
    tally(f"attacks: words of {many} colluders by own ranks", teams=len(teams), exact_ranks_learned=learned)
    assert learned == 0


def test_a_claimed_group_does_not_tell_on_which_side_a_named_peer_is(copied: Callable[[], Store]) -> None:
    """Of two colluders with one value the second claims a named peer for its group: its words wait for a ruling."""
    values = {row.credit_code: row.value for row in planted() if row.kpi == "K08"}
    by_value = sorted(range(1, PANEL + 1), key=lambda place: values[credit_code(place)])
    differ = 0
    for line in of(planted(), "K08")[-5:]:
        answers = set()
        for target in (by_value[0], by_value[-1]):
            store = copied()
            members = [Rival.with_account(store, RIVALS[0], "one"), Rival.with_account(store, RIVALS[1], "two")]
            for member, group in zip(members, ("", credit_code(target)), strict=True):
                member.hand_in({"K08": round(line - 0.001, 5)}, group=group)
                member.lock()
            answers.add(tuple(member.words().get("K08") for member in members))
        differ += len(answers) > 1
    tally("attacks: a named peer claimed for the own group", pairs=5, sides_learned=differ)
    assert differ == 0


def test_the_counted_view_tells_on_which_side_a_named_peer_is(store: Store) -> None:
    """The control: counts with and without a claimed peer differ by it, at every value."""
    values = {row.credit_code: row.value for row in planted() if row.kpi == "K08"}
    targets = [credit_code(place) for place in range(1, PANEL + 1)]
    alone, *claiming = counted(
        store,
        [application({"K08": 30.0}, RIVALS[0])]
        + [application({"K08": 30.0}, RIVALS[1], target, INDUSTRY) for target in targets],
    )
    right = sum(
        (alone.kpi("K08").worse > claim.kpi("K08").worse) == (values[target] < 30.0)
        for target, claim in zip(targets, claiming, strict=True)
    )
    tally("attacks: a named peer claimed, counted (control)", sides_learned=right)
    assert right == PANEL
