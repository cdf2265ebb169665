"""Which frozen records a statement needs: of which tables, and of which baseline."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from kpi.store.frozen_tables import FROZEN

PLACING = frozenset({"ladder", "rung", "filed_record"})
"""Read together: each process numbers their cells and blocks, alike in all three."""
BY_NUMBER = frozenset({"rung", "filed_record"})
"""Given numbers of cells or blocks, or what is compared with such: whoever has these has read them off a ladder, and so
read the others of its baseline too."""

ONE_BASELINE = "baseline = $baseline"
"""How every question that is given a baseline says that it asks about no other."""


@dataclass(frozen=True, slots=True)
class NeededRecords:
    """``baseline`` is None where they may be of any."""

    tables: frozenset[str]
    baseline: str | None


def needed_records(statement: str, values: object) -> NeededRecords:
    """What must have been read before the statement is asked. Any word of it that is a table's name counts as one."""
    text = _without_comments(statement)
    named = _named(text)
    if values and named <= BY_NUMBER:
        return NeededRecords(frozenset(), None)
    baseline = str(values["baseline"]) if isinstance(values, Mapping) and ONE_BASELINE in text else None
    return NeededRecords(named | PLACING if named & PLACING else named, baseline)


@cache
def _without_comments(statement: str) -> str:
    return re.sub(r"--.*", "", statement)


@cache
def _named(text: str) -> frozenset[str]:
    return FROZEN & set(re.findall(r"\w+", text))
