"""Writes the files of this folder and what must be read from each: ``python -m tests.freeform.make``.

It needs LibreOffice.

Each page is written by openpyxl; xls, ods and some of the text files are LibreOffice's own saving of that.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import openpyxl
from openpyxl.comments import Comment
from openpyxl.utils import get_column_letter

from tests.freeform.cases_long import CASES as LONG
from tests.freeform.cases_wide import CASES as WIDE
from tests.freeform.hand_made_sheets import Case, Page, V

FILES = Path(__file__).parent / "files"
SAMPLES = Path(__file__).resolve().parents[2] / "data" / "samples"
SEPARATORS = {"tab": "\t"}


def main() -> None:
    (FILES / "saved").mkdir(parents=True, exist_ok=True)
    for old in FILES.glob("*.*"):
        old.unlink()
    with tempfile.TemporaryDirectory() as folder:
        for case in (*LONG, *WIDE):
            for form in case.forms:
                data = written(case, form, Path(folder))
                name = (
                    f"{case.name}-{form.replace(';', 'semicolon').replace(',', 'comma')}" if "-" in form else case.name
                )
                (FILES / f"{name}.{form.partition('-')[0]}").write_bytes(data)
                reported = json.dumps(expected(case, text=form.startswith("csv")), ensure_ascii=False, indent=1)
                (FILES / f"{name}.{form.partition('-')[0]}.json").write_text(reported + "\n", "utf-8")
        for form in ("xls", "ods"):
            saved = FILES / "saved" / f"example-application.{form}"
            saved.write_bytes(converted((SAMPLES / "example-application.xlsx").read_bytes(), form, Path(folder)))


def written(case: Case, form: str, folder: Path) -> bytes:
    if form.startswith("csv"):
        _, *encoding, separator = form.split("-")
        return text(case.pages[0], "-".join(encoding), SEPARATORS.get(separator, separator))
    data = workbook(case.pages)
    if form == "xlsm":
        return with_macros(data)
    return data if form == "xlsx" else converted(data, form, folder)


def workbook(pages: tuple[Page, ...]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for page in pages:
        sheet = book.create_sheet(page.name)
        for row, cells in enumerate(page.rows, 1):
            for column, cell in enumerate(cells, 1):
                sheet.cell(row, column, cell.written if isinstance(cell, V) else cell)
        for block in page.percent:
            for cells in sheet[block]:
                for cell in cells:
                    cell.number_format = "0.0%"
        for block in page.merged:
            sheet.merge_cells(block)
        for row in page.hidden_rows:
            sheet.row_dimensions[row].hidden = True
        for column in page.hidden_columns:
            sheet.column_dimensions[column].hidden = True
        for place, words in page.comments.items():
            sheet[place].comment = Comment(words, "虚构")
        if page.hidden:
            sheet.sheet_state = "hidden"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def text(page: Page, encoding: str, separator: str) -> bytes:
    def shown(cell: object) -> str:
        raw = cell.written if isinstance(cell, V) else cell
        reported = "" if raw is None else str(raw)
        return f'"{reported}"' if separator in reported else reported

    lines = [separator.join(map(shown, row)) for row in page.rows]
    return ("\r\n".join(lines) + "\r\n").encode(encoding)


def converted(data: bytes, form: str, folder: Path) -> bytes:
    source = folder / "in.xlsx"
    source.write_bytes(data)
    command = ["soffice", "--headless", "--convert-to", form, "--outdir", str(folder / "out"), str(source)]
    subprocess.run(command, check=True, capture_output=True)
    return (folder / "out" / f"in.{form}").read_bytes()


def with_macros(data: bytes) -> bytes:
    """The same workbook as one with macros: its content type, and a part that nobody may open."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.namelist():
            part = old.read(entry)
            if entry == "[Content_Types].xml":
                part = part.replace(
                    b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
                    b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
                )
            new.writestr(entry, part)
        new.writestr("xl/vbaProject.bin", b"no macro, and never read")
    return stream.getvalue()


def expected(case: Case, text: bool) -> dict[str, object]:
    """The case in plain JSON: what stands where, by application and code."""
    applications: list[dict[str, object]] = [{"facts": reported, "values": {}} for reported in case.facts]
    for page in case.pages:
        for row, cells in enumerate(page.rows, 1):
            for column, cell in enumerate(cells, 1):
                if isinstance(cell, V):
                    place = f"{get_column_letter(column)}{row}"
                    _put(applications[cell.of]["values"], cell, place if text else f"{page.name}!{place}")
    return {
        "applications": applications,
        "computed": case.computed,
        "problems": sorted(case.problems),
        "questions": [list(question) for question in case.questions],
        "held": list(case.held),
        "later": case.later,
        "come": sorted(case.come),
        "same_layout_as": case.same_layout_as,
    }


def _put(values: object, cell: V, place: str) -> None:
    assert isinstance(values, dict)
    stated = values.setdefault(cell.code, {"state": cell.state})
    number = cell.written if cell.read is None else cell.read
    stated[cell.part] = number if cell.state == "reported" and not isinstance(number, str) else None
    if cell.part == "value" or "cell" not in stated:
        stated["cell"] = place


if __name__ == "__main__":
    sys.exit(main())
