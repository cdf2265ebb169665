"""The drafted changes of policy: what each states, what it would do, and the acts it is open to."""

from __future__ import annotations

from datetime import datetime

import streamlit as st

from kpi.errors import UserError
from kpi.policy.load import file_entries
from kpi.services.administrator.policy_changes import (
    PolicyChange,
    PolicyOverview,
    approve_policy_change,
    withdraw_policy_change,
)
from pages.administrator.parts.policy_effect import show_effect
from pages.administrator.parts.policy_value import policy_value
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html
from pages.widgets.datetime_format import format_datetime
from pages.widgets.error_message import show_error


def change_list(context: PageContext, overview: PolicyOverview) -> None:
    """The latest change first; those that wait for somebody are open."""
    if said := st.session_state.pop("policy_said", None):
        st.success(said)
    if not overview.changes:
        html.where(translate("policy_change.none"))
    current = {one.key: one.value for one in overview.current}
    for change in overview.changes:
        day = change.content.in_force_from.isoformat()
        state = translate(f"policy_change.state.{change.state}")
        heading = translate(
            "policy_change.heading", number=change.number, version=change.edition.version, day=day, state=state
        )
        with st.expander(heading, expanded=change.state == "draft"):
            _content(context, change, current)
            _who(change)
            if change.state in ("draft", "scheduled"):
                _acts(context, change, day)


def _content(context: PageContext, change: PolicyChange, current: dict[str, object]) -> None:
    html.table(
        [translate(f"policy_change.column_{name}") for name in ("name", "before", "after", "reason")],
        [
            [
                f"{entry.name.in_(context.lang)}\n{key}",
                policy_value(current[key]) if key in current else translate("policy_change.no_value"),
                translate("policy_change.repealed") if entry.repealed else policy_value(entry.value),
                f"{entry.reference.in_(context.lang)}\n{entry.reason.in_(context.lang)}",
            ]
            for key, entry in file_entries(change.content)
        ],
        form="stacked",
    )


def _who(change: PolicyChange) -> None:
    edition = change.edition
    said = [translate("policy_change.drafted", who=edition.saved_by, at=format_datetime(edition.saved_at))]
    if edition.approved_by:
        said.append(translate("policy_change.approved", who=edition.approved_by, at=_at(edition.approved_at)))
    if edition.withdrawn_by:
        said.append(
            translate(
                "policy_change.withdrawn",
                who=edition.withdrawn_by,
                at=_at(edition.withdrawn_at),
                reason=edition.withdrawal_reason or "",
            )
        )
    html.caption("\n".join(said))


def _at(moment: datetime | None) -> str:
    return format_datetime(moment) if moment else ""


def _acts(context: PageContext, change: PolicyChange, day: str) -> None:
    number, version = change.number, change.edition.version
    if st.toggle(translate("policy_change.preview"), key=f"effect-{number}-{version}"):
        show_effect(context, number)
    if change.state == "draft" and context.viewer.account in change.editors:
        html.where(translate("policy_change.approve_other"))
    elif change.state == "draft":
        sure = st.checkbox(translate("policy_change.approve_ask", day=day), key=f"sure-{number}-{version}")
        if st.button(translate("policy_change.approve"), key=f"approve-{number}", type="primary", disabled=not sure):
            try:
                approve_policy_change(context.store, context.viewer, number, version)
            except UserError as error:
                show_error(error)
            else:
                _say(translate("policy_change.approved_now", day=day))
    with st.form(f"withdraw-{number}", border=False):
        reason = st.text_input(translate("policy_change.withdraw_reason"), max_chars=200)
        if st.form_submit_button(translate("policy_change.withdraw")):
            try:
                withdraw_policy_change(context.store, context.viewer, number, reason)
            except UserError as error:
                show_error(error)
            else:
                _say(translate("policy_change.withdrawn_now"))


def _say(said: str) -> None:
    """After the page has been drawn again with what was done."""
    st.session_state["policy_said"] = said
    st.rerun()
