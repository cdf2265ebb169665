"""The city's coverage as a report: the counts, pictures and lists of the page."""

from __future__ import annotations

from functools import partial

from kpi import i18n
from kpi.charts.coverage import BodyQuota, coverage_matrix, place_tiles, quota_bars, scenario_grid
from kpi.reports.content import ReportSection
from kpi.services.leader.coverage import CityCoverage
from pages.administrator.parts.city.coverage_lists import city_industry_table, places_table
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets.coverage_views import application_table, scenario_table
from pages.widgets.data_files import section_chart


def city_sentence(found: CityCoverage) -> str:
    """Candidates, places used of those there are, and gaps."""
    return translate(
        "city.sentence",
        year=found.year,
        candidates=len(found.candidates),
        used=sum(one.nominated for one in found.bodies),
        allowed=sum(one.allowed for one in found.bodies),
        gaps=len(found.gaps),
    )


def city_sections(context: PageContext, found: CityCoverage) -> list[ReportSection]:
    lang = context.lang
    used = {one.body: one.nominated for one in found.bodies}
    allowed = {one.body: one.allowed for one in found.bodies}
    counts = {one.scenario: (one.candidates, one.awarded) for one in found.scenarios}
    gaps = tuple(i18n.coverage_gap(gap, lang) for gap in found.gaps) or (i18n.text("gap.none", lang),)
    quotas = [BodyQuota(one.body, one.allowed, one.nominated) for one in found.bodies]
    pictured = partial(coverage_matrix, found.matrix, translate("city.candidates"), lang, titled=False)
    places = (place_tiles(used, allowed, lang), pictured(), quota_bars(quotas, lang, titled=False))
    behind = application_table(context, found.candidates, awarded=set(), bodies=True)
    return [
        ReportSection("gaps", translate("city.gaps", count=len(found.gaps)), points=gaps),
        ReportSection("industries", translate("coverage.by_industry"), table=city_industry_table(context, found)),
        ReportSection(
            "bodies",
            translate("coverage.bodies"),
            table=places_table(context, found),
            charts=tuple(map(section_chart, places)),
        ),
        ReportSection(
            "scenarios",
            translate("coverage.scenarios"),
            table=scenario_table(context, found.scenarios),
            charts=(section_chart(scenario_grid(counts, lang)),),
        ),
        ReportSection("candidates", translate("coverage.list"), table=behind),
    ]
