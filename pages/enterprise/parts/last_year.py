"""The year before beside the one in hand: its values to take over, and before the lock what has changed since."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from kpi import i18n
from kpi.catalogue.catalogue import catalogue
from kpi.errors import UserError
from kpi.intake.answers import ANSWER_FIELDS
from kpi.intake.form.answer_sheet import AnswerRow
from kpi.intake.form.carried_over import is_taken_over, without_source
from kpi.services.enterprise.carry_over import EarlierYear, changes_since, earlier_year
from kpi.services.enterprise.sheets import OwnAnswerSheet, SheetEdit, edit_sheet
from pages.session.context import PageContext, current_viewer
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.acts import show_error
from pages.widgets.factory_years import reported_value

_REFUSED = "last-year-refused"


def last_year_of(context: PageContext, sheet: OwnAnswerSheet) -> EarlierYear | None:
    return earlier_year(context.store, context.viewer, sheet.credit_code, sheet.year)


def last_year_words(context: PageContext, earlier: EarlierYear) -> dict[str, str]:
    """What was reported then, by the KPI's code."""
    return {code: reported_value(item, context.lang) for code, item in earlier.kpis.items()}


def offer_last_year(context: PageContext, sheet: OwnAnswerSheet, earlier: EarlierYear | None, locked: bool) -> None:
    """The values of the year before: those of blank KPIs to take over, one by one or all, and those taken over to
    confirm.
    """
    if error := st.session_state.pop(_REFUSED, None):
        show_error(error)
    if locked:
        return
    rows = {row.item: row for row in sheet.rows}
    offered = earlier.rows if earlier else {}
    blank = [code for code in offered if code in rows and not _answered(rows[code])]
    taken = [row.item for row in sheet.rows if is_taken_over(row.note)]
    if earlier and blank:
        html.titled(translate("last_year.offered", year=earlier.year, count=len(blank)))
        edits = {code: _taking(offered[code]) for code in blank}
        said = last_year_words(context, earlier)
        _presses(context, sheet, edits, said, "take", translate("last_year.take_all", count=len(blank)))
        html.where(translate("last_year.take_how"))
    if taken:
        html.titled(translate("last_year.taken", count=len(taken)))
        edits = {code: [SheetEdit(code, "note", without_source(rows[code].note))] for code in taken}
        said = {code: rows[code].value for code in taken}
        _presses(context, sheet, edits, said, "confirm", translate("last_year.confirm_all", count=len(taken)))
        html.where(translate("last_year.confirm_how"))


def _answered(row: AnswerRow) -> bool:
    return any(row.text(field) for field in ("value", "before", "after"))


def _taking(before: AnswerRow) -> list[SheetEdit]:
    """The remark last: a value that is changed drops what its remark says of the year before."""
    fields = [field for field in ANSWER_FIELDS if field != "note"]
    return [SheetEdit(before.item, field, before.text(field)) for field in (*fields, "note")]


def _presses(
    context: PageContext,
    sheet: OwnAnswerSheet,
    edits: Mapping[str, Sequence[SheetEdit]],
    said: Mapping[str, str],
    act: str,
    all_of_them: str,
) -> None:
    """A button for all, then one a KPI with what is ``said`` of its value."""
    names = {kpi.code: f"{kpi.code} {kpi.short.in_(context.lang)}" for kpi in catalogue().kpis}
    every = [edit for found in edits.values() for edit in found]
    with st.container(horizontal=True, key=f"last-year-{act}"):
        st.button(all_of_them, key=f"last-year-{act}-all", on_click=_keep, args=(context, sheet, every))
        for code, found in edits.items():
            label = i18n.text("carried.line", context.lang, label=names[code], text=said[code])
            key = f"last-year-{act}-{code}"
            st.button(html.plain(label), key=key, type="tertiary", on_click=_keep, args=(context, sheet, found))


def _keep(context: PageContext, sheet: OwnAnswerSheet, edits: Sequence[SheetEdit]) -> None:
    try:
        edit_sheet(context.store, current_viewer(), sheet.credit_code, sheet.year, sheet.version, edits)
    except UserError as error:
        st.session_state[_REFUSED] = error


def show_changes_since(context: PageContext, credit_code: str, year: int) -> None:
    """Before the lock: what is worth a look beside the year before. Nothing of it keeps anybody from locking."""
    changes = changes_since(context.store, context.viewer, credit_code, year)
    if changes is None:
        return
    html.titled(translate("last_year.title", before=changes.before))
    if not changes.found:
        html.where(translate("last_year.nothing"))
        return
    points = []
    for change, pairs in changes.found.items():
        lines = [
            i18n.text(
                "carried.line",
                context.lang,
                label=f"{after.kpi.code} {after.kpi.short.in_(context.lang)}",
                text=f"{reported_value(before, context.lang)} → {reported_value(after, context.lang)}",
            )
            for before, after in pairs
        ]
        what = translate(f"last_year.change.{change}", count=len(pairs), before=changes.before)
        points.append((what, "\n".join([translate(f"last_year.means.{change}", before=changes.before), *lines])))
    html.open_points(points)
    st.page_link("pages/enterprise/sheet.py", label=translate("before_lock.to_sheet"))
