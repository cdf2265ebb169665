"""Sign in, within the app: where a sign-in has ended on an open page, and beside the button of another provider.

Whoever comes without a sign-in is shown the same by the server alone (``pages/server/shell/sign_in_page.py``).
"""

from urllib.parse import unquote

import streamlit as st

from pages.session.oidc import provider_button
from pages.session.sign_in_forms import CODE, TICKET, TYPED
from pages.widgets import html
from pages.widgets.sign_in import sign_in_body

failed, typed = st.query_params.get("failed", ""), unquote(st.context.cookies.get(TYPED, ""))
code = st.query_params.get("step") == CODE and TICKET in st.context.cookies
html.element(
    sign_in_body(st.session_state.get("address", ""), failed, typed, ended="read" in st.session_state, code=code)
)
provider_button()
