"""Duibiao 对标. ``python -m kpi serve`` starts it; ``streamlit run app.py`` does too.

Streamlit imports this file once for ``app`` and then runs it as a script for every visitor: hence the two halves.
"""

import streamlit as st

if __name__ == "__main__":
    from pages.parts.shell import show

    show()
else:
    from pages.parts.failing import tell_bug
    from pages.parts.serving import MIDDLEWARE, ROUTES, lifespan

    app = st.App("app.py", lifespan=lifespan, routes=ROUTES, middleware=MIDDLEWARE, on_script_error=tell_bug)
