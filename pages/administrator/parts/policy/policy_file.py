"""The values in force as a file: the beginning of a new notice's."""

from __future__ import annotations

from datetime import date
from functools import partial

import streamlit as st

from kpi.model.language import Lang
from kpi.policy.load import policy_file
from kpi.services.administrator.policy import PolicyOverview
from pages.session.language import current_lang, in_language, translate
from pages.widgets import html

NEXT_YEAR = "policy-file-year"


def offer_policy_file(overview: PolicyOverview) -> None:
    """Taken away, changed where the new notice says otherwise, and sent back below."""
    html.where(translate("policy_change.file_how"))
    day = date(overview.today.year + 1, 1, 1)
    st.download_button(
        translate("policy_change.file"),
        partial(_written, overview, day, current_lang()),
        file_name=translate("policy_change.file_name", day=day.isoformat()),
        mime="application/toml",
        key=NEXT_YEAR,
        on_click="ignore",
    )


def _written(overview: PolicyOverview, day: date, lang: Lang) -> bytes:
    with in_language(lang):
        head = translate("policy_change.file_head")
    return policy_file(overview.current, day, head).encode()
