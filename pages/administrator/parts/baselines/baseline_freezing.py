"""Freezing a previewed baseline: what it does is said, and it is confirmed."""

from __future__ import annotations

import streamlit as st

from kpi.errors import UserError
from kpi.services.administrator.baseline_import import LONGEST_REASON, BaselinePreview, refuse_words
from pages.administrator.parts.baselines.baseline_files import SentBaseline
from pages.administrator.parts.baselines.import_desk import ImportDesk
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html
from pages.widgets.error_message import show_error


def offer_freezing(context: PageContext, sent: SentBaseline, desk: ImportDesk, preview: BaselinePreview) -> None:
    """A reason is asked for where the panel is much smaller than the one before; nothing is begun without it."""
    st.subheader(translate("baseline_import.freeze_title"), anchor=False)
    html.where(translate("baseline_import.freeze_how", year=sent.incoming.year))
    with st.form("freeze-baseline", border=False):
        because, smaller = "", preview.earlier is not None and preview.earlier.much_smaller
        if smaller:
            label = translate("baseline_import.smaller_because")
            because = st.text_input(label, max_chars=LONGEST_REASON, key="freeze-because")
        sha256 = preview.panel.sha256
        sure = st.checkbox(translate("baseline_import.sure", sha256=sha256[:12]), key=f"freeze-{sha256}")
        if not st.form_submit_button(translate("baseline_import.freeze"), type="primary"):
            return
    if not sure:
        html.notice(translate("baseline_import.not_sure"))
        return
    if smaller and not because.strip():
        html.notice(translate("baseline_import.smaller_needed"))
        return
    try:
        incoming = sent.incoming
        refuse_words(context.store, context.viewer, incoming.name, incoming.source, preview.panel.sha256)
    except UserError as error:
        show_error(error)
        return
    desk.freeze(context, sent, because)
    st.rerun()
