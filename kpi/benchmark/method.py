"""Versions of the method: what a sealed record was decided by, so that it can be decided again years later."""

from __future__ import annotations

from dataclasses import dataclass

from kpi.model.evaluation import MethodVersion


@dataclass(frozen=True, slots=True)
class Method:
    """What differs between versions (``docs/method.md`` 8).

    ``records_per_group``: a cell with more records a group is tested by one record a group.
    ``tests_room``: the value attainable from a KPI's start is tested, instead of held against the line's estimate.
    ``rules_claims``: a start and a claimed group count only as a reviewer rules.
    ``tests_both``: where a group has several records both tests must hold, that of all records and that of one record a
    group which was chosen before there were data; before it was one test of each group's best, or worst.
    ``exact_ties``: a corrected p-value that equals alpha passes; before it could miss it by a floating-point error.
    ``simes``: the clause is refused by Simes' test of the main KPIs together; before by the smallest p-value alone.
    "At least u of m lead" is closed testing by that same test of the main KPIs left; before, Bonferroni of all.
    """

    version: MethodVersion
    records_per_group: float
    tests_room: bool
    rules_claims: bool
    tests_both: bool = False
    exact_ties: bool = False
    simes: bool = False

    def alpha_of_corrected(self, alpha: float) -> float:
        """What a p-value corrected for many tests is held against."""
        from kpi import stats  # here and not above: who reads a record's version needs no SciPy

        return stats.alpha_with_ties(alpha) if self.exact_ties else alpha


METHODS: dict[MethodVersion, Method] = {
    1: Method(1, records_per_group=1.25, tests_room=False, rules_claims=False),
    2: Method(2, records_per_group=1.0, tests_room=True, rules_claims=True),
    3: Method(
        3, records_per_group=1.0, tests_room=True, rules_claims=True, tests_both=True, exact_ties=True, simes=True
    ),
}
"""Which of them judges is policy's."""
