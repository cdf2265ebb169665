"""What a file leaves open, asked: the same question of several KPIs once, with exceptions where there are any."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from kpi import i18n
from kpi.catalogue.load import catalogue
from kpi.intake.answers import Answers
from kpi.intake.layout import Question
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html
from pages.widgets.ask_once import entries

MANY = 8
"""So many options are every KPI there is: the proposal, or nothing, is what can be decided at a glance."""

Choices = list[tuple[Question, str | None]]


def ask_questions(context: PageContext, questions: tuple[Question, ...], answers: Answers) -> Answers | None:
    """The questions with their proposals; the answers once their sender has given at least one, else None.

    Nothing is chosen beforehand: a proposal that one has only to click away is an assumption.
    """
    if not questions:
        return None
    st.subheader(translate("ask.title", count=len(questions)), anchor=False)
    proposed = [question for question in questions if _has_proposal(question)]
    with entries("questions"):
        chosen: Choices = []
        for group in _groups(questions):
            chosen += _ask_one(context, group[0]) if len(group) == 1 else _ask_all(context, group)
        with st.container(horizontal=True):
            confirmed = st.button(translate("ask.confirm"), type="primary", key="ask-confirm")
            accepted = bool(proposed) and st.button(translate("ask.accept", count=len(proposed)), key="ask-accept")
    if not (confirmed or accepted):
        return None
    if accepted:
        chosen = [(one, option or (one.proposal if _has_proposal(one) else None)) for one, option in chosen]
    given = [(question, option) for question, option in chosen if option]
    if not given:
        st.warning(translate("ask.nothing_chosen"))
        return None
    for question, option in given:
        answers = answers.give(question, option)
    return answers


def _groups(questions: Sequence[Question]) -> list[list[Question]]:
    """The same question of several KPIs together, in the order of the file."""
    groups: dict[tuple[object, ...], list[Question]] = {}
    for question in questions:
        same = question.topic in ("unit", "basis", "direction")
        kind = question.problem.code if question.topic == "direction" else ""
        key = (question.topic, kind, question.options) if same else (question.topic, question.key)
        groups.setdefault(key, []).append(question)
    return list(groups.values())


def _has_proposal(question: Question) -> bool:
    """Nothing in a table speaks for one basis or the other: the first option is no proposal there."""
    return question.topic != "basis"


def _ask_one(context: PageContext, question: Question) -> Choices:
    message, remedy = i18n.problem_message(question.problem, context.lang)
    st.text(f"{question.problem.column or ''}{question.problem.row or ''}　{message}")
    if example := question.problem.params.get("example"):
        html.where(translate("ask.example", value=example))
    html.where(remedy)
    return [(question, _radio(context, [question]))]


def _ask_all(context: PageContext, group: Sequence[Question]) -> Choices:
    """One choice for all, and another for any single one."""
    topic = group[0].topic
    st.text(translate(f"ask.all_{topic}", count=len(group)))
    html.bullets([_about(context, question) for question in group])
    html.where(translate(f"ask.how_{topic}"))
    for_all = _radio(context, group)
    with st.expander(translate("ask.exceptions")):
        single = [
            st.selectbox(
                html.plain(_about(context, question)),
                question.options,
                index=None,
                format_func=lambda option: option_words(context, option),
                placeholder=translate("ask.as_all"),
                key=f"ask-one-{question.topic}-{question.key}",
                on_change="ignore",
            )
            for question in group
        ]
    return [(question, option or for_all) for question, option in zip(group, single, strict=True)]


def _radio(context: PageContext, group: Sequence[Question]) -> str | None:
    """The options of a group; its key names its members, so that a later question starts without a choice."""
    first = group[0]
    proposals = {question.proposal for question in group} if _has_proposal(first) else set()
    label = translate("ask.choose")
    if len(proposals) == 1:
        label = translate("ask.proposal", option=option_words(context, first.proposal))
    chosen: str | None = st.radio(
        label,
        first.options if len(first.options) < MANY else (first.proposal, "ignore"),
        index=None,
        format_func=lambda option: option_words(context, option),
        horizontal=True,
        key=f"ask-{first.topic}-{'-'.join(question.key for question in group)}",
        on_change="ignore",
    )
    return chosen


def _about(context: PageContext, question: Question) -> str:
    """The cell, the KPI, and what stands there as it would be read."""
    problem = question.problem
    kpi = catalogue().kpi(str(problem.params["item"]))
    stored, shown = problem.value or "", str(problem.params.get("shown", ""))
    if "seen" in problem.params:
        shown = f"{i18n.plain_number(float(problem.params['seen']))}%"
    if shown and shown not in stored:
        stored = translate("ask.seen", stored=stored, seen=shown)
    cell = f"{problem.column or ''}{problem.row or ''}"
    return translate("ask.about", cell=cell, kpi=f"{kpi.code} {kpi.short.in_(context.lang)}", value=stored)


def option_words(context: PageContext, option: str) -> str:
    """A KPI or a fact by its name; anything else by its word."""
    names = {kpi.code: f"{kpi.code} {kpi.name.in_(context.lang)}" for kpi in catalogue().kpis}
    names |= {fact.code: fact.name.in_(context.lang) for fact in catalogue().facts}
    return names.get(option) or translate(f"recognised.option_{option}")
