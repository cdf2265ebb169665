"""Changing one account: its password, its reach, whether it may sign in, and a reviewer's conflicts of interest."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from kpi.errors import UserError
from kpi.queries import Account
from kpi.services.administrator.accounts import (
    declare_conflict,
    disable_account,
    enable_account,
    reset_account,
    set_scope,
    withdraw_conflict,
)
from pages.administrator.parts import scope_labels
from pages.administrator.parts.first_password import hand_over
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets.error_message import show_error
from pages.widgets.option_picker import pick_option


def account_form(here: PageContext, found: Sequence[Account]) -> None:
    """Pick an account and offer what can be done with it."""
    st.subheader(translate("accounts.change"), anchor=False)
    by_name = {one.viewer.account: one for one in found}
    account = by_name[pick_option(translate("accounts.name"), list(by_name), "account", str)]
    try:
        _switch(here, account)
        _scope(here, account)
        if account.viewer.role == "reviewer":
            _conflicts(here, account)
    except UserError as error:
        show_error(error)


def _switch(here: PageContext, account: Account) -> None:
    name = account.viewer.account
    with st.container(horizontal=True):
        if st.button(translate("accounts.reset"), key=f"reset-{name}"):
            hand_over(reset_account(here.store, here.viewer, name))
        if account.disabled:
            if st.button(translate("accounts.enable"), key=f"enable-{name}"):
                enable_account(here.store, here.viewer, name)
                st.rerun()
        elif st.button(translate("accounts.disable"), key=f"disable-{name}"):
            disable_account(here.store, here.viewer, name)
            st.rerun()


def _scope(here: PageContext, account: Account) -> None:
    name = account.viewer.account
    with st.form(f"scope-{name}", border=False):
        lines = st.text_area(
            translate("accounts.scope"),
            "\n".join(scope_labels.scope_label(one, here.lang) for one in account.viewer.scope),
            help=translate("accounts.scope_help"),
            max_chars=4000,
            key=f"reach-{name}",
        )
        if st.form_submit_button(translate("accounts.set_scope")):
            set_scope(here.store, here.viewer, name, scope_labels.read_scope(lines))
            st.rerun()


def _conflicts(here: PageContext, account: Account) -> None:
    name = account.viewer.account
    for credit_code in account.viewer.barred:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.text(credit_code)
            if st.button(translate("accounts.withdraw"), key=f"withdraw-{name}-{credit_code}"):
                withdraw_conflict(here.store, here.viewer, name, credit_code)
                st.rerun()
    with st.form(f"conflict-{name}", border=False, clear_on_submit=True):
        credit_code = st.text_input(translate("accounts.conflict_with"), max_chars=18)
        reason = st.text_input(translate("accounts.conflict_reason"), max_chars=60)
        if st.form_submit_button(translate("accounts.declare")):
            declare_conflict(here.store, here.viewer, name, credit_code.strip(), reason)
            st.rerun()
