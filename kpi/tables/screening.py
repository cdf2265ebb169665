"""What screening compares with, and what reviewers made of its flags."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from kpi.model.scoring import FlagDismissal
from kpi.model.times import from_stored
from kpi.store.database import Cursor
from kpi.tables.sql_runner import insert, query_frame, query_rows

if TYPE_CHECKING:
    import pandas as pd


# What screening compares with, and what reviewers made of its flags.


def panel_rows(cursor: Cursor, baseline: str, region: str, bases: Mapping[str, str], most: int) -> pd.DataFrame:
    """Columns enterprise (0, 1, ...), industry, own_group, kpi, value; ``bases`` by KPI code."""
    values = {
        "baseline": baseline,
        "region": region,
        "most": most,
        "kpis": list(bases),
        "bases": list(bases.values()),
    }
    return query_frame(cursor, "panel_rows", values)


def flag_dismissals(
    cursor: Cursor, credit_codes: Sequence[str], year: int | None = None
) -> dict[tuple[str, int], list[FlagDismissal]]:
    """By candidate and year, the earliest first. The caller reached the candidates before."""
    found: dict[tuple[str, int], list[FlagDismissal]] = defaultdict(list)
    for row in query_rows(cursor, "flag_dismissals", {"own": list(credit_codes), "year": year}):
        given = FlagDismissal(
            row["flag"], row["dismissed"], row["note"], row["dismissed_by"], from_stored(row["dismissed_at"])
        )
        found[row["credit_code"], row["year"]].append(given)
    return found


# What reviewers made of flags. Only ever added to.


def add_flag_dismissal(cursor: Cursor, credit_code: str, year: int, given: FlagDismissal) -> None:
    insert(
        cursor,
        "flag_dismissal",
        credit_code=credit_code,
        year=year,
        flag=given.flag,
        dismissed=given.dismissed,
        note=given.note,
        dismissed_by=given.by,
        dismissed_at=given.at,
    )
