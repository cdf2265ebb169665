"""What became of every row of a panel's file."""

from __future__ import annotations

from kpi.baseline.recipe import RowAccount
from kpi.reports.content import About, ReportCell, count
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html
from pages.widgets.data_files import show_table, typed_table
from pages.widgets.folded import opened_box


def show_rows(context: PageContext, about: About, rows: RowAccount) -> None:
    """The sum, and each of the three lists whole."""
    html.where(
        translate(
            "panel_rows.sum",
            read=rows.read,
            taken=rows.count_taken,
            merged=len(rows.merged),
            refused=len(rows.refused),
        )
    )
    for word, cells in rows.blanked.items():
        html.where(translate("panel_rows.blanked", word=word, count=cells))
    if rows.nulls:
        html.where(translate("panel_rows.nulls"))
        nulls: list[list[str | ReportCell]] = [[column, count(cells)] for column, cells in rows.nulls.items()]
        table = typed_table([translate("panel_rows.column"), translate("panel_rows.cells")], nulls, numbers=(1,))
        show_table(context, about, table, "panel-nulls", form="narrow")
    if box := opened_box(translate("panel_rows.lists"), "panel-rows"):
        with box:
            taken = ", ".join(str(first) if first == last else f"{first}–{last}" for first, last in rows.taken)
            html.where(translate("panel_rows.taken", rows=taken or "—"))
            if rows.merged:
                merged = [[count(one.row), count(one.into)] for one in rows.merged]
                table = typed_table([translate("panel_rows.row"), translate("panel_rows.into")], merged)
                show_table(context, about, table, "panel-merged", form="narrow")
            if rows.refused:
                refused: list[list[str | ReportCell]] = [
                    [count(one.row), one.words or translate(f"panel_rows.{one.because}")] for one in rows.refused
                ]
                table = typed_table([translate("panel_rows.row"), translate("panel_rows.because")], refused)
                show_table(context, about, table, "panel-refused", form="narrow")
