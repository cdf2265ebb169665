"""Before a draft is made: every KPI that the file states, with its cell and text, how it is read, and why."""

from __future__ import annotations

from collections.abc import Sequence

from kpi import i18n
from kpi.catalogue.catalogue import catalogue
from kpi.intake.how_read import KpiReading
from kpi.intake.result import FileInfo
from kpi.reports.content import About
from pages.session.context import PageContext
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.tables import offer_data, typed_table

_ORDER = ("asked", "refused", "certain")
_UNCHANGED = ("unchanged", "not_applicable", None)


def file_facts(file: FileInfo) -> str:
    """Kind, encoding and separator of the file."""
    facts = [translate(f"recognised.kind_{file.kind}")] if file.kind else []
    facts += [translate("recognised.encoding", encoding=file.encoding)] if file.encoding else []
    separator = translate("recognised.tab") if file.separator == "\t" else file.separator
    facts += [translate("recognised.separator", separator=separator)] if separator else []
    return " · ".join(facts)


def reading_table(context: PageContext, file: str, readings: Sequence[KpiReading], numbers: Sequence[int]) -> None:
    """What is asked stands first. ``numbers``: of each of the file's questions, the one it is asked under."""
    stated = sorted(
        (kpi_reading for kpi_reading in readings if kpi_reading.state != "absent"),
        key=lambda reading: _ORDER.index(str(reading.state)),
    )
    table = typed_table(
        [translate(f"reading.{name}") for name in ("kpi", "cell", "text", "read", "value", "why")],
        [_row(context, reading, numbers) for reading in stated],
        numbers=(4,),
    )
    html.table(
        [column.title for column in table.columns],
        [_row(context, reading, numbers) for reading in stated],
        numbers=(4,),
        form="stacked",
    )
    absent = [_name(context, reading) for reading in readings if reading.state == "absent"]
    if absent:
        html.where(translate("reading.absent", count=len(absent), names=translate("reading.and").join(absent)))
    offer_data(context, About(translate("reading.title", file=file)), "reading", table=table)


def _row(context: PageContext, reading: KpiReading, numbers: Sequence[int]) -> list[html.Cell]:
    cell = f"{reading.cell.column}{reading.cell.row}" if reading.cell else ""
    text = reading.text
    if reading.ends and reading.change == "computed":
        text = " → ".join(f"{end:.12g}" for end in reading.ends)
    return [
        _name(context, reading),
        cell,
        text,
        _read_as(reading),
        _value(context, reading),
        _why(context, reading, numbers),
    ]


def _name(context: PageContext, reading: KpiReading) -> str:
    return f"{reading.kpi} {catalogue().kpi(reading.kpi).short.in_(context.lang)}"


def _read_as(reading: KpiReading) -> html.Cell:
    """What is not taken as it stands is marked, by its ground and by its word."""
    if reading.state == "refused":
        return html.Marked(translate("reading.refused"))
    if reading.questions and reading.value is None:
        return html.Marked(translate("reading.open"))
    words = translate(f"reading.{reading.change or 'open'}")
    return words if reading.change in _UNCHANGED else html.Marked(words)


def _value(context: PageContext, reading: KpiReading) -> str:
    """All its digits: it is held against what stands in the cell."""
    if reading.value is None:
        return "—"
    unit = catalogue().kpi(reading.kpi).unit.in_(context.lang)
    return f"{reading.value:.12g} {translate('reading.points') if reading.basis == 'points' else unit}"


def _why(context: PageContext, reading: KpiReading, numbers: Sequence[int]) -> str:
    """The question, where there is one; the header and how it was recognised; the fault."""
    said = [translate("reading.question", number=numbers[place]) for place in reading.questions]
    if reading.problem:
        said.append(i18n.problem_message(reading.problem, context.lang)[0])
    elif reading.header and reading.ground:
        reason = translate(f"recognised.reason_{reading.ground}")
        exact = reading.ground in ("exact", "code", "bare")
        said.append(reason if exact else translate("reading.header", header=reading.header, reason=reason))
    return translate("reading.then").join(dict.fromkeys(said))
