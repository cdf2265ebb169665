"""What stands against a panel beside what is asked of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kpi.baseline.recipe import PanelShape
from kpi.model.problem import Problem

_ASKED = (
    "panel_unknown_column",
    "panel_repeated_column",
    "panel_missing_column",
    "recipe_fraction_doubtful",
    "panel_maybe_fraction",
)
_ASKED_WORD = "recipe_blank_doubtful"


def doubtful_words(problems: Iterable[Problem]) -> dict[str, int]:
    """Numbers that a recipe takes for "not reported", and how many cells have each."""
    return {str(one.params["word"]): int(one.params["count"]) for one in problems if one.code == _ASKED_WORD}


def asked_columns(problems: Iterable[Problem]) -> frozenset[str]:
    """The letters of columns that nobody knows, or that say what another says."""
    return frozenset(one.column for one in problems if one.code in _ASKED and one.column)


def beside_questions(problems: Sequence[Problem], shape: PanelShape, blanks: Iterable[str]) -> list[Problem]:
    """Without what a question is asked of, and what the answers given so far make a blank."""
    words = set(blanks)
    return [
        one
        for one in problems
        if one.code not in (*_ASKED, _ASKED_WORD)
        and not (one.code in ("panel_not_a_number", "panel_unknown_group") and one.value in words)
        # Of a column that its recipe named, and that is asked for again.
        and not (one.code == "recipe_column_missing" and one.params.get("holds") in shape.missing)
    ]
