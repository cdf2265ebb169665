"""My account: change the password, see where one is signed in, and end what one does not know."""

import streamlit as st

from kpi.errors import Told
from kpi.services.operation.authentication import change_password, end_own_sign_in, own_sign_ins, sha256
from pages.session.language import words
from pages.session.page_context import enter, token
from pages.widgets import html
from pages.widgets.datetime_format import moment
from pages.widgets.error_message import tell

here = enter("keep_own_account", "account")
if here.viewer.must_change:
    html.notice(words("account.must_change"))

st.subheader(words("account.password"), anchor=False)
html.where(words("account.rules"))
with st.form("password", border=False, clear_on_submit=True):
    old = st.text_input(words("account.old"), type="password", autocomplete="current-password", max_chars=128)
    new = st.text_input(words("account.new"), type="password", autocomplete="new-password", max_chars=128)
    again = st.text_input(words("account.again"), type="password", autocomplete="new-password", max_chars=128)
    asked = st.form_submit_button(words("account.change"), type="primary")
if asked:
    try:
        if new != again:
            raise Told("passwords_differ")
        change_password(here.store, here.viewer, old, new, token() or "")
    except Told as error:
        tell(error)
    else:
        # The pages that a first password kept shut are there from the next run on.
        st.session_state["password_changed"] = True
        st.rerun()
if st.session_state.pop("password_changed", False):
    st.success(words("account.changed"))

st.subheader(words("account.sign_ins"), anchor=False)
present = sha256(token() or "")
for one in own_sign_ins(here.store, here.viewer):
    with st.container(horizontal=True, vertical_alignment="center"):
        known = one.device or words("account.unknown_device")
        st.text(words("account.sign_in", at=moment(one.created_at), device=known, address=one.address or "-"))
        if one.id == present:
            st.caption(words("account.this_one"), width="content")
        elif st.button(words("account.end"), key=f"end-{one.id}"):
            end_own_sign_in(here.store, here.viewer, one.id)
            st.rerun()
