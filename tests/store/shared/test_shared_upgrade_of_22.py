"""A shared store of version 22 is brought forward: the demonstration of its day, moved as the program then did."""

from __future__ import annotations

import hashlib
import re
import tarfile
from pathlib import Path

import duckdb
import pytest

from kpi.model.viewer import SYSTEM
from kpi.services.operation.restore import restore_store
from kpi.services.operation.upgrade import upgrade_shared_store
from kpi.services.operation.verification import verify_store
from kpi.store.open_store import move_to_shared, open_store
from kpi.store.schema import LATEST, make_tables
from kpi.store.store import Store
from kpi.store.store_place import StorePlace
from tests.services.sample_store import AT
from tests.store.shared.test_shared_store import code
from tests.store.shared_places import Databases, name_of
from tests.store.test_older_stores import FROM, LOOKED_UP, OLDER, described

pytestmark = [pytest.mark.slow, pytest.mark.campaign]

FROZEN_THEN = frozenset({"observation", "industry_size", "group_register", "sub_industry"})
"""Besides ``LOOKED_UP``."""
SEALED = ("release", "withdrawn", "later_record", "audit")


@pytest.fixture
def old(databases: Databases, tmp_path: Path) -> StorePlace:
    """As the program of its day leaves it: with files of tables that are no more."""
    with tarfile.open(OLDER / f"version-{FROM}.tar.xz") as archive:
        archive.extractall(tmp_path / "s", filter="data")
    with duckdb.connect() as described_then:
        make_tables(described_then, FROM)
        made = described_then.execute("select sql from duckdb_tables() order by table_name").fetchall()
    (tmp_path / "tables.sql").write_text(
        "\n".join(re.sub(r'^CREATE TABLE "?(\w+)"?\(', r"create table \1 (", statement) for (statement,) in made),
        "utf-8",
    )
    place = databases.new(tmp_path / "files")
    with pytest.MonkeyPatch.context() as then:
        then.setattr("kpi.store.schema.TABLES", tmp_path / "tables.sql")
        then.setattr("kpi.store.schema.LATEST", FROM)
        for module in ("schema", "shared.moving", "shared.frozen_files"):
            then.setattr(f"kpi.store.{module}.FROZEN", FROZEN_THEN)
        with Store.open(tmp_path / "s", any_version=True) as store:
            move_to_shared(store, place)
    for table in LOOKED_UP:
        sha256 = hashlib.sha256(table.encode()).hexdigest()
        (place.folder / "frozen" / sha256).write_bytes(table.encode())
        databases.ask(f"insert into frozen_file select name, '{table}', '{sha256}' from baseline", name_of(place))
    return place


def sealed(databases: Databases, place: StorePlace) -> dict[str, list[tuple[object, ...]]]:
    columns = "seq, done_at, actor, role, address, action, subject, before, after, previous, mac"
    return {
        table: databases.ask(
            f"select {columns if table == 'audit' else '*'} from {table} order by 1, 2", name_of(place)
        )
        for table in SEALED
    }


def described_there(databases: Databases, place: StorePlace) -> set[tuple[object, ...]]:
    """Tables with columns in their order, types and defaults; rules."""
    columns = "table_name, column_name, ordinal_position, data_type, is_nullable, column_default"
    there = "information_schema.columns where table_schema = 'public'"
    rules = (
        "select conrelid::regclass::text, pg_get_constraintdef(oid) from pg_constraint where contype in ('p', 'u', 'c')"
    )
    return {
        *databases.ask(f"select {columns} from {there}", name_of(place)),
        *databases.ask(rules, name_of(place)),
    }


def test_it_has_the_tables_of_a_new_one_and_every_verdict_byte_for_byte(
    databases: Databases, old: StorePlace, tmp_path: Path
) -> None:
    before = sealed(databases, old)
    assert before["release"]
    assert code(lambda: open_store(old)) == "store_other_release"
    done = upgrade_shared_store(old, SYSTEM, AT)
    assert (done.before, done.after) == (FROM, LATEST)
    after = sealed(databases, old)
    assert after["audit"][: len(before["audit"])] == before["audit"]
    assert {table: after[table] for table in SEALED[:-1]} == {table: before[table] for table in SEALED[:-1]}
    with open_store(old) as store:
        assert verify_store(store).findings == ()
    new = databases.new(tmp_path / "new")
    open_store(new).close()
    assert described_there(databases, old) == described_there(databases, new)
    assert done.backup
    restore_store(tmp_path / "back", old.folder / done.backup, SYSTEM, at=AT)
    with Store.open_to_read(tmp_path / "back") as store:
        assert verify_store(store).findings == ()
    with duckdb.connect() as made, duckdb.connect(str(tmp_path / "back" / "duibiao.duckdb")) as restored:
        make_tables(made)
        assert described(restored) == described(made)


def test_without_a_baseline_it_is_brought_forward_too(databases: Databases, old: StorePlace) -> None:
    databases.ask("truncate frozen_file, baseline, release, published, cell", name_of(old))
    assert upgrade_shared_store(old, SYSTEM, AT).after == LATEST


def test_any_other_older_version_is_refused_and_no_backup_is_made(databases: Databases, old: StorePlace) -> None:
    for version in (FROM - 1, FROM + 1, LATEST - 1):
        databases.ask(f"update store_release set release = '0.1.0/{version}'", name_of(old))
        assert code(lambda: open_store(old)) == "store_too_old"
        assert code(lambda: upgrade_shared_store(old, SYSTEM, AT)) == "store_too_old"
    assert not (old.folder / "backups").exists()
