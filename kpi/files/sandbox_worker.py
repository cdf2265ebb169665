"""The process of the sandbox: reads one file with a parser and says what it holds, or that it cannot.

A script of its own that knows nothing of the product; ``sandbox`` starts a bare interpreter with it for every file.
"""

from __future__ import annotations

import io
import json
import logging
import pickle
import sys
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import Any

READ, UNREADABLE, TOO_MUCH_MEMORY = 0, 3, 4
"""Exit codes. An interpreter or a library that is not there ends with 1: that is a bug and no file's fault."""


def load_workbook(data: bytes, sheets: int, hidden: bool) -> list[tuple[str, bool, list[list[Any]]]]:
    """Worksheets by calamine: name, whether it is visible, rows with the leading blank rows and columns kept.

    At most one more than ``sheets`` of them.
    """
    import python_calamine as calamine

    book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    pages = [page for page in book.sheets_metadata if page.typ == calamine.SheetTypeEnum.WorkSheet]
    if len({page.name for page in pages}) < len(pages):
        raise ValueError("two sheets of one name")
    shown = {page.name: page.visible == calamine.SheetVisibleEnum.Visible for page in pages}
    wanted = [name for name, visible in shown.items() if visible or hidden][: sheets + 1]
    return [(name, shown[name], book.get_sheet_by_name(name).to_python(skip_empty_area=False)) for name in wanted]


def load_parquet(data: bytes, rows: int, columns: int, cells: int) -> tuple[int, int, list[tuple[str, Any]]]:
    """Rows and columns as the file states them, and its columns unless they are more than asked.

    A column is float64 as bytes, or a list of different cells and, as int32 bytes, which one stands in each row.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    stream = io.BytesIO(data)
    schema = pq.read_schema(stream)
    if any(pa.types.is_nested(kind) for kind in schema.types):
        raise ValueError("a table within a cell")
    # As a dictionary a text that repeats is held once: a million long ones may be one page of a file.
    texts = [field.name for field in schema if _is_text(field.type)]
    file = pq.ParquetFile(stream, read_dictionary=texts)
    found, width = file.metadata.num_rows, len(schema.names)
    if found > rows or width > columns or found * width > cells:
        return found, width, []
    table = file.read(use_threads=False)
    table.validate()
    return found, width, [(name, _column(table.column(at))) for at, name in enumerate(table.column_names)]


def _is_text(kind: Any) -> bool:
    import pyarrow as pa

    return any(test(kind) for test in (pa.types.is_string, pa.types.is_large_string, pa.types.is_binary))


def _column(column: Any) -> Any:
    import pyarrow as pa

    kind = column.type
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return column.cast(pa.float64(), safe=False).to_numpy().tobytes()
    if pa.types.is_null(kind):
        return [], b"\xff" * (4 * len(column))
    whole = column.combine_chunks() if pa.types.is_dictionary(kind) else column.dictionary_encode().combine_chunks()
    different = [cell if isinstance(cell, bool) else str(cell) for cell in whole.dictionary.to_pylist()]
    return different, whole.indices.cast(pa.int32()).fill_null(-1).to_numpy().tobytes()


def load_pdf(data: bytes, pages: int, characters: int) -> str:
    """The text of the first ``pages`` by pypdf, at most so many ``characters``; "" where they are pictures alone."""
    import pypdf

    text = ""
    for page in islice(pypdf.PdfReader(io.BytesIO(data)).pages, pages):
        text += page.extract_text() + "\n"
        if len(text) > characters:
            break
    return text.strip()[:characters]


def send_parquet_pieces(rows: int, columns: int, memory: int) -> int:
    """Write the Parquet file that is standard input piece by piece, as ``load_parquet`` would its columns.

    First come how many rows and columns it states; after the last piece comes None.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    _limit_resources(memory)
    try:
        schema = pq.read_schema(sys.stdin.buffer)
        if any(pa.types.is_nested(kind) for kind in schema.types):
            raise ValueError("a table within a cell")
        texts = [field.name for field in schema if _is_text(field.type)]
        file = pq.ParquetFile(sys.stdin.buffer, read_dictionary=texts, pre_buffer=False)
        _send((file.metadata.num_rows, len(schema.names)))
        if len(schema.names) <= columns:
            for batch in file.iter_batches(rows, use_threads=False):
                batch.validate()
                piece = pa.Table.from_batches([batch])
                _send([(name, _column(piece.column(at))) for at, name in enumerate(piece.column_names)])
        _send(None)
    except MemoryError:
        return TOO_MUCH_MEMORY
    except BaseException:  # a parser's panic is no Exception
        return UNREADABLE
    return READ


def _send(answer: Any) -> None:
    pickle.dump(answer, sys.stdout.buffer, protocol=5)
    sys.stdout.buffer.flush()


_READERS: dict[str, Callable[..., Any]] = {"workbook": load_workbook, "parquet": load_parquet, "pdf": load_pdf}
_PARSERS = {"workbook": "python_calamine", "parquet": "pyarrow.parquet", "pdf": "pypdf"}


def read_from_stdin() -> int:
    """Read the request and the file from standard input, write what it holds, and answer the exit code."""
    kind, memory, asked = json.loads(sys.stdin.buffer.readline())
    # Before the limits: what a parser maps at its start is not the file's.
    import_module(_PARSERS[kind])
    data = sys.stdin.buffer.read()
    # What a parser says of a file may be longer than the file, and nobody reads it.
    logging.disable()
    _limit_resources(memory)
    try:
        pickle.dump(_READERS[kind](data, **asked), sys.stdout.buffer, protocol=5)
    except MemoryError:
        return TOO_MUCH_MEMORY
    except BaseException:  # a parser's panic is no Exception
        return UNREADABLE
    return READ


def _limit_resources(memory: int) -> None:
    """``memory`` more bytes, no file written, no core left. A system without these limits is still one process away."""
    with suppress(ImportError, OSError, ValueError):
        import resource

        pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
        most = pages * resource.getpagesize() + memory
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


class _NoPandas:
    """pyarrow asks pandas, where it is installed, whether a number is one of its own: to load it takes longer, and more
    memory, than most files.
    """

    def find_spec(self, name: str, *_: object) -> None:
        """Nothing is found by this; pandas by nobody."""
        if name == "pandas":
            raise ModuleNotFoundError(name=name)


if __name__ == "__main__":
    sys.meta_path.insert(0, _NoPandas())
    sys.exit(send_parquet_pieces(**json.loads(sys.argv[1])) if len(sys.argv) > 1 else read_from_stdin())
