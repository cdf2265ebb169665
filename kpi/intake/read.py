"""The file people send, read whole: applications as far as they can be understood, and all problems at once."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
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
from kpi.intake.freeform.table_finder import TableRegion, find_table, sheet_key
from kpi.intake.freeform.table_reader import block_facts, read_list, read_table
from kpi.intake.problems import ProblemCollector, SourceCell
from kpi.intake.result import FileInfo, ParsedApplication, ReadResult
from kpi.intake.settings import comparable_word
from kpi.model.application import Application

# A book's sheets, each as what it is: our answer sheet, a table of KPIs, a page of facts, or nothing to read.


_FEWEST_FACTS = 2


def read_sheets(book: Workbook, faults: ProblemCollector) -> tuple[list[ParsedApplication], list[SheetLayout]]:
    """Every application of a book in the order of its sheets, and what each sheet was taken for.

    Beside an answer sheet of ours no other table is read: the template's own pages name the KPIs too.
    """
    sheets = [without_hidden(sheet, faults) for sheet in book.sheets if not _ignored(sheet, faults)]
    found = [(sheet, header) for sheet in sheets if (header := find_header(sheet))]
    # Facts above a header of our words make it a table of the factory's own: our form has them below.
    forms = [(sheet, header) for sheet, header in found if not _facts(sheet, faults, header.row)]
    _report_hidden(book, faults)
    read = [read_form(sheet, header, faults) for sheet, header in forms] or _tables(sheets, faults)
    if not read and not faults.asked:
        faults.of_file("no_answer_sheet", {})
    applications = [one for parsed, _ in read for one in parsed]
    if read and not applications and not any(problem.blocks for problem in faults.found):
        # Else a table of headers alone would be a file without a fault.
        faults.of_file("empty_table", {})
    return applications, [layout for _, layout in read]


def _ignored(sheet: Sheet, faults: ProblemCollector) -> bool:
    return faults.answers.sheet.get(sheet_key(sheet)) == "ignore"


def _tables(sheets: list[Sheet], faults: ProblemCollector) -> list[tuple[list[ParsedApplication], SheetLayout]]:
    found = {id(sheet): find_table(sheet, faults) for sheet in sheets if not _is_example(sheet, faults)}
    others = [sheet for sheet in sheets if found.get(id(sheet)) is None]
    pages = [(sheet, facts) for sheet in others if len(facts := _facts(sheet, faults)) >= _FEWEST_FACTS]
    other_facts = _agreed([facts for _, facts in pages])
    read = [_read(table, other_facts, faults) for sheet in sheets if (table := found.get(id(sheet)))]
    return read and [*read, *(([], SheetLayout(sheet.name, "facts")) for sheet, _ in pages)]


def _read(
    table: TableRegion, other_facts: Mapping[str, SourceCell], faults: ProblemCollector
) -> tuple[list[ParsedApplication], SheetLayout]:
    return read_list(table, other_facts, faults) if table.kind == "list" else read_table(table, other_facts, faults)


def _facts(sheet: Sheet, faults: ProblemCollector, above: int | None = None) -> dict[str, SourceCell]:
    """Of a page of facts, or ``above`` a row."""
    rows = len(sheet.rows) if above is None else above
    return block_facts(Grid(sheet, False, faults), range(min(rows, faults.limits.searched_rows)))


def _agreed(pages: list[dict[str, SourceCell]]) -> dict[str, SourceCell]:
    """Facts that no two pages state differently: a fact stated twice is nobody's in particular."""
    codes = {code for page in pages for code in page}
    by_code = {code: [page[code] for page in pages if code in page] for code in codes}
    return {code: spots[0] for code, spots in by_code.items() if len({spot.text for spot in spots}) == 1}


def _is_example(sheet: Sheet, faults: ProblemCollector) -> bool:
    rows = islice(sheet.rows, faults.limits.searched_rows)
    return any(isinstance(raw, str) and comparable_word(raw) in heading_words().example for row in rows for raw in row)


def _report_hidden(book: Workbook, faults: ProblemCollector) -> None:
    for sheet in book.hidden:
        if find_header(sheet) or find_table(sheet, ProblemCollector(faults.file, faults.limits)):
            faults.of_sheet(sheet.name, "hidden_sheet")


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
    shown_name = printable_file_name(name, application_limits().problem_value_characters)
    faults = ProblemCollector(shown_name, application_limits(), answers, remembered=remembered)
    book = _open(data, faults)
    parsed, layout = read_sheets(book, faults) if book else ([], ())
    parsed = _joined(parsed)
    _check_twice(parsed, faults)
    applications = tuple(one.application for one in parsed)
    file = _file(shown_name, data, book)
    return ReadResult(file, applications, faults.in_order(), tuple(layout), faults.questions())


def _open(data: bytes, faults: ProblemCollector) -> Workbook | None:
    try:
        return open_application(data, faults.limits)
    except UnreadableFile as refused:
        faults.of_file(refused.code, refused.params)
        return None


def _file(name: str, data: bytes, book: Workbook | None) -> FileInfo:
    sha256 = hashlib.sha256(data).hexdigest()
    if book is None:
        return FileInfo(name, sha256, None, ())
    sheets = tuple(sheet.name for sheet in book.sheets if sheet.name)
    return FileInfo(name, sha256, book.encoding, sheets, book.kind, book.separator)


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


def _check_twice(parsed: Sequence[ParsedApplication], faults: ProblemCollector) -> None:
    """Two applications of one enterprise and year contradict each other, or one is superfluous."""
    seen: set[tuple[object, object]] = set()
    for one in parsed:
        key = one.application.facts.get("credit_code"), one.application.facts.get("year")
        if None not in key and key in seen:
            faults.at(one.spot, "duplicate_application", credit_code=str(key[0]), year=str(key[1]))
        seen.add(key)
