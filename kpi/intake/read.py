"""The file people send, read whole: applications as far as they can be understood, and all problems at once."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import PurePosixPath

from kpi.catalogue import catalogue
from kpi.intake.book import Book, ReadFile, Reading, Refused, Sheet, too_large
from kpi.intake.facts import read_facts
from kpi.intake.faults import Faults, shown
from kpi.intake.items import find_item, nearest_item
from kpi.intake.plausible import look_across, look_twice
from kpi.intake.settings import Limits, limits
from kpi.intake.table import Header, Row, find_header, rows
from kpi.intake.text_file import open_text
from kpi.intake.values import not_reported, reported
from kpi.intake.workbook_file import open_workbook
from kpi.model.reported import Application, Fact, ReportedValue

_ZIP = b"PK"
# The container of .xls, of .doc and of workbooks locked by a password (MS-CFB).
_COMPOUND = b"\xd0\xcf\x11\xe0"


def read(name: str, data: bytes) -> Reading:
    """Read an application file sent as ``name``; its kind is told by its content, never by its name.

    A file that cannot be used comes back with its problems; nothing is raised for what people may send.
    """
    shown_name = shown(PurePosixPath(name.replace("\\", "/")).name, limits().problem_value_characters)
    faults = Faults(shown_name, limits())
    book = _open(data, limits(), faults)
    applications = tuple(_applications(book, faults)) if book else ()
    sheets = tuple(sheet.name for sheet in book.sheets if sheet.name) if book else ()
    file = ReadFile(shown_name, hashlib.sha256(data).hexdigest(), book.encoding if book else None, sheets)
    return Reading(file, applications, faults.in_order())


def _open(data: bytes, limit: Limits, faults: Faults) -> Book | None:
    try:
        if len(data) > limit.file_bytes:
            raise too_large(len(data), limit.file_bytes)
        if not data.strip() or data.startswith(_COMPOUND):
            raise Refused("unreadable_file")
        if data.startswith(_ZIP):
            return open_workbook(data, limit)
        return open_text(data, limit, lambda sheet: find_header(sheet) is not None)
    except Refused as refused:
        faults.of_file(refused.code, refused.params)
        return None


def _applications(book: Book, faults: Faults) -> list[Application]:
    found = [(sheet, header) for sheet in book.sheets if (header := find_header(sheet))]
    if not found:
        faults.of_file("no_answer_sheet", {})
    applications: list[Application] = []
    for sheet, header in found:
        application = _application(sheet, header, faults)
        _check_twice(application, applications, sheet, faults)
        applications.append(application)
    return applications


def _check_twice(application: Application, before: list[Application], sheet: Sheet, faults: Faults) -> None:
    key = (application.facts.get("credit_code"), application.facts.get("year"))
    if None not in key and any((one.facts.get("credit_code"), one.facts.get("year")) == key for one in before):
        faults.of_sheet(sheet, "duplicate_application", credit_code=str(key[0]), year=str(key[1]))


def _application(sheet: Sheet, header: Header, faults: Faults) -> Application:
    answered = _by_item(sheet, header, faults)
    facts = read_facts(answered, sheet, faults)
    return Application(facts, _values(answered, facts, faults))


def _by_item(sheet: Sheet, header: Header, faults: Faults) -> dict[str, Row]:
    """Rows by the code of their item; headings are passed over, a second row of an item is reported and unused."""
    answered: dict[str, Row] = {}
    for row in rows(sheet, header, faults):
        if row.item.broken:
            continue
        if row.item.blank:
            faults.at(row.item, "missing_item_name")
            continue
        item = find_item(row.item.text)
        if item is None:
            faults.at(row.item, "unknown_item", suggestion=nearest_item(row.item.text))
        elif item.code is None:
            continue
        elif item.code in answered:
            faults.at(row.item, "duplicate_item", first=answered[item.code].item.cell.row)
        else:
            answered[item.code] = row
    return answered


def _values(answered: Mapping[str, Row], facts: Mapping[str, Fact], faults: Faults) -> dict[str, ReportedValue]:
    year = facts.get("year")
    values: dict[str, ReportedValue] = {}
    for kpi in catalogue().kpis:
        row = answered.get(kpi.code)
        told = int(str(year)) if year is not None else None
        values[kpi.code] = reported(kpi, row, told, faults) if row else not_reported(kpi, told)
        if row:
            look_twice(kpi, values[kpi.code], row.value, faults)
    look_across(values, {code: row.value for code, row in answered.items()}, faults)
    return values
