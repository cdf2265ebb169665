"""Duibiao (对标): is this factory leading in its industry?

The engine behind every screen, report and command. It never imports Streamlit;
``docs/architecture.md`` shows the floors and which way imports go.
"""
