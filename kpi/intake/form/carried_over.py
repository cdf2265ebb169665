"""Last year's answers as a file of this year: of what the notice in hand still asks for, each with its source."""

from __future__ import annotations

import csv
import io

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


def _with_source(row: AnswerRow, before: int) -> str:
    cell = row.cell
    said = (
        text("carried_over.source", "zh", year=before, file=cell.file, cell=str(cell))
        if cell
        else text("carried_over.typed", "zh", year=before)
    )
    return LIST_SEPARATOR.join(part for part in (row.note, said) if part)
