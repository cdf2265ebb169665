"""Duibiao 对标. ``python -m kpi serve`` starts it; ``streamlit run app.py`` does too.

Streamlit imports this file once for ``app`` and then runs it as a script for every visitor: hence the two halves.
"""

import streamlit as st

if __name__ == "__main__":
    from pages.server.app_frame import run_app

    run_app()
else:
    from pathlib import Path

    from pages.server.asgi import MIDDLEWARE, ROUTES, lifespan
    from pages.server.runtime import use_own_runtime

    app = st.App("app.py", lifespan=lifespan, routes=ROUTES, middleware=MIDDLEWARE)
    use_own_runtime(app, Path(__file__).resolve())
