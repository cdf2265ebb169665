"""The 21 KPIs of the candidates, those first on which they differ most: value, share of peers beaten, verdict."""

from __future__ import annotations

from math import isnan

from kpi import i18n
from kpi.catalogue.load import catalogue
from kpi.charts.strip_comparison import candidate_names
from kpi.charts.theme import CANDIDATE_LETTERS, verdict_mark
from kpi.model.comparison import ComparedKpi, Comparison
from kpi.reports.data.page_report import About
from kpi.reports.report_cells import share, words
from kpi.reports.report_content import LabelledLine, ReportCell, ReportTable
from kpi.services.reviewer.candidates import SideBySide
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html
from pages.widgets.data_files import offer_data, typed_table


def heat_table(context: PageContext, beside: SideBySide) -> None:
    """One row a KPI. A cell is shaded by its share; what is missing and what does not apply are words of their own."""
    found = beside.comparison
    names = candidate_names([one.evaluation for one in found.candidates])
    html.caption(translate("compare.heat_how"))
    columns = [translate("compare.kpi"), *names, translate("compare.ties")]
    rows: list[list[html.Cell]] = [
        [
            catalogue().kpi(kpi.code).short.in_(context.lang),
            *(_cell(context, beside, kpi, at) for at in range(len(names))),
            _ties(kpi),
        ]
        for kpi in sorted(found.kpis, key=_difference, reverse=True)
    ]
    rows.append(_clauses(context, found))
    html.table(columns, rows, form="heat")
    about = about_comparison(context, found, translate("compare.heat"))
    offer_data(context, about, "heat", table=typed_table(columns, rows))


def about_comparison(context: PageContext, found: Comparison, finding: str) -> About:
    """What goes with data of these candidates: who they are is a filter."""
    names = i18n.text("number.list", context.lang).join(candidate_names([one.evaluation for one in found.candidates]))
    return About(
        title=translate("title.compare"),
        subject=str(found.first.application.year),
        finding=finding,
        baseline=found.first.baseline,
        policy=found.first.policy,
        filters=[LabelledLine(translate("order.column_candidate"), names)],
        kpis=[kpi.code for kpi in found.kpis],
    )


def group_table(context: PageContext, found: Comparison) -> ReportTable:
    """The profiles as a table: a row a candidate, its mean share by group."""
    groups = catalogue().groups
    names = candidate_names([one.evaluation for one in found.candidates])
    rows: list[list[str | ReportCell]] = [
        [
            name,
            *(
                words(i18n.NO_NUMBER) if isnan(one.groups[group.code]) else share(one.groups[group.code])
                for group in groups
            ),
        ]
        for name, one in zip(names, found.candidates, strict=True)
    ]
    columns = [translate("order.column_candidate"), *(group.short.in_(context.lang) for group in groups)]
    return typed_table(columns, rows, numbers=range(1, len(columns)))


def _difference(kpi: ComparedKpi) -> tuple[int, float]:
    """Pairs that differ beyond noise, then how far the scores lie from one another."""
    scores = [score for score in kpi.scores if not isnan(score)]
    return kpi.differing, max(scores) - min(scores) if scores else -1.0


def _cell(context: PageContext, beside: SideBySide, kpi: ComparedKpi, at: int) -> html.Cell:
    answer = beside.comparison.candidates[at].evaluation
    found, known = answer.kpi(kpi.code), catalogue().kpi(kpi.code)
    word = i18n.verdict_word(found.verdict, context.lang).word
    verdict = f"{verdict_mark(found.verdict, context.theme).glyph} {word}"
    if isnan(kpi.values[at]):
        return html.ShadedShare(verdict, None)
    reported = answer.application.values[kpi.code]
    lines = [
        i18n.kpi_number(found.value, known, context.lang, found.basis),
        i18n.percent(found.percentile.mid),
        verdict,
    ]
    if reported.before is not None and reported.after is not None:
        before, after = i18n.plain_number(reported.before), i18n.plain_number(reported.after)
        lines.append(translate("compare.before_after", before=before, after=after))
    earlier = beside.year_before.get(answer.application.credit_code)
    if earlier is not None and (value := earlier.values[kpi.code].value) is not None:
        number = i18n.kpi_number(value, known, context.lang, earlier.values[kpi.code].basis)
        lines.append(translate("compare.year_before", year=earlier.year, value=number))
    return html.ShadedShare("\n".join(lines), found.percentile.mid)


def _ties(kpi: ComparedKpi) -> str:
    """Letters joined by "≈" are all within noise of one another."""
    return "\n".join(" ≈ ".join(CANDIDATE_LETTERS[at] for at in run) for run in kpi.tied_runs)


def _clauses(context: PageContext, found: Comparison) -> list[html.Cell]:
    words = (i18n.clause_word(one.evaluation.clause.verdict, context.lang) for one in found.candidates)
    return [translate("compare.clause"), *words, ""]
