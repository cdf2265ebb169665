"""Duibiao 对标. ``python -m kpi serve`` starts it; ``streamlit run app.py`` does too.

Streamlit imports this file once for ``app`` and then runs it as a script for every visitor: hence the two halves.
"""

import streamlit as st

if __name__ == "__main__":
    from pages.server.app_frame import run_app

    run_app()
else:
    from pages.server.asgi import MIDDLEWARE, ROUTES, lifespan
    from pages.server.error_handler import show_unexpected_error

    app = st.App(
        "app.py", lifespan=lifespan, routes=ROUTES, middleware=MIDDLEWARE, on_script_error=show_unexpected_error
    )
