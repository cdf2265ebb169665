"""The file people send, read whole: applications as far as they can be understood, and all problems at once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

from kpi.files.limits import FileLimits, application_limits
from kpi.files.text import open_text, printable_file_name
from kpi.files.workbook import Sheet, UnreadableFile, Workbook, too_large
from kpi.files.xls import MAGIC, open_xls
from kpi.files.xlsx import open_workbook
from kpi.intake.answers import NO_ANSWERS, Answers, SheetLayout
from kpi.intake.cells import Grid, without_hidden
from kpi.intake.form.answer_sheet import read_form
from kpi.intake.form.answer_table import find_header
from kpi.intake.freeform.headers import classify, heading_words
from kpi.intake.freeform.records import asked_units
from kpi.intake.freeform.table_finder import TableRegion, find_table, sheet_key
from kpi.intake.freeform.table_reader import SheetRead, block_facts, read_list, read_table
from kpi.intake.problems import (
    Fault,
    Reading,
    SourceCell,
    SourceFile,
    all_of,
    fault_at,
    fault_of_file,
    fault_of_sheet,
    report,
    taken,
)
from kpi.intake.result import FileInfo, ParsedApplication, ReadResult
from kpi.intake.settings import comparable_word
from kpi.model.application import Application

# A book's sheets, each as what it is: our answer sheet, a table of KPIs, a page of facts, or nothing to read.


_FEWEST_FACTS = 2


def read_sheets(book: Workbook, file: SourceFile) -> Reading[tuple[list[ParsedApplication], list[SheetLayout]]]:
    """Every application of a book in the order of its sheets, and what each sheet was taken for.

    Beside an answer sheet of ours no other table is read: the template's own pages name the KPIs too.
    """
    read, faults = taken(_sheets(book, file))
    yield from faults
    if not read and not any(found.question for found in faults):
        yield fault_of_file("no_answer_sheet", {})
    applications = [parsed for of_sheet, _ in read for parsed in of_sheet]
    if read and not applications and not any(found.blocks for found in faults):
        # Else a table of headers alone would be a file without a fault.
        yield fault_of_file("empty_table", {})
    return applications, [layout for _, layout in read]


def _sheets(book: Workbook, file: SourceFile) -> Reading[list[SheetRead]]:
    used = [sheet for sheet in book.sheets if file.answers.sheet.get(sheet_key(sheet)) != "ignore"]
    sheets = yield from all_of(map(without_hidden, used))
    forms = []
    for sheet in sheets:
        header = find_header(sheet)
        # Facts above a header of our words make it a table of the factory's own: our form has them below.
        if header and not (yield from _facts(sheet, file, header.row)):
            forms.append((sheet, header))
    yield from _check_hidden(book, file)
    if forms:
        return (yield from all_of(read_form(sheet, header, file) for sheet, header in forms))
    return (yield from _tables(sheets, file))


def _tables(sheets: list[Sheet], file: SourceFile) -> Reading[list[SheetRead]]:
    found = yield from all_of(_table(sheet, file) for sheet in sheets)
    others = [sheet for sheet, table in zip(sheets, found, strict=True) if table is None]
    facts = yield from all_of(_facts(sheet, file) for sheet in others)
    pages = [(sheet, page) for sheet, page in zip(others, facts, strict=True) if len(page) >= _FEWEST_FACTS]
    beside = _agreed([page for _, page in pages])
    read: list[SheetRead] = []
    units: set[str] = set()
    for table in filter(None, found):
        reader = read_list if table.kind == "list" else read_table
        of_sheet, faults = taken(reader(table, beside, units))
        yield from faults
        units |= asked_units(faults)
        read.append(of_sheet)
    return read and [*read, *(([], SheetLayout(sheet.name, "facts")) for sheet, _ in pages)]


def _table(sheet: Sheet, file: SourceFile) -> Reading[TableRegion | None]:
    return None if _is_example(sheet, file) else (yield from find_table(sheet, file))


def _facts(sheet: Sheet, file: SourceFile, above: int | None = None) -> Reading[dict[str, SourceCell]]:
    """Of a page of facts, or ``above`` a row."""
    rows = len(sheet.rows) if above is None else above
    return block_facts(Grid(sheet, False, file), range(min(rows, file.limits.searched_rows)))


def _agreed(pages: list[dict[str, SourceCell]]) -> dict[str, SourceCell]:
    """Facts that no two pages state differently: a fact stated twice is nobody's in particular."""
    codes = {code for page in pages for code in page}
    by_code = {code: [page[code] for page in pages if code in page] for code in codes}
    return {code: spots[0] for code, spots in by_code.items() if len({spot.text for spot in spots}) == 1}


def _is_example(sheet: Sheet, file: SourceFile) -> bool:
    rows = islice(sheet.rows, file.limits.searched_rows)
    return any(isinstance(raw, str) and comparable_word(raw) in heading_words().example for row in rows for raw in row)


