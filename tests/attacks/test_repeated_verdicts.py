"""The second word: what is tried between two locks to read once more how a value stands to the leading line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pytest

from kpi.errors import UserError
from kpi.i18n import error_message
from kpi.services.enterprise import lock
from kpi.services.reviewer.candidates import candidate_evaluation
from kpi.services.year import window_hindrance
from kpi.store.store import Store
from tests.attacks.rival import POLICY, RIVALS, WHOLE, YEAR, Rival, Values, of, planted
from tests.benchmark.panels import CODES, INDUSTRY, Record, credit_code, freeze
from tests.campaign import size, tally
from tests.services.sample_store import REVIEWER
from tests.services.submitting import say_no_conflict

pytestmark = pytest.mark.campaign

LOW = {code: 41_000.0 if code in WHOLE else 4.0 for code in CODES}
HIGH = {code: 42_500.0 if code in WHOLE else 75.0 for code in CODES}
BLANK: Values = dict.fromkeys(CODES, "")
OTHER_INDUSTRY = "汽车"


@dataclass
class Words:
    """The words that were said, by KPI: a value and its word each. One for a KPI is what is allowed."""

    reported: dict[str, set[tuple[float, str]]] = field(default_factory=dict)

    def read(self, rival: Rival, year: int = YEAR) -> None:
        for code, word in rival.words(year).items():
            self.reported.setdefault(code, set()).add(word)

    @property
    def most(self) -> int:
        return max((len(words) for words in self.reported.values()), default=0)


def locked_twice(store: Store, first: Values, second: Values, *, between: Callable[[Rival], None] | None = None,
                 year: int = YEAR, facts: dict[str, str] | None = None, again: bool = False) -> Words:  # fmt: skip
    """``again``: by a file sent once more, not on the page."""
    rival, words = Rival.with_account(store, RIVALS[0]), Words()
    rival.hand_in(first)
    rival.lock()
    words.read(rival)
    if year == YEAR:
        rival.reopen()
    if between:
        between(rival)
    if again or year != YEAR:
        rival.hand_in(second, year, **facts or {})
    else:
        rival.change(second, year, **facts or {})
    rival.lock(year)
    words.read(rival, year)
    return words


def halved() -> list[Record]:
    """A correction of every group: a table of its own, and counts that differ."""
    return [replace(row, value=row.value / 2 if row.kpi not in WHOLE else row.value) for row in planted()]


MOVES: dict[str, Callable[[Store], Words]] = {
    "other values": lambda store: locked_twice(store, LOW, HIGH),
    "blank at first": lambda store: locked_twice(store, LOW | {"K01": "", "K08": ""}, HIGH),
    "all blank at first": lambda store: locked_twice(store, BLANK, HIGH),
    "not applicable at first": lambda store: locked_twice(store, LOW | {"K02": "不适用||||没有这种回路"}, HIGH),
    "other KPIs changed": lambda store: locked_twice(store, LOW, LOW | {"K08": HIGH["K08"]}),
    "reported in points at first": lambda store: locked_twice(
        store, LOW | {"K10": "4|points"}, HIGH | {"K10": "4|relative"}
    ),
    "reported in points, then computed": lambda store: locked_twice(
        store, LOW | {"K11": "4|points"}, LOW | {"K11": "|relative|40|41.6"}
    ),
    "a file once more": lambda store: locked_twice(store, LOW, HIGH, again=True),
    "a peer named as the own group": lambda store: locked_twice(store, LOW, HIGH, facts={"group": credit_code(7)}),
    "a group of nobody": lambda store: locked_twice(store, LOW, HIGH, facts={"group": "演示集团09（虚构）"}),
    "another industry": lambda store: locked_twice(store, LOW, HIGH, facts={"industry": OTHER_INDUSTRY}),
    "another industry, the same values": lambda store: locked_twice(
        store, LOW, LOW, facts={"industry": OTHER_INDUSTRY}
    ),
    "next year": lambda store: locked_twice(store, LOW, HIGH, year=YEAR + 1),
    "the last year there is": lambda store: locked_twice(store, LOW, HIGH, year=2100),
    "a corrected baseline": lambda store: locked_twice(
        store, LOW, HIGH, between=lambda _: freeze(store, "corrected", halved()) and None
    ),
    "a corrected baseline, next year": lambda store: locked_twice(
        store, LOW, HIGH, between=lambda _: freeze(store, "corrected", halved()) and None, year=YEAR + 1
    ),
}


@pytest.fixture(autouse=True)
def years_go_by(monkeypatch: pytest.MonkeyPatch) -> None:
    """A year that has not begun cannot be locked: here each has, by the time it is."""
    monkeypatch.setattr(lock, "lock_hindrance", window_hindrance)


@pytest.mark.parametrize("move", MOVES)
def test_nothing_between_two_locks_gives_a_second_word(store: Store, move: str) -> None:
    if OTHER_INDUSTRY in move or "another industry" in move:
        freeze(store, "two", [*planted(), *planted(industry=OTHER_INDUSTRY, first=101)])
    words = MOVES[move](store)
    tally("attacks: a second word", moves=1, words_reported=len(words.reported), second_words=words.most > 1)
    assert words.most <= 1, {code: reported for code, reported in words.reported.items() if len(reported) > 1}


def test_the_authority_would_learn_it(store: Store) -> None:
    """The control: the second lock's own record holds another word of nearly every KPI."""
    rival = Rival.with_account(store, RIVALS[0])
    rival.hand_in(LOW)
    rival.lock()
    say_no_conflict(store)
    first = candidate_evaluation(store, REVIEWER, RIVALS[0], YEAR)
    rival.reopen()
    rival.change(HIGH)
    rival.lock()
    second = candidate_evaluation(store, REVIEWER, RIVALS[0], YEAR)
    differ = sum(first.kpi(code).verdict != second.kpi(code).verdict for code in CODES)
    tally("attacks: a second word in the sealed record (control)", second_words=differ)
    assert differ >= 18


