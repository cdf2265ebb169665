"""A reviewer's home: candidates nobody has looked at yet, and claims that wait for a ruling."""

from kpi.services.reviewer.home import reviewer_to_dos
from pages.session.context import require_page
from pages.widgets.acts import show_home

context = require_page("see_candidates", "home")
show_home(context, reviewer_to_dos(context.store, context.viewer))
