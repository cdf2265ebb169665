"""A file's faults: what, where, why, and what to do, all of them at once."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from kpi import wording
from kpi.model.problem import Problem
from pages.parts.language import lang, words


def faults(problems: Sequence[Problem]) -> None:
    """Errors first, then questions, then warnings; within each in the file's order."""
    for severity in ("error", "question", "warning"):
        found = [problem for problem in problems if problem.severity == severity]
        if found:
            st.subheader(words(f"faults.{severity}", count=len(found)), anchor=False)
            st.html(f'<ul class="kpi-faults">{"".join(_item(problem) for problem in found)}</ul>')


def _item(problem: Problem) -> str:
    message, remedy = wording.problem(problem, lang())
    place = " › ".join(part for part in (problem.sheet, f"{problem.column or ''}{problem.row or ''}") if part)
    value = "" if problem.value is None else words("faults.value", value=problem.value)
    return (
        f'<li class="{problem.severity}"><span class="place">{escape(place)}</span> {escape(value)}'
        f'<br>{escape(message)}<br><span class="remedy">{escape(remedy)}</span></li>'
    )
