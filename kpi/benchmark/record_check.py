"""A sealed record checked from its text alone: every p-value computed again, every word decided again.

Before version 3 of the method a record holds one test of each KPI: not the one with the factory's siblings counted in,
nor that of the best value its start allows, nor policy's terms of the clause. What is not there is supposed in every
way that it can be. A word that follows whatever is supposed is decided by the record. One that follows only from some
suppositions may be right, and the check says what the record alone cannot show.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import isclose, isnan, nan
from typing import Literal

from kpi import stats
from kpi.benchmark.record_content import RecordContent, RecordedTest, read_record
from kpi.benchmark.record_suppositions import RecordReading, Supposition
from kpi.benchmark.sealed_record import sealed_hash
from kpi.benchmark.words_from_counts import (
    LeadingLine,
    TestedKpi,
    clause_of_tested,
    exact_test,
)
from kpi.model.evaluation import MethodVersion, Reason, TestedCounts, Verdict

SAME = 1e-9
"""Relative. Two computers may differ in the last digits of a p-value; nobody could mean another by that."""

ToDo = Literal["follows", "may_follow", "does_not_follow"]


@dataclass(frozen=True, slots=True)
class RecomputedTest:
    """A test of the record with its p-values as recorded and as computed again; NaN without peers."""

    tested: TestedCounts
    recorded: tuple[float, float]
    again: tuple[float, float]

    @property
    def agrees(self) -> bool:
        return all(_same(*pair) for pair in zip(self.recorded, self.again, strict=True))


@dataclass(frozen=True, slots=True)
class KpiCheck:
    """One KPI. ``words`` are all that can follow from its counts: one, where the record alone decides.

    ``tests`` are those of the value, ``best_tests`` of the best that the stated start allows, where they are recorded.
    ``faults``: what does not follow. ``not_shown``: what the record would have to hold to decide, by code.
    """

    code: str
    verdict: Verdict
    words: tuple[Verdict, ...]
    tests: tuple[RecomputedTest, ...]
    best_tests: tuple[RecomputedTest, ...]
    faults: tuple[Reason, ...]
    not_shown: tuple[str, ...]

    @property
    def standing(self) -> ToDo:
        return _standing(bool(self.faults), self.not_shown)


@dataclass(frozen=True, slots=True)
class WholeCheck:
    """The clause, the list (KPI codes with commas), or how many KPIs lead at least. ``possible``: all that can follow.

    ``not_shown`` as in ``KpiCheck``.
    """

    name: Literal["clause", "leading_list", "at_least_leading"]
    recorded: str
    possible: tuple[str, ...]
    not_shown: tuple[str, ...]

    @property
    def standing(self) -> ToDo:
        return _standing(self.recorded not in self.possible, self.not_shown)


@dataclass(frozen=True, slots=True)
class RecordCheck:
    """All that was found of a record. ``sha256`` is of its text: it must be the one on the receipt of the lock."""

    content: RecordContent
    sha256: str
    kpis: tuple[KpiCheck, ...]
    clause: WholeCheck
    leading_list: WholeCheck
    at_least_leading: WholeCheck

    @property
    def method(self) -> MethodVersion:
        return self.content.method

    @property
    def whole(self) -> tuple[WholeCheck, ...]:
        return self.clause, self.leading_list, self.at_least_leading

    @property
    def standings(self) -> tuple[ToDo, ...]:
        """Of each KPI, then of the clause, the list and the count."""
        return (*(kpi.standing for kpi in self.kpis), *(item.standing for item in self.whole))

    @property
    def follows(self) -> bool:
        """Whether nothing in the record contradicts its counts."""
        return "does_not_follow" not in self.standings


def check_record(text: str) -> RecordCheck:
    """Decide every word of a sealed record again, by the version of the method that it names and its counts alone.

    The counts themselves, and the values behind them, are the baseline's and the application's, of which a record holds
    the hashes: ``kpi store verify`` counts again where they are kept.

    Raises:
        UserError: it is no sealed record.

    >>> check_record('{"clause": "met"}')
    Traceback (most recent call last):
    kpi.errors.UserError: no_sealed_record
    """
    content = read_record(text)
    line = LeadingLine(content.policy.leading_quantile, content.policy.confidence, content.method)
    kpis = {kpi.code: _KpiCheck(RecordReading.of(kpi, content, line)) for kpi in content.kpis}
    return RecordCheck(
        content,
        sealed_hash(text),
        tuple(kpi.check() for kpi in kpis.values()),
        *_Whole(content, line, {code: kpi.fitting() for code, kpi in kpis.items()}).checks(),
    )


class _KpiCheck:
    """One recorded KPI held against what its counts can mean."""

    def __init__(self, reading: RecordReading) -> None:
        self._reading, self._kpi, self._quantile = reading, reading.kpi, reading.line.quantile
        self._supposed = reading.suppositions()
        self._as_recorded = reading.as_recorded(self._supposed)

    def check(self) -> KpiCheck:
        kpi, words = self._kpi, tuple(dict.fromkeys(item.word for item in self._supposed))
        tests, best_tests = self._tests(), self._best_tests()
        faults = tuple(self._faults(words, (*tests, *best_tests)))
        return KpiCheck(kpi.code, kpi.verdict, words, tests, best_tests, faults, self._not_shown())

    def fitting(self) -> list[TestedKpi]:
        """What the KPI can be where it has its recorded word; where it cannot have it, what its own test says."""
        return [item.tested for item in self._as_recorded or self._supposed[:1]]

    def _tests(self) -> tuple[RecomputedTest, ...]:
        kpi = self._kpi
        if kpi.tests is None:
            return (self._recomputed(kpi.tested.counts, kpi.p_value, kpi.p_value_not),)
        return tuple(self._recomputed(test.counts, test.p_value, test.p_value_not) for test in kpi.tests)

    def _best_tests(self) -> tuple[RecomputedTest, ...]:
        recorded = self._kpi.room.tests if self._kpi.room else []
        return tuple(self._recomputed(item.counts, item.p_value, item.p_value_not) for item in recorded)

    def _recomputed(self, counts: TestedCounts, p_value: float | None, p_value_not: float | None) -> RecomputedTest:
        result = exact_test(counts, self._quantile)
        recorded = (_number(p_value), _number(p_value_not))
        return RecomputedTest(counts, recorded, (result.p_value, result.p_value_not))

    def _faults(self, words: Sequence[Verdict], tests: Sequence[RecomputedTest]) -> Iterator[Reason]:
        kpi = self._kpi
        if not self._counts_add_up():
            yield Reason("counts_differ", {"n": kpi.n, "tested": kpi.tested.n})
        for test in tests:
            for recorded, again in zip(test.recorded, test.again, strict=True):
                if not _same(recorded, again):
                    yield Reason("p_differs", {"recorded": _shown(recorded), "again": _shown(again)})
        if kpi.tests is not None:
            yield from self._not_the_largest(kpi.tests)
            if kpi.state == "reported" and kpi.tested.n and kpi.at_ceiling != self._reading.at_ceiling:
                yield Reason("ceiling_differs")
        if kpi.room is not None and kpi.room.ruling != self._reading.rulings.on("start", kpi.code):
            yield Reason("ruling_differs")
        if kpi.verdict not in words:
            yield Reason("word_differs")
        elif not self._as_recorded:
            yield Reason("reason_differs")

    def _counts_add_up(self) -> bool:
        """What was tested beside the counts of records: the same, or of groups fewer of each."""
        kpi, tested = self._kpi, self._kpi.tested
        if kpi.state != "reported":
            return kpi.n == tested.n == 0
        if kpi.tests is not None:
            plain = (kpi.worse, kpi.worse + kpi.tied, kpi.n)
            of_records = [(test.worse, test.not_better, test.n) for test in kpi.tests if test.unit == "records"]
            return not kpi.n or plain in of_records
        if tested.unit == "records":
            return (tested.worse, tested.not_better, tested.n) == (kpi.worse, kpi.worse + kpi.tied, kpi.n)
        fewer = kpi.n > tested.n * self._reading.line.method.records_per_group
        return (
            fewer
            and tested.worse <= kpi.worse
            and tested.not_better <= kpi.worse + kpi.tied
            and tested.n - tested.not_better <= kpi.better
        )

    def _not_the_largest(self, tests: Sequence[RecordedTest]) -> Iterator[Reason]:
        """The KPI's own p-values and ``tested`` are those of the test that is hardest to pass."""
        results = [exact_test(test.counts, self._quantile) for test in tests if test.n]
        largest = [
            max((getattr(result, name) for result in results), default=nan) for name in ("p_value", "p_value_not")
        ]
        for recorded, again in zip((self._kpi.p_value, self._kpi.p_value_not), largest, strict=True):
            if not _same(_number(recorded), again):
                yield Reason("p_differs", {"recorded": _shown(_number(recorded)), "again": _shown(again)})
        hardest = [result.tested for result in results if _same(result.p_value, largest[0])]
        if results and self._kpi.tested.counts not in hardest:
            yield Reason("tested_differs")

    def _not_shown(self) -> tuple[str, ...]:
        """What the record lacks: what makes a difference where all else is as far as it is known."""
        if any(item.word == "basis_mismatch" for item in self._supposed):
            return ("basis",)
        no_start = (item for item in self._supposed if item.tested.best_p_value_not is None)
        no_siblings = (item for item in self._supposed if not item.siblings)
        lacking = {"siblings": _differ(no_start), "start": _differ(no_siblings)}
        return tuple(code for code, matters in lacking.items() if matters)


