"""Whoever edits a row of the database by other means than the product is found, whichever table and column it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from kpi import tables as store_tables
from kpi.model.audit import AuditEntry
from kpi.model.viewer import SYSTEM
from kpi.services.audit_losses import acknowledge_changed_rows, rotate_secret
from kpi.services.audit_trail import audit_keys
from kpi.services.operation.verification import changed_since_freeze, verify_store
from kpi.services.row_binding import changed_rows
from kpi.services.unit_of_work import unit_of_work
from kpi.store.database import Cursor
from kpi.store.schema import make_tables, operational_tables
from kpi.store.store import Store
from kpi.store.writes import FREE, KEYS
from tests.cli.command_line import here
from tests.either_store import copied_store
from tests.services.sample_store import AT, CODE_A, CODE_B
from tests.services.service_calls import World
from tests.services.submitting import YEAR

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Column:
    """``allowed`` are the only texts that the table takes, where it says so."""

    name: str
    kind: str
    allowed: tuple[str, ...]

    @property
    def some(self) -> str:
        """A value for it, as SQL."""
        if self.allowed:
            return f"'{self.allowed[0]}'"
        return {"VARCHAR": "'x'", "BOOLEAN": "true", "DATE": "date '2026-03-02'"}.get(
            self.kind, "timestamp '2026-03-02 01:02:03'" if self.kind == "TIMESTAMP" else "7"
        )

    @property
    def another(self) -> str:
        """Another value than the one that it has, as SQL."""
        if self.allowed:
            first, second = self.allowed[:2]
            return f"case when \"{self.name}\" = '{first}' then '{second}' else '{first}' end"
        kept = f'coalesce("{self.name}", {self.some})'
        return {
            "VARCHAR": f"{kept} || '~'",
            "BOOLEAN": f"not {kept}",
            "DATE": f"cast({kept} + interval '30 days' as date)",
            "TIMESTAMP": f"{kept} + interval '30 days'",
        }.get(self.kind, f"{kept} + 1001")


def _described() -> dict[str, list[Column]]:
    """Every operational table's columns, as a new store has them."""
    with duckdb.connect(":memory:") as described:
        make_tables(described)
        rules = described.execute(
            "select table_name, constraint_text from duckdb_constraints() where constraint_type = 'CHECK'"
        ).fetchall()
        allowed = {
            (table, found[1]): tuple(re.findall(r"'(\w+)'", found[2]))
            for table, rule in rules
            if (found := re.search(r"\(\"?(\w+)\"? IN (\(.*\))\)", rule))
        }
        rows = described.execute(
            "select table_name, column_name, data_type from duckdb_columns() order by table_name, column_index"
        ).fetchall()
    tables = set(operational_tables())
    columns: dict[str, list[Column]] = {table: [] for table in sorted(tables)}
    for table, name, kind in rows:
        if table in tables:
            columns[table].append(Column(name, kind, allowed.get((table, name), ())))
    return columns


TABLES = _described()


class Undo(Exception):
    """Nothing of it is kept."""


