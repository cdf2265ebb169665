"""The conditions of one application in rows: how each stands, what was stated and decided, and fields for a ruling."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import streamlit as st

from kpi import i18n
from kpi.catalogue.catalogue import catalogue
from kpi.errors import UserError
from kpi.model.claims import GIVEN_OUTCOMES, GivenOutcome, StatementFile
from kpi.model.times import now, shanghai_date
from kpi.services.condition_rulings import (
    LONGEST_RULING,
    ConditionsToRule,
    ConditionToRule,
    RulingInput,
    may_withdraw,
    read_before,
    rule_on_conditions,
    rule_together,
)
from pages.session.context import PageContext, current_viewer
from pages.session.language import translate
from pages.session.notice import show_notice_of
from pages.widgets import html
from pages.widgets.acts import confirm_act, entries, show_done, show_error
from pages.widgets.clauses import clause_address
from pages.widgets.conditions import SHAPES, clause_words, said_of_ruling
from pages.widgets.entry_rows import begin_row, row_basis, row_choice, row_outdated, row_saved, row_text
from pages.widgets.picker import pick_option
from pages.widgets.tables import format_datetime

# Which application: those with most to decide first.


def work_in_short(context: PageContext, found: Sequence[ConditionsToRule]) -> None:
    """How much waits, and what a ruling is."""
    waiting = [len(item.waiting) for item in found if item.waiting]
    said = translate("rulings.sentence", waiting=sum(waiting), candidates=len(waiting))
    html.sentence(said if waiting else translate("rulings.sentence_none"))
    html.where(translate("rulings.how_leader" if context.viewer.role == "leader" else "rulings.how"))


def application_to_rule_on(context: PageContext, found: Sequence[ConditionsToRule]) -> ConditionsToRule:
    """One of them, by the reader or the address; its year's notice is shown."""
    by_key = {item.key: item for item in sorted(found, key=lambda item: -len(item.waiting))}
    chosen = pick_option(translate("rulings.candidate"), list(by_key), "of", lambda key: _label(context, by_key[key]))
    show_notice_of(by_key[chosen].locked.application.year)
    return by_key[chosen]


def _label(context: PageContext, item: ConditionsToRule) -> str:
    application, count = item.locked.application, len(item.waiting)
    said = {"factory": i18n.factory_label(application, context.lang), "year": application.year}
    return translate("rulings.candidate_waits" if count else "rulings.candidate_none", count=count, **said)


# Its conditions: those that wait in sight, each with its fields; one button keeps what was entered in any.


_CHOICES = ("leave", *GIVEN_OUTCOMES)
_DONE = "rulings-done"


def ruling_rows(context: PageContext, found: ConditionsToRule, files: Mapping[str, StatementFile]) -> None:
    """Rows with fields as long as anything can be decided, else what was decided; ``files`` beside what was stated."""
    if found.closed:
        show_error(found.closed)
    elif found.waiting and found.due and shanghai_date(now()) > found.due:
        html.notice(translate("rulings.late", day=found.due.isoformat()))
    answered = st.session_state.pop(_DONE, None)
    with entries("rulings"):
        waiting = found.waiting
        if waiting:
            html.titled(translate("rulings.waiting", count=len(waiting)))
        for item in waiting:
            _row(context, found, item, files.get(item.found.rule))
        if others := [item for item in found.conditions if item not in waiting]:
            title = translate("rulings.others" if waiting else "rulings.every", count=len(others))
            with st.expander(title, expanded=not waiting):
                for item in others:
                    _row(context, found, item, files.get(item.found.rule))
        if not found.closed:
            st.button(translate("rulings.save"), on_click=_keep, args=(context, found), key="rule", type="primary")
    if answered is not None:
        _show(answered)


def _row(context: PageContext, found: ConditionsToRule, item: ConditionToRule, file: StatementFile | None) -> None:
    condition, finding = catalogue().condition(item.found.rule), item.found
    name = i18n.condition_name(condition.code, context.lang)
    what, fields = st.columns((5, 8), vertical_alignment="top")
    with what, html.together():
        html.clause(f"{SHAPES[finding.state]}\u2002{i18n.condition_finding(finding, context.lang)}")
        html.where(clause_words(condition, context.lang), clause_address(condition.clauses, context.lang))
        if condition.open_to_checks:
            html.where(_stated(item))
        if file:
            html.where(translate("statement_file.beside", name=file.file_name, at=format_datetime(file.attached_at)))
        for given in item.given:
            html.where(said_of_ruling(context, given))
    if found.closed:
        return
    choice, reason, evidence = _fields(found, condition.code)
    basis = begin_row({choice: "leave", reason: "", evidence: ""}, item.last_at)
    with fields:
        asked = translate("rulings.choice", name=html.plain(name))
        options = [*_CHOICES, "withdrawn"] if may_withdraw(context.viewer, item) else _CHOICES
        row_choice(asked, options, lambda option: translate(f"rulings.choice_{option}"), choice)
        why, against = st.columns(2)
        with why:
            row_text(translate("rulings.reason"), LONGEST_RULING, reason)
        with against:
            row_text(translate("rulings.evidence"), LONGEST_RULING, evidence)
        if basis.outdated:
            html.notice(translate("rulings.now"))


