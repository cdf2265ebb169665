"""A picture on a page: its finding as a heading, how to read it, then the figure."""

from __future__ import annotations

import streamlit as st

from kpi.charts.chart import Chart
from pages.widgets import html

BARE = {"displayModeBar": False, "responsive": True}
"""No tool bar: its words are English, and nothing here needs it."""


def show_chart(picture: Chart) -> None:
    st.markdown(f"**{picture.title}**")
    html.caption(picture.caption)
    st.plotly_chart(picture.figure, theme=None, config=BARE, alt=picture.alt)
