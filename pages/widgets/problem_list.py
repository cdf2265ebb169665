"""A file's faults: what, where, why, and what to do, all of them at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

import streamlit as st

from kpi import i18n
from kpi.errors import RowFault
from kpi.model.problem import Problem
from pages.session.language import current_lang, translate
from pages.widgets import html


def in_file(problem: Problem) -> str:
    """The sheet and the cell of the file that was sent, or the whole row or column."""
    cell = f"{problem.column or ''}{problem.row or ''}"
    if problem.row and not problem.column:
        cell = translate("faults.whole_row", row=problem.row)
    return " › ".join(part for part in (problem.sheet, cell) if part)


def problem_list(problems: Sequence[Problem], place: Callable[[Problem], str] = in_file) -> None:
    """Errors first, then questions, then warnings; within each in the file's order. ``place`` says where one is."""
    for severity in ("error", "question", "warning"):
        found = [problem for problem in problems if problem.severity == severity]
        if found:
            st.subheader(translate(f"faults.{severity}", count=len(found)), anchor=False)
            problem_items(found, place)


def problem_items(problems: Sequence[Problem], place: Callable[[Problem], str] = in_file) -> None:
    """Problems without a heading, one below the other."""
    html.element(f'<ul class="kpi-faults">{"".join(_item(problem, place) for problem in problems)}</ul>')


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
