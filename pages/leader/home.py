"""A district leader's home: places left, and where coverage is thin."""

from kpi.services.leader.coverage import leader_standing
from pages.session.context import require_page
from pages.widgets.acts import show_home

context = require_page("see_coverage", "home")
show_home(context, leader_standing(context.store, context.viewer))
