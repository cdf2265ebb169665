"""A district leader's home: what is missing in the own list, places left, industries and scenarios, what waits."""

from functools import partial

from kpi.services.leader.coverage import coverage, leader_to_dos
from pages.leader.parts.coverage import own_answer
from pages.session.context import require_page
from pages.session.notice import show_notice_of
from pages.widgets.acts import say_illustrative
from pages.widgets.coverage import places_in_a_box, show_in_small
from pages.widgets.home import show_home
from pages.widgets.outreach import show_outreach_in_reach
from pages.widgets.timetable import show_own_timetable

context = require_page("see_coverage", "home")
found = coverage(context.store, context.viewer)
show_notice_of(found.year)
say_illustrative(illustrative=found.baseline.illustrative)
show_home(
    context,
    leader_to_dos(context.store, context.viewer),
    partial(own_answer, context, found),
    partial(show_in_small, context, found),
    partial(places_in_a_box, found.quota),
)
show_own_timetable(context)
show_outreach_in_reach(context)
