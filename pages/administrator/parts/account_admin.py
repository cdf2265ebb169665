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
from pages.widgets.ask_once import ask_once
from pages.widgets.error_message import show_error
from pages.widgets.option_picker import pick_option


def account_form(context: PageContext, found: Sequence[Account]) -> None:
    """Pick an account and offer what can be done with it."""
    st.subheader(translate("accounts.change"), anchor=False)
    by_name = {one.viewer.account: one for one in found}
    account = by_name[pick_option(translate("accounts.name"), list(by_name), "account", str)]
    try:
        _switch(context, account)
        _scope(context, account)
        if account.viewer.role == "reviewer":
            _conflicts(context, account)
    except UserError as error:
        show_error(error)


def _switch(context: PageContext, account: Account) -> None:
    name = account.viewer.account
    with st.container(horizontal=True):
        who = f"{account.viewer.name} ({name})"
        if ask_once(translate("accounts.reset"), translate("accounts.reset_means", who=who), key=f"reset-{name}"):
            hand_over(reset_account(context.store, context.viewer, name))
        if account.disabled:
            if st.button(translate("accounts.enable"), key=f"enable-{name}"):
                enable_account(context.store, context.viewer, name)
                st.rerun()
        elif ask_once(
            translate("accounts.disable"), translate("accounts.disable_means", who=who), key=f"disable-{name}"
        ):
            disable_account(context.store, context.viewer, name)
            st.rerun()


def _scope(context: PageContext, account: Account) -> None:
    name = account.viewer.account
    with st.form(f"scope-{name}", border=False):
        lines = st.text_area(
            translate("accounts.scope"),
            "\n".join(scope_labels.scope_label(one, context.lang) for one in account.viewer.scope),
            help=translate("accounts.scope_help"),
            max_chars=4000,
            key=f"reach-{name}",
        )
        if st.form_submit_button(translate("accounts.set_scope")):
            set_scope(context.store, context.viewer, name, scope_labels.read_scope(lines))
            st.rerun()


def _conflicts(context: PageContext, account: Account) -> None:
    name = account.viewer.account
    for credit_code in account.viewer.barred:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.text(credit_code)
            means = translate("accounts.withdraw_means", who=account.viewer.name, code=credit_code)
            if ask_once(translate("accounts.withdraw"), means, key=f"withdraw-{name}-{credit_code}"):
                withdraw_conflict(context.store, context.viewer, name, credit_code)
                st.rerun()
    with st.form(f"conflict-{name}", border=False, clear_on_submit=True):
        credit_code = st.text_input(translate("accounts.conflict_with"), max_chars=18)
        reason = st.text_input(translate("accounts.conflict_reason"), max_chars=60)
        if st.form_submit_button(translate("accounts.declare")):
            declare_conflict(context.store, context.viewer, name, credit_code.strip(), reason)
            st.rerun()
