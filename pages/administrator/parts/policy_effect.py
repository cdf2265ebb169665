"""What a drafted change of policy would do: verdicts and quotas that would be others, and whose."""

from __future__ import annotations

import streamlit as st

from kpi import i18n
from kpi.errors import UserError
from kpi.services.administrator.policy_preview import PolicyPreview, preview_policy_change
from pages.administrator.parts.scope_labels import scope_label
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html
from pages.widgets.error_message import show_error


def show_effect(context: PageContext, number: int) -> None:
    """The preview of a change by its number; nothing is written."""
    try:
        with st.spinner(translate("policy_change.preview")):
            found = preview_policy_change(context.store, context.viewer, number)
    except UserError as error:
        show_error(error)
        return
    if found.baseline is None:
        html.sentence(translate("policy_change.preview_none"))
    else:
        html.sentence(
            translate(
                "policy_change.preview_sentence",
                year=found.year,
                count=found.applications,
                changed=found.changed_applications,
                day=found.as_of.isoformat(),
            )
        )
        _verdicts(context, found)
        html.where(
            translate(
                "policy_change.preview_grounds",
                baseline=found.baseline.name,
                before=found.before.isoformat(),
                after=found.after.isoformat(),
                method=found.method,
            )
        )
    if found.quotas:
        html.clause(translate("policy_change.preview_quota", count=len(found.quotas)))
        html.table(
            [translate(f"policy_change.column_{name}") for name in ("body", "before", "after")],
            [[scope_label(one.body, context.lang), str(one.before), str(one.after)] for one in found.quotas],
            numbers=(1, 2),
        )
    if any(value.key.startswith("disclosure.") for value in found.values):
        html.where(translate("policy_change.preview_publication"))


def _verdicts(context: PageContext, found: PolicyPreview) -> None:
    lang = context.lang
    clauses = [
        [
            f"{one.factory}\n{one.credit_code}",
            translate("policy_change.clause"),
            i18n.clause_word(one.before, lang),
            i18n.clause_word(one.after, lang),
        ]
        for one in found.clauses
    ]
    kpis = [
        [
            f"{one.factory}\n{one.credit_code}",
            one.kpi,
            i18n.verdict_word(one.before, lang).word,
            i18n.verdict_word(one.after, lang).word,
        ]
        for one in found.verdicts
    ]
    if clauses or kpis:
        html.table(
            [translate(f"policy_change.column_{name}") for name in ("factory", "kpi", "before", "after")],
            [*clauses, *kpis],
            form="stacked",
        )
