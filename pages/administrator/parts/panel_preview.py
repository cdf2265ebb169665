"""What a panel is worth before it is frozen: what its cells hold, decide, publish, and what is missing in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import streamlit as st

from kpi import i18n
from kpi.catalogue.catalogue import catalogue
from kpi.catalogue.published_figures import reference_marks
from kpi.charts.panel import PanelBox, PanelMark, panel_boxes
from kpi.reports.content import About, LabelledLine, ReportCell, ReportTable
from kpi.services.administrator.baseline_import import FENCE, BaselinePreview, Outlier, PanelPreview, PreviewedCell
from kpi.services.preparation import IncomingBaseline
from kpi.tables.baselines import BaselineProposal
from pages.administrator.parts.panel_import import show_rows
from pages.session.context import PageContext
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.acts import opened_box
from pages.widgets.pictures import show_chart
from pages.widgets.tables import offer_data, show_long_table, show_references, show_table, typed_table


def show_preview(context: PageContext, preview: BaselinePreview, incoming: IncomingBaseline | BaselineProposal) -> None:
    """The answer, what is beside it, the counts as a heat map, and every cell in full folded below."""
    panel = preview.panel
    html.sentence(
        translate(
            "baseline_import.sentence",
            enterprises=panel.enterprises,
            values=panel.values,
            able=sum(cell.decides for cell in panel.cells),
            cells=len(panel.cells),
            needed=panel.needed,
        )
    )
    html.where(translate("baseline_import.hash", sha256=panel.sha256))
    if preview.same_as:
        names = i18n.text("number.list", context.lang).join(preview.same_as)
        html.notice(translate("baseline_import.same_content", names=names))
    about = about_preview(panel, incoming)
    show_rows(context, replace(about, title=translate("panel_rows.lists")), panel.rows)
    if panel.other_basis:
        html.where(translate("baseline_import.other_basis", count=panel.other_basis))
    if panel.sub_industries:
        stated = i18n.text("number.list", context.lang).join(
            f"{code} {count}" for code, count in panel.sub_industries.items()
        )
        html.where(translate("baseline_import.sub_industries", count=len(panel.sub_industries), stated=stated))
    if earlier := preview.earlier:
        said = translate("baseline_import.earlier", name=earlier.name, before=earlier.enterprises)
        (html.notice if earlier.much_smaller else html.where)(said)
    with st.container(key="wide"):
        _heat_map(context, about, panel)
        html.where(translate("baseline_import.heat_how", needed=panel.needed))
    with st.container(key="narrow"):
        _by_industry(context, about, panel)
        _missing(context, about, panel)
    _distribution(context, about, panel)
    _outliers(context, about, panel)
    if box := opened_box(translate("baseline_import.cells", count=len(panel.cells)), "preview-cells"):
        with box:
            _cells(context, about, panel)


def _outliers(context: PageContext, about: About, panel: PanelPreview) -> None:
    """Values far out, by name, for whoever looks a second time: they are asked about, never removed by themselves."""
    every = [(cell, outlier) for cell in panel.cells for outlier in cell.outliers]
    found = [(cell, outlier) for cell, outlier in every if outlier.credit_code not in context.viewer.barred]
    if not found:
        return
    html.titled(translate("baseline_import.outliers", count=sum(cell.far_out for cell in panel.cells)))
    html.where(translate("baseline_import.outliers_how", fence=f"{FENCE:.0f}"))
    columns = [translate(f"baseline_import.column_{name}") for name in ("industry", "kpi", "code", "value", "range")]

    def table(items: Sequence[tuple[PreviewedCell, Outlier]]) -> ReportTable:
        rows = [
            [
                i18n.catalogue_name(cell.industry, context.lang),
                f"{cell.kpi} {catalogue().kpi(cell.kpi).short.in_(context.lang)}",
                outlier.credit_code,
                i18n.plain_number(outlier.value),
                _range(cell),
            ]
            for cell, outlier in items
        ]
        return typed_table(columns, rows, numbers=(3,))

    about = replace(about, title=translate("baseline_import.outliers_name"))
    show_long_table(context, about, found, table, "panel-outliers", thing="panel_outliers")


def about_preview(panel: PanelPreview, incoming: IncomingBaseline | BaselineProposal) -> About:
    """What goes with data of a panel that nothing is decided by yet."""
    said = LabelledLine(translate("baseline_import.provenance"), translate(f"provenance.{incoming.provenance}"))
    content = LabelledLine(translate("baselines.sha256"), panel.sha256)
    return About(
        translate("baseline_import.name_of"),
        incoming.name,
        facts=[said, content],
        filters=[LabelledLine(translate("baseline_import.year"), str(incoming.year))],
        invented=incoming.provenance == "illustrative",
    )


def _distribution(context: PageContext, about: About, panel: PanelPreview) -> None:
    """One KPI's values by industry."""
    kpi = catalogue().kpi(
        st.selectbox(
            translate("baseline_import.distribution"),
            [item.code for item in catalogue().kpis],
            format_func=lambda code: f"{code} {catalogue().kpi(code).short.in_(context.lang)}",
            key="panel-distribution",
        )
    )
    boxes = [
        PanelBox(
            cell.industry, cell.records, cell.lowest, cell.lower, cell.median, cell.upper, cell.highest, cell.far_out
        )
        for cell in panel.cells
        if cell.kpi == kpi.code
    ]
    others = reference_marks(kpi.code)
    marks = [
        PanelMark(f"◇ {number} · {translate(f'detail.match_{other.match}')}", other.value)
        for number, other in enumerate(others, 1)
        if other.drawable
    ]
    picture = partial(panel_boxes, kpi, boxes, FENCE, context.lang, marks=marks, titled=False)
    drawn = picture(theme=context.theme)
    about = replace(about, title=translate("baseline_import.distribution"), finding=drawn.title, kpis=[kpi.code])
    table = _box_table(context, boxes)

    def menu() -> None:
        offer_data(context, about, "panel-boxes", draw=lambda theme: picture(theme=theme), table=table)

    show_chart(drawn, menu)
    if others and (box := opened_box(translate("baseline_import.others", count=len(others)), "preview-others")):
        with box:
            show_references(context, others)


