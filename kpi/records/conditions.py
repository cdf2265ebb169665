"""Statements of enterprises on the notice's conditions, and the authority's list of awards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple

from kpi.model.conditions import Award, EnterpriseStatement
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
        cursor.execute("insert into awarded values ($1, $2, $3, $4, $5)", list(astuple(award)))
