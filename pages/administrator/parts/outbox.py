"""What leaves the installation: channels, counts, what could not be delivered, and what a message looks like."""

from __future__ import annotations

import streamlit as st

from kpi import i18n
from kpi.model.notification import Delivery
from kpi.model.times import now
from kpi.reports.content import About
from kpi.reports.messages import message_words
from kpi.services.notifications.channels import Channels
from kpi.services.notifications.events import events
from kpi.services.notifications.sending import outbox, send_again
from pages.session.context import PageContext
from pages.session.language import translate
from pages.session.server_limits import server_channels
from pages.widgets import html
from pages.widgets.acts import show_done
from pages.widgets.tables import show_table, typed_table

_SENT_AGAIN = "outbox-sent-again"


def outbox_section(context: PageContext) -> None:
    st.subheader(translate("notifications.outbox"), anchor=False)
    channels, found = server_channels(), outbox(context.store, context.viewer)
    html.where(_channels_line(context, channels))
    html.sentence(
        translate(
            "notifications.counts",
            sent=found.counts["sent"],
            waiting=found.counts["waiting"],
            given_up=found.counts["given_up"],
        )
    )
    if found.unsent:
        names = ("recipient", "event", "state", "attempts", "fault_of")
        table = typed_table(
            [translate(f"notifications.{name}") for name in names],
            [
                [
                    item.recipient,
                    translate(f"notifications.kind.{item.kind}"),
                    translate(f"notifications.{item.state}"),
                    str(item.attempts),
                    translate(f"notifications.fault.{item.fault}"),
                ]
                for item in found.unsent
            ],
            numbers=(3,),
        )
        about = About(translate("notifications.outbox"), subject=translate("title.operation"))
        show_table(context, about, table, "outbox", form="stacked")
    if found.counts["given_up"] and st.button(translate("notifications.again"), key="outbox-again"):
        send_again(context.store, context.viewer)
        st.session_state[_SENT_AGAIN] = True
        st.rerun()
    if st.session_state.pop(_SENT_AGAIN, False):
        show_done(translate("notifications.again_done"))
    with st.expander(translate("notifications.preview")):
        _preview(context, channels)


def _channels_line(context: PageContext, channels: Channels) -> str:
    if channels.mail is None and not channels.messengers:
        return translate("notifications.outbox_off")
    mail = channels.mail.host if channels.mail else translate("notifications.no_mail")
    roles = [translate(f"role.{role}") for role in channels.messengers]
    listed = i18n.text("number.list", context.lang).join(roles)
    return translate("notifications.outbox_on", mail=mail, messengers=listed or translate("notifications.no_mail"))


def _preview(context: PageContext, channels: Channels) -> None:
    html.where(translate("notifications.preview_how"))
    kinds = {translate(f"notifications.kind.{kind}"): kind for kind in events()}
    kind = kinds[st.selectbox(translate("notifications.event"), list(kinds), key="outbox-kind")]
    to = i18n.text("number.list", context.lang).join(
        translate(f"notifications.to_{group}") for group in events()[kind].to
    )
    html.clause(f"{translate('notifications.to')} {to}")
    page = next(iter(events()[kind].to.values()))
    example = [Delivery("", "mail", "", kind, page, now().year, "", now())]
    words = message_words(example, channels.links_to or "https://…", context.lang)
    st.code(f"{words.subject}\n\n{words.body}", language=None, wrap_lines=True)
