"""Every change of an answer sheet: who, when, from what to what, and why."""

from __future__ import annotations

from collections.abc import Sequence

from kpi.catalogue.catalogue import catalogue
from kpi.queries import SheetChange
from kpi.reports.content import About
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets.data_files import show_table, typed_table
from pages.widgets.datetime_format import format_datetime
from pages.widgets.folded import opened_box


def change_history(context: PageContext, subject: str, changes: Sequence[SheetChange]) -> None:
    """A table, the latest first; nothing where nothing was changed. ``subject`` says of what."""
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
                        format_datetime(one.changed_at),
                        one.changed_by,
                        f"{names[one.item]} · {translate(f'sheet.{one.field}')}",
                        one.was,
                        one.becomes,
                        one.why,
                    ]
                    for one in changes
                ],
            )
            show_table(context, About(translate("history.name"), subject), table, "changes", form="stacked")
