"""Drafting a change of policy: one value at a time, or a whole file."""

from __future__ import annotations

from datetime import date
from typing import get_args

import streamlit as st

from kpi.catalogue.load import catalogue
from kpi.errors import InvalidFile, UserError
from kpi.model.application import Basis
from kpi.policy.load import PER_INDUSTRY
from kpi.policy.policy import PolicyEntry
from kpi.policy.schema import Band, Release
from kpi.services.administrator.policy_changes import (
    EnteredValue,
    PolicyOverview,
    draft_policy_change,
    set_policy_value,
)
from pages.administrator.parts.policy_value import policy_value
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html
from pages.widgets.error_message import show_error
from pages.widgets.problem_list import problem_list

RELEASES = ("release", "disclosure.exposing_words")
"""Values that say when words are released."""


def policy_editor(context: PageContext, overview: PolicyOverview) -> None:
    """A new change, or a further edition of one that is not in force."""
    with st.expander(translate("policy_change.edit")):
        number = _into(overview)
        entries = {one.key: one for one in overview.current}
        key = st.selectbox(
            translate("policy_change.value_name"),
            list(entries),
            index=list(entries).index("leading_quantile"),
            format_func=lambda one: f"{entries[one].name.in_(context.lang)} · {one}",
            key="policy-key",
        )
        _value_form(context, entries[key], number, overview.today)
        _file_form(context, number)


def _into(overview: PolicyOverview) -> int | None:
    """The change to be edited; None is a new one."""
    still_open = [one.number for one in overview.changes if one.state in ("draft", "scheduled")]
    chosen: int = st.selectbox(
        translate("policy_change.into"),
        [0, *still_open],
        format_func=lambda one: translate("policy_change.number", number=one) if one else _new(),
        key="policy-into",
    )
    return chosen or None


def _new() -> str:
    return translate("policy_change.edit_new")


def _value_form(context: PageContext, entry: PolicyEntry, number: int | None, today: date) -> None:
    with st.form(f"policy-{entry.key}", border=False):
        value = _value_input(entry)
        day = st.date_input(translate("policy_change.day"), date(today.year + 1, 1, 1), min_value=today)
        reference = st.text_input(translate("policy_change.reference"), max_chars=200)
        reason = st.text_input(translate("policy_change.reason"), max_chars=200)
        reference_en = st.text_input(
            f"{translate('policy_change.reference')} · {translate('policy_change.in_english')}", max_chars=200
        )
        reason_en = st.text_input(
            f"{translate('policy_change.reason')} · {translate('policy_change.in_english')}", max_chars=200
        )
        if not st.form_submit_button(translate("policy_change.save"), type="primary"):
            return
    entered = EnteredValue(day, entry.key, value, (reference, reference_en), (reason, reason_en))
    try:
        _saved(set_policy_value(context.store, context.viewer, entered, number))
    except InvalidFile as refused:
        problem_list(refused.problems)
    except UserError as error:
        show_error(error)


def _file_form(context: PageContext, number: int | None) -> None:
    file = st.file_uploader(translate("policy_change.upload"), type=["toml"], key="policy-file", max_upload_size=1)
    if file is None or not st.button(translate("policy_change.upload_save"), key="policy-file-save"):
        return
    try:
        _saved(draft_policy_change(context.store, context.viewer, file.name, file.getvalue(), number))
    except InvalidFile as refused:
        html.sentence(translate("policy_change.refused"))
        problem_list(refused.problems)
    except UserError as error:
        show_error(error)


def _value_input(entry: PolicyEntry) -> object:
    """A field fit for the kind of value that stands there now."""
    label, value, key = translate("policy_change.value"), entry.value, entry.key
    if isinstance(value, bool):
        return st.checkbox(label, value)
    if key.partition(".")[0] in PER_INDUSTRY or key == "disclosure.median_only":
        return st.multiselect(label, [kpi.code for kpi in catalogue().kpis], list(value))
    choices = get_args(Release) if key in RELEASES else get_args(Basis) if key.startswith("basis.") else ()
    if choices:
        return st.selectbox(label, choices, choices.index(value), format_func=policy_value)
    return _parsed(st.text_input(label, policy_value(value), help=translate("policy_change.value_help")), value)


def _parsed(text: str, like: object) -> object:
    """What was typed, as the kind of value that stands there now; what does not parse is refused as it was typed."""
    if not isinstance(like, tuple):
        return _number(text)
    parts = [part.strip() for part in text.replace("，", ",").replace("、", ",").split(",") if part.strip()]
    if any(isinstance(one, Band) for one in like):
        return [_band(part) for part in parts]
    return [_number(part) for part in parts]


def _band(text: str) -> object:
    first, _, last = text.removesuffix("+").partition("-")
    return [_number(first), _number(last) if last else None]


def _number(text: str) -> object:
    try:
        return int(text)
    except ValueError:
        pass
    try:
        return float(text)
    except ValueError:
        return text


def _saved(number: int) -> None:
    st.session_state["policy_said"] = translate("policy_change.saved", number=number)
    st.rerun()
