"""My account: change the password, set up a second factor, see where one is signed in, end what one does not know."""

import streamlit as st

from kpi.errors import UserError
from kpi.services.operation.authentication import change_password, end_own_sign_in, own_sign_ins, token_sha256
from pages.everyone.parts.calendar_address import calendar_section
from pages.everyone.parts.notifications import mail_section
from pages.everyone.parts.second_factor import second_factor_section
from pages.session.context import require_page, session_token
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.acts import show_error
from pages.widgets.tables import format_datetime

context = require_page("keep_own_account", "account")
token = session_token() or ""
if context.viewer.must_change:
    html.notice(translate("account.must_change"))
elif context.viewer.must_set_up:
    html.notice(translate("account.must_set_up"))
    second_factor_section(context, token)

st.subheader(translate("account.password"), anchor=False)
html.where(translate("account.rules"))
with st.form("password", border=False, clear_on_submit=True):
    old, new, again = (
        st.text_input(
            translate(f"account.{name}"),
            type="password",
            autocomplete=f"{'current' if name == 'old' else 'new'}-password",
            max_chars=128,
            key=f"password-{name}",
        )
        for name in ("old", "new", "again")
    )
    asked = st.form_submit_button(translate("account.change"), type="primary")
if asked:
    try:
        if new != again:
            raise UserError("passwords_differ")
        change_password(context.store, context.viewer, old, new, token)
    except UserError as error:
        show_error(error)
    else:
        # The pages that a first password kept shut are there from the next run on.
        st.session_state["password_changed"] = True
        st.rerun()
if st.session_state.pop("password_changed", False):
    st.success(translate("account.changed"))

if not context.viewer.confined:
    second_factor_section(context, token)
    mail_section(context)
    if context.viewer.in_duty:
        calendar_section(context)

st.subheader(translate("account.sign_ins"), anchor=False)
present = token_sha256(token)
for own_sign_in in own_sign_ins(context.store, context.viewer):
    with st.container(horizontal=True, vertical_alignment="center"):
        known = own_sign_in.device or translate("account.unknown_device")
        st.text(
            translate(
                "account.sign_in",
                at=format_datetime(own_sign_in.created_at),
                device=known,
                address=own_sign_in.address or "-",
            )
        )
        if own_sign_in.id == present:
            st.caption(translate("account.this_one"), width="content")
        elif st.button(translate("account.end"), key=f"end-{own_sign_in.id}"):
            end_own_sign_in(context.store, context.viewer, own_sign_in.id)
            st.rerun()
