"""Freezing a previewed baseline: what it does is said, and it is confirmed."""

from __future__ import annotations

import streamlit as st

from kpi.errors import UserError
from kpi.services.administrator.baseline_import import LONGEST_REASON, BaselinePreview, freeze_baseline
from pages.administrator.parts.baseline_files import SentBaseline, forget_files
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html
from pages.widgets.error_message import show_error


def offer_freezing(context: PageContext, sent: SentBaseline, preview: BaselinePreview) -> None:
    """A reason is asked for where the panel is much smaller than the one before."""
    st.subheader(translate("baseline_import.freeze_title"), anchor=False)
    html.where(translate("baseline_import.freeze_how", year=sent.incoming.year))
    with st.form("freeze-baseline", border=False):
        because = ""
        if preview.earlier and preview.earlier.much_smaller:
            because = st.text_input(translate("baseline_import.smaller_because"), max_chars=LONGEST_REASON)
        sure = st.checkbox(translate("baseline_import.sure", sha256=preview.sha256[:12]))
        if not st.form_submit_button(translate("baseline_import.freeze"), type="primary"):
            return
    if not sure:
        html.notice(translate("baseline_import.not_sure"))
        return
    try:
        with st.spinner(translate("baseline_import.freezing")):
            frozen = freeze_baseline(context.store, context.viewer, sent.incoming, sent.sizes, sent.groups, because)
    except UserError as error:
        show_error(error)
    else:
        forget_files()
        st.session_state["baseline_frozen"] = translate(
            "baseline_import.frozen", name=frozen.name, sha256=frozen.sha256[:12]
        )
        st.rerun()
