"""Streamlit's runtime with our own keeping of sessions."""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from streamlit.runtime import Runtime
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage
from streamlit.runtime.runtime import RuntimeConfig

from pages.server.error_handler import show_unexpected_error
from pages.server.limits import limits
from pages.server.sessions import Sessions, SessionShelf
from pages.server.uploads import DiskUploads
from pages.session.addresses import MEDIA, UPLOAD

SHELF = SessionShelf()
"""The sessions of this process that may be taken up again."""
UPLOADS = DiskUploads(UPLOAD, limits())


def use_own_runtime(app: st.App, script: Path) -> None:
    """Have ``app`` run on it. ``st.App`` has no setting for how sessions are kept; it makes a runtime where none is."""
    app._runtime = Runtime(
        RuntimeConfig(
            script_path=str(script),
            media_file_storage=MemoryMediaFileStorage(MEDIA),
            uploaded_file_manager=UPLOADS,
            session_manager_class=Sessions,
            session_storage=SHELF,
            on_script_error=show_unexpected_error,
        )
    )
