"""The city's coverage: places used by body, candidates by body and industry, scenarios, gaps, and the lists behind."""

from functools import partial

from kpi.services.leader.coverage import city_coverage
from pages.administrator.parts.city import (
    about_city,
    behind_the_counts,
    city_answer,
    city_basis,
    city_tiles,
    offer_progress,
    places_table,
    show_industries,
    show_matrix,
    show_quotas,
)
from pages.session.context import require_page
from pages.session.language import translate
from pages.widgets.acts import say_illustrative
from pages.widgets.coverage import show_gaps, show_pictures
from pages.widgets.layout import answer_row, show_tabs
from pages.widgets.picker import pick_year

context = require_page("run_programme", "city_coverage")
found = city_coverage(context.store, context.viewer)
if (year := pick_year(translate("coverage.year"), found.years, found.year)) != found.year:
    found = city_coverage(context.store, context.viewer, year)
about, places = partial(about_city, found), partial(places_table, context, found)

say_illustrative(illustrative=found.baseline.illustrative)
said, ahead = answer_row()
with said:
    city_answer(context, found)
with ahead:
    offer_progress(found)
chosen = show_pictures(context, about(""), found, partial(city_tiles, context, found), places)
show_tabs(
    {
        translate("coverage.tab_list"): partial(behind_the_counts, context, found, chosen),
        translate("coverage.tab_gaps"): partial(show_gaps, context, found),
        translate("coverage.tab_figures"): partial(show_industries, context, found),
        translate("coverage.tab_matrix"): partial(show_matrix, context, found),
        translate("coverage.tab_quota"): partial(show_quotas, context, found),
        translate("coverage.tab_basis"): partial(city_basis, context, found),
    },
)
