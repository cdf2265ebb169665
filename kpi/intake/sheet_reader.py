"""A book's sheets, each as what it is: our answer sheet, a table of KPIs, a page of facts, or nothing to read."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice

from kpi.files.workbook import Sheet, Workbook
from kpi.intake.form.answer_table import find_header
from kpi.intake.form.form_reader import read_form
from kpi.intake.freeform.fact_blocks import block_facts
from kpi.intake.freeform.heading_words import heading_words
from kpi.intake.freeform.list_reader import read_list
from kpi.intake.freeform.table_finder import TableRegion, find_table, sheet_key
from kpi.intake.freeform.table_reader import read_table
from kpi.intake.grid import Grid
from kpi.intake.hidden_cells import without_hidden
from kpi.intake.layout import SheetLayout
from kpi.intake.parsed_application import ParsedApplication
from kpi.intake.problem_collector import ProblemCollector, SourceCell
from kpi.intake.settings import comparable_word

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
