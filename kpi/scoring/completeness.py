"""Whether a score can be handed in: every criterion has a level, and the ends of the scale their justification."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from kpi.model.scoring.rounds import Occasion, ScoreContent
from kpi.policy.score_sheet import ScoreSheet

ScoreFaultCode = Literal["no_level", "not_justified"]


def score_faults(content: ScoreContent, sheet: ScoreSheet, occasion: Occasion) -> Iterator[tuple[str, ScoreFaultCode]]:
    """Every criterion that stands in the way of handing in, by its code."""
    for one in sheet.criteria(occasion):
        level = content.levels.get(one.code)
        if level is None:
            yield one.code, "no_level"
        elif level in sheet.justified_levels and len(content.reasons.get(one.code, "")) < sheet.fewest_characters:
            yield one.code, "not_justified"


def fits_sheet(content: ScoreContent, sheet: ScoreSheet, occasion: Occasion) -> bool:
    """Whether every level is one of the sheet's, and nothing is said of a criterion that it does not ask for."""
    criteria = {one.code: len(one.levels) for one in sheet.criteria(occasion)}
    return set(content.reasons) <= set(criteria) and all(
        code in criteria and 1 <= level <= criteria[code] for code, level in content.levels.items()
    )
