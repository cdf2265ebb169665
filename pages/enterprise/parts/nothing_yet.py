"""A page of an enterprise that has nothing to show yet, and where to go for it."""

from __future__ import annotations

from typing import NoReturn

import streamlit as st


def stop_with_link(words: str, link: str, address: str = "upload") -> NoReturn:
    """End the run with these words and a link of the text ``link`` to the enterprise's page at ``address``."""
    st.info(words)
    st.page_link(f"pages/enterprise/{address}.py", label=link)
    st.stop()
