"""From a file that was read to the answer sheet: which of its applications, of which enterprise and year."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import NoReturn

import streamlit as st

from kpi import i18n
from kpi.catalogue.catalogue import catalogue
from kpi.errors import NotFound, UserError
from kpi.intake.answers import Answers, Question
from kpi.intake.settings import SampleName, sample, samples
from kpi.model.application import Application
from kpi.model.problem import Problem
from kpi.model.times import SHANGHAI, now
from kpi.services.enterprise.sheets import (
    OwnAnswerSheet,
    accept_application,
    create_sheet,
    own_sheets,
    unimported_problems,
)
from kpi.services.enterprise.uploads import ReceivedFile, RememberedAnswers, receive_file
from pages.enterprise.parts.journey import CHOSEN
from pages.session.app_store import is_demonstration_app
from pages.session.context import PageContext
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.acts import entries
from pages.widgets.documents import problem_list
from pages.widgets.tables import format_datetime

# What a file leaves open, asked: the same question of several KPIs once, with exceptions where there are any.


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


# From a file that was read to the answer sheet: which of its applications, of which enterprise and year.


YEARS_BACK = 5


def choose_application(context: PageContext, received: ReceivedFile) -> int:
    """Which of a file's applications is meant; asked where there are several."""
    applications = received.reading.applications
    names = [
        translate("begin.which", number=number + 1, **_summary(received, number)) for number in range(len(applications))
    ]
    if len(applications) == 1:
        st.text(names[0])
        return 0
    html.where(translate("begin.several", count=len(applications)))
    of_this_file = [sheet for sheet in own_sheets(context.store, context.viewer) if sheet.upload == received.upload]
    which: int = st.selectbox(
        translate("begin.application"),
        range(len(applications)),
        index=_likeliest(context, applications, of_this_file),
        format_func=lambda at: names[at],
        key=f"which-{received.upload}",
    )
    return which


def offer_answer_sheet(context: PageContext, received: ReceivedFile, which: int) -> bool:
    """One application of the file with the code and year it states, asked for where it states none of the viewer's.

    True once the answer sheet of that code and year is from this file.
    """
    applications = received.reading.applications
    if not applications:
        return False
    sheets = own_sheets(context.store, context.viewer)
    of_this_file = [sheet for sheet in sheets if sheet.upload == received.upload]
    if received.reading.questions:  # what is not certain has not been read, and would be missing unseen
        return bool(of_this_file)
    facts = applications[which].facts
    own = list(context.viewer.scope)
    code: str | None = str(facts.get("credit_code", ""))
    if code not in own:
        html.notice(translate("begin.not_own" if code else "begin.no_code", code=code or ""))
        # Who stands for one enterprise has nothing to choose; a file that names another one is still asked about.
        # What was chosen for the sheet that this file is in by now is chosen still.
        chosen = of_this_file[0].credit_code if of_this_file else own[0] if len(own) == 1 and not code else None
        code = st.selectbox(
            translate("begin.enterprise"),
            own,
            index=own.index(chosen) if chosen in own else None,
            placeholder=translate("begin.choose"),
            key=f"enterprise-{received.upload}-{which}",
        )
    year = facts.get("year")
    if year is None:
        html.notice(translate("begin.no_year"))
        this = now().astimezone(SHANGHAI).year
        years = range(this, this - YEARS_BACK, -1)
        before = next((sheet.year for sheet in of_this_file if sheet.credit_code == code), None)
        year = st.selectbox(
            translate("begin.year"),
            years,
            index=years.index(before) if before and before in years else None,
            placeholder=translate("begin.choose"),
            key=f"year-{received.upload}-{which}",
        )
    kept = [sheet for sheet in sheets if (sheet.credit_code, str(sheet.year)) == (code, str(year))]
    taken = any(sheet in of_this_file for sheet in kept)
    if taken:
        html.where(translate("begin.taken", version=kept[0].version))
    elif kept:
        html.notice(
            translate("begin.replaces", version=kept[0].version, at=format_datetime(kept[0].changed_at), year=year)
        )
    else:
        html.where(translate("begin.not_taken"))
    ready = bool(code) and year is not None
    label = translate("begin.take_again" if taken else "begin.take")
    # A press meant for another version, or for none, is not meant for what a colleague has done since.
    seen = kept[0].version if kept else 0
    key = f"take-{received.upload}-{seen}"
    if st.button(label, key=key, type="secondary" if taken else "primary", disabled=not ready):
        create_sheet(context.store, context.viewer, received, which, str(code), int(str(year)), seen=seen)
        st.switch_page("pages/enterprise/sheet.py", query_params={CHOSEN: f"{code} {year}"})
    return taken


