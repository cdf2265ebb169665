"""An enterprise reads what is objected to its application, replies within its term, and may ask for a second look."""

from __future__ import annotations

import streamlit as st

from kpi.access.roles import allows
from kpi.errors import UserError
from kpi.files.limits import application_limits
from kpi.model.programme import HearingReplyKind, OwnHearing
from kpi.model.times import now, shanghai_date
from kpi.services.enterprise.hearings import (
    LONGEST_REPLY,
    own_hearings,
    reply_awaited,
    reply_possible,
    reply_to_objection,
    second_look_until,
)
from pages.session.context import PageContext
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.acts import confirm_act, show_error
from pages.widgets.tables import format_datetime

_SAID = "reply-said"


def hearings_awaiting_reply(context: PageContext) -> list[OwnHearing]:
    """Those that the enterprise was informed of, and has said nothing to yet."""
    today = shanghai_date(now())
    return [hearing for hearing in own_hearings(context.store, context.viewer) if reply_awaited(hearing, today)]


def show_hearings(context: PageContext, credit_code: str | None, year: int | None) -> None:
    """Each objection that this factory was informed of in that year, with its replies; nothing where there are none."""
    own = own_hearings(context.store, context.viewer)
    found = [hearing for hearing in own if (hearing.credit_code, hearing.year) == (credit_code, year)]
    if not found:
        return
    st.subheader(translate("own_hearing.title", count=len(found)), anchor=False)
    if done := st.session_state.pop(_SAID, None):
        st.success(done)
    today = shanghai_date(now())
    for hearing in found:
        possible = reply_possible(hearing, today)
        state = translate(f"own_hearing.{_state(hearing, possible)}", day=hearing.reply_by)
        name = f"{format_datetime(hearing.informed_at)} · {state}"
        with st.expander(html.plain(name), expanded=possible is not None):
            html.clause(hearing.words)
            said = [
                translate(f"own_hearing.said_{reply.kind}", words=reply.words, at=format_datetime(reply.replied_at))
                for reply in hearing.replies
            ]
            if said:
                html.bullets(said)
            if possible and allows(context.viewer, "fill_own"):
                _reply_form(context, hearing, possible)


def _state(hearing: OwnHearing, possible: HearingReplyKind | None) -> str:
    if hearing.state != "open":
        return hearing.state
    return "waiting" if possible else "over"


def _reply_form(context: PageContext, hearing: OwnHearing, kind: HearingReplyKind) -> None:
    key = f"reply-{hearing.objection}-{kind}-{len(hearing.replies)}"
    last = hearing.reply_by if kind == "reply" else second_look_until(hearing)
    html.where(translate(f"own_hearing.how_{kind}", day=last))
    words = st.text_area(translate(f"own_hearing.words_{kind}"), max_chars=LONGEST_REPLY, key=f"{key}-words")
    most = application_limits().file_megabytes
    sent = st.file_uploader(translate("own_hearing.file"), key=f"{key}-file", max_upload_size=most)
    if not words.strip():
        html.where(translate(f"own_hearing.to_{kind}"))
        return
    means = translate(f"own_hearing.means_{kind}")
    if not confirm_act(translate(f"own_hearing.send_{kind}"), means, key=f"{key}-send"):
        return
    try:
        file = (sent.name, sent.getvalue()) if sent else None
        reply_to_objection(context.store, context.viewer, hearing.objection, kind, words, file)
    except UserError as error:
        show_error(error)
        return
    st.session_state[_SAID] = translate(f"own_hearing.sent_{kind}")
    st.rerun()
