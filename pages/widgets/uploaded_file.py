"""Letting go of a file that a page has taken what it needs of."""

from __future__ import annotations

from streamlit.runtime import exists, get_instance
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile


def release_upload(file: UploadedFile) -> None:
    """Keep neither its bytes in memory nor its place on disk: later runs of the page find no file."""
    file.seek(0)
    file.truncate()
    context = get_script_run_ctx()
    if context and exists() and isinstance(uploads := get_instance().uploaded_file_mgr, MemoryUploadedFileManager):
        uploads.remove_file(context.session_id, file.file_id)
