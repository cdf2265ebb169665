"""Condition rulings: what people decide on of the notice's conditions, one application at a time, saved at once."""

from kpi.services.condition_rulings import every_condition_to_rule
from kpi.services.statement_support import support_to_read
from pages.everyone.parts.condition_rulings import application_to_rule_on, rule_on_several, ruling_rows, work_in_short
from pages.session.context import require_page
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.acts import end_page
from pages.widgets.conflicts import ask_conflicts
from pages.widgets.statement_support import show_support

context = require_page("rule_on_conditions", "condition_rulings")
if context.viewer.role == "reviewer":
    ask_conflicts(context)
found = every_condition_to_rule(context.store, context.viewer)
if not found:
    html.sentence(translate("rulings.none"))
    end_page()
work_in_short(context, found)
chosen = application_to_rule_on(context, found)
rule_on_several(context, found)
application = chosen.locked.application
support = support_to_read(context.store, context.viewer, application.credit_code, application.year)
show_support(context, application, support)
ruling_rows(context, chosen, support.files)
