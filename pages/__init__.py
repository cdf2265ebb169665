"""The screens: a folder a role, and what they share in ``widgets``, ``session`` and ``server``. No page lies here.

Streamlit would serve such a file alone, without ``app.py`` and its guard, until ``app.py`` has run once.
"""
