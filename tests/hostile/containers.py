"""The kinds of file that a table can come in. A new kind is one line here, and the tests of this folder take it up."""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from tests.intake.files import table, workbook

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
}
CONTAINERS: Mapping[str, Callable[[Lines], bytes]] = TEXT | ZIPPED


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
    """The zip anew, each part passed through ``change``, with ``extra`` entries at its end (a name may repeat)."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a name that is there already: some tests are about that
        for name, part in [*((name, change(name, part)) for name, part in parts(data)), *extra]:
            archive.writestr(name, part)
    return stream.getvalue()


def in_part(data: bytes, which: str, old: bytes, new: bytes) -> bytes:
    """``old`` replaced in the parts whose name ends with ``which``; it must be there."""
    changed: list[str] = []

    def change(name: str, part: bytes) -> bytes:
        if not name.endswith(which) or old not in part:
            return part
        changed.append(name)
        return part.replace(old, new)

    told = repacked(data, change)
    assert changed, f"{old!r} is in no {which}"
    return told
