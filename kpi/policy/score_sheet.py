"""Score sheets: ``data/scoring``. What each level of each criterion means, by the day from which a sheet is used.

The notice has no score sheet. The one that ships is our own illustration and says so (``official = false``).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from itertools import pairwise
from typing import Annotated, Any

from pydantic import Field, ValidationError, model_validator

from kpi.catalogue.catalogue import catalogue, kept_per_notice
from kpi.catalogue.schema import DATA, Checked, load_toml
from kpi.errors import InvalidData, InvalidFile
from kpi.files.limits import application_limits
from kpi.files.text import UnreadableSettings, printable, printable_file_name, read_settings
from kpi.model.language import Text
from kpi.model.problem import Problem
from kpi.model.scoring import Occasion
from kpi.policy.load import cited_by

FOLDER = DATA / "scoring"


class ScoreCriterion(Checked):
    """``levels`` from the lowest, which is 1. ``look``: what to look at on each occasion that asks for it."""

    code: str = Field(pattern=r"^[A-Z]\d$")
    group: str | None = None
    name: Text
    reference: Text
    reason: Text
    levels: Annotated[tuple[Text, ...], Field(min_length=2, max_length=10)]
    look: dict[Occasion, Text] = Field(min_length=1)


class ScoreSheet(Checked):
    """A level of ``justified_levels`` needs at least ``fewest_characters`` of justification."""

    in_force_from: date
    official: bool
    name: Text
    reference: Text
    reason: Text
    justified_levels: tuple[int, ...]
    justified_reason: Text
    fewest_characters: int = Field(ge=1, le=200)
    criterion: Annotated[tuple[ScoreCriterion, ...], Field(min_length=1, max_length=20)]

    @model_validator(mode="after")
    def _consistent(self) -> ScoreSheet:
        codes = [item.code for item in self.criterion]
        if len(set(codes)) != len(codes):
            raise ValueError("a criterion's code is used twice")
        groups = {group.code for group in catalogue().groups}
        if unknown := sorted({item.group for item in self.criterion if item.group} - groups):
            raise ValueError(f"no such KPI group: {', '.join(unknown)}")
        most = min(len(item.levels) for item in self.criterion)
        if any(not 1 <= level <= most for level in self.justified_levels):
            raise ValueError(f"justified_levels: from 1 to {most}")
        return self

    def criteria(self, occasion: Occasion) -> tuple[ScoreCriterion, ...]:
        """Those asked for on an occasion, in the sheet's order."""
        return tuple(item for item in self.criterion if occasion in item.look)

    def most_points(self, occasion: Occasion) -> int:
        return sum(len(criterion.levels) for criterion in self.criteria(occasion))

    def dump(self) -> str:
        """As stored with a round."""
        return self.model_dump_json()


class ScoringRules(Checked):
    """When agreement means anything, and how many reviewers a candidate gets unless somebody says otherwise."""

    fewest_judges: int = Field(ge=2)
    fewest_judges_reason: str
    fewest_candidates: int = Field(ge=2)
    fewest_candidates_reason: str
    fewest_candidates_for_test: int = Field(ge=2)
    fewest_candidates_for_test_reason: str
    reviewers_a_candidate: int = Field(ge=1)
    reviewers_a_candidate_reason: str


def load_score_sheet(text: str) -> ScoreSheet:
    """A sheet as it was stored with a round."""
    return ScoreSheet.model_validate_json(text)


@kept_per_notice()
def score_sheets() -> tuple[ScoreSheet, ...]:
    """The sheets that ship, the earliest first. Raises ``InvalidData`` for two of one day."""
    sheets = (_cited(load_toml(path, ScoreSheet)) for path in FOLDER.glob("*-score-sheet.toml"))
    found = sorted(sheets, key=lambda item: item.in_force_from)
    if any(item.in_force_from == other.in_force_from for item, other in pairwise(found)):
        raise InvalidData(f"{FOLDER.name}: two score sheets of one day")
    return tuple(found)


def _cited(sheet: ScoreSheet) -> ScoreSheet:
    def own(said: ScoreSheet | ScoreCriterion) -> dict[str, Text]:
        return {"reference": cited_by(catalogue(), said.reference)}

    criteria = tuple(item.model_copy(update=own(item)) for item in sheet.criterion)
    return sheet.model_copy(update={**own(sheet), "criterion": criteria})


def score_sheet_on(day: date) -> ScoreSheet:
    """The sheet of ``day``; before the first, the first."""
    return next(
        (score_sheet for score_sheet in reversed(score_sheets()) if score_sheet.in_force_from <= day), score_sheets()[0]
    )


@cache
def scoring_rules() -> ScoringRules:
    return load_toml(FOLDER / "rules.toml", ScoringRules)


def criteria_by_code(sheet: ScoreSheet, occasion: Occasion) -> Mapping[str, ScoreCriterion]:
    return {criterion.code: criterion for criterion in sheet.criteria(occasion)}


# Reading a score sheet that somebody sends, as in ``data/scoring``: hostile until checked, all faults at once.


LARGEST_SHEET = 256 * 1024
"""A sheet with twenty criteria in two languages takes a tenth of this."""

_MEGABYTE = 1024 * 1024
_CODES = {
    "missing": "scoresheet_missing",
    "extra_forbidden": "scoresheet_unknown_key",
    "value_error": "scoresheet_inconsistent",
}


def read_score_sheet(file: str, data: bytes) -> ScoreSheet:
    """The sheet in ``data``; ``file`` is only shown.

    Raises:
        InvalidFile: it has faults.
    """
    most = application_limits().problem_value_characters
    name = printable_file_name(file, most)
    if len(data) > LARGEST_SHEET:
        size = {"found": round(len(data) / _MEGABYTE, 1), "limit": LARGEST_SHEET / _MEGABYTE}
        raise InvalidFile([Problem("error", "too_large", name, params=size)])
    try:
        content = read_settings(data)
    except UnreadableSettings as error:
        raise InvalidFile([Problem("error", "scoresheet_not_toml", name, row=error.row)]) from None
    try:
        return ScoreSheet.model_validate(content)
    except ValidationError as error:
        raise InvalidFile([_problem(name, item, most) for item in error.errors()]) from None


def _problem(file: str, fault: Mapping[str, Any], most: int) -> Problem:
    key = printable(".".join(str(part) for part in fault["loc"]), most)
    code = _CODES.get(fault["type"], "scoresheet_unfit_value")
    value = printable(str(fault["input"]), most) if code == "scoresheet_unfit_value" else None
    return Problem("error", code, file, value=value, params={"name": key})
