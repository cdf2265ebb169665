"""First passwords, given once: over the page, wherever it was scrolled to, until somebody says that they are noted."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from urllib.parse import urlsplit

import streamlit as st

from kpi.access.passwords import FirstPassword
from kpi.model.times import now, shanghai_date
from kpi.reports.meeting import password_sheet
from pages.session.language import current_lang, translate
from pages.widgets import html
from pages.widgets.downloads import DOCX_TYPE

KEY = "first_password"


def give_first_passwords(passwords: Sequence[FirstPassword]) -> None:
    """Run the page again, with the passwords shown once."""
    st.session_state[KEY] = tuple(passwords)
    st.rerun()


def first_passwords_given() -> None:
    """The passwords that were given last, until they are noted; they are kept nowhere else."""
    if KEY in st.session_state:
        given: tuple[FirstPassword, ...] = st.session_state[KEY]
        st.dialog(translate("accounts.added", count=len(given)), dismissible=False)(_passwords)(given)


# Without files: passwords leave once, on their own sheet
def _passwords(given: Sequence[FirstPassword]) -> None:
    if len(given) == 1:
        html.clause(f"{given[0].account}　{given[0].display}")
        st.code(given[0].password, language=None)
    else:
        html.table(
            [translate(f"accounts.{name}") for name in ("name", "display", "role", "first_password")],
            [
                [password.account, password.display, translate(f"role.{password.role}"), password.password]
                for password in given
            ],
            form="stacked",
        )
    with st.container(horizontal=True):
        st.download_button(
            translate("accounts.sheet"),
            partial(password_sheet, given, current_lang(), _address(), shanghai_date(now())),
            file_name=translate("accounts.sheet_name"),
            mime=DOCX_TYPE,
            on_click="ignore",
            key="password-sheet",
        )
        if st.button(translate("accounts.noted"), type="primary", key="password-noted"):
            st.session_state.pop(KEY, None)
            st.rerun()


def _address() -> str:
    here = urlsplit(st.context.url or "")
    return f"{here.scheme}://{here.netloc}" if here.netloc else ""
