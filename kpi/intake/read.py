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
from kpi.model.application import Application


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
