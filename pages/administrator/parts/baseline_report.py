"""A baseline in tables: the same for the page, its files and its report."""

from __future__ import annotations

from collections.abc import Sequence

from kpi import i18n
from kpi.catalogue.catalogue import catalogue
from kpi.model.language import Lang
from kpi.reports.content import About, LabelledLine, ReportSection, ReportTable, count
from kpi.services.administrator.baselines import BaselineOverview
from pages.administrator.parts.publication_label import publication_label
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets.data_files import typed_table
from pages.widgets.datetime_format import format_datetime

_COLUMNS = ("industry", "kpi", "basis", "n", "groups", "decides", "published")


def baseline_finding(overview: BaselineOverview) -> str:
    return translate(
        "baselines.sentence",
        cells=len(overview.cells),
        able=sum(cell.can_decide for cell in overview.cells),
        needed=overview.needed,
    )


def baseline_standing(overview: BaselineOverview) -> str:
    """Whether applications of its year are held against it, or against which."""
    baseline = overview.baseline
    if overview.in_force == baseline.name:
        return translate("baselines.in_force", year=baseline.year)
    if overview.in_force is None:
        return translate("baselines.none_in_force", year=baseline.year)
    return translate("baselines.not_in_force", year=baseline.year, name=overview.in_force)


def baseline_twins(overview: BaselineOverview, lang: Lang) -> str:
    """That its content is frozen under other names too; "" where it is not."""
    return translate("baselines.same_content", names=_listed(overview.same_as, lang)) if overview.same_as else ""


def _listed(names: Sequence[str], lang: Lang) -> str:
    return i18n.text("number.list", lang).join(names)


def about_baseline(overview: BaselineOverview) -> About:
    return About(
        title=translate("baselines.report"),
        subject=overview.baseline.name,
        finding=baseline_finding(overview),
        baseline=overview.baseline,
        filters=[
            LabelledLine(translate("baselines.one"), overview.baseline.name),
            LabelledLine(translate("baselines.standing"), baseline_standing(overview)),
        ],
        kpis=[kpi.code for kpi in catalogue().kpis],
    )


def baseline_facts(overview: BaselineOverview, lang: Lang) -> ReportTable:
    """Where it is from, and the hashes that prove it."""
    baseline = overview.baseline
    return typed_table(
        [translate("detail.what"), translate("detail.said")],
        [
            [translate("baselines.region"), f"{i18n.region_name(baseline.region, lang)} · {baseline.year}"],
            [translate("baselines.provenance"), translate(f"provenance.{baseline.provenance}")],
            [translate("baselines.source"), baseline.source],
            [translate("baselines.imported"), format_datetime(baseline.imported_at)],
            [translate("baselines.sha256"), baseline.sha256],
            *([[translate("baselines.same_as"), _listed(overview.same_as, lang)]] if overview.same_as else []),
            [translate("baselines.original"), baseline.original_sha256],
            [translate("baselines.groups"), baseline.groups_sha256 or translate("baselines.groups_of_panel")],
        ],
    )


def baseline_cells(overview: BaselineOverview, lang: Lang) -> ReportTable:
    """A row a cell: how many it holds, whether it can decide, what is published of it."""
    return typed_table(
        [translate(f"baselines.column_{name}") for name in _COLUMNS],
        [
            [
                catalogue().industry(cell.industry).name.in_(lang),
                f"{cell.kpi} {catalogue().kpi(cell.kpi).short.in_(lang)}",
                translate(f"basis.{cell.basis}"),
                count(cell.records),
                count(cell.groups),
                translate("yes") if cell.can_decide else translate("baselines.too_few"),
                publication_label(cell),
            ]
            for cell in overview.cells
        ],
        numbers=(3, 4),
    )


def baseline_sections(context: PageContext, overview: BaselineOverview) -> list[ReportSection]:
    return [
        ReportSection("facts", translate("baselines.facts"), table=baseline_facts(overview, context.lang)),
        ReportSection("cells", translate("baselines.cells"), table=baseline_cells(overview, context.lang)),
    ]
