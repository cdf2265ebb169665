"""A factory's years in one view, the same for its enterprise, its reviewers and its body: answer, picture, table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial
from urllib.parse import urlencode

from kpi import i18n
from kpi.catalogue.catalogue import catalogue
from kpi.charts.years import YearsRow, years_picture
from kpi.i18n import text
from kpi.model.language import Lang
from kpi.reports.content import About, LabelledLine, ReportCell, ReportTable, clean
from kpi.services.factory_years import ClaimOfYear, FactoryYear, FactoryYears, KpiOfYear, change_of
from pages.session.context import PageContext, page_at
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.pictures import kept_chart, show_chart
from pages.widgets.tables import offer_data, table_alone, typed_table

Traced = Callable[[FactoryYear, str], str]
"""The address at which a KPI's word of that year is explained; "" where the reader has no such page."""


def show_years(context: PageContext, found: FactoryYears, traced: Traced) -> None:
    """How the last year changed, in a sentence; then a line each KPI; then all of it as a table."""
    finding = years_finding(found)
    html.sentence(finding)
    with html.together():
        for year in found.years:
            if year.standing != "locked":
                html.where(translate(f"years.standing_{year.standing}", year=year.year))
    if not found.reported:
        return
    about = About(
        translate("years.title"),
        found.label,
        finding,
        filters=[LabelledLine(translate("coverage.column_year"), _listed(context, found))],
        invented=found.illustrative,
        kpis=[kpi.code for kpi in catalogue().kpis],  # definitions are those of the notice in hand
    )
    table = years_table(context, found, traced)
    rows = _rows(context, found)
    if not rows:
        table_alone(table, "stacked")
        offer_data(context, about, "years", table=table)
        return
    draw = partial(
        years_picture,
        [year.year for year in found.years],
        rows,
        translate("years.picture"),
        context.lang,
        illustrative=found.illustrative,
    )
    show_chart(kept_chart(draw, context.theme), partial(offer_data, context, about, "years", draw=draw, table=table))
    table_alone(table, "stacked")


def years_finding(found: FactoryYears) -> str:
    """So many years, and how the latest stands beside the one before."""
    counted = Counter(found.changes.values())
    years = len(found.reported)
    if years < 2:
        return translate("years.one_year" if years else "years.no_year")
    parts = [
        translate(f"years.count_{change}", count=counted[change])
        for change in ("better", "worse", "same", "other_basis", "other_unit")
        if counted[change] or change in ("better", "worse")
    ]
    before, after = (year.year for year in found.reported[-2:])
    said = translate("years.and").join(parts)
    return translate("years.sentence", years=years, before=before, after=after, said=said)


def years_table(context: PageContext, found: FactoryYears, traced: Traced) -> ReportTable:
    """A row a KPI, a column a year, and which way the last of them went where there are two."""
    lang, compared = context.lang, len(found.reported) > 1
    rows: list[list[str | ReportCell]] = []
    for kpi in found.kpis:
        cells = [_cell(year, kpi.code, lang, traced) for year in found.years]
        change = [translate(f"years.change.{found.changes[kpi.code]}")] if compared else []
        rows.append([f"{kpi.code} {kpi.short.in_(lang)}", *cells, *change])
    if any(year.group_claims for year in found.years):
        of_group = [
            "\n".join(_claimed(claim, lang) for claim in year.group_claims) or i18n.NO_NUMBER for year in found.years
        ]
        rows.append([translate("years.group"), *of_group, *[""] * compared])
    several = len({year.credit_code for year in found.years}) > 1
    titles = [f"{_title(year)} {year.credit_code}" if several else _title(year) for year in found.years]
    trend = [translate("years.trend")] if compared else []
    return typed_table([translate("review.kpi"), *titles, *trend], rows)


def _title(year: FactoryYear) -> str:
    return translate("years.draft", year=year.year) if year.standing == "draft" else str(year.year)


def _cell(year: FactoryYear, code: str, lang: Lang, traced: Traced) -> ReportCell:
    """The value as reported with its basis, the word of that year, and each claim with how it was ruled."""
    if not year.kpis:
        return ReportCell(translate(f"years.no_rows_{year.standing}"))
    item = year.kpis.get(code)
    if item is None:
        return ReportCell(translate("years.not_asked"))
    if item.reported is None:
        return ReportCell(translate("years.row_lost"))
    lines = [reported_value(item, lang)]
    if year.standing == "locked" and item.reported.state == "reported":
        lines.append(i18n.verdict_word(item.word, lang).word if item.word else translate("years.no_word"))
    lines += [_claimed(claim, lang) for claim in item.claims]
    link = traced(year, code) if year.standing == "locked" else ""
    return ReportCell("\n".join(clean(line) for line in lines), link=link)


def reported_value(item: KpiOfYear, lang: Lang) -> str:
    """With its unit and, where the unit does not say it, its basis; or in a word why there is no number."""
    if item.reported is None:
        return translate("years.row_lost")
    if item.reported.state != "reported":
        return i18n.verdict_word(item.reported.state, lang).word
    said = i18n.kpi_number(item.value, item.kpi, lang, item.reported.basis)
    return translate("years.relative", value=said) if item.reported.basis == "relative" else said


def _claimed(claim: ClaimOfYear, lang: Lang) -> str:
    said = translate(f"years.claim_{claim.kind}", ruling=translate(f"years.ruled_{claim.ruling}"))
    if not claim.evidence:
        return said
    return translate("years.claim_shown", claim=said, evidence=text("number.list", lang).join(claim.evidence))


def _rows(context: PageContext, found: FactoryYears) -> tuple[YearsRow, ...]:
    """Of the KPIs that have a number in two years that compare; the last year's measure is the row's."""
    rows = []
    for kpi in found.kpis:
        of_years = [year.kpis.get(kpi.code) for year in found.years]
        last = next((item for item in reversed(of_years) if item and item.value is not None), None)
        alike = [item if item and change_of(item, last) in _ALIKE else None for item in of_years]
        if sum(item is not None for item in alike) < 2:
            continue
        change = found.changes.get(kpi.code)
        rows.append(
            YearsRow(
                f"{kpi.code} {kpi.short.in_(context.lang)}",
                tuple(item.value if item else None for item in alike),
                tuple(reported_value(item, context.lang) if item else "" for item in of_years),
                {"better": True, "worse": False}.get(change or ""),
            )
        )
    return tuple(rows)


_ALIKE = ("better", "worse", "same")


def _listed(context: PageContext, found: FactoryYears) -> str:
    return text("number.list", context.lang).join(str(year.year) for year in found.years)


def kpi_address(page: str, code: str, **asked: str) -> str:
    """The address of a KPI on that page; ``asked`` names the application."""
    return f"/{page_at(page).address}?{urlencode({**asked, 'kpi': code})}"
