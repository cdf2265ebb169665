"""How large a file may be: ``data/files/limits.toml``, one set for applications and one for baseline panels."""

from __future__ import annotations

from functools import cache

from kpi.catalogue.schema import DATA, Checked, load_toml

_FILE = DATA / "files" / "limits.toml"


class FileLimits(Checked):
    """How large a file may be: bytes, entries of the zip, sheets, rows, columns, cells in all, characters a cell.

    A parser's own process gets ``memory_bytes`` beside what it starts with, and ``seconds``.
    ``searched_rows`` and ``searched_columns`` are how far down and right a table's headers are looked for.
    """

    reason: str
    file_bytes: int
    unpacked_bytes: int
    unpacked_ratio: int
    entries: int
    sheets: int
    rows: int
    columns: int
    cells: int
    memory_bytes: int
    seconds: int
    cell_characters: int
    problem_value_characters: int
    searched_rows: int
    searched_columns: int
    answers_characters: int

    @property
    def file_megabytes(self) -> int:
        """``file_bytes`` as a page promises it, in whole megabytes."""
        return self.file_bytes // 1_000_000


class PdfLimits(Checked):
    """How much of a PDF is read: pages, characters; its parser's process gets ``memory_bytes`` and ``seconds``."""

    reason: str
    pages: int
    characters: int
    memory_bytes: int
    seconds: int


class _LimitsFile(Checked):
    application: FileLimits
    panel: FileLimits
    pdf: PdfLimits


@cache
def application_limits() -> FileLimits:
    """Limits of an application file."""
    return load_toml(_FILE, _LimitsFile).application


@cache
def panel_limits() -> FileLimits:
    """Limits of a baseline panel."""
    return load_toml(_FILE, _LimitsFile).panel


@cache
def pdf_limits() -> PdfLimits:
    """Limits of what is read of a PDF."""
    return load_toml(_FILE, _LimitsFile).pdf


# Whether a sent file is a PDF that may be kept: its size, its beginning and its end.


HEAD, TAIL = 1024, 2048
"""Bytes in which readers look for the header and the end mark (ISO 32000-2, annex I)."""


def is_pdf(data: bytes) -> bool:
    """Whether the header and the end mark are where every reader looks for them."""
    return b"%PDF-" in data[:HEAD] and b"%%EOF" in data[-TAIL:]
