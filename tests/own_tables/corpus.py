"""All tables, and how much of them the reader reads without a question."""

from __future__ import annotations

from functools import cache

from tests.own_tables.headers import HEADERS
from tests.own_tables.judge import Verdict, judged
from tests.own_tables.layouts import LAYOUTS
from tests.own_tables.names_given import NAMES
from tests.own_tables.numbers_given import GIVEN
from tests.own_tables.surroundings import SURROUNDINGS
from tests.own_tables.told_elsewhere import TOLD_ELSEWHERE

TABLES = {table.name: table for table in (*LAYOUTS, *HEADERS, *SURROUNDINGS, *TOLD_ELSEWHERE, *GIVEN, *NAMES)}
PRESENT = 1043
"""Values that stand in all tables, asked about or not: levels, targets, months and what is no number are none."""
LEAST_READ = 927
"""How many of them were read rightly and without a question when this was written; a change may only add to them."""


@cache
def verdict(name: str) -> Verdict:
    return judged(TABLES[name])


def share() -> tuple[int, int]:
    """Values read rightly without a question, and values present."""
    return sum(verdict(name).silent for name in TABLES), sum(verdict(name).present for name in TABLES)
