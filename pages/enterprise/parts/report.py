"""One invitation to report for a baseline: how it stands, what is next, and declining it."""

from __future__ import annotations

import streamlit as st

from kpi.access.roles import allows
from kpi.errors import UserError
from kpi.services.administrator.campaign import LONGEST_REASON
from kpi.services.application_audit import application_sha256
from kpi.services.enterprise.reports import OwnInvitation, decline_report, own_invitations, report_for_baseline
from pages.enterprise.parts.people import is_others
from pages.session.context import PageContext, current_viewer, page_at
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.acts import confirm_act, show_done, show_error
from pages.widgets.layout import answer_row
from pages.widgets.tables import format_datetime

_ANSWERED = "report-answered"


def say_answered() -> None:
    """What the last press came to."""
    answered = st.session_state.pop(_ANSWERED, None)
    if isinstance(answered, UserError):
        show_error(answered, over_the_page=True)
    elif answered:
        show_done(translate(f"report.{answered}"))


def remind_to_report(context: PageContext) -> None:
    """On the home: the invitations that something is left to be done about."""
    waiting = [item for item in own_invitations(context.store, context.viewer) if item.open]
    for item in waiting:
        html.notice(translate("report.to_do", year=item.year, day=item.campaign.last_day.isoformat()))
    if waiting:
        _link("baseline-report")


def _link(address: str) -> None:
    """One of several on a page, of which another is the next step."""
    onward = page_at(address)
    st.page_link(onward.file, label=translate("home.next", page=translate(f"title.{onward.title}")))


def show_invitation(context: PageContext, invitation: OwnInvitation) -> None:
    """How it stands; beside it the next step; below, to decline."""
    key = f"{invitation.credit_code}-{invitation.year}"
    with st.container(key=f"invitation-{key}"):
        said, ahead = answer_row()
        with said:
            over = translate("report.of_year", year=invitation.year, code=invitation.credit_code)
            until = translate("report.until", day=invitation.campaign.last_day.isoformat())
            html.answer(over, "", "", _stands(invitation), until, "plain")
        with ahead:
            html.titled(translate("result.next"))
            html.where(translate("report.how"))
            _next(context, invitation, key)
        if invitation.state in ("begin", "correct", "report") and allows(context.viewer, "confirm_own"):
            _offer_declining(context, invitation, key)


def _stands(invitation: OwnInvitation) -> str:
    at = format_datetime(invitation.report.reported_at) if invitation.report else ""
    why = invitation.refusal.reason if invitation.refusal else ""
    return translate(f"report.state_{invitation.state}", faults=invitation.faults, at=at, why=why)


def _next(context: PageContext, invitation: OwnInvitation, key: str) -> None:
    if invitation.state == "begin":
        with st.container(key=f"step-next-{key}", width="content"):
            _link("upload")
    elif invitation.state == "correct":
        with st.container(key=f"step-next-{key}", width="content"):
            _link("answers")
    elif invitation.draft is not None and invitation.may_report and not is_others(context, "confirm"):
        filled = sum(value.state == "reported" for value in invitation.draft.values.values())
        means = translate("report.means", filled=filled, year=invitation.year)
        seen = application_sha256(invitation.draft)
        label = translate("report.again" if invitation.report else "report.send")
        if confirm_act(label, means, key=f"report-{key}", read=seen):
            try:
                report_for_baseline(context.store, context.viewer, invitation.credit_code, invitation.year, seen=seen)
            except UserError as error:
                show_error(error)
                return
            st.session_state[_ANSWERED] = "sent"
            st.rerun()


def _offer_declining(context: PageContext, invitation: OwnInvitation, key: str) -> None:
    with st.popover(translate("report.decline")):
        html.where(translate("report.decline_how"))
        st.text_input(
            translate("report.reason"), max_chars=LONGEST_REASON, key=f"decline-why-{key}", on_change="ignore"
        )
        st.button(translate("report.decline"), on_click=_decline, args=(context, invitation, key), key=f"decline-{key}")


def _decline(context: PageContext, invitation: OwnInvitation, key: str) -> None:
    why = st.session_state[f"decline-why-{key}"]
    try:
        decline_report(context.store, current_viewer(), invitation.credit_code, invitation.year, why)
    except UserError as error:
        st.session_state[_ANSWERED] = error
    else:
        st.session_state[_ANSWERED] = "declined"
