"""The conditions as one works through them: what is open on top, each with its state, its declaration and its evidence.

An answer is kept by its button: an arrow key chooses, and what it only passes on the way would be declared.
"""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from kpi import i18n
from kpi.catalogue.load import catalogue
from kpi.catalogue.schema import Condition
from kpi.eligibility.checklist import stated_conditions
from kpi.errors import UserError
from kpi.model.conditions import EnterpriseStatement
from kpi.model.evaluation import RuleResult
from kpi.services.conditions import LONGEST_EVIDENCE, Checklist, StatementInput, state_conditions
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html
from pages.widgets.condition_list import SHAPES, condition_rows
from pages.widgets.datetime_format import format_datetime
from pages.widgets.error_message import show_error

_ANSWERS: dict[str, bool | None] = {"unsaid": None, "yes": True, "no": False}


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


def _declaration(context: PageContext, own: Checklist, condition: Condition, *, unfolded: bool) -> None:
    known = own.known.statements.get(condition.code)
    mark = SHAPES["unknown" if known is None else "ok" if known.holds else "fails"]
    name = html.plain(i18n.condition_name(condition.code, context.lang))
    with st.expander(f"{mark}\u2002{name}", expanded=unfolded):
        html.where(translate("checklist.clause_of", source=condition.source.in_(context.lang), quote=condition.quote))
        with st.form(f"declare-{_key(own, condition)}", border=False):
            said = _answer(context, own, condition, known)
            if not st.form_submit_button(translate("stating.save")):
                return
        if said.holds and not said.evidence.strip():
            html.notice(translate("stating.evidence_first"))
        elif said == _as_kept(known):
            html.notice(translate("stating.unchanged"))
        else:
            _keep(context, own, condition, said)


def _key(own: Checklist, condition: Condition) -> str:
    return f"{own.application.credit_code}-{own.application.year}-{condition.code}"


def _answer(
    context: PageContext, own: Checklist, condition: Condition, known: EnterpriseStatement | None
) -> StatementInput:
    """What stands in the two inputs: as it was kept, or as it was just changed."""
    key = _key(own, condition)
    answers = list(_ANSWERS)
    left, right = st.columns([2, 3], vertical_alignment="bottom")
    answer = left.radio(
        translate("stating.answer"),
        answers,
        index=answers.index("unsaid" if known is None else "yes" if known.holds else "no"),
        format_func=lambda one: translate(f"stating.{one}"),
        horizontal=True,
        key=f"holds-{key}",
    )
    hint = i18n.text(f"rule.{condition.code}.evidence", context.lang)
    evidence = right.text_input(
        translate("stating.evidence", hint=hint),
        "" if known is None else known.evidence,
        max_chars=LONGEST_EVIDENCE,
        key=f"evidence-{key}",
    )
    holds = _ANSWERS[answer]
    return StatementInput(holds, "" if holds is None else evidence)


def _as_kept(known: EnterpriseStatement | None) -> StatementInput:
    return StatementInput(None) if known is None else StatementInput(known.holds, known.evidence)


def _keep(context: PageContext, own: Checklist, condition: Condition, said: StatementInput) -> None:
    code, year = own.application.credit_code, own.application.year
    try:
        changed = state_conditions(context.store, context.viewer, code, year, {condition.code: said})
    except UserError as error:
        show_error(error)
        return
    if changed:  # what was typed may differ from what is kept by its spaces alone
        st.toast(translate("stating.kept", name=i18n.condition_name(condition.code, context.lang)))
        st.rerun()
