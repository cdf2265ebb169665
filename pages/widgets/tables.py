"""Tables on a page and files below them, with all that one needs to read them elsewhere; times and changes in rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Literal, TypeVar
from urllib.parse import urlencode

import streamlit as st

from kpi import i18n
from kpi.catalogue.catalogue import catalogue
from kpi.catalogue.published_figures import Figure
from kpi.charts.chart import Chart
from kpi.charts.svg import PAPER_WIDTH, WIDTH, as_svg
from kpi.charts.theme import Theme
from kpi.i18n import text
from kpi.model.application import Application
from kpi.model.evaluation import Evaluation
from kpi.model.language import Lang
from kpi.model.publication import EnterpriseView
from kpi.model.times import now, shanghai_minute
from kpi.reports.content import (
    About,
    LabelledLine,
    ReportCell,
    ReportColumn,
    ReportRow,
    ReportSection,
    ReportTable,
    SectionChart,
    Taken,
    chart_foot,
    clean,
    page_report,
    words,
)
from kpi.reports.files import annex4_png, as_csv, chart_png
from kpi.reports.report_file import write_content
from kpi.services.downloads import TakenThing
from kpi.tables.sheets import SheetChange
from pages.session.context import PageContext
from pages.session.language import in_language, translate
from pages.session.streamlit_internals import spec_of
from pages.widgets import html
from pages.widgets.acts import opened_box
from pages.widgets.downloads import ORDER, Offered, offer_files
from pages.widgets.picker import page_of
from pages.widgets.pictures import Draw

# Below a chart or a table: taking it away as a file, with all that one needs to read it elsewhere.


PAGE_PARTS: dict[TakenThing, str] = {
    "proposal_report": "proposal",
    "list_record": "list_record",
    "advice_page": "advice_page",
}
"""What is taken of a page where it is not the whole; texts."""

Item = TypeVar("Item")
Sections = Callable[[], Sequence[ReportSection]]
Table = ReportTable | Callable[[], ReportTable]
"""As it stands on the page, or how to make it once somebody asks for its files."""
NARROWEST, WIDEST, LETTERS = 8, 36, 8
"""Letters of a column, and of a unit of its width: what is longer is broken."""
_WIDE = re.compile(r"[\u2e80-\u9fff\uff00-\uffef]")
_NUMBER = re.compile(r"[+\u2212-]?\d+(\.\d+)?(?= \S+$|$)")


def typed_table(
    columns: Sequence[str], rows: Sequence[Sequence[html.Cell | ReportCell]], numbers: Sequence[int] = ()
) -> ReportTable:
    """Columns and rows as a page shows them; text in the columns of ``numbers`` is a number as far as it is one."""
    typed = tuple(
        ReportRow(tuple(_data_files_typed(item, at in numbers) for at, item in enumerate(row))) for row in rows
    )
    return ReportTable(
        tuple(
            ReportColumn(title, _width([title, *(row.cells[at].text for row in typed)]), right=at in numbers)
            for at, title in enumerate(columns)
        ),
        typed,
    )


def _width(texts: Sequence[str]) -> float:
    """By the longest line, a Chinese letter counting two, within bounds."""
    longest = max(len(line) + len(_WIDE.findall(line)) for item in texts for line in item.split("\n"))
    return min(max(longest, NARROWEST), WIDEST) / LETTERS


def _data_files_typed(cell: html.Cell | ReportCell, is_number: bool) -> ReportCell:
    if isinstance(cell, ReportCell):
        return cell
    shown = cell if isinstance(cell, str) else cell.text
    found = _NUMBER.match(shown) if is_number else None
    return ReportCell(clean(shown), float(found[0].replace("\u2212", "-")), "number") if found else words(shown)


def show_table(
    context: PageContext,
    about: About,
    table: ReportTable,
    key: str,
    *,
    form: html.Form = "plain",
    everything: Callable[[], ReportTable] | None = None,
    thing: TakenThing = "table",
) -> None:
    """The table as text, and below it its files; as ``offer_data``."""
    table_alone(table, form)
    offer_data(context, about, key, table=table, everything=everything, thing=thing)


LONG_TABLE = 15
"""Rows that are shown of it at a time."""


def show_long_table(
    context: PageContext,
    about: About,
    items: Sequence[Item],
    table_of: Callable[[Sequence[Item]], ReportTable],
    key: str,
    *,
    form: html.Form = "plain",
    everything: Sequence[Item] | None = None,
    thing: TakenThing = "table",
) -> None:
    """A table of as many rows as there are factories, a page at a time: no more of it is put into words than is shown.

    Its files hold all ``items``, and those of ``everything`` that the reader may see, where that is more.
    """
    table_alone(table_of(page_of(items, f"page-{key}", LONG_TABLE, about.filters)), form)
    all_of_it = None if everything is None else partial(table_of, everything)
    offer_data(context, about, key, table=partial(table_of, items), everything=all_of_it, thing=thing)


# Without files: a piece: whoever calls it offers the files
def table_alone(table: ReportTable, form: html.Form = "plain") -> None:
    """The table as text; its files are offered with the picture of the same numbers."""
    html.table(
        [column.title for column in table.columns],
        [[html.Linked(cell.text, cell.link) if cell.link else cell.text for cell in row.cells] for row in table.rows],
        numbers=[at for at, column in enumerate(table.columns) if column.right],
        form=form,
    )


def offer_data(
    context: PageContext,
    about: About,
    key: str,
    *,
    draw: Draw | None = None,
    table: Table | None = None,
    everything: Callable[[], ReportTable] | None = None,
    thing: TakenThing = "table",
) -> None:
    """Files of the chart and of the table as shown; of ``everything`` that the reader may see, where that is more.

    ``thing`` is what the table holds, as the audit trail names it. The buttons are drawn when the menu is opened: few
    readers open one, and drawing five menus of five buttons took a third of a page.
    """
    held = "both" if draw and table else "chart" if draw else "table"
    # A picture's stands in its heading, and is quiet.
    look: Literal["tertiary", "secondary"] = "tertiary" if draw else "secondary"
    menu = st.popover(translate(f"carried.menu_{held}"), type=look, key=f"carried-{key}", on_change="rerun")
    if menu.open:
        with menu:
            _buttons(context, about, key, draw, table, everything, thing)


def _buttons(
    context: PageContext,
    about: About,
    key: str,
    draw: Draw | None,
    table: Table | None,
    everything: Callable[[], ReportTable] | None,
    thing: TakenThing,
) -> None:
    link = page_link()
    subject = f"{about.title} {about.subject}".strip()
    offer = partial(offer_files, context, subject=subject, stem=about.title)
    if draw:
        offer(title=translate("carried.chart"), thing="chart", files=_chart_files(context, about, draw, link), key=key)
    if table:
        shown = table if isinstance(table, ReportTable) else table()
        title = translate("carried.table", rows=len(shown.rows))
        files = _table_files(context, about, lambda: shown, link, "" if everything is None else "as_shown")
        offer(title=title, thing=thing, files=files, key=key)
    if everything:
        files = _table_files(context, about, everything, link, "everything")
        offer(title=translate("carried.everything"), thing=thing, files=files, key=f"{key}-all")
    if draw:
        html.where(translate("carried.link"))
        st.code(link, language=None, wrap_lines=True)


def offer_page_report(
    context: PageContext,
    thing: TakenThing,
    about: About,
    subject: str,
    sections: Sections,
    *,
    one_page: bool = False,
) -> None:
    """The whole page, or what it says of one ``subject``, as PDF, Word, Excel and one HTML file.

    ``sections`` are put together when one is asked for; ``one_page``: on paper they are one page.
    """
    link = page_link()

    def made(suffix: str) -> bytes:
        with in_language(context.lang):
            report = page_report(about, sections(), context.lang, Taken(now(), link))
        return write_content(replace(report, one_page=one_page), f"x{suffix}")

    files = [Offered(suffix, translate(f"download.{suffix[1:]}"), partial(made, suffix)) for suffix in ORDER]
    stem = f"{subject}-{about.title}".replace(" ", "-")
    title = translate(f"download.{PAGE_PARTS.get(thing, 'page_title')}")
    offer_files(context, title, thing, subject, stem, files, key=f"{'-one' if one_page else ''}-{subject}")


def about_answer(
    context: PageContext,
    answer: Evaluation | EnterpriseView,
    title: str,
    finding: str = "",
    kpis: Sequence[str] | None = None,
) -> About:
    """What goes with data of one factory's answer; the definitions of those ``kpis``, or of all."""
    peers = i18n.peers_sentence(answer, context.lang)
    return About(
        title=title,
        subject=i18n.factory_label(answer.application, context.lang),
        finding=finding,
        baseline=answer.baseline,
        policy=answer.policy,
        facts=[LabelledLine(i18n.text("report.provenance.peers", context.lang), peers)] if peers else [],
        kpis=[kpi.code for kpi in answer.kpis] if kpis is None else kpis,
    )


