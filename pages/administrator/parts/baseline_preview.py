"""What a panel is worth before it is frozen: what its cells hold, decide, publish, and what is missing in it."""

from __future__ import annotations

import streamlit as st

from kpi import i18n
from kpi.catalogue.load import catalogue
from kpi.services.administrator.baseline_import import BaselinePreview, PreviewedCell
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html


def show_preview(context: PageContext, preview: BaselinePreview) -> None:
    """The answer, what is beside it, the counts as a heat map, and every cell in full folded below."""
    html.sentence(
        translate(
            "baseline_import.sentence",
            enterprises=preview.enterprises,
            values=preview.values,
            able=sum(cell.decides for cell in preview.cells),
            cells=len(preview.cells),
            needed=preview.needed,
        )
    )
    html.where(translate("baseline_import.hash", sha256=preview.sha256))
    if preview.other_basis:
        html.where(translate("baseline_import.other_basis", count=preview.other_basis))
    if earlier := preview.earlier:
        said = translate("baseline_import.earlier", name=earlier.name, before=earlier.enterprises)
        (html.notice if earlier.much_smaller else html.where)(said)
    with st.container(key="wide"):
        _heat_map(context, preview)
        html.where(translate("baseline_import.heat_how", needed=preview.needed))
    with st.container(key="narrow"):
        _by_industry(context, preview)
        _missing(context, preview)
    with st.expander(translate("baseline_import.cells", count=len(preview.cells))):
        _cells(context, preview)


def _heat_map(context: PageContext, preview: BaselinePreview) -> None:
    """Groups by KPI and industry; ✓ decides, – too few; ○ beside it: nothing would be published."""
    most = max((cell.groups for cell in preview.cells), default=0)
    by_place = {(cell.industry, cell.kpi): cell for cell in preview.cells}
    industries = catalogue().industries
    html.table(
        [
            translate("baseline_import.column_kpi"),
            *(industry.name.in_(context.lang) for industry in industries),
            translate("baseline_import.column_missing"),
        ],
        [
            [
                f"{kpi.code} {kpi.short.in_(context.lang)}",
                *(_heat(by_place[industry.name.zh, kpi.code], most) for industry in industries),
                str(preview.missing[kpi.code]),
            ]
            for kpi in catalogue().kpis
        ],
        numbers=range(1, len(industries) + 2),
        form="whole",
    )


def _heat(cell: PreviewedCell, most: int) -> html.ShadedShare:
    marks = f"{'✓' if cell.decides else '–'}{' ○' if cell.withheld else ''}"
    return html.ShadedShare(f"{cell.groups} {marks}", cell.groups / most if most else None)


def _by_industry(context: PageContext, preview: BaselinePreview) -> None:
    """The same where there is no room for a heat map: an industry a card, with the KPIs that fall short."""
    html.table(
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
        form="stacked",
    )


def _missing(context: PageContext, preview: BaselinePreview) -> None:
    html.table(
        [translate("baseline_import.column_kpi"), translate("baseline_import.column_missing")],
        [
            [f"{kpi.code} {kpi.short.in_(context.lang)}", str(preview.missing[kpi.code])]
            for kpi in catalogue().kpis
            if preview.missing[kpi.code]
        ],
        numbers=(1,),
        form="narrow",
    )


def _cells(context: PageContext, preview: BaselinePreview) -> None:
    columns = ("industry", "kpi", "records", "groups", "decides", "published", "range", "far_out")
    html.table(
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
        form="stacked",
    )


def _range(cell: PreviewedCell) -> str:
    return (
        " · ".join(i18n.plain_number(one) for one in (cell.lowest, cell.median, cell.highest)) if cell.records else "—"
    )
