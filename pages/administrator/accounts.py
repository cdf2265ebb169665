"""Accounts: who may sign in, as what, and whom they reach; conflicts of interest of reviewers."""

from typing import get_args

import streamlit as st

from kpi.errors import UserError
from kpi.model.viewer import Role
from kpi.services.administrator.accounts import NewAccount, add_account, list_accounts
from pages.administrator.parts import scope_labels
from pages.administrator.parts.account_admin import account_form
from pages.administrator.parts.first_password import hand_over, handed_over
from pages.session.language import translate
from pages.session.page_context import require_page
from pages.widgets import html
from pages.widgets.error_message import show_error

context = require_page("manage_accounts", "accounts")
handed_over()
found = list_accounts(context.store, context.viewer)
html.sentence(translate("accounts.sentence", count=len(found), disabled=sum(one.disabled for one in found)))
html.table(
    [translate(f"accounts.{name}") for name in ("name", "display", "role", "reach", "conflicts", "state")],
    [
        [
            one.viewer.account,
            one.viewer.name,
            translate(f"role.{one.viewer.role}"),
            "\n".join(scope_labels.scope_label(reach, context.lang) for reach in one.viewer.scope),
            "\n".join(one.viewer.barred),
            translate("accounts.disabled") if one.disabled else translate("accounts.enabled"),
        ]
        for one in found
    ],
    form="stacked",
)
account_form(context, found)

st.subheader(translate("accounts.add"), anchor=False)
# Each account has a form of its own: what was entered stays after an error, and is gone after success.
form = f"add-{len(found)}"
with st.form(form, border=False):
    name = st.text_input(
        translate("accounts.name"), help=translate("accounts.name_help"), max_chars=40, key=f"{form}-name"
    )
    display = st.text_input(translate("accounts.display"), max_chars=60, key=f"{form}-display")
    role: Role = st.selectbox(
        translate("accounts.role"),
        get_args(Role),
        format_func=lambda one: translate(f"role.{one}"),
        key=f"{form}-role",
    )
    scope = st.text_area(
        translate("accounts.scope"), help=translate("accounts.scope_help"), max_chars=4000, key=f"{form}-scope"
    )
    if st.form_submit_button(translate("accounts.add"), type="primary"):
        try:
            password = add_account(
                context.store, context.viewer, NewAccount(name, display, role, scope_labels.read_scope(scope))
            )
        except UserError as error:
            show_error(error)
        else:
            hand_over(password)
