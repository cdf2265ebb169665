"""A demonstration store of version 22, made by the program of its day, is brought forward and found sound.

``older/version-22.tar.xz`` was written by the last program whose store had that version.
"""

from __future__ import annotations

import tarfile
from pathlib import Path

import duckdb
import pytest

from kpi import tables
from kpi.errors import StoreUnavailable
from kpi.model.claims import final_list
from kpi.model.viewer import SYSTEM
from kpi.services.operation.upgrade import upgrade_store
from kpi.services.operation.verification import verify_store
from kpi.store.schema import LATEST, UPGRADES, bring_forward, make_tables
from kpi.store.store import Store
from tests.cli.command_line import content, here
from tests.services.sample_store import AT

OLDER = Path(__file__).parent / "older"
[FROM] = UPGRADES
KEPT = ("baseline", "observation", "published", "release", "withdrawn", "later_record", "account", "award", "awarded")
"""Tables of which an upgrade keeps every row, with all the columns that they had."""
LOOKED_UP = {"ladder", "rung", "filed_record"}
"""Tables of version 22 that held nothing but what was frozen beside them."""

pytestmark = pytest.mark.folder_store("unpacks a folder")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with tarfile.open(OLDER / f"version-{FROM}.tar.xz") as archive:
        archive.extractall(tmp_path / "s", filter="data")
    (tmp_path / "s").chmod(0o700)
    return tmp_path / "s"


def rows(folder: Path, columns: dict[str, str]) -> dict[str, list[tuple[object, ...]]]:
    with duckdb.connect(str(folder / "duibiao.duckdb"), read_only=True) as known:
        return {name: known.execute(f"select {columns[name]} from {name} order by all").fetchall() for name in KEPT}


def columns_of(folder: Path) -> dict[str, str]:
    with duckdb.connect(str(folder / "duibiao.duckdb"), read_only=True) as known:
        found = known.execute(
            """select table_name, string_agg('"' || column_name || '"', ', ' order by column_index)
               from duckdb_columns() where not internal group by table_name"""
        )
        return dict(found.fetchall())


def described(connection: duckdb.DuckDBPyConnection) -> set[tuple[object, ...]]:
    """Tables with columns in their order, types, rules and defaults; macros, indexes and views."""
    return {
        *connection.execute("select table_name, sql from duckdb_tables()").fetchall(),
        *connection.execute("select column_name, column_index, table_name from duckdb_columns()").fetchall(),
        *connection.execute(
            "select function_name, parameters::varchar, macro_definition from duckdb_functions() where not internal"
        ).fetchall(),
        *connection.execute("select index_name, sql from duckdb_indexes()").fetchall(),
        *connection.execute("select view_name, sql from duckdb_views() where not internal").fetchall(),
    }


def test_every_upgrade_has_its_store_and_ends_at_the_latest_version() -> None:
    assert [packed.name for packed in OLDER.glob("*.tar.xz")] == [f"version-{version}.tar.xz" for version in UPGRADES]
    version = FROM
    while version in UPGRADES:
        version, _ = UPGRADES[version]
    assert version == LATEST


@pytest.mark.slow
def test_an_upgraded_store_has_the_very_tables_of_a_new_one(folder: Path) -> None:
    with duckdb.connect() as new, duckdb.connect(str(folder / "duibiao.duckdb")) as old:
        make_tables(new)
        bring_forward(old)
        assert described(old) == described(new)
        assert old.execute("select max(version) from schema_version").fetchall() == [(LATEST,)]


@pytest.mark.slow
def test_tables_of_an_older_version_are_made_as_it_had_them(folder: Path) -> None:
    """A backup of a shared store that is to be brought forward is made so: what its upgrade adds must be plain."""
    with duckdb.connect() as made, duckdb.connect(str(folder / "duibiao.duckdb"), read_only=True) as old:
        make_tables(made, FROM)
        assert described(made) == {row for row in described(old) if not LOOKED_UP & set(row)}


@pytest.mark.slow
def test_an_older_store_is_brought_forward_with_all_it_held_byte_for_byte(folder: Path) -> None:
    columns = columns_of(folder)
    before, originals = rows(folder, columns), content(folder / "originals")
    assert before["release"]
    done = upgrade_store(folder, SYSTEM, AT)
    assert (done.before, done.after) == (FROM, LATEST)
    assert rows(folder, columns) == before, "the whole sealed record of each verdict, and its hash, are among them"
    assert content(folder / "originals") == originals
    with Store.open(folder) as store:
        assert verify_store(store).findings == (), "each is decided again from what is sealed and frozen"
    assert here("store", "verify", "--store", folder).code == 0


@pytest.mark.slow
def test_whoever_was_listed_before_listings_awarded_is_awarded_by_the_upgrade(folder: Path) -> None:
    """The list of awards did not know of them, and the next year's quota and conditions went wrong."""
    with duckdb.connect(str(folder / "duibiao.duckdb")) as old:
        [code, year] = old.execute("select credit_code, year from release order by 1, 2 limit 1").fetchall()[0]
        taken = {
            "credit_code": code,
            "year": year,
            "state": "listed",
            "taken_at": AT,
            "taken_by": "duibiao",
            "note": "",
        }
        marks = ", ".join(f"${number} as {name}" for number, name in enumerate(taken, start=1))
        old.execute(f"insert into step by name select {marks}", list(taken.values()))
    upgrade_store(folder, SYSTEM, AT)
    with Store.open(folder) as store, store.cursor() as cursor:
        assert [award.source for award in tables.awards.awarded(cursor, code)] == [final_list(year)]
        assert verify_store(store).findings == ()


@pytest.mark.slow
@pytest.mark.parametrize("version", [1, FROM - 1, FROM + 1, LATEST - 1])
def test_any_other_version_is_refused_in_words_that_name_the_way(folder: Path, version: int) -> None:
    with duckdb.connect(str(folder / "duibiao.duckdb")) as old:
        old.execute("delete from schema_version")
        old.execute("insert into schema_version values ($1)", [version])
    before = content(folder)
    with pytest.raises(StoreUnavailable, match="store_too_old") as refused:
        Store.open(folder)
    assert refused.value.params == {"version": version, "first": FROM, "latest": LATEST}
    for words in (["store", "upgrade"], ["store", "verify"], ["serve"]):
        for lang in ("en", "zh"):
            said = here(*words, "--store", folder, "--lang", lang)
            assert said.code == 3
            assert all(word in said.err for word in (f"{version}", f"{FROM}", f"{LATEST}", "CHANGELOG.md"))
    assert content(folder) == before, "nor is a backup left of what is not brought forward"
