"""A bug while a page runs: into the log, and to the reader in words with the reference by which it is found there."""

from __future__ import annotations

import logging

from kpi import logs
from kpi.errors import UserError
from kpi.store.saved_acts import bug_in_words
from pages.widgets.acts import show_error


def show_unexpected_error(error: Exception) -> bool:
    """Streamlit's ``on_script_error``: for the page, for callbacks and for parts of a page. True: all has been said.

    ``st.stop`` and ``st.rerun`` never come here.
    """
    show_error(error if isinstance(error, UserError) else bug_in_words(logs.error(error)))
    return True


def silence_streamlit_errors() -> None:
    """Streamlit would print each such error with its message, which may quote a value; the log has what is needed."""
    logging.getLogger("streamlit.error_util").addFilter(_not_uncaught)


def _not_uncaught(record: logging.LogRecord) -> bool:
    return record.msg != "Uncaught app execution"
