"""Accounts: who may sign in, as what, and whom they reach; conflicts of interest of reviewers and administrators."""

from typing import get_args

import streamlit as st

from kpi.access.passwords import FirstPassword
from kpi.errors import UserError
from kpi.model.viewer import Role
from kpi.services.administrator.accounts import NewAccount, add_account, list_accounts
from pages.administrator.parts.account_file import offer_accounts_file
from pages.administrator.parts.accounts import (
    account_form,
    account_table,
    known_codes,
    pick_reach,
)
from pages.session.context import require_page
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.acts import show_error
from pages.widgets.first_passwords import first_passwords_given, give_first_passwords
from pages.widgets.layout import in_columns

context = require_page("manage_accounts", "accounts")
first_passwords_given()
found = list_accounts(context.store, context.viewer)
html.sentence(translate("accounts.sentence", count=len(found), disabled=sum(item.disabled for item in found)))
every, one = in_columns("accounts", (10, 4))
with every, st.container(border=True, key="every"):
    account_table(context, found)
with one, st.container(border=True, key="one", height="stretch"):
    account_form(context, found)
with st.container(border=True):
    add, from_file = st.tabs([translate("accounts.add"), translate("accounts.from_file")])
with from_file:
    offer_accounts_file(context)
with add:
    # Each account has fields of its own: what was entered stays after an error, and is gone after success.
    fields = f"add-{st.session_state.get('accounts-added', 0)}"
    first, second, third = st.columns(3)
    name = first.text_input(
        translate("accounts.name"), help=translate("accounts.name_help"), max_chars=40, key=f"{fields}-name"
    )
    display = second.text_input(translate("accounts.display"), max_chars=60, key=f"{fields}-display")
    role: Role = third.selectbox(
        translate("accounts.role"),
        get_args(Role),
        format_func=lambda item: translate(f"role.{item}"),
        key=f"{fields}-role",
    )
    scope = pick_reach(context, role, (), known_codes(found), key=f"{fields}-reach-{role}")
    if st.button(translate("accounts.add"), type="primary", key=f"{fields}-add"):
        try:
            password = add_account(context.store, context.viewer, NewAccount(name, display, role, scope))
        except UserError as error:
            show_error(error)
        else:
            st.session_state["accounts-added"] = st.session_state.get("accounts-added", 0) + 1
            give_first_passwords([FirstPassword(name, display, role, scope, password)])
