"""Last year's answers taken over into this year, each with its source until somebody has changed or confirmed it."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from functools import cache

from kpi.catalogue.catalogue import catalogue
from kpi.i18n import text
from kpi.intake.form.answer_sheet import LIST_SEPARATOR, AnswerRow, AnswerSheet

_HEADER = ("项目", "数值", "口径", "改造前", "改造后", "说明")
"""As the template's, which is read in Chinese."""


def carried_over(sheet: AnswerSheet, before: int, into: int) -> tuple[str, bytes]:
    """The name and bytes of a CSV of the year ``into``, from the ``sheet`` of the year ``before``.

    A KPI's remark says of which year its value is, and in which cell of which file it was sent.
    """
    rows = {row.item: row for row in sheet}
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(_HEADER)
    known = {scenario.name.zh for scenario in catalogue().scenarios}
    for fact in catalogue().facts:
        value = rows[fact.code].value if fact.code in rows else ""
        if fact.code == "scenarios":
            value = LIST_SEPARATOR.join(name for name in value.split(LIST_SEPARATOR) if name in known)
        table.writerow((fact.name.zh, str(into) if fact.code == "year" else value))
    for kpi in catalogue().kpis:
        if (row := rows.get(kpi.code)) and row.value:
            remark = _with_source(row, before)
            table.writerow((kpi.name.zh, row.value, row.basis, row.before, row.after, remark))
    return text("carried_over.file_name", "zh", year=before), out.getvalue().encode("utf-8-sig")


def taken_over(row: AnswerRow, before: int) -> AnswerRow:
    """A KPI's row of the year ``before`` as this year's, its remark saying so."""
    return replace(row, note=_with_source(row, before), cell=None)


def without_source(note: str) -> str:
    """A remark without what says that its value was taken over: of a value that was changed, or confirmed."""
    return LIST_SEPARATOR.join(filter(None, _source().sub("", note).split(LIST_SEPARATOR)))


def is_taken_over(note: str | None) -> bool:
    """Whether the value beside this remark was taken over, and neither changed nor confirmed since."""
    return bool(note and _source().search(note))


def _with_source(row: AnswerRow, before: int) -> str:
    cell = row.cell
    said = (
        text("carried_over.source", "zh", year=before, file=cell.file, cell=str(cell))
        if cell
        else text("carried_over.typed", "zh", year=before)
    )
    return LIST_SEPARATOR.join(part for part in (without_source(row.note), said) if part)


@cache
def _source() -> re.Pattern[str]:
    """What the two texts of a source come to, whatever year, file and cell stand in them."""
    texts = (
        text("carried_over.typed", "zh", year="0"),
        text("carried_over.source", "zh", year="0", file="1", cell="2"),
    )
    parts = (re.escape(said).translate({ord("0"): r"\d+", ord("1"): ".+?", ord("2"): ".+?"}) for said in texts)
    return re.compile("|".join(parts))
