"""Compare: two to six candidates of one industry on one strip, with the table of 21 KPIs beside it."""

import streamlit as st

from kpi.charts.strip_comparison import strip_comparison
from kpi.services.reviewer.candidates import side_by_side
from pages.reviewer.parts.candidate_picker import candidate_label, candidates_of_industry
from pages.reviewer.parts.comparison_table import narrow_table, wide_table
from pages.session.language import translate
from pages.session.page_context import require_page
from pages.widgets import html
from pages.widgets.chart_view import BARE

MOST = 6

context = require_page("compare_candidates", "compare")
by_code = candidates_of_industry(context)
picked = st.multiselect(
    translate("compare.pick"),
    list(by_code),
    default=list(by_code)[:3],
    format_func=lambda code: candidate_label(context, by_code[code]),
    max_selections=MOST,
    placeholder=translate("compare.pick"),
)
if len(picked) < 2:
    st.info(translate("compare.too_few"))
    st.stop()

answers = side_by_side(context.store, context.viewer, picked, by_code[picked[0]].year)
if answers[0].baseline.illustrative:
    html.notice(translate("illustrative"))
picture = strip_comparison(answers, context.lang, context.theme, titled=False)
html.sentence(picture.title)
with st.container(key="wide"):
    html.caption(picture.caption)
    st.plotly_chart(picture.figure, theme=None, config=BARE, alt=picture.alt)
    wide_table(context, answers)
with st.container(key="narrow"):
    narrow_table(context, answers)
