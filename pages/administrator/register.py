"""Register: the enterprises of a year by industry, district and size, and taking in a table of them."""

from kpi.services.administrator.register import register_of_year
from pages.administrator.parts.register import ask_register, pick_campaign_year, show_register
from pages.administrator.parts.same_enterprises import ask_like_names
from pages.session.context import require_page

context = require_page("run_programme", "register")
year = pick_campaign_year(context)
register = register_of_year(context.store, context.viewer, year)
show_register(context, year, register)
ask_like_names(context)
ask_register(context, year, register)
