"""The comparison to take away: a workbook, made when it is asked for."""

from __future__ import annotations

import streamlit as st

from kpi.model.comparison import Comparison
from kpi.reports.comparison_xlsx import comparison_xlsx
from pages.session.language import translate
from pages.session.page_context import PageContext

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def offer_comparison(context: PageContext, found: Comparison) -> None:
    st.download_button(
        translate("compare.download"),
        lambda: comparison_xlsx(found, context.lang),
        file_name=f"comparison-{found.first.application.year}.xlsx",
        mime=XLSX,
        on_click="ignore",
    )
