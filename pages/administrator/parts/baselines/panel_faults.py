"""What stands against a panel, equal faults as one line with their cells."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from kpi import i18n
from kpi.baseline.panel_account import PanelShape
from kpi.model.problem import Problem
from pages.session.language import current_lang, translate
from pages.widgets.problem_list import in_file, problem_list

NAMED = 3
"""So many places of equal faults are named."""
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


def fault_list(problems: Sequence[Problem]) -> None:
    """Errors before warnings; in one line those that differ in their row alone."""
    groups: dict[tuple[object, ...], list[Problem]] = {}
    for one in problems:
        params = tuple(sorted((name, str(value)) for name, value in one.params.items() if name != "first"))
        groups.setdefault((one.code, one.sheet, one.column, one.value, params), []).append(one)
    lines = [(_one_line(equal), equal) for equal in groups.values()]
    places = {id(line): _places(equal) for line, equal in lines}
    problem_list([line for line, _ in lines], lambda line: places[id(line)])


def _one_line(equal: Sequence[Problem]) -> Problem:
    """The first of them, whose sentence names the first rows of all."""
    if len(equal) == 1 or equal[0].row is None:
        return equal[0]
    rows = _some([str(one.row) for one in equal], "panel_faults.rows")
    return replace(equal[0], params={**equal[0].params, "row": rows})


def _places(equal: Sequence[Problem]) -> str:
    """The first of their cells, and of how many."""
    if len(equal) == 1:
        return in_file(equal[0])
    return _some([in_file(one) for one in equal], "panel_faults.places")


def _some(names: Sequence[str], more: str) -> str:
    named = i18n.text("number.list", current_lang()).join(names[:NAMED])
    return translate(more, named=named, count=len(names)) if len(names) > NAMED else named
