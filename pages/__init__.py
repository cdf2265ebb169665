"""The screens: a folder a role, and ``parts`` that they share. No page lies directly here.

Streamlit would serve such a file alone, without ``app.py`` and its guard, until ``app.py`` has run once.
"""