def _stated(item: ConditionToRule) -> str:
    if item.stated is None:
        return translate("rulings.not_stated")
    answer = translate("rulings.met" if item.stated.holds else "rulings.not_met")
    return translate("rulings.stated", answer=answer, evidence=item.stated.evidence or i18n.NO_NUMBER)


def _fields(found: ConditionsToRule, code: str) -> tuple[str, str, str]:
    """The keys of what is decided, why, and against what."""
    application = found.locked.application
    of = f"{application.credit_code}-{application.year}-{code}"
    return f"ruling-{of}", f"why-{of}", f"against-{of}"


def _keep(context: PageContext, found: ConditionsToRule) -> None:
    """All that was entered in any row, knowing of what stood on the page."""
    entered, seen = {}, {}
    for item in found.conditions:
        choice, reason, evidence = keys = _fields(found, item.found.rule)
        outcome = st.session_state.get(choice, "leave")
        if outcome != "leave":
            given = None if outcome == "withdrawn" else outcome
            entered[item.found.rule] = RulingInput(given, st.session_state[reason], st.session_state[evidence])
            seen[item.found.rule] = row_basis(keys[0]).holds
    application = found.locked.application
    on = context.store, current_viewer(), application.credit_code, application.year
    try:
        if entered:
            rule_on_conditions(*on, entered, found.locked.locked_at, seen)
    except UserError as error:
        st.session_state[_DONE] = error
        for fault in (error, *error.also):
            if fault.code == "ruling_meanwhile":
                row_outdated(_fields(found, str(fault.params["rule"]))[0])
    else:
        st.session_state[_DONE] = len(entered)
        for code in entered:
            row_saved(*_fields(found, code))


def _show(answered: UserError | int) -> None:
    if isinstance(answered, UserError):
        show_error(answered, over_the_page=True)
    elif answered:
        show_done(translate("rulings.kept", count=answered))
    else:
        html.notice(translate("rulings.unchanged"))


# One condition of several applications, decided alike.


_TOGETHER = "rulings-together"


def rule_on_several(context: PageContext, found: Sequence[ConditionsToRule]) -> None:
    """Of the year shown: a condition that waits for several, those that are meant, and one reason for all of them."""
    of_year = [item for item in found if item.locked.application.year == catalogue().notice.year]
    waits = Counter(rule.found.rule for item in of_year for rule in item.waiting)
    several = [condition.code for condition in catalogue().conditions if waits[condition.code] > 1]
    if done := st.session_state.pop(_TOGETHER, 0):
        show_done(translate("rulings.kept", count=done))
    if not several:
        return
    with st.expander(translate("rulings.together")):
        condition = st.selectbox(
            translate("rulings.together_condition"),
            several,
            format_func=lambda code: f"{i18n.condition_name(code, context.lang)} ({waits[code]})",
            key="together-condition",
        )
        _together(context, condition, [item for item in of_year if read_before(item, condition)])


def _together(context: PageContext, condition: str, waiting: Sequence[ConditionsToRule]) -> None:
    """Once some are decided the fields are those of the others."""
    fields, by_key = f"together-{condition}-{len(waiting)}", {item.key: item for item in waiting}
    names = {key: i18n.factory_label(item.locked.application, context.lang) for key, item in by_key.items()}
    chosen = st.multiselect(
        translate("rulings.together_which"),
        list(names),
        format_func=names.__getitem__,
        placeholder=translate("sheet.choose"),
        key=f"{fields}-which",
    )
    outcome: GivenOutcome | None = st.radio(
        translate("rulings.choice", name=html.plain(i18n.condition_name(condition, context.lang))),
        GIVEN_OUTCOMES,
        index=None,
        format_func=lambda option: translate(f"rulings.choice_{option}"),
        horizontal=True,
        key=f"{fields}-outcome",
    )
    why, against = st.columns(2)
    reason = why.text_input(translate("rulings.reason"), max_chars=LONGEST_RULING, key=f"{fields}-reason")
    evidence = against.text_input(translate("rulings.evidence"), max_chars=LONGEST_RULING, key=f"{fields}-evidence")
    label = translate("rulings.together_save", count=len(chosen))
    if outcome is None or not chosen:
        st.button(label, key=f"{fields}-first", disabled=True)  # what comes next is seen before it is possible
        return
    word = translate(f"rulings.choice_{outcome}")
    means = translate("rulings.together_means", count=len(chosen), outcome=word)
    read = {key: before for key in chosen if (before := read_before(by_key[key], condition))}
    if not confirm_act(label, "\n".join([means, *(names[key] for key in chosen)]), key=fields, read=read):
        return
    try:
        rule_together(context.store, context.viewer, condition, RulingInput(outcome, reason, evidence), read)
    except UserError as error:
        show_error(error)
    else:
        st.session_state[_TOGETHER] = len(read)
        st.rerun()
