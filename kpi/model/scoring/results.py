"""What a panel's scores say once they are released. No score is rescaled: everything stands beside what was given."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, isnan
from typing import Literal

from kpi.model.scoring.rounds import ScoreVersion

AgreementCaution = Literal["too_few_judges", "too_few_candidates", "all_alike", "no_test"]
"""Why there is no W, or no test of it. Texts: ``scoring.agreement.<caution>``."""


@dataclass(frozen=True, slots=True)
class GivenScore:
    """One reviewer's scores of a candidate, with the reviewer's name."""

    name: str
    version: ScoreVersion

    @property
    def total(self) -> int | None:
        """None where the reviewer abstained."""
        return self.version.content.total if self.version.state == "handed_in" else None


@dataclass(frozen=True, slots=True)
class CandidateScores:
    """``spread``: the sample standard deviation of the totals, NaN of fewer than two; ``mean``, ``median`` of none."""

    credit_code: str
    given: tuple[GivenScore, ...]
    mean: float
    median: float
    spread: float
    lowest: int | None
    highest: int | None

    @property
    def disagreement(self) -> float:
        """What is sorted by: the spread, below every number where there is none."""
        return -inf if isnan(self.spread) else self.spread


@dataclass(frozen=True, slots=True)
class ReviewerSeverity:
    """``difference``: the mean of own total minus the others' mean, over ``candidates`` that others scored too.

    Below 0 is severer than the others. NaN where nobody else scored the same.
    """

    reviewer: str
    name: str
    candidates: int
    difference: float


@dataclass(frozen=True, slots=True)
class PanelAgreement:
    """Kendall's W of the reviewers (``judges``) over the ``candidates`` that all of them scored; NaN: ``caution``."""

    judges: tuple[str, ...]
    candidates: int
    w: float
    p_value: float
    caution: AgreementCaution | None


@dataclass(frozen=True, slots=True)
class PanelResults:
    candidates: tuple[CandidateScores, ...]
    severities: tuple[ReviewerSeverity, ...]
    agreement: PanelAgreement
