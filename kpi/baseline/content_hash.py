"""A baseline's content as bytes that do not depend on how it was sent: row order, file format, long or wide.

Two files with the same content have the same hash, and any changed value, basis, group, size or entry of the
register of groups changes it.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    import pyarrow as pa

_FORM = "duibiao baseline 1"
_TEXTS = ("credit_code", "group", "industry", "body", "kpi", "basis")
ROWS_OF_A_PIECE = 250_000
"""A panel in memory is hashed so many records at a time."""


def canonical_bytes(
    records: pd.DataFrame,
    sizes: pd.DataFrame | None,
    region: str,
    year: int,
    groups: pd.DataFrame | None = None,
    sub_industries: pd.DataFrame | None = None,
) -> bytes:
    """UTF-8 lines of tab-separated JSON: the form, region and year, then each part sorted, records last.

    Numbers have the shortest decimal that reads back as the same double; -0 is 0. ``groups`` is the register of
    groups, ``sub_industries`` what a panel states; None and empty ones are the same. Raises ``ValueError`` for a value
    that is not finite: it would be no content.
    """
    return b"".join([_head_bytes(sizes, region, year, groups, sub_industries), _record_bytes(records)])


def baseline_sha256(
    records: pd.DataFrame,
    sizes: pd.DataFrame | None,
    region: str,
    year: int,
    groups: pd.DataFrame | None = None,
    sub_industries: pd.DataFrame | None = None,
) -> str:
    """SHA-256 of the canonical bytes, in lower-case hexadecimal."""
    head = hashlib.sha256(_head_bytes(sizes, region, year, groups, sub_industries))
    if digest := _digest_in_order(head, records):
        return digest.hexdigest()
    head.update(_record_bytes(records))
    return head.hexdigest()


def streamed_sha256(
    pieces: Iterable[pa.RecordBatch],
    sizes: pd.DataFrame | None,
    region: str,
    year: int,
    groups: pd.DataFrame | None = None,
    sub_industries: pd.DataFrame | None = None,
) -> str:
    """The same as ``baseline_sha256``, of records that come piece by piece, ordered by credit code and KPI.

    All codes have one length and an enterprise has one record of a KPI: that is the order of their lines.
    """
    digest = hashlib.sha256(_head_bytes(sizes, region, year, groups, sub_industries))
    for piece in pieces:
        digest.update(_piece_bytes(piece))
    return digest.hexdigest()


def _piece_bytes(piece: pa.RecordBatch) -> memoryview:
    return _joined(_written_lines({name: piece.column(name) for name in (*_TEXTS, "value")}))


def _written_lines(columns: Mapping[str, pa.Array]) -> pa.Array:
    """The line of each record, of which no string is made: a word, or a number, is written once for all."""
    import pyarrow as pa  # here and not above: few who import this module hash anything
    from pyarrow import compute

    number = _once_each(pa.array(_finite(columns["value"].to_numpy(zero_copy_only=False))), repr)
    text = {name: _once_each(columns[name], lambda word: json.dumps(word, ensure_ascii=False)) for name in _TEXTS}
    before = (text[name] for name in ("credit_code", "kpi", "group", "industry", "body"))
    kind = pa.scalar('"record"', pa.large_string())
    return compute.binary_join_element_wise(kind, *before, number, text["basis"], pa.scalar("\t", pa.large_string()))


def _joined(lines: pa.Array) -> memoryview:
    """The lines as bytes, each with its end."""
    import pyarrow as pa
    from pyarrow import compute

    ended = compute.binary_join_element_wise(lines, *(pa.scalar(end, pa.large_string()) for end in ("", "\n")))
    if not len(ended):
        return memoryview(b"")
    # The texts of an array lie one behind the other.
    first, last = ended.offset, ended.offset + len(ended)
    offsets = np.frombuffer(ended.buffers()[1], dtype=np.int64)
    return memoryview(ended.buffers()[2])[offsets[first] : offsets[last]]


def _once_each(column: pa.Array, written: Callable[[Any], str]) -> pa.Array:
    """Each cell as written, null where there is none; every different one is written once."""
    import pyarrow as pa

    whole = column.dictionary_encode()
    # Large: all lines of a panel may be longer than the offsets of a plain string.
    words = pa.array([written(item) for item in whole.dictionary.to_pylist()], pa.large_string())
    return words.take(whole.indices).fill_null("null")


def _head_bytes(
    sizes: pd.DataFrame | None,
    region: str,
    year: int,
    groups: pd.DataFrame | None,
    sub_industries: pd.DataFrame | None,
) -> bytes:
    registers = [
        *_size_lines(sizes),
        *_pair_lines("group", groups, "group"),
        *_pair_lines("sub_industry", sub_industries, "code"),
    ]
    lines = [_line(_FORM), _line("region", region), _line("year", year), *registers]
    return ("\n".join(lines) + "\n").encode("utf-8")


def _size_lines(sizes: pd.DataFrame | None) -> list[str]:
    if sizes is None:
        return []
    columns = (sizes[name] for name in ("region", "industry", "size", "groups"))
    # A register that does not count groups hashes as it did before it could.
    return sorted(
        _line("size", region, industry, int(size), *(() if pd.isna(groups) else (int(groups),)))
        for region, industry, size, groups in zip(*columns, strict=True)
    )


def _pair_lines(kind: str, pairs: pd.DataFrame | None, name: str) -> list[str]:
    """What each enterprise of a register has."""
    if pairs is None:
        return []
    fields = zip(_column(pairs["credit_code"]), _column(pairs[name]), strict=True)
    return sorted("\t".join((json.dumps(kind), *line)) for line in fields)


def _digest_in_order(head: hashlib._Hash, records: pd.DataFrame) -> hashlib._Hash | None:
    """The digest with the lines of the records added as they lie; None where those are not in order.

    A panel that was read is. So its lines, longer than all else that is held of it, are written a piece at a time.
    """
    from pyarrow import compute

    digest, last = head.copy(), None
    for first in range(0, len(records), ROWS_OF_A_PIECE):
        lines = _lines(records.iloc[first : first + ROWS_OF_A_PIECE])
        if last is not None and last.as_py() > lines[0].as_py():
            return None
        if not compute.all(compute.less_equal(lines[:-1], lines[1:]), min_count=0).as_py():
            return None
        digest.update(_joined(lines))
        last = lines[-1]
    return digest


def _record_bytes(records: pd.DataFrame) -> memoryview:
    from pyarrow import compute

    lines = _lines(records)
    return _joined(lines.take(compute.array_sort_indices(lines)))


def _lines(records: pd.DataFrame) -> pa.Array:
    import pyarrow as pa

    texts = {name: pa.array(records[name].astype("object"), pa.large_string(), from_pandas=True) for name in _TEXTS}
    return _written_lines(texts | {"value": pa.array(records["value"].to_numpy(np.float64))})


def _finite(values: np.ndarray) -> np.ndarray:
    """-0 becomes 0. Raises ``ValueError`` where one is not finite."""
    if not np.isfinite(values).all():
        raise ValueError("a baseline holds finite values only")
    positive: np.ndarray = values + 0.0
    return positive


def _column(column: pd.Series) -> list[str]:
    """JSON of every cell, written once for each different text."""
    which, different = pd.factorize(column)
    words = [json.dumps(str(item), ensure_ascii=False) for item in different]
    # factorize numbers a missing cell -1, which here picks the last word.
    column_words: list[str] = np.array([*words, "null"], dtype=object)[which].tolist()
    return column_words


def _line(*fields: str | float) -> str:
    if any(isinstance(field, float) and not math.isfinite(field) for field in fields):
        raise ValueError("a baseline holds finite values only")
    return "\t".join(json.dumps(field, ensure_ascii=False) for field in fields)
