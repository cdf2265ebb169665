"""What one recorded KPI can mean: all that its record holds, and what it lacks supposed in every way that it can be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from math import nan

from kpi.benchmark.record_content import RecordContent, RecordedKpi, RecordedTest
from kpi.benchmark.words_from_counts import CountedKpi, LeadingLine, TestedKpi, exact_test, tested_kpi
from kpi.catalogue.catalogue import catalogue
from kpi.catalogue.schema import Kpi
from kpi.model.claims import Rulings
from kpi.model.evaluation import TestedCounts, Verdict

DECISIVE = ("at_ceiling", "no_room", "start_unproven", "group")
"""Reasons that say by which rule a word was reached."""


@dataclass(frozen=True, slots=True)
class Supposition:
    """One way in which what the record lacks can be, and the word that it leads to.

    ``because`` is the decisive reason, "" for none; ``siblings`` whether it supposes that they change a p-value.
    """

    tested: TestedKpi
    word: Verdict
    because: str
    siblings: bool


@dataclass(frozen=True, slots=True)
class RecordReading:
    """One recorded KPI with what its record says beside it. ``leaving``: KPIs that may leave, None before version 3."""

    kpi: RecordedKpi
    line: LeadingLine
    rulings: Rulings
    leaving: frozenset[str] | None

    @classmethod
    def of(cls, kpi: RecordedKpi, content: RecordContent, line: LeadingLine) -> RecordReading:
        may_leave = content.policy.may_leave
        return cls(kpi, line, content.given_rulings, None if may_leave is None else frozenset(may_leave))

    @property
    def of_catalogue(self) -> Kpi:
        return catalogue().kpi(self.kpi.code)

    @property
    def at_ceiling(self) -> bool:
        """Whether the value is at the KPI's upper bound, which everybody knows."""
        upper = self.of_catalogue.bounds(self.kpi.basis)[1]
        return upper is not None and self.kpi.value is not None and self.kpi.value >= upper

    def suppositions(self) -> list[Supposition]:
        """All of them, the one first that supposes nothing beyond the record."""
        if settled := self._settled():
            return [Supposition(item, item.word(self.line.alpha), "", siblings=False) for item in settled]
        if self.kpi.tests is not None:
            return [self._by_all_tests(self.kpi.tests)]
        return list(self._by_one_test())

    def as_recorded(self, supposed: Sequence[Supposition]) -> list[Supposition]:
        """Those that give the recorded word for the recorded reason."""
        recorded = next((code for code in DECISIVE if code in self.kpi.reasons), "")
        return [
            supposition
            for supposition in supposed
            if (supposition.word, supposition.because) == (self.kpi.verdict, recorded)
        ]

    def _settled(self) -> list[TestedKpi]:
        """Where there is no value to test, or may be none: policy's basis of a KPI is not in the record."""
        kpi = self.kpi
        nothing = TestedKpi(enough=False, p_value=nan, p_value_not=nan)
        if kpi.state == "reported":
            other_basis = kpi.tested.n == 0 and self.of_catalogue.bases
            return [nothing, replace(nothing, settled="basis_mismatch")] if other_basis else []
        if kpi.state == "not_reported" or self.rulings.on("not_applicable", kpi.code) == "refused":
            return [replace(nothing, settled=kpi.state)]
        leaves = (False, True) if self.leaving is None else (kpi.code in self.leaving,)
        return [replace(nothing, settled="not_applicable", may_leave=leave) for leave in leaves]

    def _by_all_tests(self, tests: Sequence[RecordedTest]) -> Supposition:
        kpi, room = self.kpi, self.kpi.room
        counted = CountedKpi(
            tests=_counts(tests),
            at_ceiling=bool(kpi.at_ceiling),
            best_tests=_counts(room.tests) if room else (),
            start=room.ruling if room else "open",
        )
        results = [exact_test(test, self.line.quantile) for test in counted.tests]
        one_way = [item for result in results for item in (result.p_value, result.p_value_not)]
        return self._supposition(tested_kpi(counted, self.line), one_way, siblings=False)

    def _by_one_test(self) -> Iterator[Supposition]:
        """The siblings are left out of the recorded test; counted in they may change either p-value, or none."""
        alone = tested_kpi(CountedKpi((self.kpi.tested.counts,), at_ceiling=self.at_ceiling), self.line)
        limits = (0.0, self.line.alpha, 1.0)
        for best in self._starts(alone):
            yield self._supposing(best)
            for counted_in in product((alone.p_value, *limits), (alone.p_value_not, *limits)):
                yield self._supposing(best, counted_in)

    def _supposing(self, tested: TestedKpi, counted_in: tuple[float, float] | None = None) -> Supposition:
        """``counted_in``: the p-values with the siblings counted in, where they change anything. The larger decides."""
        one_way = (tested.p_value, tested.p_value_not, *(counted_in or ()))
        if counted_in:
            larger, larger_not = max(tested.p_value, counted_in[0]), max(tested.p_value_not, counted_in[1])
            tested = replace(tested, p_value=larger, p_value_not=larger_not)
        return self._supposition(tested, one_way, siblings=counted_in is not None)

    def _supposition(self, tested: TestedKpi, one_way: Sequence[float], siblings: bool) -> Supposition:
        word = tested.word(self.line.alpha)
        return Supposition(tested, word, self._because(tested, word, one_way), siblings)

    def _starts(self, found: TestedKpi) -> list[TestedKpi]:
        """Without a start that limits anything, and with one whose best value is shown below the line."""
        if not self.of_catalogue.of_share:
            return [found]
        if not self.line.method.tests_room:
            return [found, replace(found, best_p_value_not=0.0, start="accepted")]
        ruling = self.rulings.on("start", self.kpi.code)
        # Shown clearly enough for the clause, or not.
        shown = (found.best_alpha, self.line.alpha)
        return [found, *(replace(found, best_p_value_not=item, start=ruling) for item in shown)]

    def _because(self, tested: TestedKpi, word: Verdict, one_way: Sequence[float]) -> str:
        """The decisive reason that belongs to the word; ``one_way`` are all p-values of which one way may suffice."""
        alpha = self.line.alpha
        if word == "no_discrimination":
            return "at_ceiling" if tested.at_ceiling else "no_room"
        if word != "undecided":
            return ""
        if tested.without_room(alpha) and tested.start == "open":
            return "start_unproven"
        return "group" if min(one_way) <= alpha else ""


def _counts(tests: Sequence[RecordedTest]) -> tuple[TestedCounts, ...]:
    return tuple(test.counts for test in tests)
