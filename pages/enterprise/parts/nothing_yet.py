"""A page of an enterprise that has nothing to show yet: what it waits for, and the way there."""

from __future__ import annotations

from typing import NoReturn

import streamlit as st

from kpi.services.enterprise.journey import Journey
from pages.enterprise.parts.journey_steps import PAGE_OF, step_name
from pages.session.language import translate
from pages.widgets.ask_once import end_page


def stop_for_earlier_step(journey: Journey) -> NoReturn:
    """End the run of a page that comes after the check: what is to be done before, and the button to it."""
    check = journey.at("check")
    ahead = check if check.state == "open" else journey.at("upload")
    st.info(translate(f"nothing_yet.{ahead.note}", **ahead.params))
    with st.container(key="step-next", width="content"):
        st.page_link(PAGE_OF[ahead.step], label=translate("journey.next", step=step_name(ahead)))
    end_page()
