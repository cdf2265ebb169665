"""Putting the list forward, withdrawing it, sending it - each confirmed - and its files."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import get_args

import streamlit as st

from kpi import i18n
from kpi.errors import UserError
from kpi.reports.forms import annex5
from kpi.services.leader.nomination import LONGEST_REASON, put_forward, send_list, withdraw_list
from kpi.services.leader.own_list import ListAct, OwnList
from pages.leader.parts.seen_edition import seen_edition, take_latest
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html
from pages.widgets.datetime_format import format_datetime
from pages.widgets.downloads import Offered, offer_files
from pages.widgets.error_message import show_done, show_error

SAID = "nomination_said"


def say_done(act: str) -> None:
    """Say it on the next run, which shows the list as it is now, and draws its form on it."""
    take_latest()
    st.session_state[SAID] = act
    st.rerun()


def show_last_act() -> None:
    if act := st.session_state.pop(SAID, None):
        show_done(translate(f"nomination.done_{act}"))


def acts(context: PageContext, found: OwnList) -> None:
    """Only what can be done with the list as it stands."""
    latest = found.latest
    if latest.state == "sent":
        html.where(translate("nomination.sealed", at=format_datetime(latest.saved_at), sha256=latest.sha256 or ""))
        return
    st.subheader(translate("nomination.acts"), anchor="acts")
    if found.late and found.deadline:
        html.notice(translate("nomination.late", day=found.deadline.day))
        return
    on = (context.store, context.viewer, latest.year, seen_edition(found).edition)
    offered = _offered(context, found)
    if "put_forward" in offered:
        dropped = [code for code in found.forward if code not in latest.content.order]
        count = len(latest.content.placements)
        _act(found, "put_forward", partial(put_forward, *on), count, with_reason=bool(dropped))
    if latest.state == "put_forward" and not found.faults:
        _act(found, "send", lambda _: send_list(*on), len(latest.content.placements), with_reason=False)
    if "withdraw" in offered:
        _act(found, "withdraw", partial(withdraw_list, *on), len(found.forward), with_reason=True)


def _offered(context: PageContext, found: OwnList) -> set[ListAct]:
    """The acts for which there is something, and which nothing hinders; what does is said, each thing once."""
    there: set[ListAct] = set()
    if found.latest.state == "draft" and found.latest.content.placements:
        there.add("put_forward")
    if found.forward:
        there.add("withdraw")
    hindering = [error for act in get_args(ListAct) if act in there for error in found.hindered[act]]
    for said in dict.fromkeys(" ".join(i18n.page_error_message(error, context.lang)) for error in hindering):
        html.notice(said)
    return {act for act in there if not found.hindered[act]}


def _act(found: OwnList, act: str, done: Callable[[str], None], count: int, *, with_reason: bool) -> None:
    """``count`` of the candidates that it is done to: the confirmation names it."""
    form = f"act-{act}-{found.latest.year}"
    with st.form(form, border=True):
        html.where(translate(f"nomination.{act}_how"))
        label = translate("nomination.reason")
        reason = st.text_input(label, max_chars=LONGEST_REASON, key=f"{form}-reason") if with_reason else ""
        # Of another number of candidates it is another tick.
        sure = st.checkbox(translate(f"nomination.sure_{act}", count=count), key=f"{form}-sure-{count}")
        if not st.form_submit_button(translate(f"nomination.{act}"), type="secondary" if with_reason else "primary"):
            return
    if not sure:
        html.where(translate("nomination.not_sure"))
        return
    try:
        done(reason)
    except UserError as error:
        show_error(error)
    else:
        say_done(act)


def files(context: PageContext, found: OwnList) -> None:
    """The list in the form of annex 5, at any stage: a draft is marked by its name."""
    listed = [found.applications[code] for code in found.latest.content.order if code in found.applications]
    if not listed:
        return
    warning = i18n.text("report.illustrative.short", "zh") if found.illustrative else ""
    body, year = found.latest.body, found.latest.year
    offered = [
        Offered(
            f".{form}",
            translate("nomination.download", form=form.upper()),
            partial(annex5, f"x.{form}", body, year, listed, warning),
        )
        for form in ("xlsx", "docx")
    ]
    stem = translate("nomination.file", body=body, year=year)
    purpose = translate("download.annex5_purpose")
    offer_files(context, "", "annex5", f"{body} {year}", stem, offered, usual_purpose=purpose)
