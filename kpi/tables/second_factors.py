"""What an account signs in with beside its password: its one-time codes, and single-use recovery codes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from kpi.model.times import from_stored
from kpi.store.database import Cursor
from kpi.tables.sql_runner import insert, insert_rows, query_rows


@dataclass(frozen=True, slots=True)
class SecondFactor:
    """``seed`` is encrypted. ``last_step`` is that of the last one-time code that was used, in steps since 1970.

    ``recovery_sha256``: the hashes of the recovery codes that are unused.
    """

    seed: str
    set_up_at: datetime
    last_step: int
    recovery_sha256: tuple[str, ...]


def second_factor(cursor: Cursor, account: str) -> SecondFactor | None:
    found = query_rows(cursor, "second_factor", {"account": account})
    if not found:
        return None
    row = found[0]
    unused = tuple(row["recovery_sha256"] or ())
    return SecondFactor(row["seed"], from_stored(row["set_up_at"]), row["last_step"], unused)


def set_second_factor(
    cursor: Cursor, account: str, seed: str, last_step: int, recovery_sha256: Sequence[str], at: datetime
) -> None:
    """In the place of the one before, with new recovery codes, of which only hashes are kept."""
    delete_second_factor(cursor, account)
    insert(cursor, "second_factor", account=account, seed=seed, set_up_at=at, last_step=last_step)
    insert_rows(
        cursor, "recovery_code", [{"account": account, "code_sha256": code_sha256} for code_sha256 in recovery_sha256]
    )


def delete_second_factor(cursor: Cursor, account: str) -> None:
    cursor.execute("delete from second_factor where account = $1", [account])
    cursor.execute("delete from recovery_code where account = $1", [account])


def note_step(cursor: Cursor, account: str, step: int) -> None:
    cursor.execute("update second_factor set last_step = $2 where account = $1", [account, step])


def remove_recovery_code(cursor: Cursor, account: str, code_sha256: str) -> None:
    cursor.execute("delete from recovery_code where account = $1 and code_sha256 = $2", [account, code_sha256])
