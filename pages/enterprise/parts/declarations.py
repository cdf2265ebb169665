"""The conditions as one works through them: what is open on top, each with its state, its declaration and its evidence.

An answer is kept by its button: an arrow key chooses, and what it only passes on the way would be declared.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from kpi import i18n
from kpi.catalogue.catalogue import catalogue
from kpi.catalogue.schema import Condition
from kpi.eligibility.checklist import stated_conditions
from kpi.errors import UserError
from kpi.model.claims import EnterpriseStatement
from kpi.model.evaluation import RuleResult
from kpi.services.conditions import LONGEST_EVIDENCE, Checklist, StatementInput, state_conditions
from pages.session.language import current_lang, translate
from pages.session.page_context import PageContext, current_viewer
from pages.widgets import html
from pages.widgets.ask_once import entries
from pages.widgets.condition_list import SHAPES, condition_rows
from pages.widgets.datetime_format import format_datetime
from pages.widgets.error_message import show_error

_ANSWERS: dict[str, bool | None] = {"unsaid": None, "yes": True, "no": False}
_ANSWERED = "declaration-answered"


@dataclass(frozen=True, slots=True)
class _Answered:
    """What a press came to: an error, or the name of what is said; and what stood in the two inputs."""

    condition: str
    entered: tuple[str, str]
    said: str | UserError


def work_through(context: PageContext, own: Checklist) -> None:
    """To be fixed, to be declared (the first unfolded), left to others, declared, met by facts."""
    known = own.known.statements
    stated = stated_conditions()
    to_declare = [one for one in stated if one.code not in known]
    others = [rule for rule in own.rules if rule.rule not in {one.code for one in stated}]
    to_fix = [rule for rule in others if rule.state != "ok" and not _is_for_others(rule)]
    _left(context, own, "elsewhere", to_fix)
    if to_fix:
        st.page_link("pages/enterprise/sheet.py", label=translate("stating.to_sheet"))
    st.subheader(translate("stating.open", count=len(to_declare)), anchor=False)
    html.where(translate("stating.how" if to_declare else "stating.all_given"))
    for at, condition in enumerate(to_declare):
        _declaration(context, own, condition, unfolded=at == 0)

    _left(context, own, "others", [rule for rule in others if rule.state != "ok" and _is_for_others(rule)])

    given = [one for one in stated if one.code in known]
    if given:
        st.subheader(translate("stating.given", count=len(given)), anchor=False)
        last = max(known.values(), key=lambda one: one.stated_at)
        html.where(translate("stating.last", at=format_datetime(last.stated_at), account=last.stated_by))
    for condition in given:
        _declaration(context, own, condition, unfolded=False)
    met = [rule for rule in others if rule.state == "ok"]
    condition_rows(context, own.application, translate("checklist.met"), met, "conditions-met")


def _is_for_others(rule: RuleResult) -> bool:
    return catalogue().condition(rule.rule).rests_on in ("review", "verdict")


def _left(context: PageContext, own: Checklist, kind: str, rules: Sequence[RuleResult]) -> None:
    title, unfolded = translate(f"stating.{kind}"), kind == "elsewhere"
    condition_rows(context, own.application, title, rules, f"conditions-{kind}", unfolded=unfolded)


def show_not_declared() -> None:
    """A press refused where there is no form of it any more: a colleague has locked or discarded the application."""
    if answered := st.session_state.pop(_ANSWERED, None):
        _show(answered)


def _declaration(context: PageContext, own: Checklist, condition: Condition, *, unfolded: bool) -> None:
    known = own.known.statements.get(condition.code)
    answered: _Answered | None = st.session_state.get(_ANSWERED)
    if answered is None or answered.condition != condition.code:
        answered = None
    else:
        st.session_state.pop(_ANSWERED)
    mark = SHAPES["unknown" if known is None else "ok" if known.holds else "fails"]
    name = html.plain(i18n.condition_name(condition.code, context.lang))
    refused = answered is not None and answered.said != "kept"
    with st.expander(f"{mark}\u2002{name}", expanded=unfolded or refused):
        html.where(translate("checklist.clause_of", source=condition.source.in_(context.lang), quote=condition.quote))
        form = _form_of(own, condition, known)
        if answered and refused:  # into the form of what holds now, where a colleague has changed that
            st.session_state[f"holds-{form}"], st.session_state[f"evidence-{form}"] = answered.entered
        with entries(f"declare-{form}"):
            _inputs(context, condition, form, known)
            # Before the page is drawn again, which is no more of this form where a colleague has declared meanwhile.
            st.button(
                translate("stating.save"),
                on_click=_keep,
                args=(context, own, condition.code, form, known),
                key=f"declare-{form}",
            )
        if answered:
            _show(answered)
            if isinstance(answered.said, UserError) and answered.said.code == "declaration_changed":
                _show_now(known)


def _form_of(own: Checklist, condition: Condition, known: EnterpriseStatement | None) -> str:
    """Another declaration is another form, which begins with it."""
    of = f"{own.application.credit_code}-{own.application.year}-{condition.code}"
    return f"{of}-{known.stated_at.isoformat() if known else 'none'}"


def _inputs(context: PageContext, condition: Condition, form: str, known: EnterpriseStatement | None) -> None:
    """As it was kept, or as it was just changed. Not as their defaults: what was refused is put here, too."""
    st.session_state.setdefault(f"holds-{form}", _answer(known))
    st.session_state.setdefault(f"evidence-{form}", "" if known is None else known.evidence)
    left, right = st.columns([2, 3], vertical_alignment="bottom")
    left.radio(
        translate("stating.answer"),
        list(_ANSWERS),
        format_func=lambda one: translate(f"stating.{one}"),
        horizontal=True,
        key=f"holds-{form}",
        on_change="ignore",
    )
    hint = i18n.text(f"rule.{condition.code}.evidence", context.lang)
    right.text_input(
        translate("stating.evidence", hint=hint),
        max_chars=LONGEST_EVIDENCE,
        key=f"evidence-{form}",
        on_change="ignore",
    )


def _answer(known: EnterpriseStatement | None) -> str:
    return "unsaid" if known is None else "yes" if known.holds else "no"


def _as_kept(known: EnterpriseStatement | None) -> StatementInput:
    return StatementInput(None) if known is None else StatementInput(known.holds, known.evidence)


def _keep(context: PageContext, own: Checklist, condition: str, form: str, known: EnterpriseStatement | None) -> None:
    """Knowing of the declaration that stood on the page."""
    entered = st.session_state[f"holds-{form}"], st.session_state[f"evidence-{form}"]
    holds = _ANSWERS[entered[0]]
    stated, seen = StatementInput(holds, "" if holds is None else entered[1]), _as_kept(known)
    said: str | UserError = "unchanged"
    if holds and not stated.evidence.strip():
        said = "evidence_first"
    elif stated != seen:
        code, year = own.application.credit_code, own.application.year
        try:
            changed = state_conditions(
                context.store, current_viewer(), code, year, {condition: stated}, seen={condition: seen}
            )
            said = "kept" if changed else "unchanged"
        except UserError as error:
            said = error
    st.session_state[_ANSWERED] = _Answered(condition, entered, said)


def _show(answered: _Answered) -> None:
    if isinstance(answered.said, UserError):
        show_error(answered.said, over_the_page=True)
    elif answered.said == "kept":
        st.toast(translate("stating.kept", name=i18n.condition_name(answered.condition, current_lang())))
    else:
        html.notice(translate(f"stating.{answered.said}"))


def _show_now(known: EnterpriseStatement | None) -> None:
    """What holds instead of what was entered."""
    html.clause(translate("stating.now", answer=translate(f"stating.{_answer(known)}")))
    if known:
        evidence = translate("stating.evidence", hint=known.evidence or i18n.NO_NUMBER)
        by = translate("stating.last", at=format_datetime(known.stated_at), account=known.stated_by)
        html.where(f"{evidence} · {by}")
