"""My candidates: the reviewer's own list, in an own order, with what has been looked at."""

from kpi.services.reviewer.candidate_list import own_candidates
from pages.reviewer.parts.candidate_filters import filtered
from pages.reviewer.parts.candidate_rows import candidate_rows, offer_candidates
from pages.reviewer.parts.candidate_sort import in_chosen_order
from pages.reviewer.parts.score_progress import score_progress
from pages.session.language import translate
from pages.session.page_context import require_page
from pages.widgets import html
from pages.widgets.home import end_with_next

context = require_page("see_candidates", "candidates")
listed = own_candidates(context.store, context.viewer)
if not listed:
    end_with_next(translate("choose.none"), "benchmarks")
if any(one.record.illustrative for one in listed):
    html.notice(translate("illustrative"))
html.sentence(translate("list.progress", seen=sum(one.looked_at for one in listed), of=len(listed)))
score_progress(listed)
shown = in_chosen_order(context, filtered(context, listed))
html.where(translate("list.shown", shown=len(shown), of=len(listed)))
html.where(translate("list.strip_how"))
candidate_rows(context, shown)
offer_candidates(context, shown, listed)
html.where(translate("list.how"))
