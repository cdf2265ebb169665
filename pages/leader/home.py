"""A district leader's home: places left, and where coverage is thin."""

from kpi.services.leader.coverage import leader_to_dos
from pages.session.context import require_page
from pages.widgets.home import show_home

context = require_page("see_coverage", "home")
show_home(context, leader_to_dos(context.store, context.viewer))
