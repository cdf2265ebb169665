"""A picture in which a click picks something; a field below picks the same by the keyboard (``option_picker``)."""

from __future__ import annotations

from functools import partial

import streamlit as st

from kpi.charts.chart import Chart
from pages.widgets import html
from pages.widgets.chart_view import BARE


def show_pickable(picture: Chart, keys: tuple[str, ...], name: str, *, headed: bool = True) -> None:
    """A click sets the fields ``keys`` to what the point carries, one each. ``name`` is of this picture alone."""
    if headed:
        st.markdown(f"**{picture.title}**")
        html.caption(picture.caption)
    st.plotly_chart(
        picture.figure,
        key=name,
        theme=None,
        on_select=partial(_pick, keys, name),
        selection_mode="points",
        config=BARE,
        alt=picture.alt,
    )


def _pick(keys: tuple[str, ...], name: str) -> None:
    points = st.session_state[name]["selection"]["points"]
    if points and (carried := points[0].get("customdata")):
        values = [carried] if isinstance(carried, str) else list(carried)
        for key, value in zip(keys, values, strict=False):
            st.session_state[key] = value
