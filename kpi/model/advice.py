"""What stands beside a gap: what listed factories did, which KPI comes first for the clause, and the own targets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan
from typing import Literal

from kpi.model.application import Basis
from kpi.model.evaluation import ClauseVerdict
from kpi.model.publication import EnterpriseView

TargetState = Literal["open", "reached", "missed", "unknown"]
"""Texts: ``advice.target_<state>``."""


@dataclass(frozen=True, slots=True)
class SharedAccount:
    """How a listed ``factory``, by name, met a scenario, in the words that it agreed to show. It holds no value."""

    scenario: str
    factory: str
    year: int
    how: str


@dataclass(frozen=True, slots=True)
class OwnTarget:
    """What an enterprise means a KPI to be in its application of ``year``: in the KPI's unit, on ``basis``."""

    year: int
    kpi: str
    value: float
    basis: Basis | None


@dataclass(frozen=True, slots=True)
class Advice:
    """``accounts``: of other factories of the industry, the latest year first. ``targets``: the factory's own."""

    accounts: tuple[SharedAccount, ...]
    targets: tuple[OwnTarget, ...]


@dataclass(frozen=True, slots=True)
class ClauseWay:
    """What the clause still needs of the main KPIs, by published numbers and the words that were given out.

    ``verdict``: that of the clause, where one was given. ``required`` of ``main`` must lead, or pass where that is all
    of them. ``counted``: those that have the word, or are at the published line while no word is given. ``missing``:
    those short of the line, the nearest first, then those without a value. ``unsaid``: those of which nothing
    published says how much is missing.
    """

    verdict: ClauseVerdict | None
    required: int
    main: int
    counted: tuple[str, ...]
    missing: tuple[str, ...]
    unsaid: tuple[str, ...]

    @property
    def needed(self) -> int:
        return max(0, self.required - len(self.counted))

    @property
    def first(self) -> str | None:
        """The KPI that decides first: the nearest of those missing; None where none is needed, or none can be said."""
        return self.missing[0] if self.needed and self.missing else None


def target_state(target: OwnTarget, answers: Sequence[EnterpriseView]) -> TargetState:
    """``answers``: the factory's own, of any years. A value on another basis does not compare: not known."""
    answer = next((item for item in answers if item.application.year == target.year), None)
    if answer is None:
        return "open"
    kpi = next((item for item in answer.kpis if item.code == target.kpi), None)
    if kpi is None or isnan(kpi.value) or kpi.basis != target.basis:
        return "unknown"
    return "reached" if kpi.value >= target.value else "missed"
