"""Sign in: the one page that nobody needs an account for."""

import streamlit as st

from kpi.services.operation.demonstration import ACCOUNTS
from pages.session.app_store import demonstration
from pages.session.language import words
from pages.session.oidc import offer
from pages.session.sign_in_forms import sign_in_form
from pages.widgets import html

st.header(words("sign_in.title"), anchor=False)
st.text(words("sign_in.what"))
sign_in_form(st.query_params.get("failed"))
offer()
if demonstration():
    st.subheader(words("sign_in.demonstration"), anchor=False)
    html.table(
        [words("sign_in.name"), words("sign_in.password"), words("sign_in.role")],
        [[account.name, account.password, words(f"role.{account.role}")] for account in ACCOUNTS],
        form="narrow",
    )
