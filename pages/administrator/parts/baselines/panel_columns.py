"""How a panel's columns are read: each with its cell, why, and what of it is read otherwise than it stands there."""

from __future__ import annotations

from collections.abc import Sequence

from kpi.baseline.panel_header import OMIT
from kpi.baseline.recipe import ColumnChange, ColumnRead, PanelShape
from kpi.catalogue.catalogue import catalogue
from kpi.reports.content import About
from pages.administrator.parts.baselines.panel_questions import ground_words, meaning_words
from pages.session.language import current_lang, translate
from pages.session.page_context import PageContext
from pages.widgets import html
from pages.widgets.data_files import offer_data, typed_table


def show_columns(context: PageContext, about: About, shape: PanelShape) -> None:
    """One line a column of the file."""
    columns = [
        translate(f"panel_columns.{name}") for name in ("cell", "header", "read_as", "why", "example", "changes")
    ]
    rows = [_row(shape, column) for column in shape.columns if column.header or column.example]
    html.table(columns, rows, form="stacked")
    offer_data(context, about, "panel-columns", table=typed_table(columns, rows))


def _row(shape: PanelShape, column: ColumnRead) -> list[html.Cell]:
    changes = _changes(column.changes)
    return [
        f"{column.letter}{shape.header_row}",
        column.header,
        _read_as(column),
        ground_words(column),
        _example(column),
        html.Marked(changes) if changes else "—",
    ]


def _read_as(column: ColumnRead) -> str:
    """What it holds, a KPI with its unit."""
    if column.holds is None:
        return translate("panel_columns.unknown")
    kpi = next((kpi for kpi in catalogue().kpis if kpi.code == column.holds), None)
    word = meaning_words(column.holds)
    return translate("panel_columns.in_unit", kpi=word, unit=kpi.unit.in_(current_lang())) if kpi else word


def _example(column: ColumnRead) -> str:
    if column.example is None or column.holds in (None, OMIT):
        return column.example[0] if column.example else "—"
    was, becomes = column.example
    if column.holds not in {kpi.code for kpi in catalogue().kpis} and was == becomes:
        return was
    return translate("panel_columns.becomes", was=was, becomes=becomes or translate("panel_columns.not_reported"))


def _changes(changes: Sequence[ColumnChange]) -> str:
    """In words: the colour is not all that says it."""
    lines = [
        translate(f"panel_columns.change_{change.kind}", was=change.was, becomes=change.becomes, count=change.count)
        for change in changes
    ]
    return "\n".join(lines)
