"""What reviewers made of flags. Only ever added to."""

from __future__ import annotations

from kpi.model.scoring import FlagDismissal
from kpi.model.times import to_stored
from kpi.store.cursor import Cursor


def add_flag_dismissal(cursor: Cursor, credit_code: str, year: int, given: FlagDismissal) -> None:
    cursor.execute(
        "insert into flag_dismissal values ($1, $2, $3, $4, $5, $6, $7)",
        [credit_code, year, given.flag, given.dismissed, given.note, given.by, to_stored(given.at)],
    )
