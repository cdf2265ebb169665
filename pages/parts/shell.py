"""One run of the script: the frame of every page, the navigation of the reader's role, and the page asked for."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from kpi.errors import Told
from kpi.model.viewer import Viewer
from pages.parts.forms import sign_out_form
from pages.parts.language import switch, words
from pages.parts.office import demonstration
from pages.parts.page import tell, viewer
from pages.parts.registry import PageSpec, pages_for
from pages.parts.style import style

ROOT = Path(__file__).resolve().parents[2]


def show() -> None:
    """Register the reader's pages and no others, then run the one asked for."""
    st.set_page_config(page_title="对标 Duibiao", page_icon="🏭", layout="wide")
    st.html(style())
    reader = viewer()
    chosen = st.navigation([_page(page) for page in pages_for(reader)], position="top")
    _frame(reader)
    try:
        chosen.run()
    except Told as error:
        tell(error)


def _page(page: PageSpec) -> st.Page:
    return st.Page(ROOT / page.file, title=words(f"title.{page.title}"), url_path=page.address)


def _frame(reader: Viewer | None) -> None:
    with st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center", key="frame"):
        if demonstration():
            st.badge(words("demonstration"), color="orange", width="stretch")
        if reader is not None:
            st.caption(reader.name, width="content")
            sign_out_form()
        switch()
