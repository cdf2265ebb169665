"""Coverage: what the own body has and lacks, by industry, scenario, KPI and time; other bodies' published awards."""

from functools import partial

from kpi.services.leader.coverage import coverage
from kpi.services.leader.recommendation import body_candidates
from pages.leader.parts.coverage import (
    about_coverage,
    basis_and_report,
    body_table,
    body_tiles,
    body_years_shown,
    industry_figures,
    kpi_spreads,
    list_chosen,
    offer_the_list,
    own_answer,
    state_times,
)
from pages.session.context import require_page
from pages.session.language import translate
from pages.widgets.acts import say_illustrative
from pages.widgets.coverage import show_gaps, show_pictures
from pages.widgets.layout import answer_row, show_tabs
from pages.widgets.picker import pick_year

context = require_page("see_coverage", "coverage")
found = coverage(context.store, context.viewer)
if (year := pick_year(translate("coverage.year"), found.years, found.year)) != found.year:
    found = coverage(context.store, context.viewer, year)
judged = body_candidates(context.store, context.viewer, found.year)
about = about_coverage(context, found)

say_illustrative(illustrative=found.baseline.illustrative)
said, ahead = answer_row()
with said:
    own_answer(context, found)
with ahead:
    offer_the_list(found)
tiles, bodies = partial(body_tiles, context, found), partial(body_table, context, found)
chosen = show_pictures(context, about, found, tiles, bodies, own=found.body)
show_tabs(
    {
        translate("coverage.tab_list"): partial(list_chosen, context, about, found, judged, chosen),
        translate("coverage.tab_years"): partial(body_years_shown, context, judged),
        translate("coverage.tab_gaps"): partial(show_gaps, context, found),
        translate("coverage.tab_figures"): partial(industry_figures, context, about, found),
        translate("coverage.tab_progress"): partial(state_times, context, about, found, judged),
        translate("coverage.tab_lines"): partial(kpi_spreads, context, about, found),
        translate("coverage.tab_basis"): partial(basis_and_report, context, about, found, judged),
    },
)
