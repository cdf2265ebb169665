"""The way to leading: what is missing to the published lines, and what it would be with other values."""

import streamlit as st

from kpi.services.submissions import own_results
from kpi.services.what_if import what_if
from pages.parts import html
from pages.parts.language import words
from pages.parts.levers import board, moves_of
from pages.parts.page import enter
from pages.parts.way import estimate, impossible, picture, which

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
