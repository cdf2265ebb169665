"""Peers by a register of groups: it outweighs the panel, and knows candidates outside the panel without a ruling."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kpi import tables
from kpi.benchmark.evaluation import evaluate
from kpi.model.claims import GROUP_ITEM, NO_RULINGS, ClaimKey, Rulings
from kpi.model.evaluation import Baseline
from kpi.model.times import year_end
from kpi.policy.load import policies
from kpi.services.claims import claim_holds_words
from kpi.services.operation.verification import verify_store
from kpi.store.store import Store
from tests.benchmark.panels import application, credit_code, freeze, records

YEAR = 2025
CANDIDATE = credit_code(9_000_001)
EAST, WEST = "演示集团东（虚构）", "演示集团西（虚构）"
PEERS = {"K08": [float(place) for place in range(1, 31)]}
CLAIMED = ["演示集团东（虚构）"] * 3
"""The panel's own claim: its first three enterprises are one group."""
ACCEPTED = Rulings({ClaimKey("group", GROUP_ITEM): "accepted"})


def frozen(store: Store, name: str, year: int, **registered: str) -> Baseline:
    """``registered``: groups of ``candidate`` and of ``member1`` to ``member30`` as the register has them."""
    codes = {"candidate": CANDIDATE} | {f"member{number}": credit_code(number) for number in range(1, 31)}
    register = {codes[who]: group for who, group in registered.items()}
    return freeze(store, name, records(PEERS, CLAIMED), year=year, registered=register)


def peers(store: Store, baseline: Baseline, group: str | None = None, rulings: Rulings = NO_RULINGS) -> tuple[int, int]:
    """The records and groups that a candidate is held against."""
    policy = policies().of_year(YEAR)
    with store.cursor() as cursor:
        found = evaluate(
            cursor, application({"K08": 20.5}, CANDIDATE, group), baseline, policy, year_end(YEAR), rulings
        )
    kpi = found.kpi("K08")
    return kpi.peers.n, kpi.tested.n


def test_the_register_outweighs_what_the_panel_says_of_its_enterprises(store: Store) -> None:
    alone = {f"member{number}": "" for number in (1, 2, 3)}
    assert peers(store, frozen(store, "panel-alone", 2031)) == (30, 28)
    assert peers(store, frozen(store, "apart", 2032, **alone)) == (30, 30)
    assert peers(store, frozen(store, "more", 2033, member4=EAST, member5=EAST)) == (30, 26)


def test_a_candidate_outside_the_panel_is_known_by_the_register_without_a_ruling(store: Store) -> None:
    known = frozen(store, "known", 2034, candidate=EAST)
    assert peers(store, known) == (27, 27)
    assert peers(store, known, group=WEST, rulings=ACCEPTED) == (27, 27)


def test_who_the_register_says_stands_alone_is_in_no_group_by_any_claim(store: Store) -> None:
    alone = frozen(store, "alone", 2035, candidate="")
    assert peers(store, alone, group=EAST, rulings=ACCEPTED) == (30, 28)
    with store.cursor() as cursor:
        sent = application({"K08": 20.5}, CANDIDATE, EAST)
        assert not claim_holds_words(cursor, sent, alone, NO_RULINGS)
        assert claim_holds_words(cursor, sent, frozen(store, "silent", 2036, member9=WEST), NO_RULINGS)


def test_a_claimed_legal_person_is_found_in_the_register(store: Store) -> None:
    head = credit_code(9_000_002)
    rows = records(PEERS, CLAIMED)
    found = freeze(store, "head", rows, year=2037, registered={head: EAST})
    assert peers(store, found, group=head, rulings=ACCEPTED) == (27, 27)


@pytest.mark.parametrize("written", ["演示集团东(虚构)", "演示集团 东（虚构）", "演示集团东﹙虚构﹚"])
def test_a_claimed_group_in_another_width_or_spacing_is_the_same_group(store: Store, written: str) -> None:
    """As in a panel. Else its enterprises would stay peers of their own group, whatever a reviewer has accepted."""
    assert peers(store, frozen(store, "panel-alone", 2031), group=written, rulings=ACCEPTED) == (27, 27)
    named = frozen(store, f"named-{ord(written[-1])}", 2040, member1="", member2="", member3="", member9=written)
    assert peers(store, named, group=EAST, rulings=ACCEPTED) == (29, 29)


@pytest.mark.parametrize("typed", [str.lower, lambda code: f"{code[:8]} {code[8:]}"])
def test_a_claimed_legal_person_is_found_as_people_type_its_code(store: Store, typed: Callable[[str], str]) -> None:
    found = frozen(store, "panel-alone", 2031)
    assert peers(store, found, group=typed(credit_code(7)), rulings=ACCEPTED) == (29, 27)
    assert peers(store, found, group=typed(credit_code(1)), rulings=ACCEPTED) == (27, 27)


@pytest.mark.campaign
def test_the_register_is_frozen_with_the_baseline_and_verified(store: Store) -> None:
    baseline = frozen(store, "kept", 2038, candidate=EAST, member9=WEST)
    assert baseline.groups_sha256 is not None
    with store.cursor() as cursor:
        assert tables.baselines.baseline_named(cursor, "kept") == baseline
    assert store.folder.original(baseline.groups_sha256).exists()
    assert verify_store(store).findings == ()
    for column in ("told_group", "own_group"):
        change = f"update group_register set {column} = $1 where credit_code = $2 and baseline = 'kept'"
        with store.transaction() as cursor:
            cursor.execute(change, [WEST, CANDIDATE])
        assert ("baseline_changed", "kept") in [
            (finding.code, finding.name) for finding in verify_store(store).findings
        ]
        with store.transaction() as cursor:
            cursor.execute(change, [EAST, CANDIDATE])
    store.folder.original(baseline.groups_sha256).unlink()
    assert [finding.code for finding in verify_store(store).findings] == ["original_missing"]


def test_the_same_panel_with_another_register_is_another_baseline(store: Store) -> None:
    one = frozen(store, "one-register", 2039, member9=WEST)
    other = frozen(store, "other-register", 2039, member9=EAST)
    without = frozen(store, "no-register", 2039)
    assert len({one.sha256, other.sha256, without.sha256}) == 3
    assert len({one.groups_sha256, other.groups_sha256, without.groups_sha256}) == 3
    assert without.groups_sha256 is None
