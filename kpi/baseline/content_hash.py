"""A baseline's content as bytes that do not depend on how it was sent: row order, file format, long or wide.

Two files with the same content have the same hash, and any changed value, basis, group, size or entry of the
register of groups changes it.
"""

from __future__ import annotations

import hashlib
import json
import math

import numpy as np
import pandas as pd

_FORM = "duibiao baseline 1"


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
    registers = [
        *_size_lines(sizes),
        *_pair_lines("group", groups, "group"),
        *_pair_lines("sub_industry", sub_industries, "code"),
    ]
    lines = [_line(_FORM), _line("region", region), _line("year", year), *registers, *_record_lines(records)]
    return ("\n".join(lines) + "\n").encode("utf-8")


def baseline_sha256(
    records: pd.DataFrame,
    sizes: pd.DataFrame | None,
    region: str,
    year: int,
    groups: pd.DataFrame | None = None,
    sub_industries: pd.DataFrame | None = None,
) -> str:
    """SHA-256 of the canonical bytes, in lower-case hexadecimal."""
    return hashlib.sha256(canonical_bytes(records, sizes, region, year, groups, sub_industries)).hexdigest()


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


def _record_lines(records: pd.DataFrame) -> list[str]:
    values = records["value"].to_numpy(dtype=np.float64) + 0.0
    if not np.isfinite(values).all():
        raise ValueError("a baseline holds finite values only")
    texts = [_column(records[name]) for name in ("credit_code", "group", "industry", "body", "kpi", "basis")]
    code, group, industry, body, kpi, basis = texts
    numbers = (repr(value) for value in values.tolist())
    fields = zip(code, kpi, group, industry, body, numbers, basis, strict=True)
    return sorted("\t".join(('"record"', *line)) for line in fields)


def _column(column: pd.Series) -> list[str]:
    """JSON of every cell, written once for each different text."""
    which, different = pd.factorize(column)
    words = [json.dumps(str(one), ensure_ascii=False) for one in different]
    # factorize numbers a missing cell -1, which here picks the last word.
    column_words: list[str] = np.array([*words, "null"], dtype=object)[which].tolist()
    return column_words


def _line(*fields: str | float) -> str:
    if any(isinstance(field, float) and not math.isfinite(field) for field in fields):
        raise ValueError("a baseline holds finite values only")
    return "\t".join(json.dumps(field, ensure_ascii=False) for field in fields)
