"""Industry benchmarks: what is published of an industry for everybody who is signed in, year by year."""

from kpi import i18n
from kpi.catalogue.catalogue import catalogue
from kpi.reports.files import (
    NUMBERS,
    about_published,
    figure_columns,
    how_published,
    published_findings,
    rows_of_published,
)
from kpi.services.published import published_years
from pages.everyone.parts.years_of_kpi import years_of_one_kpi
from pages.session.context import require_page
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.acts import end_page, say_illustrative
from pages.widgets.picker import pick_item, pick_option
from pages.widgets.tables import show_table, typed_table

context = require_page("see_published", "benchmarks")
industries = {item.name.zh: item.name.in_(context.lang) for item in catalogue().industries}
industry = pick_option(translate("benchmarks.industry"), list(industries), "published_industry", industries.__getitem__)
tables = published_years(context.store, context.viewer, industry)
if not tables:
    html.sentence(translate("benchmarks.none"))
    end_page()

table = pick_item(translate("benchmarks.year"), {str(item.baseline.year): item for item in tables}, "published_year")
say_illustrative(illustrative=table.baseline.illustrative)
html.sentence(published_findings(table, context.lang))
html.where(
    translate(
        "benchmarks.where",
        baseline=table.baseline.name,
        region=i18n.region_name(table.baseline.region, context.lang),
        year=table.baseline.year,
        provenance=translate(f"provenance.{table.baseline.provenance}"),
        sha256=table.baseline.sha256[:12],
    )
)
columns = [translate("benchmarks.kpi"), *figure_columns(table.cells, context.lang)]
figures = typed_table(columns, rows_of_published(table, context.lang), numbers=NUMBERS)
show_table(context, about_published(table, context.lang), figures, "published", form="stacked")
html.where(how_published(table.cells, table.leading_quantile, context.lang))

years_of_one_kpi(context, tables, table)
