"""A bug while a page runs: into the log, and to the reader in words with the reference by which it is found there."""

from __future__ import annotations

import logging

from kpi import logs
from kpi.errors import Told
from pages.widgets.error_message import tell


def tell_bug(error: Exception) -> bool:
    """Streamlit's ``on_script_error``: for the page, for callbacks and for parts of a page. True: all has been said.

    ``st.stop`` and ``st.rerun`` never come here.
    """
    tell(error if isinstance(error, Told) else Told("unexpected", reference=logs.error(error)))
    return True


def keep_messages_out() -> None:
    """Streamlit would print each such error with its message, which may quote a value; the log has what is needed."""
    logging.getLogger("streamlit.error_util").addFilter(_not_uncaught)


def _not_uncaught(record: logging.LogRecord) -> bool:
    return record.msg != "Uncaught app execution"
