"""What a drafted change of policy would do: verdicts and quotas that would be others, and whose."""

from __future__ import annotations

import streamlit as st

from kpi.errors import UserError
from kpi.reports.content import About, LabelledLine
from kpi.services.administrator.policy_effect import preview_policy_change
from pages.administrator.parts.changed_words import changed_words_table
from pages.administrator.parts.scope_labels import scope_label
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html
from pages.widgets.data_files import show_table, typed_table
from pages.widgets.error_message import show_error


def show_effect(context: PageContext, number: int) -> None:
    """The preview of a change by its number; nothing is written."""
    try:
        with st.spinner(translate("policy_change.preview")):
            found = preview_policy_change(context.store, context.viewer, number)
    except UserError as error:
        show_error(error)
        return
    change = LabelledLine(translate("policy_change.into"), translate("policy_change.number", number=number))
    about = About(translate("policy_change.preview"), str(found.year or ""), baseline=found.baseline, filters=[change])
    if found.baseline is None:
        html.sentence(translate("policy_change.preview_none"))
    else:
        html.sentence(
            translate(
                "policy_change.preview_sentence",
                year=found.year,
                count=found.applications,
                changed=found.words.applications,
                day=found.as_of.isoformat(),
            )
        )
        changed_words_table(context, about, found.words, str(number))
        html.where(
            translate(
                "policy_change.preview_grounds",
                baseline=found.baseline.name,
                before=found.before.isoformat(),
                after=found.after.isoformat(),
                method=found.method,
            )
        )
    for year, count in found.ahead.items():
        html.where(translate("policy_change.preview_ahead", year=year, count=count))
    if found.quotas:
        html.clause(translate("policy_change.preview_quota", count=len(found.quotas)))
        table = typed_table(
            [translate(f"policy_change.column_{name}") for name in ("body", "before", "after")],
            [[scope_label(one.body, context.lang), str(one.before), str(one.after)] for one in found.quotas],
            numbers=(1, 2),
        )
        show_table(context, about, table, f"quotas-{number}")
    if any(value.key == "leading_quantile" or value.key.startswith("disclosure.") for value in found.values):
        html.where(translate("policy_change.preview_publication"))
