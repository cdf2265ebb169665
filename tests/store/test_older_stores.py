"""A demonstration store of each older schema, made by the program of its day, is brought forward and found sound.

``older/version-N.tar.xz`` was written by the last program whose store had that version. There is none of version 2: it
was never the latest.
"""

from __future__ import annotations

import tarfile
from pathlib import Path

import duckdb
import pytest

from kpi import tables
from kpi.model.claims import final_list
from kpi.model.viewer import SYSTEM
from kpi.services.operation.upgrade import upgrade_store
from kpi.services.operation.verification import verify_store
from kpi.store.schema import LATEST, version
from kpi.store.store import Store
from tests.services.sample_store import AT

KNOWN = {1: {"published_changed", "record_unwitnessed"}}
"""What the first version cannot prove: it had no trail that witnessed a verdict, and published by rules of its own."""
LAST_WITHOUT_BOUND_ROWS = 25
"""Before it, a row that no act wrote could still be put in by hand."""
KEPT = ("baseline", "observation", "published", "release", "account", "award", "awarded")
"""Tables that no migration makes less of."""


def number(packed: Path) -> int:
    return int(packed.name.removesuffix(".tar.xz").rpartition("-")[2])


EVERY = sorted((Path(__file__).parent / "older").glob("version-*.tar.xz"), key=number)
PACKED = [packed for packed in EVERY if number(packed) < LATEST]


def rows(database: Path) -> dict[str, int]:
    with duckdb.connect(str(database), read_only=True) as known:
        tables = {name for (name,) in known.execute("select table_name from duckdb_tables()").fetchall()}
        return {name: known.execute(f"select count(*) from {name}").fetchall()[0][0] for name in KEPT if name in tables}


def test_every_older_version_is_here() -> None:
    assert [number(packed) for packed in PACKED] == [1, *range(3, LATEST)]


@pytest.mark.slow
@pytest.mark.parametrize("packed", PACKED, ids=number)
def test_an_older_store_is_brought_forward_with_all_it_held(packed: Path, tmp_path: Path) -> None:
    with tarfile.open(packed) as archive:
        archive.extractall(tmp_path / "s", filter="data")
    (tmp_path / "s").chmod(0o700)
    before = rows(tmp_path / "s" / "duibiao.duckdb")
    done = upgrade_store(tmp_path / "s", SYSTEM, AT)
    assert (done.before, done.after) == (number(packed), LATEST)
    with Store.open(tmp_path / "s") as store:
        assert {finding.code for finding in verify_store(store).findings} == KNOWN.get(done.before, set())
        with store.cursor() as cursor:
            assert version(cursor) == LATEST
    after = rows(tmp_path / "s" / "duibiao.duckdb")
    assert {name: after[name] for name in before} == before
    assert after["release"] > 0


@pytest.mark.slow
def test_whoever_was_listed_before_listings_awarded_is_awarded_by_the_upgrade(tmp_path: Path) -> None:
    """The list of awards did not know of them, and the next year's quota and conditions went wrong."""
    packed = next(packed for packed in PACKED if number(packed) == LAST_WITHOUT_BOUND_ROWS)
    with tarfile.open(packed) as archive:
        archive.extractall(tmp_path / "s", filter="data")
    (tmp_path / "s").chmod(0o700)
    with duckdb.connect(str(tmp_path / "s" / "duibiao.duckdb")) as old:
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
    upgrade_store(tmp_path / "s", SYSTEM, AT)
    with Store.open(tmp_path / "s") as store, store.cursor() as cursor:
        assert [award.source for award in tables.awards.awarded(cursor, code)] == [final_list(year)]
        assert verify_store(store).findings == ()
