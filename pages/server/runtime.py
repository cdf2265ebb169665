"""Streamlit's runtime with our own keeping of sessions."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from pages.server.error_handler import show_unexpected_error
from pages.server.limits import limits
from pages.server.sessions import Sessions, SessionShelf
from pages.server.uploads import DiskUploads
from pages.session.context import MEDIA, UPLOAD
from pages.session.streamlit_internals import seek_no_components, use_runtime

SHELF = SessionShelf()
"""The sessions of this process that may be taken up again."""
UPLOADS = DiskUploads(UPLOAD, limits())


def use_own_runtime(app: st.App, script: Path) -> None:
    """Have ``app`` run ``script`` on it."""
    seek_no_components()
    use_runtime(
        app,
        script,
        media=MEDIA,
        uploads=UPLOADS,
        sessions=Sessions,
        shelf=SHELF,
        on_script_error=show_unexpected_error,
    )
