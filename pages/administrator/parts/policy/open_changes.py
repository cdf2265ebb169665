"""The changes that are not in force yet: what each states, what it would do, and the acts it is open to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import streamlit as st

from kpi.errors import UserError
from kpi.policy.load import file_entries
from kpi.reports.content import About, LabelledLine
from kpi.services.administrator.policy import (
    LONGEST_REASON,
    PolicyChange,
    approve_policy_change,
    withdraw_policy_change,
)
from kpi.services.administrator.policy_effect import PolicyStep, StatedValue
from pages.administrator.parts.policy.policy_effect import show_effect
from pages.administrator.parts.policy.policy_value import policy_unit, stated_value
from pages.administrator.parts.policy.taking_out import taken_out
from pages.session.language import translate
from pages.session.page_context import PageContext, current_viewer
from pages.widgets import html
from pages.widgets.ask_once import ask_once
from pages.widgets.data_files import show_table, typed_table
from pages.widgets.datetime_format import format_datetime
from pages.widgets.error_message import show_done, show_error

_APPROVED, _NOT_APPROVED = "policy-approved", "policy-not-approved"
NAMED = 6
"""So many values are named where a change is spoken of; the others are counted."""


def open_changes(context: PageContext, steps: Sequence[PolicyStep]) -> None:
    """The latest change first; those that wait for somebody are open."""
    if said := st.session_state.pop("policy_said", None):
        show_done(said)
    if day := st.session_state.pop(_APPROVED, None):
        show_done(translate("policy_change.approved_now", day=day))
    if refused := st.session_state.pop(_NOT_APPROVED, None):
        show_error(refused, over_the_page=True)
    waiting = sorted(
        ((one.change, one) for one in steps if one.change and one.state in ("draft", "scheduled")),
        key=lambda one: one[0].number,
        reverse=True,
    )
    if not waiting:
        html.where(translate("policy_change.none"))
    for change, step in waiting:
        day = change.content.in_force_from.isoformat()
        state = translate(f"policy_change.state.{change.state}")
        heading = translate(
            "policy_change.heading", number=change.number, version=change.edition.version, day=day, state=state
        )
        with st.expander(heading, expanded=change.state == "draft"):
            _content(context, change, step)
            html.caption("\n".join(who_did(change)))
            _acts(context, change, day)


def _content(context: PageContext, change: PolicyChange, step: PolicyStep) -> None:
    """What changes is open; what a whole notice states once more is not."""
    moved, same = ([one for one in step.values if one.moved is wanted] for wanted in (True, False))
    if moved:
        _values(context, change, moved, "moved")
    if same:
        with st.expander(translate("policy_change.same", count=len(same))):
            _values(context, change, same, "same")


def _values(context: PageContext, change: PolicyChange, values: Sequence[StatedValue], which: str) -> None:
    none = translate("policy_change.no_value")
    table = typed_table(
        [translate(f"policy_change.column_{name}") for name in ("name", "before", "after", "unit", "reason")],
        [
            [
                one.entry.name.in_(context.lang),
                stated_value(one.before) if one.before and not one.before.repealed else none,
                stated_value(one.entry),
                policy_unit(one.entry.key, one.entry.unit.in_(context.lang)),
                f"{one.entry.reference.in_(context.lang)}\n{one.entry.reason.in_(context.lang)}",
            ]
            for one in values
        ],
    )
    about = About(
        translate("policy_change.name"),
        translate("policy_change.number", number=change.number),
        filters=[LabelledLine(translate("policy_change.day"), change.content.in_force_from.isoformat())],
    )
    show_table(context, about, table, f"policy-change-{change.number}-{which}", form="stacked")


def who_did(change: PolicyChange) -> list[str]:
    """Who drafted, approved and withdrew it, and when: a line each."""
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
    return said


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
        # Before the page is drawn again, by when a colleague may have edited it.
        st.button(
            translate("policy_change.approve"),
            key=f"approve-{number}",
            type="primary",
            disabled=not sure,
            on_click=_approve,
            args=(context, number, version, day),
        )
    if name := taken_out(context, change):
        _say(translate("policy_change.taken_out", number=number, name=name))
    _withdrawal(context, change, day)


def _approve(context: PageContext, number: int, version: int, day: str) -> None:
    """The edition that stood on the page when it was pressed."""
    try:
        approve_policy_change(context.store, current_viewer(), number, version)
    except UserError as error:
        st.session_state[_NOT_APPROVED] = error
    else:
        st.session_state[_APPROVED] = day


def _withdrawal(context: PageContext, change: PolicyChange, day: str) -> None:
    """With its reason; what falls away is named before it is confirmed."""
    number, version = change.number, change.edition.version
    reason = st.text_input(
        translate("policy_change.withdraw_reason"), max_chars=LONGEST_REASON, key=f"withdraw-{number}-{version}-reason"
    )
    names = [entry.name.in_(context.lang) for _, entry in file_entries(change.content)]
    said = [
        translate(
            f"policy_change.withdraw_means_{change.state}",
            number=number,
            day=day,
            names=translate("policy.list").join(names[:NAMED]),
            count=len(names),
            who=change.edition.saved_by,
            other=change.edition.approved_by or "",
        ),
        translate("policy_change.withdraw_stays"),
    ]
    if not ask_once(translate("policy_change.withdraw"), "\n".join(said), key=f"withdraw-{number}-{version}"):
        return
    try:
        withdraw_policy_change(context.store, context.viewer, number, reason, seen=change.edition)
    except UserError as error:
        show_error(error)
    else:
        _say(translate("policy_change.withdrawn_now"))


def _say(said: str) -> None:
    """After the page has been drawn again with what was done."""
    st.session_state["policy_said"] = said
    st.rerun()
