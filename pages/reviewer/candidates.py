"""My candidates: the reviewer's own list, in an own order, with what has been looked at."""

import streamlit as st

from kpi.services.reviewer.candidate_list import own_candidates
from pages.reviewer.parts.list import candidate_rows, filtered, in_chosen_order, offer_candidates
from pages.reviewer.parts.scores import score_progress
from pages.session.context import require_page
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.acts import end_with_next, say_illustrative

context = require_page("see_candidates", "candidates")
listed = own_candidates(context.store, context.viewer)
if not listed:
    end_with_next(translate("choose.none"), "benchmarks")
say_illustrative(illustrative=any(item.record.illustrative for item in listed))
with st.container(horizontal=True, vertical_alignment="center"):
    html.sentence(translate("list.progress", seen=sum(item.looked_at for item in listed), of=len(listed)))
    score_progress(listed)
shown = in_chosen_order(context, filtered(context, listed), len(listed))
candidate_rows(context, shown)
with html.together():
    html.where(translate("list.strip_how"))
    html.where(translate("list.how"))
offer_candidates(context, shown, listed)