class _Whole:
    """The clause, the list and Holm's count, from what is supposed of each KPI."""

    def __init__(self, content: RecordContent, line: LeadingLine, by_code: dict[str, list[TestedKpi]]) -> None:
        self._content, self._line, self._by_code = content, line, by_code

    def checks(self) -> tuple[WholeCheck, WholeCheck, WholeCheck]:
        recorded = self._content
        least, most = self._family(max), self._family(min)
        counts = range(self._holm(least), self._holm(most) + 1)
        return (
            self._clause(),
            self._list(least, most),
            WholeCheck(
                "at_least_leading",
                str(recorded.at_least_leading),
                tuple(map(str, counts)),
                ("siblings",) if len(counts) > 1 else (),
            ),
        )

    def _family(self, extreme: Callable[[Iterable[float]], float]) -> dict[str, float]:
        """The p-value of every KPI with enough peers: the largest, or the least that it can be."""
        tested = {code: ways for code, ways in self._by_code.items() if all(way.tested for way in ways)}
        return {code: extreme(way.p_value for way in ways) for code, ways in tested.items()}

    def _holm(self, family: dict[str, float]) -> int:
        return stats.holm_count(list(family.values()), self._line.corrected_alpha)

    def _listed(self, family: dict[str, float]) -> set[str]:
        leads = stats.benjamini_hochberg(list(family.values()), self._line.corrected_alpha)
        return {code for code, lead in zip(family, leads, strict=True) if lead}

    def _list(self, least: dict[str, float], most: dict[str, float]) -> WholeCheck:
        """Between the list of the largest p-values and that of the least, whatever is supposed."""
        recorded, shortest, longest = set(self._content.leading_list), self._listed(least), self._listed(most)
        possible = dict.fromkeys(_codes(item) for item in (longest, shortest))
        if shortest <= recorded <= longest:
            possible[_codes(recorded)] = None
        not_shown = ("siblings",) if len(possible) > 1 else ()
        return WholeCheck("leading_list", _codes(recorded), tuple(possible), not_shown)

    def _clause(self) -> WholeCheck:
        policy = self._content.policy
        shares = self._shares(len(policy.main_kpis))
        # A row for all that can be supposed of the KPIs, in it an entry for each share that policy may ask for.
        found = [
            [clause_of_tested(main, self._line, share, policy.clause_at_least or 0) for share in shares]
            for main in self._main_kpis()
        ]
        possible = tuple(dict.fromkeys(word for row in found for word in row))
        lacking = {
            "kpis": any(len(set(column)) > 1 for column in zip(*found, strict=True)),
            "coverage": any(len(set(row)) > 1 for row in found),
        }
        return WholeCheck(
            "clause", self._content.clause, possible, tuple(code for code, matters in lacking.items() if matters)
        )

    def _main_kpis(self) -> Iterator[list[TestedKpi]]:
        """All that can be supposed of the main KPIs together, as far as it can make a difference to the clause.

        One KPI more that refuses, passes or leaves moves the clause one way only: the ends of each are enough.
        """
        by_kpi = [self._by_code[code] for code in self._content.policy.main_kpis]
        doubtful = [place for place, ways in enumerate(by_kpi) if len({way.may_leave for way in ways}) > 1]
        for refuse, passing, leaving in product((True, False), (True, False), range(len(doubtful) + 1)):
            yield [
                self._end(ways, refuse, passing, leaves=place in doubtful[:leaving])
                for place, ways in enumerate(by_kpi)
            ]

    def _end(self, ways: Sequence[TestedKpi], refuse: bool, passing: bool, leaves: bool) -> TestedKpi:
        """The one of ``ways`` that is most as asked for."""
        alpha, sign = self._line.alpha, 1 if refuse else -1
        return min(
            ways,
            key=lambda way: (
                way.may_leave != leaves,
                way.passes(alpha) != passing,
                sign * way.refusing_p_value(alpha),
            ),
        )

    def _shares(self, of_main: int) -> list[Fraction]:
        """The share that policy asks for; where it is not known, every one that tells so many main KPIs apart."""
        coverage = self._content.policy.clause_coverage
        if coverage is not None:
            return [Fraction(str(coverage))]
        return sorted({Fraction(some, of) for of in range(1, of_main + 1) for some in range(1, of + 1)})


def _differ(supposed: Iterable[Supposition]) -> bool:
    """Whether they lead to more than one word, or to one word by rules that pass the clause differently."""
    return (
        len(
            {
                (supposition.word, supposition.because if supposition.word == "no_discrimination" else "")
                for supposition in supposed
            }
        )
        > 1
    )


def _standing(contradicts: bool, not_shown: Sequence[str]) -> ToDo:
    return "does_not_follow" if contradicts else "may_follow" if not_shown else "follows"


def _number(value: float | None) -> float:
    return nan if value is None else value


def _same(one: float, other: float) -> bool:
    return (isnan(one) and isnan(other)) or isclose(one, other, rel_tol=SAME)


def _shown(number: float) -> str:
    return "-" if isnan(number) else f"{number:.6g}"


def _codes(codes: Iterable[str]) -> str:
    return ",".join(sorted(codes))
