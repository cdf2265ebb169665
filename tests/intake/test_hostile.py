"""Files made to harm: refused before anything is unpacked or laid out, with a problem and no exception."""

from __future__ import annotations

import io
import zipfile

import pytest
import xlsxwriter

from kpi.files.limits import application_limits
from kpi.intake.read import read
from tests.intake.sample_files import rows, table, workbook

BOMB = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>"""


def codes(data: bytes) -> list[str]:
    return [problem.code for problem in read("a.xlsx", data).problems]


def repacked(change) -> bytes:
    """A faultless workbook, its parts passed through ``change(name, part)``."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook(rows()))) as old,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for entry in old.infolist():
            new.writestr(entry.filename, change(entry.filename, old.read(entry)))
    return stream.getvalue()


def with_cells(write) -> bytes:
    """A faultless workbook, ``write(book, sheet)`` adding to its answer sheet."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream)
    sheet = book.add_worksheet("填报")
    for row, cells in enumerate(rows()):
        for column, cell in enumerate(cells):
            if cell is not None:
                sheet.write(row, column, cell)
    write(book, sheet)
    book.close()
    return stream.getvalue()


def test_a_document_type_is_refused_in_any_part():
    for part in ("xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "docProps/core.xml"):
        data = repacked(lambda name, old, part=part: BOMB + old[old.index(b"?>") + 2 :] if name == part else old)
        assert codes(data) == ["unsafe_file"]


def test_a_zip_bomb_is_refused():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * (application_limits().unpacked_bytes + 1))
    assert codes(stream.getvalue()) == ["too_large"]
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * 10_000_000)
    assert codes(stream.getvalue()) == ["unsafe_file"]


def test_a_part_reported_twice_is_refused():
    stream = io.BytesIO(workbook(rows()))
    with zipfile.ZipFile(stream, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr("xl/workbook.xml", b"<x/>")
    assert codes(stream.getvalue()) == ["unsafe_file"]


def test_too_many_entries_are_refused():
    stream = io.BytesIO(workbook(rows()))
    with zipfile.ZipFile(stream, "a") as archive:
        for number in range(application_limits().entries):
            archive.writestr(f"xl/media/{number}.png", b"")
    assert codes(stream.getvalue()) == ["unsafe_file"]


def test_one_far_cell_is_refused_before_its_sheet_is_laid_out():
    assert codes(with_cells(lambda _, sheet: sheet.write(1_048_575, 0, "x"))) == ["too_many_rows"]
    assert codes(with_cells(lambda _, sheet: sheet.write(0, 16_383, "x"))) == ["too_many_columns"]


def test_empty_formatted_cells_far_away_do_not_matter():
    blank = with_cells(lambda book, sheet: sheet.write_blank(50_000, 300, None, book.add_format({"bold": True})))
    assert codes(blank) == []


def test_too_many_sheets_are_refused():
    data = with_cells(lambda book, _: [book.add_worksheet() for _ in range(application_limits().sheets)])
    assert codes(data) == ["too_many_sheets"]


def test_too_much_text_is_refused():
    assert codes(b"a" * (application_limits().file_bytes + 1)) == ["too_large"]
    assert codes(table(rows(extra=[["K99", 1]] * application_limits().rows))) == ["too_many_rows"]


def test_cut_and_garbled_workbooks_are_unreadable():
    whole = workbook(rows())
    assert codes(whole[: len(whole) // 2]) == ["unreadable_file"]
    assert codes(repacked(lambda name, part: part[:-20] if name == "xl/worksheets/sheet1.xml" else part)) == [
        "unreadable_file"
    ]
    assert codes(repacked(lambda name, part: b"<a/>" if name == "xl/workbook.xml" else part)) in (
        ["unreadable_file"],
        ["no_answer_sheet"],
    )


def test_a_percentage_cell_is_asked_about_and_kept_as_shown():
    def write(book, sheet):
        sheet.write("A30", "K04")
        sheet.write("B30", 0.352, book.add_format({"num_format": "0.0%"}))

    reading = read("a.xlsx", with_cells(write))
    [found] = reading.problems
    assert (found.code, found.severity, found.row, found.column, found.value) == (
        "percent_format",
        "question",
        30,
        "B",
        "0.352",
    )
    assert reading.applications[0].values["K04"].value == 35.2
    assert reading.blocked


@pytest.mark.parametrize(("block", "at"), [("B30:B31", "B30"), ("D30:D31", "D30"), ("B30:C32", "B30")])
def test_a_value_merged_over_the_rows_of_two_kpis_belongs_to_neither_for_certain(block, at):
    def write(_, sheet):
        sheet.write_column("A30", ["K04", "K07", "K12"])
        sheet.write_column("B30", [40, 12, 15])
        sheet.merge_range(block, 20)

    found = [problem for problem in read("a.xlsx", with_cells(write)).problems if problem.code == "merged_value"]
    assert [(problem.severity, f"{problem.column}{problem.row}") for problem in found] == [("error", at)]


def test_what_is_merged_within_one_kpi_or_over_headings_is_no_fault():
    def write(_, sheet):
        sheet.write_column("A30", ["K04", "K07"])
        sheet.merge_range("B30:C30", 40)
        sheet.write("B31", 12)
        sheet.merge_range("F30:F31", "同一说明")

    assert read("a.xlsx", with_cells(write)).problems == ()


def test_an_error_cell_and_a_formula_never_computed_are_no_blanks():
    def write(_, sheet):
        sheet.write("A30", "K04")
        sheet.write_formula("B30", "=1/0", value="#DIV/0!")
        sheet.write("A31", "K07")
        sheet.write_formula("B31", "=1+1", value=3)

    found = read("a.xlsx", with_cells(write)).problems
    assert [(problem.code, problem.row, problem.column, problem.value) for problem in found] == [
        ("error_cell", 30, "B", "#DIV/0!")
    ]
    bare = repacked(lambda name, part: part.replace(b"<v>95.5</v>", b"<f>1+1</f>") if "sheet1" in name else part)
    assert codes(bare) == ["formula_not_computed"]


def test_dates_and_truth_values_are_no_numbers():
    def write(_, sheet):
        sheet.write("A30", "K04")
        sheet.write_boolean("B30", True)

    assert codes(with_cells(write)) == ["not_a_number"]


def test_a_hidden_answer_sheet_is_not_read_and_a_second_one_is():
    def hidden(book, sheet):
        book.add_worksheet("空").activate()
        sheet.hide()

    def second(book, _):
        sheet = book.add_worksheet("填报 (2)")
        for row, cells in enumerate(rows()):
            sheet.write_row(row, 0, ["" if cell is None else cell for cell in cells])

    assert codes(with_cells(hidden)) == ["hidden_sheet", "no_answer_sheet"]
    assert codes(with_cells(second)) == ["duplicate_application"]
    assert len(read("a.xlsx", with_cells(second)).applications) == 2


def test_a_shown_value_carries_no_invisible_character_and_is_cut():
    [found] = read("a.csv", table(rows({"K08": ("4" * 500 + "x",)}))).problems
    assert len(found.value or "") <= application_limits().problem_value_characters
    [item] = read("a\u202e.csv", table(rows(extra=[["K\u200b01", 1]]))).problems
    assert item.code == "forbidden_characters"
    assert item.file == "a\\u202e.csv"


def test_a_list_of_entries_too_long_to_hold_is_refused_before_it_is_read():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for number in range(20 * application_limits().entries):
            archive.writestr(f"{number}", b"")
    assert codes(stream.getvalue()) == ["unsafe_file"]
    whole = workbook(rows())
    assert codes(whole + b"PK\x06\x07" + bytes(16)) == ["unsafe_file"]
