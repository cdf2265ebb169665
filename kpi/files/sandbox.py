"""Parsers in a sandbox: a file is read in a process of its own, with so much memory and time and no more.

A workbook of 6 KB can make a parser ask for terabytes, and a parser that is refused memory ends its whole process: here
that is not the process that serves everybody and holds the store.
"""

from __future__ import annotations

import io
import json
import pickle
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kpi.files import sandbox_worker
from kpi.files.limits import FileLimits, PdfLimits
from kpi.files.workbook import CellValue, UnreadableFile

_READER = Path(sandbox_worker.__file__)
_CELLS = frozenset(("datetime", name) for name in ("date", "datetime", "time", "timedelta"))

ParquetColumn = bytes | tuple[list[CellValue], bytes]
"""Numbers as bytes of float64; else the different cells and, as bytes of int32, which stands in each row (-1: none)."""


def read_workbook(
    data: bytes, limits: FileLimits, with_hidden: bool = False
) -> list[tuple[str, bool, list[list[CellValue]]]]:
    """Name, visibility and rows of a workbook's worksheets, at most one more than the limit.

    Raises ``UnreadableFile``.
    """
    sheets: list[tuple[str, bool, list[list[CellValue]]]] = _read(
        "workbook", data, limits, sheets=limits.sheets, hidden=with_hidden
    )
    return sheets


def read_parquet(data: bytes, limits: FileLimits, cells: int) -> tuple[int, int, list[tuple[str, ParquetColumn]]]:
    """How many rows and columns a Parquet file states, and its columns unless those are beyond the limits.

    Raises ``UnreadableFile``, also for a table within a cell.
    """
    columns: tuple[int, int, list[tuple[str, ParquetColumn]]] = _read(
        "parquet", data, limits, rows=limits.rows, columns=limits.columns, cells=cells
    )
    return columns


def read_pdf(data: bytes, limits: PdfLimits) -> str:
    """The text of a PDF as far as the limits go; "" where it has none.

    Raises ``UnreadableFile``, also for one that asks for a password.
    """
    text: str = _read("pdf", data, limits, pages=limits.pages, characters=limits.characters)
    return text


def read_parquet_pieces(path: Path, limits: FileLimits, rows: int) -> Iterator[list[tuple[str, ParquetColumn]]]:
    """The columns of a Parquet file of any length, piece by piece, at most ``rows`` rows each.

    The fence is for each piece: so much memory for the reader's process, so much time until it has the next.

    Raises:
        UnreadableFile: as ``read_parquet``, also where its end cannot be read.
        OSError: it is not there or may not be read.
    """
    asked = json.dumps({"rows": rows, "columns": limits.columns, "memory": limits.memory_bytes})
    command = [sys.executable, "-I", str(_READER), asked]
    with (
        path.open("rb") as file,
        subprocess.Popen(command, stdin=file, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process,  # noqa: S603
    ):
        try:
            yield from _pieces(process, limits)
        finally:
            process.kill()


def _pieces(process: subprocess.Popen[bytes], limits: FileLimits) -> Iterator[list[tuple[str, ParquetColumn]]]:
    _, columns = _next(process, limits)
    if columns > limits.columns:
        raise UnreadableFile("too_many_columns", found=columns, limit=limits.columns)
    while (piece := _next(process, limits)) is not None:
        yield piece


def _next(process: subprocess.Popen[bytes], limits: FileLimits) -> Any:
    """What the reader's process says next. It is killed when it takes too long."""
    if process.stdout is None or process.stderr is None:
        raise RuntimeError("a process without pipes")
    clock = threading.Timer(limits.seconds, process.kill)
    clock.start()
    try:
        return _Cells(process.stdout).load()
    except (EOFError, pickle.UnpicklingError):
        raise _refusal(process.wait(), process.stderr.read()) from None
    finally:
        clock.cancel()


def _read(kind: str, data: bytes, limits: FileLimits | PdfLimits, **asked: int) -> Any:
    # -I: neither the working folder nor the environment decides what is imported there.
    command = [sys.executable, "-I", str(_READER)]
    head = json.dumps([kind, limits.memory_bytes, asked]).encode() + b"\n"
    try:
        done = subprocess.run(  # noqa: S603 - this interpreter and a file of our own
            command, input=head + data, capture_output=True, timeout=limits.seconds, check=False
        )
    except subprocess.TimeoutExpired as fault:
        raise UnreadableFile("unsafe_file") from fault
    if done.returncode == sandbox_worker.READ:
        return _Cells(io.BytesIO(done.stdout)).load()
    raise _refusal(done.returncode, done.stderr)


def _refusal(code: int, said: bytes) -> Exception:
    """What to raise where the reader's process ended without reading."""
    if code == sandbox_worker.UNREADABLE:
        return UnreadableFile("unreadable_file")
    if code == sandbox_worker.TOO_MUCH_MEMORY or code < 0:
        return UnreadableFile("unsafe_file")
    return RuntimeError(f"the reader of files did not start: {said[-500:].decode(errors='replace')}")


class _Cells(pickle.Unpickler):
    """Makes nothing but the types of cells, whatever the reader's process was brought to say."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in _CELLS:
            raise pickle.UnpicklingError(f"{module}.{name} is no cell")
        return super().find_class(module, name)
