"""Hostile text files: each with the codes it must be reported by."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kpi.files.limits import application_limits
from tests.hostile.archives import TOO_LARGE
from tests.intake.sample_files import rows, table

GOOD = table(rows())

TEXTS: Mapping[str, tuple[Callable[[], bytes], tuple[str, ...] | None]] = {
    "a million lines": (lambda: GOOD + b"K01,1\n" * 1_000_000, ("too_many_rows",)),
    "as many lines as fit": (
        lambda: GOOD + b"x\n" * (application_limits().file_bytes // 2 - len(GOOD)),
        ("too_many_rows",),
    ),
    "more bytes than fit": (lambda: GOOD + b" " * application_limits().file_bytes, TOO_LARGE),
    "one field of 20 MB": (lambda: GOOD + b'"' + b"x" * 20_000_000 + b'"\n', TOO_LARGE),
    "one field as long as fits": (lambda: GOOD + b'K02,"' + b"x" * 4_000_000 + b'"\n', ("broken_csv",)),
    "one line of commas": (lambda: GOOD + b"," * 4_900_000, None),
    "a header of commas": (lambda: b"item,value" + b"," * 4_900_000, None),
    "lines of commas": (lambda: GOOD + (b"," * 2_300 + b"\n") * 1_900, None),
    "quotes that do not pair": (lambda: GOOD + b'K02,"1\n', ("broken_csv",)),
    "nothing but quotes": (lambda: b'"' * 4_999_999, None),
    "nothing but NUL": (lambda: bytes(4_000_000), ("unreadable_file",)),
    "NUL within": (lambda: GOOD.replace(b"95.5", b"95\x00.5"), ("unreadable_file",)),
    "UTF-16 of odd length": (lambda: GOOD.decode().encode("utf-16") + b"\x00", ("unreadable_file",)),
    "UTF-16 without a mark": (lambda: GOOD.decode().encode("utf-16-le"), ("unreadable_file",)),
    "half a character at the end": (lambda: GOOD + "，".encode()[:2], None),
    "surrogates": (lambda: GOOD + b"\xed\xa0\x80", None),
    "names of a thousand brackets": (lambda: table(rows(extra=[["x" + "()" * 990, 1]] * 1_900)), None),
    "names of blanks": (lambda: table(rows(extra=[["x" + " " * 1_990 + "y", 1]] * 1_900)), None),
    "names like many others": (
        lambda: table(rows(extra=[["设备综合利用率提升资源" + str(at) * 10, 1] for at in range(1_900)])),
        None,
    ),
    "a list of numbers": (lambda: table(rows({"scenarios": ("1 " * 999,)})), None),
    "headers without end": (lambda: b"item,value\n" * 1_990, None),
    "a value of 2,000 digits": (lambda: table(rows({"K08": ("9" * 2_000,)})), ("not_a_number",)),
    "a year of 2,000 digits": (lambda: table(rows({"year": ("9" * 2_000,)})), ("invalid_year",)),
    "nothing": (lambda: b"", ("unreadable_file",)),
    "blanks": (lambda: b" \r\n\t" * 1_000, ("unreadable_file",)),
    "the head of a zip": (lambda: b"PK", ("unreadable_file",)),
    "the head of an old workbook": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4_000), None),
    "an old workbook of 0xFF": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 4_000, None),
    "a picture": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40, ("unreadable_file",)),
    "a PDF": (lambda: b"%PDF-1.7\n" + b"1 0 obj << >> endobj\n" * 100, ("pdf_file",)),
}
