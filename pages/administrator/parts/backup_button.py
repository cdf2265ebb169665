"""A backup started by hand, with its progress; leaving the page ends it, and leaves nothing half made."""

from __future__ import annotations

import streamlit as st

from kpi.errors import UserError
from kpi.services.administrator.home import back_up_now
from kpi.services.operation.backup import BackupPart
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html
from pages.widgets.error_message import show_error


def offer_backup(context: PageContext) -> None:
    """The button; once pressed, what is being done, then the folder's name or why there is none."""
    html.where(translate("operation.backup_where"))
    if not st.button(translate("operation.back_up"), key="back-up"):
        return
    bar = st.progress(0.0, translate("operation.part.database"))

    def report(part: BackupPart, share: float) -> None:
        bar.progress(share, translate(f"operation.part.{part}"))

    try:
        name, missing = back_up_now(context.store, context.viewer, report)
    except UserError as error:
        show_error(error)
    else:
        st.success(translate("operation.backed_up", name=name))
        if missing:
            st.warning(translate("operation.backup_lacks", count=missing))
    finally:
        bar.empty()
