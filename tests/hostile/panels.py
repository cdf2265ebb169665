"""Hostile panels: CSV, workbook and Parquet, each with the codes it must be reported by."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable, Mapping

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

from kpi.baseline.panel_settings import panel_settings
from kpi.files.limits import panel_limits
from tests.hostile.containers import in_part

HEADER = ["credit_code", "group", "industry", "body", "K08", "K15"]
RECORD = ["91000000MA9990001E", "", "高端装备", "松江区", 45.0, 26.0]
TOO_LARGE, UNREADABLE, UNSAFE = ("panel_too_large",), ("panel_unreadable",), ("panel_unsafe",)

GOOD = (",".join(HEADER) + "\n" + ",".join(map(str, RECORD)) + "\n").encode()


def workbook() -> bytes:
    """A faultless panel of one record."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        sheet = book.add_worksheet("面板")
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, RECORD)
    return stream.getvalue()


def parquet(columns: Mapping[str, object] | None = None, **written: object) -> bytes:
    """A panel of one record, ``columns`` put in the place of its own; ``None`` leaves one out."""
    plain = {name: [cell] for name, cell in zip(HEADER, RECORD, strict=True)}
    reported = {name: cells for name, cells in {**plain, **(columns or {})}.items() if cells is not None}
    stream = io.BytesIO()
    pq.write_table(pa.table(reported), stream, **written)
    return stream.getvalue()


def _claimed_rows(data: bytes, rows: int) -> bytes:
    """The footer says how many rows there are, and lies: its varints are the zigzag of the true number."""
    size = struct.unpack_from("<I", data, len(data) - 8)[0]
    footer = bytearray(data[-8 - size : -8])
    true, claimed = _varint(_TRUE_ROWS << 1), _varint(rows << 1)
    reported = bytes(footer).replace(b"\x16" + true, b"\x16" + claimed)
    assert reported != footer
    return data[: -8 - size] + reported + struct.pack("<I", len(reported)) + b"PAR1"


_TRUE_ROWS = 7_777


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*out, number])


def _many(rows: int) -> bytes:
    return parquet({name: [cell] * rows for name, cell in zip(HEADER, RECORD, strict=True)})


def _same_text(rows: int, text: str) -> bytes:
    """One text of a dictionary in every row: one page of a file, and gigabytes once every row holds its own."""
    column = pa.DictionaryArray.from_arrays(pa.array([0] * rows, pa.int32()), pa.array([text]))
    plain = {name: [cell] * rows for name, cell in zip(HEADER, RECORD, strict=True)}
    return parquet({**plain, "group": column}, compression="zstd", dictionary_pagesize_limit=1 << 30)


def _packed_blanks() -> bytes:
    """200 MB of different long texts that pack to next to nothing."""
    rows = 200
    texts = [f"{at:06}" + " " * 1_000_000 for at in range(rows)]
    plain = {name: [cell] * rows for name, cell in zip(HEADER, RECORD, strict=True)}
    return parquet({**plain, "group": texts}, compression="zstd", use_dictionary=False)


def _square() -> bytes:
    """Blank cells, every row as wide as allowed, and more of them than a panel may hold."""
    row = b"," * (panel_limits().columns - 1) + b"\n"
    return b"credit_code" + row + row * (panel_settings().limits.cells // panel_limits().columns + 1)


def _wide(columns: int) -> bytes:
    return parquet({f"x{at}": [1.0] for at in range(columns)})


def _corner() -> bytes:
    limit = panel_limits()
    far = f'<row r="{limit.rows}"><c r="GR{limit.rows}"><v>1</v></c></row></sheetData>'.encode()
    return in_part(workbook(), "sheet1.xml", b"</sheetData>", far)


def _records(count: int) -> bytes:
    return GOOD + b"\n".join([GOOD.split(b"\n")[1]] * count)


PANELS: Mapping[str, tuple[Callable[[], bytes], tuple[str, ...] | None]] = {
    # text
    "a million lines and more": (lambda: _records(panel_limits().rows), TOO_LARGE),
    "a line of commas": (lambda: GOOD + b"," * 50_000_000, None),
    "a header of commas": (lambda: b"credit_code" + b"," * 50_000_000, TOO_LARGE),
    "more cells than fit": (_square, TOO_LARGE),
    "a field of 20 MB": (lambda: GOOD + b'"' + b"x" * 20_000_000 + b'"', UNREADABLE),
    "quotes that do not pair": (lambda: GOOD + b'"', UNREADABLE),
    "a name of 100,000 letters": (lambda: GOOD.replace(b",,", b"," + b"x" * 100_000 + b","), ("panel_cell_too_long",)),
    "a header of 100,000 brackets": (lambda: GOOD.replace(b"K15", b"K15" + b"()" * 50_000), None),
    "a header of 100,000 blanks": (lambda: GOOD.replace(b"K15", b"K15" + b" " * 100_000 + b"x"), None),
    "an industry of 100,000 brackets": (lambda: GOOD.replace("高端装备".encode(), b"x" + b"()" * 50_000), None),
    "a value of 100,000 digits": (lambda: GOOD.replace(b"45.0", b"4" * 100_000), None),
    "NUL within": (lambda: GOOD + bytes(10), UNREADABLE),
    "nothing": (lambda: b"", None),
    # workbook
    "a cell in the last corner": (_corner, TOO_LARGE),
    "a workbook cut in the middle": (lambda: workbook()[:2_000], UNREADABLE),
    # Parquet
    "more rows than it has": (lambda: _claimed_rows(_many(_TRUE_ROWS), 999_999), None),
    "9,000,000,000,000 rows": (lambda: _claimed_rows(_many(_TRUE_ROWS), 9 * 10**12), TOO_LARGE),
    "fewer rows than it has": (lambda: _claimed_rows(_many(_TRUE_ROWS), 1), None),
    "a column for every thing": (lambda: _wide(20_000), None),
    "one long text in every row": (lambda: _same_text(100_000, "x" * 1_000_000), None),
    "texts packed to nothing": (_packed_blanks, None),
    "a table within a cell": (lambda: parquet({"group": [[{"a": [1, 2]}]]}), UNREADABLE),
    "a list within a cell": (lambda: parquet({"K08": [[45.0]]}), UNREADABLE),
    "bytes for text": (lambda: parquet({"group": [b"\xff\xfe"]}), None),
    "moments for numbers": (lambda: parquet({"K08": pa.array([1 << 60], pa.timestamp("ns"))}), None),
    "a name of invisible letters": (lambda: parquet({"group": ["\u202e甲"]}), ("panel_forbidden_characters",)),
    "infinity": (lambda: parquet({"K08": [float("inf")]}), ("panel_not_a_number",)),
    "cut at its end": (lambda: parquet()[:-100], UNREADABLE),
    "its ends alone": (lambda: b"PAR1PAR1", UNREADABLE),
    "a footer as long as the world": (lambda: parquet()[:-8] + b"\xff\xff\xff\x7fPAR1", UNREADABLE),
    "a footer of noise": (lambda: parquet()[:40] + bytes(range(256)) + b"\x00\x01\x00\x00PAR1", UNREADABLE),
}
"""``None``: read or refused, whichever; that it is bounded and that nothing is raised is what counts."""