def _check_hidden(book: Workbook, file: SourceFile) -> Iterator[Fault]:
    """Whether something would be read of a hidden sheet; nobody has been asked about it."""
    for sheet in book.hidden:
        if find_header(sheet) or taken(find_table(sheet, replace(file, answers=NO_ANSWERS)))[0]:
            yield fault_of_sheet(sheet.name, "hidden_sheet")


# A file's bytes opened as sheets: its kind is recognised by its content, never by its name.


_ZIP = b"PK"
_PDF = b"%PDF-"
_FORM = 1_000_000
"""More than any table can name: our own header decides at once."""


def open_application(data: bytes, limits: FileLimits) -> Workbook:
    """Raises ``UnreadableFile`` for what cannot be opened safely or at all."""
    if len(data) > limits.file_bytes:
        raise too_large(len(data), limits.file_bytes)
    if not data.strip():
        raise UnreadableFile("unreadable_file")
    if data.startswith(MAGIC[:4]):
        return open_xls(data, limits)
    if data.startswith(_ZIP):
        return open_workbook(data, limits, with_hidden=True)
    if data.lstrip().startswith(_PDF):
        raise UnreadableFile("pdf_file")
    return open_text(data, limits, lambda sheet: _known_in(sheet, limits))


def _known_in(sheet: Sheet, limits: FileLimits) -> int:
    """How much of a text's first rows is known when it is split so: what splits a table rightly shows its headers."""
    if find_header(sheet) is not None:
        return _FORM
    cells = (cell for row in sheet.rows[: limits.searched_rows] for cell in row[: limits.searched_columns])
    return sum(
        1
        for cell in cells
        if isinstance(cell, str) and classify(cell).confidence >= heading_words().confidence.quantity
    )


def read(name: str, data: bytes, answers: Answers = NO_ANSWERS, remembered: Answers = NO_ANSWERS) -> ReadResult:
    """Read an application file sent as ``name``: the template, or a table of the factory's own making.

    ``answers`` are those given to the questions of an earlier reading of this file; ``remembered`` those of earlier
    files, which only stand beside the questions that this one raises. A file that cannot be used comes back with its
    problems; nothing is raised for what people may send.
    """
    limits = application_limits()
    file = SourceFile(printable_file_name(name, limits.problem_value_characters), limits, answers)
    try:
        book = open_application(data, limits)
    except UnreadableFile as refused:
        problems, _ = report(name, [fault_of_file(refused.code, refused.params)], limits)
        return ReadResult(FileInfo(file.name, hashlib.sha256(data).hexdigest(), None, ()), (), problems)
    (applications, layout), faults = taken(_applications(book, file))
    problems, questions = report(name, faults, limits, remembered=remembered)
    return ReadResult(_info(file.name, data, book), applications, problems, layout, questions)


def _applications(book: Workbook, file: SourceFile) -> Reading[tuple[tuple[Application, ...], tuple[SheetLayout, ...]]]:
    parsed, layout = yield from read_sheets(book, file)
    parsed = _joined(parsed)
    yield from _check_twice(parsed)
    return tuple(application.application for application in parsed), tuple(layout)


def _info(name: str, data: bytes, book: Workbook) -> FileInfo:
    sheets = tuple(sheet.name for sheet in book.sheets if sheet.name)
    return FileInfo(name, hashlib.sha256(data).hexdigest(), book.encoding, sheets, book.kind, book.separator)


def _joined(parsed: Sequence[ParsedApplication]) -> list[ParsedApplication]:
    """Applications of one enterprise and year on several sheets as one, where no two state the same KPI."""
    joined: list[ParsedApplication] = []
    for further in parsed:
        at = next((at for at, known in enumerate(joined) if _parts_of_one(known, further)), None)
        if at is None:
            joined.append(further)
            continue
        known, other = joined[at].application, further.application
        values = {code: more if (more := other.values[code]).cell else value for code, value in known.values.items()}
        joined[at] = ParsedApplication(Application({**other.facts, **known.facts}, values), joined[at].spot)
    return joined


def _parts_of_one(known: ParsedApplication, more: ParsedApplication) -> bool:
    one, other = known.application, more.application
    if known.spot.cell.sheet == more.spot.cell.sheet or None in (one.text("credit_code"), one.text("year")):
        return False
    agree = all(one.facts[fact] == answer for fact, answer in other.facts.items() if fact in one.facts)
    same = {"credit_code", "year"} <= other.facts.keys()
    return same and agree and not any(value.cell and other.values[code].cell for code, value in one.values.items())


def _check_twice(parsed: Sequence[ParsedApplication]) -> Iterator[Fault]:
    """Two applications of one enterprise and year contradict each other, or one is superfluous."""
    seen: set[tuple[object, object]] = set()
    for application in parsed:
        key = application.application.facts.get("credit_code"), application.application.facts.get("year")
        if None not in key and key in seen:
            yield fault_at(application.spot, "duplicate_application", credit_code=str(key[0]), year=str(key[1]))
        seen.add(key)
