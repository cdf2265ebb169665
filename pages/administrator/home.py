"""An administrator's home: how far the year has come, by stage and by body, what can be decided, and what waits."""

from functools import partial

from kpi.access.roles import allows
from kpi.errors import UserError
from kpi.services.administrator.home import administrator_to_dos
from kpi.services.administrator.plan import decision_plan
from kpi.services.administrator.stages import applications_in_progress
from kpi.services.leader.coverage import city_coverage
from pages.administrator.parts.home import show_year, year_answer
from pages.session.context import require_page
from pages.session.notice import show_notice_of
from pages.widgets.acts import end_page, say_illustrative, show_error
from pages.widgets.home import show_home

context = require_page("administer", "home")
to_dos = administrator_to_dos(context.store, context.viewer)
if not allows(context.viewer, "run_programme"):
    show_home(context, to_dos)
    end_page()
try:
    found, plan = city_coverage(context.store, context.viewer), decision_plan(context.store, context.viewer)
except UserError as error:
    # A day without policy, or no baseline: the matters below lead to whoever puts it right.
    show_error(error)
    show_home(context, to_dos)
    end_page()
show_notice_of(found.year)
say_illustrative(illustrative=found.baseline.illustrative)
every = applications_in_progress(context.store, context.viewer)
in_hand = [application for application in every if application.year == found.year]
answer, picture = partial(year_answer, found.year, in_hand), partial(show_year, context, found, in_hand, plan)
show_home(context, to_dos, answer, picture)
