"""Plan: which industries can decide what, before any candidate is looked at, and what a register would change."""

from functools import partial

from kpi.services.administrator.plan import decision_plan
from pages.administrator.parts.plan import (
    alternatives,
    industries,
    kpis,
    registers,
    show_plan,
    show_powers,
    words_decided,
)
from pages.session.context import require_page
from pages.session.language import translate
from pages.session.notice import show_notice_of
from pages.widgets.acts import say_illustrative
from pages.widgets.layout import show_tabs

context = require_page("see_baselines", "plan")
plan = decision_plan(context.store, context.viewer)
show_notice_of(plan.baseline.year)
say_illustrative(illustrative=plan.baseline.illustrative)
show_plan(context, plan)
show_powers(context, plan)
parts = {
    "industries": industries,
    "kpis": kpis,
    "registers": registers,
    "words": words_decided,
    "alternatives": alternatives,
}
show_tabs({translate(f"plan.{name}"): partial(draw, context, plan) for name, draw in parts.items()})
