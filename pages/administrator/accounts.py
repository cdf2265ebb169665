"""Accounts: who may sign in, as what, and whom they reach; conflicts of interest of reviewers."""

from typing import get_args

import streamlit as st

from kpi.errors import Told
from kpi.model.viewer import Role
from kpi.services.administrator.accounts import NewAccount, add_account, list_accounts
from pages.administrator.parts import scope_labels
from pages.administrator.parts.account_admin import change_one
from pages.administrator.parts.first_password import hand_over, handed_over
from pages.session.language import words
from pages.session.page_context import enter
from pages.widgets import html
from pages.widgets.error_message import tell

here = enter("manage_accounts", "accounts")
handed_over()
found = list_accounts(here.store, here.viewer)
html.sentence(words("accounts.sentence", count=len(found), disabled=sum(one.disabled for one in found)))
html.table(
    [words(f"accounts.{name}") for name in ("name", "display", "role", "reach", "conflicts", "state")],
    [
        [
            one.viewer.account,
            one.viewer.name,
            words(f"role.{one.viewer.role}"),
            "\n".join(scope_labels.told(reach, here.lang) for reach in one.viewer.scope),
            "\n".join(one.viewer.barred),
            words("accounts.disabled") if one.disabled else words("accounts.enabled"),
        ]
        for one in found
    ],
    form="stacked",
)
change_one(here, found)

st.subheader(words("accounts.add"), anchor=False)
with st.form("add", border=False):
    name = st.text_input(words("accounts.name"), help=words("accounts.name_help"), max_chars=40)
    display = st.text_input(words("accounts.display"), max_chars=60)
    role: Role = st.selectbox(words("accounts.role"), get_args(Role), format_func=lambda one: words(f"role.{one}"))
    scope = st.text_area(words("accounts.scope"), help=words("accounts.scope_help"), max_chars=4000)
    if st.form_submit_button(words("accounts.add"), type="primary"):
        try:
            password = add_account(here.store, here.viewer, NewAccount(name, display, role, scope_labels.read(scope)))
        except Told as error:
            tell(error)
        else:
            hand_over(password)
