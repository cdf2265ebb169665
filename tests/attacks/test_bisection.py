"""Bisection: one's own value moved until something that is shown changes, and taken for where a peer stands."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import replace
from math import isnan
from random import Random

import pytest

from kpi.model.publication import EnterpriseKpiView, PublishedCell
from kpi.services.administrator.audit import frequent_changes
from kpi.store.store import Store
from tests.attacks.rival import POLICY, RIVALS, WHOLE, Rival, bisect, counted, planted, read_back, table
from tests.benchmark.panels import CODES, TWO_BASES, application
from tests.campaign import size, tally
from tests.frozen_otherwise import frozen_otherwise
from tests.services.sample_store import ADMINISTRATOR, AT

pytestmark = pytest.mark.campaign

FINENESS = 0.1
MIDDLE = {code: 41_500.0 if code in WHOLE else 30.0 for code in CODES}
SEARCHED = [code for code in CODES if code not in (*TWO_BASES, *WHOLE)]


def seen(kpi: EnterpriseKpiView) -> Hashable:
    """All that is shown of a KPI but the own value and what is computed from it alone."""
    return kpi.verdict, kpi.reasons, kpi.place.low, kpi.place.high, repr(kpi.published)


def public(reported: PublishedCell) -> list[float]:
    return [item for item in (reported.p20, reported.median, reported.p80, reported.mean) if not isnan(item)]


def not_public(found: Mapping[str, list[float]], store: Store) -> list[tuple[str, float]]:
    """What was found and does not stand in the published table anyway.

    Nought is where the searches begin: the first value to be locked has its word, and its neighbour has none.
    """
    tables = table(store, "planted")
    return [
        (code, item)
        for code in found
        for item in found[code]
        if not any(abs(item - number) <= FINENESS for number in (0.0, *public(tables[code])))
    ]


def through_drafts(store: Store, questions: int) -> dict[str, list[float]]:
    rival = Rival.with_account(store, RIVALS[0])
    rival.hand_in(MIDDLE)

    def ask(values: dict[str, float]) -> dict[str, Hashable]:
        rival.change(values)
        answer = rival.result()
        return {code: seen(answer.kpi(code)) for code in values}

    return bisect(ask, questions, FINENESS)


def through_what_if(store: Store, questions: int) -> dict[str, list[float]]:
    rival = Rival.with_account(store, RIVALS[0])
    rival.hand_in(MIDDLE)

    def ask(values: dict[str, float]) -> dict[str, Hashable]:
        moved = rival.what_if(values).moved
        return {kpi.code: (kpi.standing, kpi.limit, repr(kpi.published)) for kpi in moved.kpis}

    return bisect(ask, questions, FINENESS)


def through_locks(store: Store, questions: int) -> dict[str, list[float]]:
    rival = Rival.with_account(store, RIVALS[0])
    rival.hand_in(MIDDLE)

    def ask(values: dict[str, float]) -> dict[str, Hashable]:
        rival.change(values)
        rival.lock()
        answer = rival.result()
        rival.reopen()
        return {code: seen(answer.kpi(code)) for code in values}

    return bisect(ask, questions, FINENESS)


def test_the_counted_view_is_read_back_whole(store: Store) -> None:
    """The control: the same search of what only the authority is shown finds every peer."""

    def ask(values: dict[str, float]) -> dict[str, Hashable]:
        [answer] = counted(store, [application(values, RIVALS[0])])
        return {code: answer.kpi(code).worse for code in values}

    rows, questions = planted(), size(22, 400)
    found = read_back(bisect(ask, questions, FINENESS), rows)
    tally("attacks: bisection of the counted view (control)", questions=questions, peers_read=found)
    assert found >= size(2, 25) * len(SEARCHED)


@pytest.mark.parametrize("attack", [through_drafts, through_what_if, through_locks])
def test_the_enterprises_view_gives_back_what_is_published_and_nothing_else(
    store: Store, attack: Callable[[Store, int], dict[str, list[float]]]
) -> None:
    short = {through_drafts: 20, through_what_if: POLICY.disclosure.alert_what_ifs + 1, through_locks: 12}
    questions = size(short[attack], 200)
    found = attack(store, questions)
    steps = sum(len(item) for item in found.values())
    learned = not_public(found, store)
    assert learned == []
    assert steps or attack is through_locks, "the attack finds what is there to be found"
    tally(
        f"attacks: bisection {attack.__name__}",
        questions=questions,
        published_steps_found=steps,
        peers_read=len(learned),
    )
    [often] = frequent_changes(store, ADMINISTRATOR, AT)
    assert often.credit_code == RIVALS[0]
    line = POLICY.disclosure.alert_what_ifs if often.what_if else POLICY.disclosure.alert_values
    assert often.different > line


# Two worlds that publish the same, and differ in one peer.


def moved(store: Store, code: str = "91000000MA0000007") -> None:
    """One peer's values are others; the table stays, as it does after every correction of fewer than ten groups."""
    with frozen_otherwise(store) as cursor:
        cursor.execute(
            "update observation set value = case when value > 40 then value - 35 else value + 35 end "
            "where kpi not in ('K05', 'K21') and credit_code like $1",
            [code + "%"],
        )


def transcript(store: Store, values: list[dict[str, float]]) -> list[str]:
    """Everything shown to a rival who tries them all: as drafts, as what-ifs, locked and reopened."""
    rival = Rival.with_account(store, RIVALS[0])
    rival.hand_in(values[0])
    reported = []
    for value in values:
        rival.change(value)
        reported.append(repr(rival.shown()))
        reported.append(repr(replace(rival.what_if({code: value[code] / 2 for code in SEARCHED}), levers={})))
    rival.lock()
    for item in values[:3]:
        rival.reopen()
        rival.change(item)
        rival.lock()
        reported.append(repr([rival.shown()["ways"], rival.shown()["second look"], rival.shown()["receipts"]]))
        reported.append(repr([replace(kpi, verdict=None, reasons=()) for kpi in rival.result().kpis]))
    return reported


def test_moving_one_peer_changes_nothing_in_all_that_a_rival_is_shown(copied: Callable[[], Store]) -> None:
    draw = Random(5)
    values = [MIDDLE | {code: round(draw.uniform(0, 100), 1) for code in SEARCHED} for _ in range(size(4, 60))]
    here, there = copied(), copied()
    moved(there)
    before, after = (
        [[kpi.worse for kpi in answer.kpis] for answer in counted(item, [application(v, RIVALS[0]) for v in values])]
        for item in (here, there)
    )
    differ = sum(
        item != other for row, line in zip(before, after, strict=True) for item, other in zip(row, line, strict=True)
    )
    assert differ >= len(values), "the authority would see it"
    shown = [transcript(item, values) for item in (here, there)]
    differences = sum(item != other for item, other in zip(*shown, strict=True))
    assert differences == 0
    tally(
        "attacks: two worlds, one peer moved",
        answers_compared=len(shown[0]),
        counts_that_differ=differ,
        differences_shown=differences,
    )
