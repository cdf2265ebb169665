"""What a file leaves open, asked: the same question of several KPIs once, with exceptions where there are any."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from kpi import i18n
from kpi.catalogue.catalogue import catalogue
from kpi.intake.answers import Answers, Question
from kpi.services.enterprise.uploads import RememberedAnswers
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html
from pages.widgets.ask_once import entries
from pages.widgets.datetime_format import format_datetime

MANY = 8
"""So many options are every KPI there is: the proposal, or nothing, is what can be decided at a glance."""

Choices = list[tuple[Question, str | None]]
Groups = list[list[Question]]


def grouped(questions: Sequence[Question]) -> Groups:
    """The same question of several KPIs together, in the order of the file."""
    groups: dict[tuple[object, ...], list[Question]] = {}
    for question in questions:
        code = question.problem.code
        same = question.topic in ("unit", "basis", "direction") or code == "label_unclear"
        kind = code if question.topic in ("direction", "header") else ""
        key = (question.topic, kind, question.options) if same else (question.topic, question.key)
        groups.setdefault(key, []).append(question)
    return list(groups.values())


def numbers_of(questions: Sequence[Question]) -> list[int]:
    """Under which number each is asked, from 1."""
    groups = grouped(questions)
    return [next(at for at, group in enumerate(groups, 1) if question in group) for question in questions]


def ask_questions(
    context: PageContext, questions: tuple[Question, ...], answers: Answers, remembered: RememberedAnswers
) -> Answers | None:
    """The questions; the answers once their sender has confirmed at least one, else None.

    What two grounds speak for, or was answered so for an earlier file, stands chosen; it counts when it is confirmed.
    """
    groups = grouped(questions)
    preset = sum(question.preset is not None for question in questions)
    chosen: Choices = []
    with entries("questions"):
        first = st.container()  # the next step stands above what it is about
        for number, group in enumerate(groups, 1):
            with st.container(gap="xsmall"):
                ask = _ask_one if len(group) == 1 else _ask_all
                chosen += ask(context, number, group)
                _say_remembered(context, group, remembered)
    with first:
        confirmed = st.button(translate("ask.confirm"), type="primary", key="ask-confirm", width="stretch")
        html.where(translate("ask.preset", preset=preset, rest=len(questions) - preset))
    if not confirmed:
        return None
    given = [(question, option) for question, option in chosen if option]
    if not given:
        st.warning(translate("ask.nothing_chosen"))
        return None
    for question, option in given:
        answers = answers.give(question, option)
    return answers


def _ask_one(context: PageContext, number: int, group: Sequence[Question]) -> Choices:
    [question] = group
    problem = question.problem
    message, remedy = i18n.problem_message(problem, context.lang)
    cell, example = f"{problem.column or ''}{problem.row or ''}", problem.params.get("example")
    name = problem.params.get("name")
    what = translate("ask.which", name=name) if name and question.topic == "header" else message
    html.titled(translate("ask.numbered", number=number, what=what))
    html.where(translate("ask.cell_example", cell=cell, value=example) if example else cell)
    return [(question, _radio(context, group, message if what != message else remedy))]


def _ask_all(context: PageContext, number: int, group: Sequence[Question]) -> Choices:
    """One choice for all, and another for any single one."""
    topic = "label" if group[0].topic == "header" else group[0].topic
    html.titled(translate("ask.numbered", number=number, what=translate(f"ask.all_{topic}", count=len(group))))
    html.bullets([_about(context, question) for question in group])
    for_all = _radio(context, group, translate(f"ask.how_{topic}"))
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


def _radio(context: PageContext, group: Sequence[Question], how: str) -> str | None:
    """The options of a group; its key names its members, so that a later question starts with its own choice."""
    first = group[0]
    presets = {question.preset for question in group}
    preset = presets.pop() if len(presets) == 1 else None
    options = first.options if len(first.options) < MANY else (first.proposal, "ignore")
    chosen: str | None = st.radio(
        _why(context, first, preset),
        options,
        index=options.index(preset) if preset in options else None,
        format_func=lambda option: option_words(context, option),
        horizontal=True,
        help=how,
        key=f"ask-{first.topic}-{'-'.join(question.key for question in group)}",
        on_change="ignore",
    )
    return chosen


def _why(context: PageContext, question: Question, preset: str | None) -> str:
    """What speaks for the proposal, and that too little does."""
    grounds = translate("reading.and").join(translate(f"ask.ground_{ground}") for ground in question.grounds)
    if preset and preset == question.remembered:
        return translate("ask.preset_remembered")
    if not grounds:
        return translate("ask.no_ground")
    option = option_words(context, question.proposal)
    return translate("ask.proposal" if preset else "ask.one_ground", option=option, grounds=grounds)


def _say_remembered(context: PageContext, group: Sequence[Question], remembered: RememberedAnswers) -> None:
    """What was answered for an earlier file, by whom and when."""
    known = {question.remembered for question in group if question.remembered}
    if known and remembered.confirmed_at:
        words = translate("reading.and").join(option_words(context, option) for option in sorted(known))
        at = format_datetime(remembered.confirmed_at)
        html.where(translate("ask.remembered", option=words, by=remembered.confirmed_by, at=at))


def _about(context: PageContext, question: Question) -> str:
    """The cell, the KPI, and what stands there as it would be read."""
    problem = question.problem
    cell = f"{problem.column or ''}{problem.row or ''}"
    if "item" not in problem.params:
        return translate("ask.about", cell=cell, kpi=str(problem.params.get("name", "")), value="")
    kpi = catalogue().kpi(str(problem.params["item"]))
    stored, shown = problem.value or "", str(problem.params.get("shown", ""))
    if "seen" in problem.params:
        shown = f"{i18n.plain_number(float(problem.params['seen']))}%"
    if shown and shown not in stored:
        stored = translate("ask.seen", stored=stored, seen=shown)
    return translate("ask.about", cell=cell, kpi=f"{kpi.code} {kpi.short.in_(context.lang)}", value=stored)


def option_words(context: PageContext, option: str) -> str:
    """A KPI or a fact by its name; anything else by its word."""
    names = {kpi.code: f"{kpi.code} {kpi.name.in_(context.lang)}" for kpi in catalogue().kpis}
    names |= {fact.code: fact.name.in_(context.lang) for fact in catalogue().facts}
    return names.get(option) or translate(f"recognised.option_{option}")
