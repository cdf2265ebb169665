"""What a file's headers were taken for, with how sure that is, and the questions that must be answered."""

from __future__ import annotations

import streamlit as st

from kpi import i18n
from kpi.catalogue.load import catalogue
from kpi.intake.answers import Answers
from kpi.intake.layout import Question, SheetLayout
from kpi.intake.read_result import ReadResult
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html


def show_recognition(reading: ReadResult) -> None:
    """Kind, encoding and separator of the file; each header, what it was taken for, and why."""
    file = reading.file
    facts = [translate(f"recognised.kind_{file.kind}")] if file.kind else []
    facts += [translate("recognised.encoding", encoding=file.encoding)] if file.encoding else []
    facts += [translate("recognised.separator", separator=_separator(file.separator))] if file.separator else []
    html.where(" · ".join(facts))
    for sheet in reading.layout:
        if sheet.headers and sheet.kind != "form":
            with st.expander(
                translate(
                    "recognised.title", sheet=html.plain(sheet.sheet or "-"), kind=translate(f"recognised.{sheet.kind}")
                )
            ):
                _headers(sheet)


def ask_questions(context: PageContext, questions: tuple[Question, ...], answers: Answers) -> Answers | None:
    """The questions with their proposals; the answers once their sender has confirmed all of them, else None.

    Nothing is chosen beforehand: a proposal that one has only to click away is an assumption.
    """
    if not questions:
        return None
    st.subheader(translate("recognised.questions", count=len(questions)), anchor=False)
    with st.form("questions", border=False):
        chosen: list[tuple[Question, str | None]] = []
        for number, question in enumerate(questions):
            message, remedy = i18n.problem_message(question.problem, context.lang)
            st.text(f"{question.problem.column or ''}{question.problem.row or ''}　{message}")
            html.where(remedy)
            option = st.radio(
                translate("recognised.proposal", option=_option(context, question.proposal)),
                question.options if len(question.options) < MANY else (question.proposal, "ignore"),
                index=None,
                format_func=lambda option: _option(context, option),
                horizontal=True,
                key=f"question-{number}-{question.topic}-{question.key}",
            )
            chosen.append((question, option))
        if not st.form_submit_button(translate("recognised.confirm"), type="primary"):
            return None
    for question, option in chosen:
        answers = answers.give(question, option) if option else answers
    return answers


MANY = 8
"""So many options are every KPI there is: the proposal, or nothing, is what can be decided at a glance."""


def _headers(sheet: SheetLayout) -> None:
    html.table(
        [translate(f"recognised.{name}") for name in ("cell", "header", "taken_for", "confidence", "reason")],
        [
            [
                f"{header.cell.column}{header.cell.row}",
                header.text,
                header.item or translate("recognised.nothing"),
                f"{header.confidence:.0%}",
                translate(f"recognised.reason_{header.reason}"),
            ]
            for header in sheet.headers
        ],
        numbers=(3,),
        form="stacked",
    )


def _option(context: PageContext, option: str) -> str:
    """A KPI or a fact by its name; anything else by its word."""
    names = {kpi.code: f"{kpi.code} {kpi.name.in_(context.lang)}" for kpi in catalogue().kpis}
    names |= {fact.code: fact.name.in_(context.lang) for fact in catalogue().facts}
    return names.get(option) or translate(f"recognised.option_{option}")


def _separator(separator: str) -> str:
    return translate("recognised.tab") if separator == "\t" else separator