def about_application(context: PageContext, application: Application, title: str) -> About:
    """What goes with data that one factory reported, before or beside any answer."""
    year = LabelledLine(translate("coverage.column_year"), str(application.year))
    return About(title, i18n.factory_label(application, context.lang), filters=[year])


def section_chart(chart: Chart) -> SectionChart:
    """A chart for a report: light, as paper is."""
    return SectionChart(as_svg(chart), chart.alt)


def page_link() -> str:
    """The address of what is shown: it opens the same for whoever may see it."""
    asked = urlencode(dict(st.query_params))
    return f"{st.context.url}?{asked}" if asked else str(st.context.url)


def _chart_files(context: PageContext, about: About, draw: Draw, link: str) -> list[Offered]:
    annex4 = translate("carried.annex4")

    def figure() -> bytes:
        with in_language(context.lang):
            return spec_of(draw(context.theme).figure).encode()

    def svg(theme: Theme, width: int = WIDTH) -> str:
        with in_language(context.lang):
            return as_svg(draw(theme), chart_foot(about, context.lang, Taken(now(), link)), theme, width)

    return [
        Offered(".svg", "SVG", lambda: svg(context.theme).encode()),
        Offered(".png", "PNG", lambda: chart_png(svg(context.theme))),
        Offered(".json", "JSON", figure),
        Offered(".png", annex4, lambda: annex4_png(svg("light", PAPER_WIDTH)), tag="-annex4"),
    ]


