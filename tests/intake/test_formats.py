"""Workbooks of other programs: bounds hold, locked ones are reported, the template survives being saved again."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path

import pytest

from kpi.files.limits import application_limits
from kpi.files.workbook import Sheet, SheetMeta
from kpi.files.xls import open_xls
from kpi.intake.cells import without_hidden
from kpi.intake.problems import taken
from kpi.intake.read import read

FILES = Path(__file__).resolve().parents[1] / "freeform" / "files"
XLS, ODS = (FILES / "wide.xls").read_bytes(), (FILES / "wide.ods").read_bytes()
HEAD = (
    b'<?xml version="1.0"?><office:document-content xmlns:office="o" xmlns:table="t" xmlns:text="x">'
    b'<office:body><office:spreadsheet><table:table table:name="S">'
)
TAIL = b"</table:table></office:spreadsheet></office:body></office:document-content>"
CELL = b'<table:table-cell office:value-type="string"%s><text:p>K01</text:p></table:table-cell>'
ROW = b"<table:table-row%s>%s</table:table-row>"


def codes(data: bytes) -> list[str]:
    return [problem.code for problem in read("a", data).problems if problem.severity != "warning"]


def ods(content: bytes, manifest: bytes = b"<m/>") -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", manifest)
    return stream.getvalue()


@pytest.mark.parametrize(("name", "kind"), [("wide.xls", "xls"), ("wide.ods", "ods"), ("macros.xlsm", "xlsm")])
def test_the_kind_is_recognised_by_the_content(name, kind):
    reading = read("a.csv", (FILES / name).read_bytes())
    assert (reading.file.kind, reading.file.encoding, reading.file.separator) == (kind, None, None)


def test_repeats_of_an_ods_are_bounded_before_they_are_laid_out():
    many = application_limits().rows + 1
    rows = ROW % (b' table:number-rows-repeated="%d"' % many, CELL % b"")
    assert codes(ods(HEAD + rows + TAIL)) == ["too_many_rows"]
    far = ROW % (b' table:number-rows-repeated="1048575"', b"<table:table-cell/>") + ROW % (b"", CELL % b"")
    assert codes(ods(HEAD + far + TAIL)) == ["too_many_rows"]
    wide = ROW % (b"", CELL % (b' table:number-columns-repeated="%d"' % (application_limits().columns + 1)))
    assert codes(ods(HEAD + wide + TAIL)) == ["too_many_columns"]
    dense = ROW % (
        b' table:number-rows-repeated="%d"' % application_limits().rows,
        CELL % (b' table:number-columns-repeated="%d"' % application_limits().columns),
    )
    assert codes(ods(HEAD + dense + TAIL)) == ["too_many_cells"]


def test_blank_repeats_at_the_end_of_an_ods_do_not_matter():
    last = ROW % (
        b' table:number-rows-repeated="1048570"',
        b'<table:table-cell table:number-columns-repeated="16384"/>',
    )
    assert read("a", ods(HEAD + ROW % (b"", CELL % b"") + last + TAIL)).file.kind == "ods"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "a">]><x/>', "unsafe_file"),
        (HEAD, "unreadable_file"),
        (HEAD + ROW % (b' table:number-rows-repeated="x"', CELL % b"") + TAIL, "unreadable_file"),
        (HEAD + ROW % (b"", b'<table:table-cell office:value-type="float"/>') + TAIL, "unreadable_file"),
    ],
)
def test_a_broken_ods_is_refused(content, code):
    assert codes(ods(content)) == [code]


def test_a_locked_ods_is_reported_as_locked():
    manifest = b'<m xmlns:manifest="m"><manifest:encryption-data/></m>'
    assert codes(ods(b"\x8f\x11 not xml", manifest)) == ["locked_file"]


def test_a_locked_xls_is_reported_as_locked():
    # FILEPASS (0x2F) right behind the globals' first record.
    at = XLS.index(struct.pack("<HH", 0x809, 16))
    locked = XLS[: at + 20] + struct.pack("<HH", 0x2F, 4) + XLS[at + 24 :]
    assert codes(locked) == ["locked_file"]


def test_a_locked_xlsx_is_a_compound_file_and_reported_as_locked():
    name = "Workbook".encode("utf-16-le")
    assert codes(XLS.replace(name, "Encrypte".encode("utf-16-le"))) == ["unreadable_file"]
    long = "EncryptedPackage".encode("utf-16-le")
    at = XLS.index(name)
    entry = bytearray(XLS[at : at + 128])
    entry[: len(long)] = long
    struct.pack_into("<H", entry, 64, len(long) + 2)
    assert codes(XLS[:at] + bytes(entry) + XLS[at + 128 :]) == ["locked_file"]


def test_a_far_cell_of_an_xls_is_refused_before_anything_is_laid_out():
    text_cells = [at for at in range(len(XLS) - 14) if XLS[at : at + 4] == struct.pack("<HH", 0xFD, 10)]
    far = bytearray(XLS)
    struct.pack_into("<H", far, text_cells[-1] + 4, 65_000)
    assert codes(bytes(far)) == ["too_many_rows"]
    wrong = bytearray(XLS)
    struct.pack_into("<H", wrong, text_cells[-1] + 6, 400)
    assert codes(bytes(wrong)) == ["too_many_columns"]


def test_a_stated_number_of_texts_that_no_file_of_this_size_holds_is_refused():
    at = XLS.index(struct.pack("<H", 0xFC), 512)
    many = bytearray(XLS)
    struct.pack_into("<I", many, at + 8, 0xFFFFFFF0)
    assert codes(bytes(many)) == ["unsafe_file"]


@pytest.mark.parametrize("cut", [8, 76, 512, 1024, len(XLS) // 2, len(XLS) - 512])
def test_a_cut_xls_ends_as_a_problem(cut):
    assert codes(XLS[:cut])


def test_an_xls_is_read_with_its_marks():
    sheet = open_xls((FILES / "percent-formats.xls").read_bytes(), application_limits()).sheets[0]
    assert {at for at, odd in sheet.flags.items() if odd.kind == "percent"} == {(1, 4), (1, 5), (2, 4), (2, 5)}
    hidden = open_xls((FILES / "hidden.xls").read_bytes(), application_limits())
    marks = hidden.sheets[0].meta
    assert (marks.hidden_rows, 5 in marks.hidden_columns, len(hidden.hidden)) == (frozenset({2}), True, 1)


@pytest.mark.parametrize("form", ["xls", "ods"])
def test_the_template_saved_by_another_program_reads_the_same(form):
    """``example-application`` of the samples, saved as this form by LibreOffice."""
    samples = Path(__file__).resolve().parents[2] / "data" / "samples"
    ours = read("a", (samples / "example-application.xlsx").read_bytes())
    theirs = read("a", (FILES / "saved" / f"example-application.{form}").read_bytes())
    assert theirs.problems == ours.problems == ()
    assert theirs.applications == ours.applications


@pytest.mark.parametrize(("hidden", "found"), [("  ", []), ("x", ["hidden_rows"]), (0, ["hidden_rows"])])
def test_blanks_in_a_hidden_row_are_nothing_to_report(hidden, found):
    _, faults = taken(without_hidden(Sheet("S", [["K01"], [hidden]], SheetMeta(hidden_rows=frozenset({1})))))
    assert [fault.code for fault in faults] == found


def test_hidden_rows_and_columns_are_reported_in_runs():
    rows = [[1] * 5 for _ in range(6)]
    _, faults = taken(without_hidden(Sheet("S", rows, SheetMeta({}, frozenset({1, 2, 4}), frozenset({0, 3, 4})))))
    assert [dict(fault.params) for fault in faults] == [{"rows": "2–3, 5"}, {"columns": "A, D–E"}]
