"""Statements of enterprises on the notice's conditions, and the authority's list of awards."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, astuple

from kpi.model.claims import Award, EnterpriseStatement
from kpi.model.programme import AwardChange
from kpi.model.times import to_stored
from kpi.store.cursor import Cursor


def state_condition(cursor: Cursor, credit_code: str, year: int, said: EnterpriseStatement) -> None:
    """Replaces the earlier statement."""
    unstate_condition(cursor, credit_code, year, said.condition)
    cursor.execute(
        "insert into statement values ($1, $2, $3, $4, $5, $6, $7)",
        [credit_code, year, said.condition, said.holds, said.evidence, said.stated_by, to_stored(said.stated_at)],
    )


def unstate_condition(cursor: Cursor, credit_code: str, year: int, condition: str) -> None:
    cursor.execute(
        "delete from statement where credit_code = $1 and year = $2 and condition = $3", [credit_code, year, condition]
    )


def set_awarded(cursor: Cursor, awards: Sequence[Award]) -> None:
    """Replaces the whole list."""
    cursor.execute("delete from awarded")
    for award in awards:
        add_award(cursor, award)


def add_award(cursor: Cursor, award: Award) -> None:
    cursor.execute("insert into awarded values ($1, $2, $3, $4, $5, $6)", list(astuple(award)))


def remove_award(cursor: Cursor, award: Award) -> None:
    cursor.execute(
        """delete from awarded where credit_code = $1 and factory = $2 and tier = $3 and year = $4 and source = $5
        and body is not distinct from $6""",
        list(astuple(award)),
    )


def add_award_change(cursor: Cursor, change: AwardChange) -> None:
    cursor.execute(
        "insert into award_change values ($1, $2, $3, $4, $5, $6, $7, $8)",
        [
            change.number,
            change.act,
            change.credit_code,
            *(json.dumps(asdict(one), ensure_ascii=False) if one else None for one in (change.before, change.after)),
            change.reason,
            change.changed_by,
            to_stored(change.changed_at),
        ],
    )
