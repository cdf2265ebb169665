"""How far a preview or a freezing is, every second, and the button that ends it."""

from __future__ import annotations

from typing import Any

import streamlit as st

from kpi.services.administrator.baseline_import import ImportJob
from pages.session.language import translate
from pages.widgets import html

_STAGES = {"reading": (0.0, 0.25), "publishing": (0.25, 0.4), "words": (0.4, 0.7), "writing": (0.7, 1.0)}
"""Where each stage begins and ends, as a share of a freezing; a preview ends with the second."""
_PREVIEW_STAGES = {"reading": (0.0, 0.3), "publishing": (0.3, 1.0)}


@st.fragment(run_every=1)
def watch(job: ImportJob[Any], words: bool) -> None:
    """The bar; the page is run again when the job has ended. ``words``: it freezes."""
    if job.done:
        st.rerun()
    first, last = (_STAGES if words else _PREVIEW_STAGES)[job.stage]
    share = first + (last - first) * job.share
    said = translate(f"baseline_import.stage_{job.stage}")
    st.progress(share, translate("baseline_import.progress", said=said, share=round(100 * share)))
    html.where(translate("baseline_import.leave"))
    # What is being written is whole in a moment, or not at all.
    if job.stage != "writing" and st.button(translate("baseline_import.stop"), key="stop-import"):
        job.stop()
        job.wait(10)
        st.rerun(scope="app")
