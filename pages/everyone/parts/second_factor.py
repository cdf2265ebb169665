"""The second factor of one's own account: setting it up, by picture or key, and its recovery codes, shown once."""

from __future__ import annotations

from html import escape

import segno
import streamlit as st

from kpi import i18n
from kpi.errors import UserError
from kpi.services.operation.authentication import own_second_factor, set_up_second_factor
from kpi.services.operation.second_factor import new_seed, provisioning_uri
from pages.session.context import PageContext
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.acts import show_error
from pages.widgets.tables import format_datetime

SEED, CODES = "second-factor-seed", "recovery-codes"
"""Of the session, as long as nobody has confirmed or noted them: neither is kept elsewhere as it is."""
QUIET_ZONE = 4


def second_factor_section(context: PageContext, token: str) -> None:
    """How it stands, and setting it up: at once where policy asks for it, else by a button. ``token``: the sign-in that
    stays when it is set up.
    """
    if CODES in st.session_state:
        st.dialog(translate("account.recovery_codes"), dismissible=False)(_codes)(st.session_state[CODES])
    st.subheader(translate("account.second_factor"), anchor=False)
    known = own_second_factor(context.store, context.viewer)
    if known.open_to_all:
        html.where(i18n.text("error.demonstration_second_factor.message", context.lang))
        return
    if known.set_up_at:
        since = format_datetime(known.set_up_at)
        html.where(translate("account.second_factor_since", at=since, count=known.recovery_codes))
    else:
        html.where(translate("account.second_factor_none"))
    if SEED in st.session_state or context.viewer.must_set_up:
        _form(context, token)
    elif st.button(translate("account.replace" if known.set_up_at else "account.set_up"), key="set-up-second-factor"):
        st.session_state[SEED] = new_seed()
        st.rerun()


def _form(context: PageContext, token: str) -> None:
    seed: str = st.session_state.setdefault(SEED, new_seed())
    picture = segno.make(provisioning_uri(seed, context.viewer.account), error="m")
    html.paragraph(translate("account.scan"))
    # White around and behind it in the dark, too: else no camera reads it.
    drawn = picture.svg_data_uri(scale=5, border=QUIET_ZONE, dark="#000", light="#fff")
    html.element(f'<img src="{escape(drawn)}" alt="{escape(translate("account.picture"))}">')
    html.where(translate("account.key"))
    st.code(" ".join(seed[start : start + 4] for start in range(0, len(seed), 4)), language=None, wrap_lines=True)
    with st.form("second-factor", border=False):
        code = st.text_input(
            translate("account.code"), max_chars=10, autocomplete="one-time-code", key="second-factor-code"
        )
        password = st.text_input(
            translate("account.old"),
            type="password",
            autocomplete="current-password",
            max_chars=128,
            key="second-factor-password",
        )
        confirmed = st.form_submit_button(translate("account.switch_on"), type="primary")
    if not context.viewer.must_set_up and st.button(translate("account.cancel"), key="second-factor-cancel"):
        del st.session_state[SEED]
        st.rerun()
    if not confirmed:
        return
    try:
        codes = set_up_second_factor(context.store, context.viewer, seed, code, password, token)
    except UserError as error:
        show_error(error)
    else:
        del st.session_state[SEED]
        st.session_state[CODES] = codes
        st.rerun()


def _codes(codes: tuple[str, ...]) -> None:
    html.paragraph(translate("account.recovery_how"))
    st.code("\n".join(codes), language=None)
    with st.container(horizontal=True):
        st.download_button(
            translate("account.recovery_file"),
            "\n".join(codes),
            file_name=translate("account.recovery_name"),
            mime="text/plain",
            on_click="ignore",
            key="recovery-file",
        )
        if st.button(translate("account.recovery_noted"), type="primary", key="recovery-noted"):
            st.session_state.pop(CODES, None)
            st.rerun()