@pytest.fixture(scope="module")
def full(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store with a row in each bound table: where the services have left none, one that is made up."""
    with Store.open(copied_store(made, tmp_path_factory.mktemp("bound") / "w")) as store:
        with unit_of_work(store, SYSTEM, AT) as change:
            for table in KEYS:
                if not change.cursor.execute(f"select 1 from {table}").fetchall():
                    values = ", ".join(column.some for column in TABLES[table])
                    change.cursor.execute(f"insert into {table} values ({values})")
            change.audit("demonstration_made", "x")
        yield store


@pytest.fixture(scope="module")
def acts(full: Store) -> list[AuditEntry]:
    with full.cursor() as cursor:
        return store_tables.audit.audit_entries(cursor)


def test_every_operational_table_and_column_is_bound_or_named_as_free() -> None:
    assert sorted([*KEYS, *(name for name in FREE if "." not in name)]) == operational_tables()
    columns = {f"{table}.{column.name}" for table, own in TABLES.items() for column in own}
    assert {name for name in FREE if "." in name} <= columns
    assert {f"{table}.{name}" for table, key in KEYS.items() for name in key} <= columns - set(FREE)
    assert all(FREE.values())


def one_row(cursor: Cursor, table: str) -> str:
    """A condition that holds for one row of the table, and for those that are named alike."""
    kept = next(store_tables.audit.rows_of(cursor, table))
    parts = []
    for column in KEYS[table]:
        value = kept[column]
        said = str(value) if isinstance(value, bool | int) else f"'{value}'"
        parts.append(f'"{column}" is null' if value is None else f'"{column}" = {said}')
    return " and ".join(parts)


def found_after(store: Store, acts: list[AuditEntry], table: str, statement: str) -> list[tuple[str, str]]:
    """What is found once the statement was executed, of which nothing is kept."""
    found: list[tuple[str, str]] = []
    with suppress(Undo), store.transaction() as cursor:
        cursor.execute(statement.format(row=one_row(cursor, table)))
        found += [(row.code, row.table) for row in changed_rows(cursor, acts, audit_keys(store.folder))]
        raise Undo
    return found


def test_a_store_that_nobody_edited_is_found_as_it_was_written(full: Store, acts: list[AuditEntry]) -> None:
    with full.cursor() as cursor:
        assert changed_rows(cursor, acts, audit_keys(full.folder)) == []


@pytest.mark.campaign
@pytest.mark.parametrize("table", KEYS)
def test_any_edited_column_is_found(full: Store, acts: list[AuditEntry], table: str) -> None:
    for column in TABLES[table]:
        statement = f'update {table} set "{column.name}" = {column.another} where {{row}}'
        found = found_after(full, acts, table, statement)
        if f"{table}.{column.name}" in FREE:
            assert found == []
        elif column.name in KEYS[table]:
            assert found == [("row_missing", table), ("row_unbound", table)] or found == [
                ("row_unbound", table),
                ("row_missing", table),
            ], column
        else:
            assert found == [("row_changed", table)], column


@pytest.mark.campaign
@pytest.mark.parametrize("table", KEYS)
def test_a_row_that_is_taken_out_or_put_in_is_found(full: Store, acts: list[AuditEntry], table: str) -> None:
    assert found_after(full, acts, table, f"delete from {table} where {{row}}") == [("row_missing", table)]
    new = {KEYS[table][0], *(column.name for column in TABLES[table] if column.name in ("token_sha256", "number"))}
    copied = ", ".join(column.another if column.name in new else f'"{column.name}"' for column in TABLES[table])
    statement = f"insert into {table} select {copied} from {table} where {{row}}"
    assert found_after(full, acts, table, statement) == [("row_unbound", table)]


@pytest.mark.parametrize("table", ["step", "asked", "account_scope", "withdrawn"])
def test_a_row_that_stands_twice_is_found(full: Store, acts: list[AuditEntry], table: str) -> None:
    statement = f"insert into {table} select * from {table} where {{row}}"
    assert found_after(full, acts, table, statement) == [("row_unbound", table)]


@pytest.mark.campaign
@pytest.mark.folder_store("it tries its changes in a reader's transaction")
@pytest.mark.parametrize("table", ["cell", "published"])
def test_what_is_free_because_it_is_made_again_is_found_in_every_column(store: Store, table: str) -> None:
    with store.cursor() as cursor:
        acts, baselines = store_tables.audit.audit_entries(cursor), store_tables.baselines.baselines(cursor)
        for column in TABLES[table]:
            cursor.begin()
            one = f"rowid = (select min(rowid) from {table})"
            cursor.execute(f'update {table} set "{column.name}" = {column.another} where {one}')
            found = list(changed_since_freeze(cursor, baselines, [], acts))
            cursor.rollback()
            assert [code for code, _ in found] in (["cells_changed"], ["published_changed"]), column


EDITS = {
    f"row_missing release {CODE_A} {YEAR}": "delete from release",
    "row_changed baseline": "update baseline set provenance = 'official', source = 'another'",
    f"row_missing step {CODE_A} {YEAR}": "update step set taken_at = taken_at + interval '30 days'",
    "row_changed upload": "update upload set file_name = 'another.csv', file_sha256 = 'x'",
    f"row_changed worksheet {CODE_B} {YEAR}": "update worksheet set sheet = sheet || ' '",
    "row_changed account reviewer": "update account set role = 'administrator' where name = 'reviewer'",
    "row_unbound account_scope reviewer": "insert into account_scope values ('reviewer', '汽车')",
    "row_changed api_token": "update api_token set expires_at = expires_at + interval '3 years'",
    "row_changed sign_in": "update sign_in set expires_at = expires_at + interval '3 years'",
    f"row_missing asked {CODE_A} {YEAR}": "delete from asked",
}


def test_edits_that_once_were_certified_are_named_by_verification(world: World) -> None:
    store = world.store
    with store.transaction() as cursor:
        for statement in EDITS.values():
            cursor.execute(statement)
    found = [f"{finding.code} {finding.name}" for finding in verify_store(store).findings]
    assert {said: any(named.startswith(said) for named in found) for said in EDITS} == dict.fromkeys(EDITS, True)


def test_a_moved_lock_and_an_upload_that_is_gone_are_named_by_verification(world: World) -> None:
    store = world.store
    with store.transaction() as cursor:
        cursor.execute("update release set locked_at = locked_at - interval '30 days'")
        cursor.execute("delete from upload where id in (select min(id) from upload)")
    found = {(finding.code, finding.name.split()[0]) for finding in verify_store(store).findings}
    assert {("row_changed", "release"), ("row_missing", "upload")} <= found


def test_rows_are_found_edited_after_the_secret_was_replaced(world: World) -> None:
    store = world.store
    rotate_secret(store, SYSTEM, AT)
    with store.transaction() as cursor:
        acts, keys = store_tables.audit.audit_entries(cursor), audit_keys(store.folder)
        assert changed_rows(cursor, acts, keys) == []
        cursor.execute("update account set role = 'administrator' where name = 'reviewer'")
        assert [row.name for row in changed_rows(cursor, acts, keys)] == ["account reviewer #2"]


def test_changed_rows_are_acknowledged_and_bound_as_they_stand(world: World) -> None:
    store = world.store
    with store.transaction() as cursor:
        cursor.execute("update account set display = 'another' where name = 'reviewer'")
    acknowledge_changed_rows(store, SYSTEM, "put right by hand", AT)
    with store.transaction() as cursor:
        acts, keys = store_tables.audit.audit_entries(cursor), audit_keys(store.folder)
        assert changed_rows(cursor, acts, keys) == []
        assert '"rows": ["account reviewer #2"]' in str(acts[-1].after)
        cursor.execute("delete from account where name = 'reviewer'")
        assert [row.code for row in changed_rows(cursor, acts, keys)] == ["row_missing"]


def test_the_command_names_the_rows_and_takes_note_of_them(world: World) -> None:
    root = world.store.folder.root
    with world.store.transaction() as cursor:
        cursor.execute("delete from account where name = 'reviewer'")
    world.store.close()
    said = here("store", "verify", "--store", root, "--lang", "en")
    assert said.code == 3
    assert "account reviewer #2" in said.err
    assert "--lost rows" in said.err
    words = ["--store", root, "--lang", "en"]
    assert here("store", "acknowledge", "--lost", "rows", "--reason", "left", *words).code == 0
    said = here("store", "verify", *words)
    assert (said.code, said.err) == (0, "")
    assert "Loss on record: rows" in said.out
    assert here("store", "acknowledge", "--lost", "rows", "--reason", "left", *words).code == 2
