"""Any block of the database that is not as it was written is found, and said as damage - never as a bug."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from kpi.errors import StoreUnavailable
from kpi.store.block_check import damaged_blocks
from kpi.store.store import Store
from tests.campaign import trial
from tests.cli.command_line import TABLE, Call, here, process

pytestmark = [pytest.mark.slow, pytest.mark.campaign]

BLOCK, FIRST = 262_144, 3 * 4096
LOOKING = [["baseline", "list"], ["baseline", "show", "illustrative-2025"], ["account", "list"], ["benchmark", TABLE]]


@pytest.fixture(scope="module")
def damageable(demonstration: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of this module's own: it is damaged and made whole again while other workers copy the demonstration."""
    return Path(shutil.copytree(demonstration, tmp_path_factory.mktemp("damageable") / "store"))


def flip(database: Path, at: int, many: int = 8) -> None:
    with database.open("r+b") as file:
        file.seek(at)
        data = file.read(many)
        file.seek(at)
        file.write(bytes(byte ^ 0xFF for byte in data))


def blocks(database: Path) -> int:
    return (database.stat().st_size - FIRST) // BLOCK


def said_as_damage(call: Call) -> bool:
    return call.code == 3 and (not call.out or len(call.faults) == 1) and "restore a backup" in call.err


def test_verify_finds_eight_flipped_bytes_in_every_block_of_every_table_and_index(damageable: Path) -> None:
    database = damageable / "duibiao.duckdb"
    with duckdb.connect(str(database), read_only=True) as known:
        tables = [name for (name,) in known.execute("select table_name from duckdb_tables()").fetchall()]
    assert {"account", "audit", "release", "cell", "observation", "schema_version"} <= set(tables)
    assert blocks(database) > 20
    missed = []
    for number in range(blocks(database)):
        at = FIRST + number * BLOCK + 200
        flip(database, at)
        if not said_as_damage(here("store", "verify", "--json", "--lang", "en", "--store", damageable)):
            missed.append(number)
        flip(database, at)
    trial("eight bytes flipped in each block of every table and index", blocks(database), len(missed))
    assert missed == []
    assert here("store", "verify", "--store", damageable).code == 0


@pytest.mark.parametrize("at", [8, 4096, 8192, 4096 + 16, 8192 + 16])
def test_a_flipped_byte_of_a_header_is_damage_or_the_other_header_holds(damageable: Path, at: int) -> None:
    database = damageable / "duibiao.duckdb"
    flip(database, at)
    call = here("store", "verify", "--json", "--lang", "en", "--store", damageable)
    flip(database, at)
    assert said_as_damage(call) or call.json["sound"] is False or call.code == 0
    assert call.code in (0, 3)


def test_whatever_is_asked_of_a_damaged_store_is_answered_or_said_as_damage(damageable: Path) -> None:
    database, reported = damageable / "duibiao.duckdb", 0
    for number in range(blocks(database)):
        at = FIRST + number * BLOCK + 200
        flip(database, at)
        for words in LOOKING[:3] if number % 4 else LOOKING:
            call = here(*words, "--lang", "en", "--store", damageable)
            assert call.code == 0 or said_as_damage(call), (number, words, call)
            reported += call.code == 3
        flip(database, at)
    assert reported >= 10


def test_a_free_block_is_nobodys_and_its_content_no_damage(tmp_path: Path) -> None:
    path = tmp_path / "x.duckdb"
    with duckdb.connect(str(path)) as grown:
        grown.execute("create table t as select i, repeat(i::varchar, 30) as b from range(200000) s(i)")
        grown.execute("checkpoint; create table u(i integer primary key); insert into u select * from range(20000)")
        grown.execute("checkpoint; drop table t; checkpoint")
        [(_, _, _, total, used, free, *_)] = grown.execute("pragma database_size").fetchall()
    assert free > 3
    found = []
    for number in range(total):
        flip(path, FIRST + number * BLOCK + 200)
        found += damaged_blocks(path)
        flip(path, FIRST + number * BLOCK + 200)
    assert len(found) == used


def test_a_shortened_file_misses_blocks(demonstration: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(demonstration / "duibiao.duckdb", tmp_path))
    with path.open("r+b") as file:
        file.truncate(FIRST + 10 * BLOCK)
    assert damaged_blocks(path) == list(range(10, blocks(demonstration / "duibiao.duckdb")))


def test_serving_a_store_with_damaged_accounts_ends_in_words(demonstration: Path, tmp_path: Path) -> None:
    root = Path(shutil.copytree(demonstration, tmp_path / "store"))
    with duckdb.connect(str(root / "duibiao.duckdb"), read_only=True) as known:
        ((number,),) = known.execute(
            "select distinct block_id from pragma_storage_info('account') where block_id >= 0"
        ).fetchall()
    flip(root / "duibiao.duckdb", FIRST + number * BLOCK + 200)
    call = process("serve", "--port", "1", "--lang", "en", "--store", root)
    assert said_as_damage(call)


def test_damage_met_while_writing_is_damage_and_not_a_full_disk(demonstration: Path, tmp_path: Path) -> None:
    root = Path(shutil.copytree(demonstration, tmp_path / "store"))
    database = root / "duibiao.duckdb"
    codes = set()
    for number in range(blocks(database)):
        flip(database, FIRST + number * BLOCK + 200)
        call = here("account", "reset", "reviewer", "--lang", "en", "--store", root)
        codes.add(call.code)
        assert call.code != 70, (number, call)
        shutil.copy(demonstration / "duibiao.duckdb", database)
        shutil.copy(demonstration / "audit-head", root)
    assert codes == {0, 3}


def test_a_store_that_stays_open_meets_damage_in_words(demonstration: Path, tmp_path: Path) -> None:
    root = Path(shutil.copytree(demonstration, tmp_path / "store"))
    with Store.open_to_read(root) as store:
        for number in range(blocks(root / "duibiao.duckdb")):
            flip(root / "duibiao.duckdb", FIRST + number * BLOCK + 200)
        with pytest.raises(StoreUnavailable) as refused, store.cursor() as cursor:
            cursor.execute("select count(distinct t) from account t").fetchall()
    assert refused.value.code == "store_damaged"
