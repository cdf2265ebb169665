"""The way to leading: what is missing to the published lines, and what it would be with other values."""

import streamlit as st

from kpi.services.enterprise.submissions import own_results
from kpi.services.enterprise.what_if import what_if
from pages.enterprise.parts.gap_analysis import estimate, impossible, picture, which
from pages.enterprise.parts.what_if_board import board, moves_of
from pages.session.language import words
from pages.session.page_context import enter
from pages.widgets import html

here = enter("see_own_result", "way")
results = own_results(here.store, here.viewer)
if not results:
    st.info(words("way.none"))
    st.page_link("pages/enterprise/upload.py", label=words("way.to_upload"))
    st.stop()

answer = which(results).answer
moves = moves_of(answer.application)
asked = what_if(here.store, here.viewer, answer, moves.to)
picture(here, answer, asked)
impossible(here, asked.own)
st.subheader(words("what_if.title"), anchor=False)
with st.container():  # one place whatever it says: what moves below an unfolded box would fold it
    estimate(here, asked)
html.where(words("what_if.how"))
board(here, asked, moves)
