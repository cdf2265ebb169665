"""A file's faults: what, where, why, and what to do, all of them at once; equal ones as one line with their cells."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from html import escape

import streamlit as st

from kpi import i18n
from kpi.errors import RowFault
from kpi.model.problem import Problem
from pages.session.language import current_lang, translate
from pages.widgets import html

NAMED = 3
"""So many places of equal faults are named."""


def in_file(problem: Problem) -> str:
    """The sheet and the cell of the file that was sent, or the whole row or column."""
    cell = f"{problem.column or ''}{problem.row or ''}"
    if problem.row and not problem.column:
        cell = translate("faults.whole_row", row=problem.row)
    return " › ".join(part for part in (problem.sheet, cell) if part)


def problem_list(problems: Sequence[Problem], place: Callable[[Problem], str] = in_file) -> None:
    """Errors first, then questions, then warnings; within each in the file's order. ``place`` says where one is.

    Those that differ in their row alone are one line; a heading counts the lines below it.
    """
    for severity in ("error", "question", "warning"):
        groups = _equal([problem for problem in problems if problem.severity == severity])
        if groups:
            st.subheader(translate(f"faults.{severity}", count=len(groups)), anchor=False)
            _group_items(groups, place)


def _group_items(groups: Sequence[Sequence[Problem]], place: Callable[[Problem], str]) -> None:
    lines = [_one_line(equal) for equal in groups]
    places = {
        id(line): _some([place(problem) for problem in equal], "places")
        for line, equal in zip(lines, groups, strict=True)
    }
    problem_items(lines, lambda line: places[id(line)])


def problem_items(problems: Sequence[Problem], place: Callable[[Problem], str] = in_file) -> None:
    """Problems without a heading, one below the other."""
    html.element(f'<ul class="kpi-faults">{"".join(_item(problem, place) for problem in problems)}</ul>')


def _equal(problems: Sequence[Problem]) -> list[list[Problem]]:
    groups: dict[tuple[object, ...], list[Problem]] = {}
    for problem in problems:
        params = tuple(sorted((name, str(value)) for name, value in problem.params.items() if name != "first"))
        key = (problem.code, problem.sheet, problem.column, problem.value, params)
        groups.setdefault(key, []).append(problem)
    return list(groups.values())


def _one_line(equal: Sequence[Problem]) -> Problem:
    """The first of them, whose sentence names the first rows of all."""
    if len(equal) == 1 or equal[0].row is None:
        return equal[0]
    rows = _some([str(problem.row) for problem in equal], "rows")
    return replace(equal[0], params={**equal[0].params, "row": rows})


def _some(names: Sequence[str], kind: str) -> str:
    named = i18n.text("number.list", current_lang()).join(names[:NAMED])
    return translate(f"faults.{kind}", named=named, count=len(names)) if len(names) > NAMED else named


def row_fault_list(faults: Sequence[RowFault]) -> None:
    """Every fault of a list's rows, with its row and what to do about it."""
    worded = [(fault.row, *i18n.page_error_message(fault.error, current_lang())) for fault in faults]
    html.open_points([(translate("faults.row", row=row, what=message), remedy) for row, message, remedy in worded])


def _item(problem: Problem, place: Callable[[Problem], str]) -> str:
    message, remedy = i18n.problem_message(problem, current_lang())
    value = "" if problem.value is None else translate("faults.value", value=problem.value)
    return (
        f'<li class="{problem.severity}"><span class="place">{escape(place(problem))}</span> {escape(value)}'
        f'<br>{escape(message)}<br><span class="remedy">{escape(remedy)}</span></li>'
    )