def _likeliest(context: PageContext, applications: Sequence[Application], taken: Sequence[OwnAnswerSheet]) -> int:
    """One that is in an answer sheet; else the viewer's own of the latest year: earlier years are for comparison."""
    known = {(sheet.credit_code, str(sheet.year)) for sheet in taken}
    in_sheet = [(application.text("credit_code"), application.text("year")) in known for application in applications]
    own = [application.text("credit_code") in context.viewer.scope for application in applications]
    places = range(len(applications))
    return max(places, key=lambda at: (in_sheet[at], own[at], applications[at].text("year") or "", -at))


def _summary(received: ReceivedFile, number: int) -> dict[str, str]:
    application = received.reading.applications[number]
    return {
        "name": application.label or translate("begin.no_name"),
        "code": application.text("credit_code") or translate("begin.code_unclear"),
        "year": application.text("year") or translate("begin.year_unclear"),
        "reported": str(sum(value.state == "reported" for value in application.values.values())),
    }


# The shipped examples beside the upload: tried with one click on a demonstration store, downloaded anywhere.


def begin_with_sample(context: PageContext, name: SampleName) -> NoReturn:
    """Straight to its answer sheet where there is none yet and nothing is asked about it, else to the upload, which
    asks: one press takes no sheet's place."""
    received = receive_file(context.store, context.viewer, samples()[name].name, sample(name))
    if received.usable and (taken := _taken(context, received)):
        st.switch_page("pages/enterprise/sheet.py", query_params={CHOSEN: f"{taken.credit_code} {taken.year}"})
    st.session_state["received"] = received
    st.switch_page("pages/enterprise/upload.py", query_params={"sent": received.upload})


def _taken(context: PageContext, received: ReceivedFile) -> Application | None:
    try:
        return accept_application(context.store, context.viewer, received, seen=0)
    except UserError:  # there is a sheet by now, or the year is locked: the upload says so
        return None


def offer_samples(opened: bool) -> SampleName | None:
    """The example just chosen. A store of real enterprises offers the files alone: nothing invented gets into it."""
    chosen: SampleName | None = None
    if not samples():
        return None
    with st.expander(translate("sample.title"), expanded=opened):
        if is_demonstration_app():
            html.where(translate("sample.how"))
            with st.container(horizontal=True):
                for name in samples():
                    if st.button(translate(f"sample.{name}"), key=f"sample-{name}"):
                        chosen = name
        with st.container(horizontal=True):
            for name, file in samples().items():
                st.download_button(
                    translate(f"sample.download_{name}"),
                    partial(sample, name),
                    file_name=file.name,
                    on_click="ignore",
                    key=f"sample-file-{name}",
                    type="tertiary",
                )
    return chosen


# What stands in the file that a sheet came from and not in the sheet, so that nothing goes missing unseen.


def show_unimported(context: PageContext, sheet: OwnAnswerSheet) -> None:
    """Folded away, for it hinders nothing; the file is read once a session, not at every run."""
    key = f"left-{sheet.upload}-{sheet.credit_code}-{sheet.year}"
    if key not in st.session_state:
        st.session_state[key] = _unimported(context, sheet)
    found: tuple[Problem, ...] = st.session_state[key]
    if found:
        with st.expander(translate("sheet.left", count=len(found))):
            html.where(translate("sheet.left_how"))
            problem_list(found)


def _unimported(context: PageContext, sheet: OwnAnswerSheet) -> tuple[Problem, ...]:
    try:
        return unimported_problems(context.store, context.viewer, sheet.credit_code, sheet.year)
    except NotFound:
        return ()
