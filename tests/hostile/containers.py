"""The kinds of file that a table can come in. A new kind is one line here, and the tests of this folder take it up."""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from html import escape
from typing import Any

from tests.intake.sample_files import table, workbook

Lines = list[list[Any]]
Change = Callable[[str, bytes], bytes]


def macro_workbook(lines: Lines) -> bytes:
    """A workbook with a macro project, which is never looked into."""
    main, with_macros = b"spreadsheetml.sheet.main+xml", b"ms-excel.sheet.macroEnabled.main+xml"

    def change(name: str, part: bytes) -> bytes:
        if name != "[Content_Types].xml":
            return part
        wide = b"application/vnd.openxmlformats-officedocument."
        return part.replace(wide + main, b"application/vnd." + with_macros)

    return repacked(workbook(lines), change, extra=[("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0Auto_Open Shell calc")])


_OFFICE = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
)


def open_document(lines: Lines) -> bytes:
    """An OpenDocument workbook of one sheet."""
    rows = "".join(f"<table:table-row>{''.join(map(_open_cell, line))}</table:table-row>" for line in lines)
    body = f'<office:spreadsheet><table:table table:name="填报">{rows}</table:table></office:spreadsheet>'
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = '<manifest xmlns="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    content = f"<office:document-content {_OFFICE}><office:body>{body}</office:body></office:document-content>"
    reported = {"mimetype": kind, "META-INF/manifest.xml": manifest, "content.xml": content}
    return zipped([(name, part.encode()) for name, part in reported.items()])


def _open_cell(cell: Any) -> str:
    if cell is None:
        return "<table:table-cell/>"
    if isinstance(cell, int | float):
        return f'<table:table-cell office:value-type="float" office:value="{cell}"/>'
    return f'<table:table-cell office:value-type="string"><text:p>{escape(cell)}</text:p></table:table-cell>'


TEXT: Mapping[str, Callable[[Lines], bytes]] = {
    "csv": table,
    "semicolons": lambda lines: table(lines, ";"),
    "tsv": lambda lines: table(lines, "\t"),
    "gb18030": lambda lines: table(lines, encoding="gb18030"),
    "bom": lambda lines: table(lines, encoding="utf-8-sig"),
}
ZIPPED: Mapping[str, Callable[[Lines], bytes]] = {
    "xlsx": workbook,
    "xlsm": macro_workbook,
    "ods": open_document,
}
CONTAINERS: Mapping[str, Callable[[Lines], bytes]] = TEXT | ZIPPED


def zipped(entries: Sequence[tuple[str, bytes]], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Entries as a zip; a name may repeat."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a name that is there already
        for name, part in entries:
            archive.writestr(name, part)
    return stream.getvalue()


def parts(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Entries of a zip with their content."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for entry in archive.infolist():
            yield entry.filename, archive.read(entry)


def repacked(
    data: bytes,
    change: Change = lambda _, part: part,
    method: int = zipfile.ZIP_DEFLATED,
    extra: Sequence[tuple[str, bytes]] = (),
) -> bytes:
    """The zip again, each part passed through ``change``, with ``extra`` entries at its end."""
    return zipped([*((name, change(name, part)) for name, part in parts(data)), *extra], method)


def in_part(data: bytes, which: str, old: bytes, new: bytes) -> bytes:
    """``old`` replaced in the parts whose name ends with ``which``; it must be there."""
    changed: list[str] = []

    def change(name: str, part: bytes) -> bytes:
        if not name.endswith(which) or old not in part:
            return part
        changed.append(name)
        return part.replace(old, new)

    reported = repacked(data, change)
    assert changed, f"{old!r} is in no {which}"
    return reported
