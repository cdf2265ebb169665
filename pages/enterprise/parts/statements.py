"""An enterprise states the conditions that no figure shows, each with its evidence."""

from __future__ import annotations

import streamlit as st

from kpi import i18n
from kpi.catalogue.schema import Condition
from kpi.eligibility.checklist import stated_conditions
from kpi.errors import UserError
from kpi.services.conditions import LONGEST_EVIDENCE, Checklist, StatementInput, state_conditions
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html
from pages.widgets.datetime_format import format_datetime
from pages.widgets.error_message import show_error

_ANSWERS: dict[str, bool | None] = {"unsaid": None, "yes": True, "no": False}


def statement_form(context: PageContext, own: Checklist) -> None:
    """All statements in one form; nothing to fill in once the application is locked."""
    if own.locked_at is not None:
        return
    code, year = own.application.credit_code, own.application.year
    known = own.known.statements
    asked = stated_conditions()
    if (saved := st.session_state.pop("statements-saved", None)) is not None:
        st.success(translate("stating.saved", count=saved) if saved else translate("stating.unchanged"))
    with st.expander(translate("stating.title", all=len(asked), said=len(known))):
        html.where(translate("stating.how"))
        if known:
            last = max(known.values(), key=lambda one: one.stated_at)
            html.where(translate("stating.last", at=format_datetime(last.stated_at), account=last.stated_by))
        with st.form(f"statements-{code}-{year}", border=False):
            said = {one.code: _statement_input(context, own, one) for one in asked}
            if st.form_submit_button(translate("stating.save"), type="primary"):
                try:
                    changed = state_conditions(context.store, context.viewer, code, year, said)
                except UserError as error:
                    show_error(error)
                else:
                    st.session_state["statements-saved"] = changed
                    st.rerun()


def _statement_input(context: PageContext, own: Checklist, condition: Condition) -> StatementInput:
    """What is said of one condition, as it stands and as it is changed."""
    known = own.known.statements.get(condition.code)
    key = f"{own.application.credit_code}-{own.application.year}-{condition.code}"
    name = html.plain(i18n.condition_name(condition.code, context.lang))
    hint = i18n.text(f"rule.{condition.code}.evidence", context.lang)
    answers = list(_ANSWERS)
    left, right = st.columns(2, vertical_alignment="bottom")
    answer = left.radio(
        name,
        answers,
        index=answers.index("unsaid" if known is None else "yes" if known.holds else "no"),
        format_func=lambda one: translate(f"stating.{one}"),
        horizontal=True,
        key=f"holds-{key}",
        help=html.plain(
            translate("checklist.clause_of", source=condition.source.in_(context.lang), quote=condition.quote)
        ),
    )
    evidence = right.text_input(
        translate("stating.evidence", hint=hint),
        "" if known is None else known.evidence,
        max_chars=LONGEST_EVIDENCE,
        key=f"evidence-{key}",
    )
    return StatementInput(_ANSWERS[answer], evidence)