def _box_table(context: PageContext, boxes: Sequence[PanelBox]) -> ReportTable:
    figures = ("records", "lowest", "lower", "median", "upper", "highest", "far_out")
    rows: list[list[str | ReportCell]] = [
        [
            i18n.catalogue_name(box.industry, context.lang),
            *(ReportCell(i18n.plain_number(item), item, "number") for item in (getattr(box, name) for name in figures)),
        ]
        for box in boxes
    ]
    columns = [translate(f"baseline_import.column_{name}") for name in ("industry", *figures)]
    return typed_table(columns, rows, numbers=range(1, len(columns)))


def _heat_map(context: PageContext, about: About, preview: PanelPreview) -> None:
    """Groups by KPI and industry; ✓ decides, – too few; ○ beside it: nothing would be published."""
    most = max((cell.groups for cell in preview.cells), default=0)
    by_place = {(cell.industry, cell.kpi): cell for cell in preview.cells}
    industries = catalogue().industries
    columns = [
        translate("baseline_import.column_kpi"),
        *(industry.name.in_(context.lang) for industry in industries),
        translate("baseline_import.column_missing"),
    ]
    rows: list[list[html.Cell]] = [
        [
            f"{kpi.code} {kpi.short.in_(context.lang)}",
            *(_heat(by_place[industry.name.zh, kpi.code], most) for industry in industries),
            str(preview.missing[kpi.code]),
        ]
        for kpi in catalogue().kpis
    ]
    html.table(columns, rows, numbers=range(1, len(columns)), form="whole")
    offer_data(context, about, "panel-groups", table=typed_table(columns, rows, numbers=(len(columns) - 1,)))


def _heat(cell: PreviewedCell, most: int) -> html.ShadedShare:
    marks = f"{'✓' if cell.decides else '–'}{' ○' if cell.withheld else ''}"
    return html.ShadedShare(f"{cell.groups} {marks}", cell.groups / most if most else None)


def _by_industry(context: PageContext, about: About, preview: PanelPreview) -> None:
    """The same where there is no room for a heat map: an industry a card, with the KPIs that fall short."""
    table = typed_table(
        [translate(f"baseline_import.column_{name}") for name in ("industry", "able", "too_few", "unpublished")],
        [
            [
                industry.name.in_(context.lang),
                str(sum(cell.decides for cell in cells)),
                " ".join(f"{cell.kpi} ({cell.groups})" for cell in cells if not cell.decides) or "—",
                " ".join(cell.kpi for cell in cells if cell.withheld) or "—",
            ]
            for industry in catalogue().industries
            if (cells := [cell for cell in preview.cells if cell.industry == industry.name.zh])
        ],
        numbers=(1,),
    )
    show_table(context, about, table, "panel-industries", form="stacked")


def _missing(context: PageContext, about: About, preview: PanelPreview) -> None:
    table = typed_table(
        [translate("baseline_import.column_kpi"), translate("baseline_import.column_missing")],
        [
            [f"{kpi.code} {kpi.short.in_(context.lang)}", str(preview.missing[kpi.code])]
            for kpi in catalogue().kpis
            if preview.missing[kpi.code]
        ],
        numbers=(1,),
    )
    show_table(context, about, table, "panel-missing", form="narrow")


def _cells(context: PageContext, about: About, preview: PanelPreview) -> None:
    columns = ("industry", "kpi", "records", "groups", "decides", "published", "range", "far_out")
    table = typed_table(
        [translate(f"baseline_import.column_{name}") for name in columns],
        [
            [
                catalogue().industry(cell.industry).name.in_(context.lang),
                f"{cell.kpi} {catalogue().kpi(cell.kpi).short.in_(context.lang)}",
                str(cell.records),
                str(cell.groups),
                translate("yes") if cell.decides else translate("baselines.too_few"),
                translate(f"baseline_import.withheld_{cell.withheld}") if cell.withheld else translate("yes"),
                _range(cell),
                str(cell.far_out or ""),
            ]
            for cell in preview.cells
        ],
        numbers=(2, 3, 7),
    )
    show_table(context, about, table, "panel-cells", form="stacked")


def _range(cell: PreviewedCell) -> str:
    return (
        " · ".join(i18n.plain_number(item) for item in (cell.lowest, cell.median, cell.highest))
        if cell.records
        else "—"
    )
