"""The shipped examples beside the upload: tried with one click on a demonstration store, downloaded anywhere."""

from __future__ import annotations

from functools import partial
from typing import NoReturn

import streamlit as st

from kpi.errors import UserError
from kpi.intake.settings import SAMPLES, SampleName, sample
from kpi.model.application import Application
from kpi.services.enterprise.sheets import accept_application
from kpi.services.enterprise.uploads import ReceivedFile, receive_file
from pages.enterprise.parts.journey_steps import CHOSEN
from pages.session.app_store import is_demonstration_app
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html


def begin_with_sample(context: PageContext, name: SampleName) -> NoReturn:
    """Straight to its answer sheet where there is none yet and nothing is asked about it, else to the upload, which
    asks: one press takes no sheet's place."""
    received = receive_file(context.store, context.viewer, SAMPLES[name], sample(name))
    if received.usable and (taken := _taken(context, received)):
        st.switch_page("pages/enterprise/sheet.py", query_params={CHOSEN: f"{taken.credit_code} {taken.year}"})
    st.session_state["received"] = received
    st.switch_page("pages/enterprise/upload.py", query_params={"sent": received.upload})


def _taken(context: PageContext, received: ReceivedFile) -> Application | None:
    try:
        return accept_application(context.store, context.viewer, received, seen=0)
    except UserError:  # there is a sheet by now, or the year is locked: the upload says so
        return None


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
