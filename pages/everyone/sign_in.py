"""Sign in: the one page that nobody needs an account for."""

import streamlit as st

from kpi.services.operation.demonstration import EVERY_ACCOUNT
from pages.session.app_store import is_demonstration_app
from pages.session.language import translate
from pages.session.oidc import provider_button
from pages.session.sign_in_forms import role_buttons, sign_in_form
from pages.widgets import html

st.header(translate("sign_in.title"), anchor=False)
st.text(translate("sign_in.what"))
if is_demonstration_app():
    st.subheader(translate("try_role.label"), anchor=False)
    role_buttons(None)
    st.subheader(translate("try_role.typed"), anchor=False)
sign_in_form(st.query_params.get("failed"))
provider_button()
if is_demonstration_app():
    html.caption(translate("sign_in.demonstration"))
    html.table(
        [translate("sign_in.name"), translate("sign_in.password"), translate("sign_in.role")],
        [[account.name, account.password, translate(f"role.{account.role}")] for account in EVERY_ACCOUNT],
        form="narrow",
    )
