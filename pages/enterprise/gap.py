"""The way to leading: what is missing to the published lines, and what it would be with other values."""

from functools import partial

import streamlit as st

from kpi.services.enterprise.what_if import what_if
from pages.enterprise.parts.advice import advice_board, show_advice
from pages.enterprise.parts.gap import (
    about_gaps,
    estimated_verdict,
    gap_answer,
    gap_numbers,
    gap_picture,
    gap_sections,
    moves_of,
    unreachable_lines,
    what_if_board,
)
from pages.enterprise.parts.journey import open_result
from pages.session.context import require_page
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.tables import offer_page_report

context = require_page("see_own_result", "way")
_, result = open_result(context)
answer = result.answer
moves = moves_of(answer.application)
board = what_if(context.store, context.viewer, answer, moves.to)
gap_answer(context, answer, board)
beside = advice_board(context, answer, board.own)
html.clause(beside.first)
place, advice, numbers, limits = st.tabs(
    [translate(f"way.tab_{name}") for name in ("place", "advice", "table", "limits")]
)
with place:
    gap_picture(context, answer, board)
with advice:
    show_advice(context, beside)
with numbers:
    gap_numbers(context, board)
with limits:
    unreachable_lines(context, board.own)
    offer_page_report(
        context,
        "gap_report",
        about_gaps(context, answer, board),
        f"{answer.application.credit_code} {answer.application.year}",
        partial(gap_sections, context, answer, board),
    )
st.subheader(translate("what_if.title"), anchor=False)
with st.container():  # one place whatever it says: what moves below an unfolded box would fold it
    estimated_verdict(context, board)
html.where(translate("what_if.how"))
what_if_board(context, board, moves)
st.page_link("pages/enterprise/result.py", label=translate("way.to_result"))
