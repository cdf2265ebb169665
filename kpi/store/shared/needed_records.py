"""Which frozen records a statement needs: of which tables, and of which baseline."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from kpi.store.frozen_tables import FROZEN

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
    baseline = str(values["baseline"]) if isinstance(values, Mapping) and ONE_BASELINE in text else None
    return NeededRecords(named, baseline)


@cache
def _without_comments(statement: str) -> str:
    return re.sub(r"--.*", "", statement)


@cache
def _named(text: str) -> frozenset[str]:
    return FROZEN & set(re.findall(r"\w+", text))