def test_the_first_lock_does_tell_its_words(store: Store) -> None:
    """Else there would be nothing that a second could add to."""
    rival = Rival.with_account(store, RIVALS[0])
    rival.hand_in(LOW)
    rival.lock()
    assert set(rival.words()) == {*CODES, "clause"}


def test_seventy_six_years_are_one_question(store: Store) -> None:
    """Each year's application is held against the one baseline there is: a bisection, if each had its words."""
    rival, words = Rival.with_account(store, RIVALS[0]), Words()
    years = [YEAR, *range(YEAR + 1, 2101, size(15, 1))]
    for place, year in enumerate(years):
        rival.hand_in({code: 41_000.0 + place if code in WHOLE else 4.0 + place for code in CODES}, year)
        rival.lock(year)
        words.read(rival, year)
    tally("attacks: applications for many years", years=len(years), words_of_a_kpi=words.most)
    assert words.most == 1


def test_a_year_locked_before_its_baseline_came_does_not_open_the_one_of_before(store: Store) -> None:
    """Two steps: 2026 against 2025's baseline, reopened and locked against its own, says nothing of 2025 twice."""
    rival, words = Rival.with_account(store, RIVALS[0]), Words()
    rival.hand_in(LOW)
    rival.lock()
    rival.hand_in(HIGH, YEAR + 1)
    rival.lock(YEAR + 1)
    freeze(store, "next", planted(seed="next"), year=YEAR + 1)
    rival.reopen(YEAR + 1)
    rival.lock(YEAR + 1)
    for year in (YEAR, YEAR + 1):
        words.read(rival, year)
    assert words.most == 1
    rival.hand_in(HIGH | {"K01": 70.0}, YEAR + 2)
    rival.lock(YEAR + 2)
    later = Words()
    later.read(rival, YEAR + 2)
    assert "K01" not in later.reported, "next's own first lock was with another value"


def test_a_baseline_of_its_own_year_does_give_the_next_words(store: Store) -> None:
    rival = Rival.with_account(store, RIVALS[0])
    rival.hand_in(LOW)
    rival.lock()
    freeze(store, "next", planted(seed="next"), year=YEAR + 1)
    rival.hand_in(HIGH, YEAR + 1)
    rival.lock(YEAR + 1)
    assert {word for _, word in rival.words(YEAR + 1).values()} != {word for _, word in rival.words().values()}
    # That year's window is still open: words that would expose a peer wait for its close, and say so.
    without = [kpi for kpi in rival.result(YEAR + 1).kpis if kpi.code not in rival.words(YEAR + 1)]
    assert all("held_exposing" in {reason.code for reason in kpi.reasons} for kpi in without)
    assert len(rival.words(YEAR + 1)) > len(without)


def test_two_accounts_of_one_enterprise_have_one_word_between_them(store: Store) -> None:
    one, other, words = (*(Rival.with_account(store, RIVALS[0], name) for name in ("one", "other")), Words())
    one.hand_in(LOW)
    one.lock()
    with pytest.raises(UserError, match="already_locked"):
        other.hand_in(HIGH)
    words.read(one)
    other.reopen()
    other.hand_in(HIGH)
    other.lock()
    words.read(one)
    words.read(other)
    tally("attacks: a second word", moves=1, words_reported=len(words.reported), second_words=words.most > 1)
    assert words.most == 1


def test_a_word_among_few_is_not_fetched_by_going_to_a_larger_industry(store: Store) -> None:
    """Nine groups are judged where the register is small, and their words kept back, also when asked for later."""
    small = planted(9, OTHER_INDUSTRY, 201)
    freeze(store, "small", [*planted(), *small], {OTHER_INDUSTRY: 10, INDUSTRY: 60})
    rival = Rival.with_account(store, RIVALS[0])
    rival.hand_in(HIGH, industry=OTHER_INDUSTRY)
    rival.lock()
    with store.cursor() as cursor:
        [(record,)] = cursor.execute("select record from release").fetchall()
    assert '"verdict":"leading"' in record, "the control: it was judged"
    assert rival.words() == {}
    rival.reopen()
    rival.change({}, industry=INDUSTRY)
    rival.lock()
    assert rival.words() == {}


def test_a_register_that_does_not_fit_is_reported_without_what_was_counted(store: Store) -> None:
    """An enterprise outside a panel that is the whole register: how many there are is not its business."""
    count = 31
    freeze(store, "whole", planted(count, first=301), {INDUSTRY: count})
    rival = Rival.with_account(store, RIVALS[0])
    rival.hand_in(LOW)
    with pytest.raises(UserError) as refused:
        rival.lock()
    for lang in ("zh", "en"):
        said = " ".join(error_message(refused.value, lang))
        assert said
        assert not any(str(item) in said for item in (count - 1, count, count + 1))
    assert refused.value.__cause__ is None
    assert len(of(planted(count, first=301), "K01")) == count > POLICY.disclosure.min_groups
