"""The shipped examples beside the upload: tried with one click on a demonstration store, downloaded anywhere."""

from __future__ import annotations

from functools import partial

import streamlit as st

from kpi.intake.samples import SAMPLES, SampleName, sample
from pages.session.app_store import is_demonstration_app
from pages.session.language import translate
from pages.widgets import html


def offer_samples(opened: bool) -> SampleName | None:
    """The example just chosen. A store of real enterprises offers the files alone: nothing invented gets into it."""
    chosen: SampleName | None = None
    with st.expander(translate("sample.title"), expanded=opened):
        if is_demonstration_app():
            html.where(translate("sample.how"))
            with st.container(horizontal=True):
                for name in SAMPLES:
                    if st.button(translate(f"sample.{name}"), key=f"sample-{name}"):
                        chosen = name
        with st.container(horizontal=True):
            for name, file in SAMPLES.items():
                st.download_button(
                    translate(f"sample.download_{name}"),
                    partial(sample, name),
                    file_name=file,
                    on_click="ignore",
                    key=f"sample-file-{name}",
                    type="tertiary",
                )
    return chosen
