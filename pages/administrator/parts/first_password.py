"""A first password, told once: kept for one run of the page, so that the page is as the account is now."""

from __future__ import annotations

import streamlit as st

from pages.session.language import translate

KEY = "first_password"


def hand_over(password: str) -> None:
    """Run the page anew, with the password shown once."""
    st.session_state[KEY] = password
    st.rerun()


def handed_over() -> None:
    """The password of the run before, if one was given; it is kept nowhere else."""
    if password := st.session_state.pop(KEY, None):
        st.success(translate("accounts.added"))
        st.code(password, language=None)
