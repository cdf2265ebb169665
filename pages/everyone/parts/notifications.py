"""How one has messages by mail: an address, confirmed by a code, once a day or at once, and which kinds."""

from __future__ import annotations

import streamlit as st

from kpi.errors import UserError
from kpi.model.notification import NotificationSettings
from kpi.reports.messages import confirmation_words
from kpi.services.notifications.preferences import (
    choose_notifications,
    confirm_notification_address,
    own_kinds,
    own_notification_settings,
    set_notification_address,
)
from pages.session.context import PageContext
from pages.session.language import translate
from pages.session.server_limits import server_channels
from pages.widgets import html
from pages.widgets.acts import show_done, show_error


def mail_section(context: PageContext) -> None:
    """Nothing to fill in where no mail server is configured and none was."""
    st.subheader(translate("notifications.mail"), anchor=False)
    own = own_notification_settings(context.store, context.viewer)
    if server_channels().mail is None and not own.address:
        html.where(translate("notifications.mail_off"))
        return
    state = "mail_none" if not own.address else "mail_on" if own.confirmed else "mail_waits"
    html.where(translate(f"notifications.{state}", address=own.address))
    if own.address and not own.confirmed:
        _confirm(context)
    _address(context, own)
    if own.confirmed:
        _choice(context, own)


def _address(context: PageContext, own: NotificationSettings) -> None:
    with st.form("notification-address", border=False):
        address = st.text_input(
            translate("notifications.address"), own.address, max_chars=254, autocomplete="email", key="mail-address"
        )
        asked = st.form_submit_button(translate("notifications.set"))
    stopped = bool(own.address) and st.button(translate("notifications.stop"), key="mail-stop")
    if asked or stopped:
        try:
            on = context.store, context.viewer, "" if stopped else address, context.lang
            with st.spinner(translate("notifications.sending")):
                set_notification_address(*on, server_channels(), confirmation_words)
        except UserError as error:
            show_error(error)
        else:
            st.rerun()


def _confirm(context: PageContext) -> None:
    with st.form("notification-code", border=False):
        code = st.text_input(translate("notifications.code"), max_chars=20, autocomplete="off", key="mail-code")
        asked = st.form_submit_button(translate("notifications.confirm"), type="primary")
    if asked:
        try:
            confirm_notification_address(context.store, context.viewer, code)
        except UserError as error:
            show_error(error)
        else:
            st.rerun()


def _choice(context: PageContext, own: NotificationSettings) -> None:
    kinds = own_kinds(context.viewer)
    with st.form("notification-choice", border=False):
        digest = st.checkbox(translate("notifications.digest"), own.digest, key="mail-digest")
        chosen = st.pills(
            translate("notifications.kinds"),
            kinds,
            default=[kind for kind in kinds if kind not in own.off],
            selection_mode="multi",
            format_func=lambda kind: translate(f"notifications.kind.{kind}"),
            key="mail-kinds",
        )
        asked = st.form_submit_button(translate("notifications.choose"))
    if asked:
        off = set(kinds).difference(chosen)
        try:
            choose_notifications(context.store, context.viewer, off, "daily" if digest else "at_once", context.lang)
        except UserError as error:
            show_error(error)
        else:
            show_done(translate("notifications.kept"))
