"""Words that wait for the close of the window, and what is tried to read them before."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kpi import tables
from kpi.services import evaluation
from kpi.services.enterprise.interface import evaluate_file
from kpi.store.store import Store
from tests.attacks.rival import RIVALS, WHOLE, Rival, answer_sheet, planted
from tests.benchmark.panels import CODES, INDUSTRY, Record, credit_code, freeze

OTHER_INDUSTRY = "汽车"
VALUES = {code: 41_000.0 if code in WHOLE else 4.0 for code in CODES}
WORDS_SAID = {"leading", "not_leading", "undecided", "no_discrimination"}


def two_clusters() -> list[Record]:
    """A panel of which nearly every cell has words that would expose somebody."""

    def value(row: Record) -> float:
        place = int(row.credit_code[10:17])
        if row.kpi in WHOLE:
            return 41_000.0 + place % 15 + 40 * (place % 2)
        return 20.0 + 0.01 * (place % 15) + 40 * (place % 2)

    return [replace(row, value=value(row)) for row in planted()]


def words_of_file(rival: Rival, **facts: str) -> set[str]:
    """The KPIs of which a file, sent to be compared, is answered with a word about its peers."""
    answer = evaluate_file(rival.store, rival.viewer, "own.csv", answer_sheet(rival.code, VALUES, **facts))
    return {kpi.code for kpi in answer.kpis if kpi.verdict in WORDS_SAID}


@pytest.fixture
def window_is_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluation, "window_open", lambda *_: True)


@pytest.mark.campaign
@pytest.mark.usefixtures("window_is_open")
def test_going_to_another_industry_does_not_end_the_wait_of_a_file(store: Store) -> None:
    """The words of the first lock's industry wait by its own cells, not by those of the one that is locked now."""
    freeze(store, "two", [*two_clusters(), *planted(industry=OTHER_INDUSTRY, first=101)])
    with store.cursor() as cursor:
        exposing, others = (
            tables.baselines.kpis_of_exposing_words(cursor, "two", item) for item in (INDUSTRY, OTHER_INDUSTRY)
        )
    assert exposing - others, "the control: other cells wait"
    rival = Rival.with_account(store, RIVALS[0])
    rival.hand_in(VALUES)
    rival.lock()
    said = words_of_file(rival)
    assert said == set(CODES) - exposing
    rival.reopen()
    rival.change({}, industry=OTHER_INDUSTRY)
    rival.lock()
    assert rival.words() == {}
    assert words_of_file(rival) == said
    assert words_of_file(rival, industry=OTHER_INDUSTRY) == set()


@pytest.mark.campaign
def test_a_newer_baseline_without_the_claimed_group_does_not_give_a_file_the_words(store: Store) -> None:
    """A claimed group holds all words by the peers that they are of, whichever baseline is in force by now."""
    rival = Rival.with_account(store, RIVALS[0])
    rival.hand_in(VALUES, group=credit_code(7))
    rival.lock()
    assert rival.words() == {}, "the control: nobody has ruled on the group"
    freeze(store, "later", planted(30, first=401, seed="later"))
    assert rival.words() == {}
    assert words_of_file(rival, group=credit_code(7)) == set()