def _table_files(
    context: PageContext, about: About, rows: Callable[[], ReportTable], link: str, extent: str
) -> list[Offered]:
    """``extent``: "as_shown" or "everything" where there are both; the file says which it is, and its count of rows."""

    def made(suffix: str) -> bytes:
        with in_language(context.lang):
            table = rows()
            counted = translate(f"carried.rows_{extent or 'all'}", rows=len(table.rows))
            section = ReportSection("table", text("carried.sheet", context.lang), table=table)
            report = page_report(about, [section], context.lang, Taken(now(), link), counted)
        return as_csv(report) if suffix == ".csv" else write_content(report, f"x{suffix}")

    tag = "-all" if extent == "everything" else ""
    return [
        Offered(suffix, translate(f"carried.{suffix[1:]}"), partial(made, suffix), tag=tag)
        for suffix in (".csv", ".xlsx")
    ]


# What others have published of a KPI: means, targets and floors with their sources, never a line of ours.


_BOUND = {"exactly": "", "at_least": "≥ ", "above": "> "}


COLUMNS = ("scope", "number", "quote", "source")


def show_references(context: PageContext, figures: Sequence[Figure]) -> None:
    """Of one KPI; a card each where the screen is narrow. A figure that is only near it says so beside its number."""
    columns = [translate(f"detail.{name}") for name in COLUMNS]
    html.table(columns, [_row(figure, context.lang) for figure in figures], form="stacked")
    codes = list(dict.fromkeys(figure.kpi for figure in figures))
    about = About(translate("detail.references_name"), " ".join(codes), translate("detail.references"), kpis=codes)
    offer_data(context, about, "references", table=partial(_reference_table_typed, figures, context.lang))


def _reference_table_typed(figures: Sequence[Figure], lang: Lang) -> ReportTable:
    """With bound, number and unit apart, so that a number is one."""
    columns = [translate(f"detail.{name}") for name in ("scope", "bound", "number", "unit", "quote", "source")]
    rows: list[list[str | ReportCell]] = []
    for figure in figures:
        scope, _, quote, source = _row(figure, lang)
        number = ReportCell(f"{figure.value:g}", figure.value, "number")
        rows.append([scope, _BOUND[figure.bound].strip(), number, figure.unit, quote, source])
    return typed_table(columns, rows, numbers=(2,))


def _row(figure: Figure, lang: Lang) -> list[str]:
    scope = translate(
        "detail.scope_of" if figure.dated else "detail.scope_undated",
        region=translate(f"region.{figure.region}"),
        scope=figure.scope.in_(lang),
        period=figure.period,
        match=translate(f"detail.match_{figure.match}"),
    )
    return [scope, f"{_BOUND[figure.bound]}{figure.value:g} {figure.unit}", figure.quote, _source(figure, lang)]


def _source(figure: Figure, lang: Lang) -> str:
    source = figure.source.in_(lang)
    return source if figure.seen == "original" else translate("detail.seen_as_copy", source=source)


# Times as people here read them.


def format_datetime(at: datetime) -> str:
    """To the minute, in Shanghai's time."""
    return shanghai_minute(at)


# Every change of an answer sheet: who, when, from what to what, and why.


def change_history(
    context: PageContext, subject: str, changes: Sequence[SheetChange], people: Mapping[str, str] | None = None
) -> None:
    """A table, the latest first; nothing where nothing was changed. ``subject`` says of what; ``people`` names accounts
    to who may know them.
    """
    by = people or {}
    if not changes:
        return
    names = {kpi.code: kpi.name.in_(context.lang) for kpi in catalogue().kpis}
    names |= {fact.code: fact.name.in_(context.lang) for fact in catalogue().facts}
    if box := opened_box(translate("history.title", count=len(changes)), "history"):
        with box:
            table = typed_table(
                [translate(f"history.{name}") for name in ("at", "who", "item", "was", "becomes", "why")],
                [
                    [
                        format_datetime(change.changed_at),
                        by.get(change.changed_by, change.changed_by),
                        f"{names[change.item]} · {translate(f'sheet.{change.field}')}",
                        change.was,
                        change.becomes,
                        change.why,
                    ]
                    for change in changes
                ],
            )
            show_table(context, About(translate("history.name"), subject), table, "changes", form="stacked")
