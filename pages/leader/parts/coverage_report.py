"""The body's coverage as a report: the counts and lists of the page, and the map of published awards."""

from __future__ import annotations

from kpi import i18n
from kpi.charts.coverage import award_tiles
from kpi.reports.content import About, LabelledLine, ReportSection
from kpi.services.leader.coverage import Coverage
from kpi.services.leader.recommendation import JudgedCandidate
from pages.leader.parts.bodies_map import body_table
from pages.leader.parts.own_industries import candidate_table, earlier_values, industry_table
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets.data_files import section_chart


def coverage_sentence(context: PageContext, found: Coverage) -> str:
    """Candidates, and the quota used and left."""
    return translate(
        "coverage.sentence",
        body=i18n.catalogue_name(found.body, context.lang),
        year=found.year,
        candidates=len(found.candidates),
        used=found.quota.used,
        allowed=found.quota.allowed,
        left=found.quota.left,
    )


def about_coverage(context: PageContext, found: Coverage) -> About:
    body = i18n.catalogue_name(found.body, context.lang)
    return About(
        title=translate("title.coverage"),
        subject=f"{body} {found.year}",
        finding=coverage_sentence(context, found),
        baseline=found.baseline,
        filters=[LabelledLine(translate("behind.body"), body)],
        withheld=translate("coverage.public"),
    )


def coverage_sections(context: PageContext, found: Coverage, judged: list[JudgedCandidate]) -> list[ReportSection]:
    tiles = award_tiles(found.awarded, found.allowed, found.body, context.lang, "light")
    gaps = tuple(i18n.coverage_gap(gap, context.lang) for gap in found.gaps)
    how = (translate("coverage.by_industry_how"),)
    return [
        ReportSection("industries", translate("coverage.by_industry"), how, industry_table(context, found)),
        ReportSection("gaps", translate("coverage.gaps" if gaps else "coverage.no_gaps"), points=gaps),
        ReportSection(
            "candidates",
            translate("coverage.list"),
            earlier_values(context, [one.application.label for one in judged if one.as_first_locked]),
            candidate_table(context, found, judged),
        ),
        ReportSection(
            "bodies",
            translate("coverage.bodies"),
            (translate("coverage.public"),),
            body_table(context, found),
            charts=(section_chart(tiles),),
        ),
    ]
