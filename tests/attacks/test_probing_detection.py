"""Probing is seen: whoever moves values again and again is named to the administrator, however it goes about it."""

from __future__ import annotations

import pytest

from kpi.services.administrator.audit import frequent_changes
from kpi.store.store import Store
from tests.attacks.rival import POLICY, RIVALS, YEAR, Rival
from tests.benchmark.panels import CODES
from tests.campaign import tally
from tests.services.sample_store import ADMINISTRATOR, AT

pytestmark = pytest.mark.campaign

LINE = POLICY.disclosure.alert_values


def named(store: Store) -> list[str]:
    found = [change.credit_code for change in frequent_changes(store, ADMINISTRATOR, AT)]
    tally("attacks: probing that is to be noticed", attackers=1, named=len(set(found)))
    return found


def values(number: int) -> dict[str, float]:
    return dict.fromkeys([code for code in CODES if code not in ("K05", "K21")], 10.0 + number) | {"K05": 3, "K21": 3}


def test_as_many_changes_as_mistakes_take_name_nobody(store: Store) -> None:
    rival = Rival.with_account(store, RIVALS[0])
    for number in range(LINE):
        rival.hand_in(values(number))
    assert named(store) == []


def test_half_through_a_file_and_half_on_the_page_is_one_attacker(store: Store) -> None:
    rival = Rival.with_account(store, RIVALS[0])
    for number in range(LINE // 2):
        rival.hand_in(values(number))
    for number in range(LINE // 2 + 1):
        rival.change(values(50 + number))
    assert named(store) == [RIVALS[0]]


def test_two_accounts_of_one_enterprise_are_one_attacker(store: Store) -> None:
    one, other = (Rival.with_account(store, RIVALS[0], name) for name in ("one", "other"))
    one.hand_in(values(0))
    for number in range(LINE):
        (one, other)[number % 2].change(values(1 + number))
    [found] = frequent_changes(store, ADMINISTRATOR, AT)
    assert (found.credit_code, found.accounts) == (RIVALS[0], ("one", "other"))


def test_one_value_moved_and_moved_back_is_not_taken_for_many(store: Store) -> None:
    rival = Rival.with_account(store, RIVALS[0])
    rival.hand_in(values(0))
    for number in range(2 * LINE):
        rival.change(values(number % 2))
    assert named(store) == []


def test_a_sheet_with_faults_hides_no_probing(store: Store) -> None:
    """Between two sets of values the draft is dropped by a fault: the sets are counted all the same."""
    rival = Rival.with_account(store, RIVALS[0])
    rival.hand_in(values(0))
    for number in range(LINE):
        rival.change({"K01": "无"})
        rival.change(values(1 + number))
    assert named(store) == [RIVALS[0]]


def test_a_year_for_every_probe_is_noticed_too(store: Store) -> None:
    """Counted by the factory, whichever year it says that it is applying for."""
    rival = Rival.with_account(store, RIVALS[0])
    for number in range(3 * LINE):
        rival.hand_in(values(number), YEAR + number % 5)
    assert named(store) == [RIVALS[0]]
