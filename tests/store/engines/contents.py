"""The demonstration's rows, and invented ones in every operational table: few words, so that what joins does join."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from kpi.store.database import Cursor

ROWS = 40
"""Invented rows a table; fewer where its key leaves room for fewer."""
FIRST = datetime(2026, 1, 1, 8, 30)
WORDS = ("", "x", "一", "Ä b", "100 %_", "it's", "A", "a")
TIED = ("baseline", "baseline_decision", "later_record", "score_assignment")
"""Tables whose rows of one moment are told apart by their number."""


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    kind: str
    nullable: bool


def pools(duckdb: Cursor) -> Mapping[str, Sequence[Any]]:
    """Words to choose from, by the name of a column, a parameter of a question, or an argument of a write."""

    def all_of(question: str) -> list[Any]:
        return [value for (value,) in duckdb.execute(question).fetchall()]

    codes = [*all_of("select distinct credit_code from release order by all")[:4], "91000000MA0000001X"]
    accounts = [*all_of("select name from account order by all"), *(f"account-{number}" for number in range(10))]
    bodies = [*all_of("select distinct body from release where body is not null order by all")[:2], "金山区"]
    baselines = [*all_of("select name from baseline order by all"), "b1", "b2"]
    seals = [*all_of("select sha256 from release order by all")[:3], "0" * 64]
    items, rounds, buckets = ["K01", "K02", "phone", ""], ["r1", "r2"], ["known:a", "known:b", "any:a"]
    return dict.fromkeys(ACCOUNT_COLUMNS.split(), accounts) | {
        "credit_code": codes,
        "subject": [f"{codes[0]} 2025", f"{codes[1]} 2026", "K01"],
        "body": bodies,
        "industry": all_of("select distinct industry from release order by all")[:3],
        "region": ["上海市"],
        "everything": [True, False],
        "year": [2025, 2026],
        "baseline": baselines,
        "sha256": seals,
        "lock_sha256": seals,
        "token_sha256": [f"t{number}" for number in range(12)],
        "file_sha256": ["f1", "f2", "f3"],
        "kind": ["what_if", "accepted"],
        "original_sha256": ["f1", "o1"],
        "groups_sha256": ["f2", "g1"],
        "account_request": [f"a{number}" for number in range(12)],
        "api_token": [f"n{number}" for number in range(12)],
        "notification": [f"notification-{number}" for number in range(10)],
        "delivery": [f"delivery-{number}" for number in range(10)],
        "occurrence": ["act 1", "act 2", "closes 2025"],
        "upload": [f"u{number}" for number in range(12)],
        "item": items,
        "kpi": items,
        "field": ["value", "note"],
        "action": ["candidate_read", "secret_rotated", "backup_made", "sign_in"],
        "round": rounds,
        "round_id": rounds,
        "enquiry": ["q1", "q2", "q3", "q4"],
        "proposal": [f"p{number}" for number in range(60)],
        "objection": ["j1", "j2", "j3", "j4"],
        "bucket": buckets,
        "account_bucket": ["known:"],
        "request": WORDS,
        "key": ["k1", "k2"],
        "condition": ["c1", "c2"],
        "address": [""],
        "issuer": ["https://one.example", "https://two.example"],
        "seed": [7, 8],
        "seq": [1, 5],
        "number": [1, 2],
        "version": [1, 2, 3],
        "edition": [1, 2, 3],
        "change": [1, 2],
        "faults": [0, 1],
        "count": [0, 3],
        "tier": ["先进级"],
        "factory": ["一厂（虚构）"],
        "source": ["名单"],
        "application": all_of("select application from release order by credit_code, year"),
        "record": all_of("select record from release order by credit_code, year"),
    }


ACCOUNT_COLUMNS = (
    "account name actor reviewer sent_by saved_by changed_by added_by by taken_by stated_by locked_by accepted_by"
)


class Contents:
    """What is invented, reproducibly. ``columns`` and ``checks`` are those of each table."""

    def __init__(self, duckdb: Cursor) -> None:
        self.pools = pools(duckdb)
        self.random = Random(2027)
        self.rows: dict[str, list[dict[str, Any]]] = {}
        """What each table holds by now."""
        self._minutes = 0

    def moment(self) -> datetime:
        """A moment that no other row has."""
        self._minutes += 1
        return FIRST + timedelta(minutes=(self._minutes * 7919) % 100_003)

    def row_like(self, names: AbstractSet[str]) -> dict[str, Any]:
        """A row of a table that has most of these columns: values that occur together."""
        fitting = {table: len(names & rows[0].keys()) for table, rows in self.rows.items()}
        most = max(fitting.values())
        return self.random.choice(self.rows[self.random.choice([item for item, fit in fitting.items() if fit == most])])

    def fill(self, duckdb: Cursor, table: str) -> list[tuple[Any, ...]]:
        """Invented rows beside those that the table has. Returns all of them."""
        columns = columns_of(duckdb, table)
        checks = allowed_words(duckdb, table)
        keys = key_columns(duckdb, table)
        names = [column.name for column in columns]
        present = duckdb.execute(f"select * from {table}").fetchall()
        taken = [{tuple(row[names.index(item)] for item in key) for row in present} for key in keys]
        numbers = (row[names.index("number")] for row in present) if "number" in names else ()
        number = max(numbers, default=0)
        for _ in range(ROWS):
            row = [self._value(table, column, checks) for column in columns]
            if table in TIED:
                number += 1
                row[names.index("number")] = number
            found = [tuple(row[names.index(item)] for item in key) for key in keys]
            if any(key in known for key, known in zip(found, taken, strict=True)):
                continue
            for key, known in zip(found, taken, strict=True):
                known.add(key)
            marks = ", ".join(f"${number}" for number in range(1, len(row) + 1))
            duckdb.execute(f"insert into {table} values ({marks})", row)
        rows = duckdb.execute(f"select * from {table}").fetchall()
        self.rows[table] = [dict(zip(names, row, strict=True)) for row in rows]
        return rows

    def _value(self, table: str, column: Column, checks: Mapping[str, Sequence[str]]) -> Any:
        choose = self.random.choice
        if column.nullable and self.random.random() < 0.3:
            return None
        if words := checks.get(column.name):
            return choose(words)
        if column.kind == "TIMESTAMP":
            return FIRST + timedelta(days=choose(range(3))) if table in TIED else self.moment()
        if column.kind == "DATE":
            return date(2026, 1, 1) + timedelta(days=self.random.randrange(300))
        if column.kind == "BOOLEAN":
            return self.random.random() < 0.5
        if column.kind == "DOUBLE":
            return choose([0.1, 1e-9, -3.0, 12345.678])
        if own := IDS.get((table, column.name)):
            return choose(self.pools[own])
        if column.name in ("name", "id") and table not in ("baseline_decision", "mark"):
            return f"{table}-{self.random.randrange(10)}"
        if pool := self.pools.get(column.name):
            return choose(pool)
        return self.random.randrange(1, 60) if column.kind in ("INTEGER", "BIGINT") else choose(WORDS)


IDS = {
    ("account_request", "id"): "account_request",
    ("account_scope", "reach"): "credit_code",
    ("api_token", "id"): "api_token",
    ("upload", "id"): "upload",
    ("enquiry", "id"): "enquiry",
    ("objection", "id"): "objection",
    ("baseline_proposal", "id"): "proposal",
    ("notice_proposal", "id"): "proposal",
    ("scoring_round", "id"): "round",
    ("baseline_decision", "name"): "baseline",
    ("audit", "subject"): "subject",
}
"""Columns whose words others refer to by another name."""


def columns_of(duckdb: Cursor, table: str) -> list[Column]:
    return [
        Column(*row)
        for row in duckdb.execute(
            """select column_name, data_type, is_nullable from duckdb_columns()
               where table_name = $1 order by column_index""",
            [table],
        ).fetchall()
    ]


def allowed_words(duckdb: Cursor, table: str) -> dict[str, list[str]]:
    """The words that a check allows, by column."""
    checks = duckdb.execute(
        "select constraint_text from duckdb_constraints() where table_name = $1 and constraint_type = 'CHECK'", [table]
    ).fetchall()
    found = (re.search(r"(\w+)\"? IN \(([^)]*)\)", text) for (text,) in checks)
    return {item[1]: re.findall(r"'([^']*)'", item[2]) for item in found if item}


def key_columns(duckdb: Cursor, table: str) -> list[list[str]]:
    return [
        list(names)
        for (names,) in duckdb.execute(
            """select constraint_column_names from duckdb_constraints()
               where table_name = $1 and constraint_type in ('PRIMARY KEY', 'UNIQUE')""",
            [table],
        ).fetchall()
    ]
