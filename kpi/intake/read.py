"""The file people send, read whole: applications as far as they can be understood, and all problems at once."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from kpi.files.limits import application_limits
from kpi.files.printable import printable_file_name
from kpi.files.workbook import UnreadableFile, Workbook
from kpi.intake.answers import NO_ANSWERS, Answers
from kpi.intake.open_application import open_application
from kpi.intake.parsed_application import ParsedApplication
from kpi.intake.problem_collector import ProblemCollector
from kpi.intake.read_result import FileInfo, ReadResult
from kpi.intake.sheet_reader import read_sheets


def read(name: str, data: bytes, answers: Answers = NO_ANSWERS) -> ReadResult:
    """Read an application file sent as ``name``: the template, or a table of the factory's own making.

    ``answers`` are those given to the questions of an earlier reading, of this file or of one of the same layout. A
    file that cannot be used comes back with its problems; nothing is raised for what people may send.
    """
    shown_name = printable_file_name(name, application_limits().problem_value_characters)
    faults = ProblemCollector(shown_name, application_limits(), answers)
    book = _open(data, faults)
    parsed, layout = read_sheets(book, faults) if book else ([], ())
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


def _check_twice(parsed: Sequence[ParsedApplication], faults: ProblemCollector) -> None:
    """Two applications of one enterprise and year contradict each other, or one is superfluous."""
    seen: set[tuple[object, object]] = set()
    for one in parsed:
        key = one.application.facts.get("credit_code"), one.application.facts.get("year")
        if None not in key and key in seen:
            faults.at(one.spot, "duplicate_application", credit_code=str(key[0]), year=str(key[1]))
        seen.add(key)
