"""A reviewer's home: whose clause is certainly met, candidates by industry, what waits, and who is read next."""

from functools import partial

from kpi.services.reviewer.candidate_list import own_candidates
from kpi.services.reviewer.home import reviewer_to_dos
from pages.reviewer.parts.home import candidates_answer, of_year_at_work, show_candidates, show_progress
from pages.session.context import require_page
from pages.widgets.acts import say_illustrative
from pages.widgets.home import show_home
from pages.widgets.timetable import show_own_timetable

context = require_page("see_candidates", "home")
to_dos = reviewer_to_dos(context.store, context.viewer)
listed = of_year_at_work(context, own_candidates(context.store, context.viewer))
if listed:
    say_illustrative(illustrative=any(item.record.illustrative for item in listed))
    answer, picture, beside = (
        partial(show, context, listed) for show in (candidates_answer, show_candidates, show_progress)
    )
    show_home(context, to_dos, answer, picture, beside)
else:
    show_home(context, to_dos)
show_own_timetable(context)
