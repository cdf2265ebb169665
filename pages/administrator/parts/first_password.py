"""A first password, given once: shown until somebody says that it is noted, whatever is pressed meanwhile."""

from __future__ import annotations

import streamlit as st

from pages.session.language import translate

KEY = "first_password"


def hand_over(password: str) -> None:
    """Run the page anew, with the password shown once."""
    st.session_state[KEY] = password
    st.rerun()


def handed_over() -> None:
    """The password that was given last, until it is noted; it is kept nowhere else."""
    if KEY not in st.session_state:
        return
    st.success(translate("accounts.added"))
    st.code(st.session_state[KEY], language=None)
    st.button(translate("accounts.noted"), key="password-noted", on_click=st.session_state.pop, args=(KEY, None))
