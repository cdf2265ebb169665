"""The store: one holder at a time, whole or refused, a transaction kept or undone, each thread its own rows."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from kpi.errors import StoreUnavailable
from kpi.store import database as connecting
from kpi.store.folder import remains
from kpi.store.schema import LATEST, bring_forward, make_tables
from kpi.store.store import Store

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "s"


@pytest.fixture
def store(folder: Path) -> Iterator[Store]:
    with Store.open(folder) as opened:
        yield opened


def fill(store: Store, rows: int) -> None:
    with store.transaction() as cursor:
        cursor.execute(
            "insert into observation select 'b', '上海市', '汽车', 'K08', 'only', 'c' || i, null, 'c' || i, null, i"
            " from range($1) t(i)",
            [rows],
        )


def test_published_rows_say_the_quantiles_of_the_policy_that_bound_when_they_were_frozen() -> None:
    """Of the approved editions for the baseline's year that of the latest day; a carried row is its source's."""
    day, later = datetime(2026, 3, 1), datetime(2026, 5, 1)
    with duckdb.connect() as old:
        make_tables(old, 22)
        for number, (name, year, frozen) in enumerate(
            (("before", 2026, day), ("after", 2026, later), ("year before", 2025, later)), start=1
        ):
            described = [name, "上海市", year, "panel", "0", "", "0", frozen, False, None, number]
            old.execute(f"insert into baseline values ({', '.join('?' * 11)})", described)
        for name, source in (("before",) * 2, ("after",) * 2, ("after", "before"), ("year before",) * 2):
            row = [name, "上海市", "汽车", source, "60+", 1, 2, 3, 4, 5, None, source, False]
            old.execute(f"insert into published values ({', '.join('?' * 13)})", row)
        changes = [
            # change, version, first day, said, saved, approved, withdrawn
            (1, 1, "2026-01-01", {"upper_quantile": {"value": 0.75}}, day, datetime(2026, 4, 1), None),
            (2, 1, "2026-02-01", {"upper_quantile": {"value": 0.7}}, day, datetime(2026, 4, 2), datetime(2026, 4, 3)),
            (3, 1, "2026-02-01", {"upper_quantile": {"value": 0.7}}, day, datetime(2026, 4, 2), None),
            (3, 2, "2026-02-01", {"upper_quantile": {"value": 0.7}}, datetime(2026, 4, 4), None, None),
            (4, 1, "2027-01-01", {"upper_quantile": {"value": 0.7}}, day, datetime(2026, 4, 2), None),
            (5, 1, "2025-06-01", {"lower_quantile": {"value": 0.1}}, day, datetime(2026, 4, 2), None),
        ]
        for change, version, first, stated, saved, approved, withdrawn in changes:
            content = json.dumps({"in_force_from": first, "disclosure": stated})
            old.execute("insert into policy_change values (?, ?, ?, 'a', ?)", [change, version, content, saved])
            if approved:
                old.execute("insert into policy_approval values (?, ?, 'b', ?)", [change, version, approved])
            if withdrawn:
                old.execute("insert into policy_withdrawal values (?, 'x', 'b', ?)", [change, withdrawn])
        bring_forward(old)
        found = old.execute(
            "select baseline, kpi, lower_quantile, upper_quantile from published order by baseline, kpi"
        ).fetchall()
    assert found == [
        ("after", "after", 0.1, 0.75),
        ("after", "before", 0.2, 0.8),
        ("before", "before", 0.2, 0.8),
        ("year before", "year before", 0.1, 0.8),
    ]


def refused(folder: Path) -> str:
    with pytest.raises(StoreUnavailable) as error:
        Store.open(folder)
    return error.value.code


def in_another_process(folder: Path, code: str) -> subprocess.CompletedProcess[str]:
    program = f"import sys, pathlib\nfrom kpi.store.store import Store\nfolder = pathlib.Path(sys.argv[1])\n{code}"
    return subprocess.run(
        [sys.executable, "-c", program, str(folder)], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )


OPEN = """
from kpi.errors import StoreUnavailable
try:
    with Store.open(folder, wait=0.2) as store:
        print("open")
except StoreUnavailable as error:
    print(error.code)
"""


def test_a_second_process_is_refused_and_let_in_afterwards(folder: Path) -> None:
    with Store.open(folder):
        assert in_another_process(folder, OPEN).stdout.strip() == "store_locked"
    assert in_another_process(folder, OPEN).stdout.strip() == "open"


def test_what_was_written_is_there_after_closing(folder: Path) -> None:
    with Store.open(folder) as store:
        fill(store, 10)
    with Store.open(folder) as store, store.cursor() as cursor:
        assert cursor.execute("select count(*), sum(value) from observation").fetchall() == [(10, 45.0)]


@pytest.mark.parametrize("content", [b"no database at all" * 300, b"", b"\x00" * 8192], ids=["text", "empty", "zeros"])
def test_a_file_that_is_no_database_is_damaged(folder: Path, content: bytes) -> None:
    with Store.open(folder):
        pass
    (folder / "duibiao.duckdb").write_bytes(content)
    assert refused(folder) == "store_damaged"


def test_a_damaged_block_is_reported_as_damage_not_as_a_lock(folder: Path) -> None:
    """DuckDB's own message speaks of a "block", which has "lock" in it."""
    with Store.open(folder) as store:
        fill(store, 50_000)
    path = folder / "duibiao.duckdb"
    whole = path.read_bytes()
    outcomes = set()
    for start in range(4096, min(len(whole), 3_000_000), 262_144):
        end = start + 4096
        path.write_bytes(whole[:start] + bytes(byte ^ 0xFF for byte in whole[start:end]) + whole[end:])
        try:
            Store.open(folder).close()
        except StoreUnavailable as error:
            outcomes.add(error.code)
    assert outcomes == {"store_damaged"}


def test_a_damaged_store_in_a_folder_named_lock_is_damaged(tmp_path: Path) -> None:
    folder = tmp_path / "lock" / "s"
    folder.mkdir(parents=True)
    (folder / "duibiao.duckdb").write_bytes(b"no database at all" * 300)
    assert refused(folder) == "store_damaged"


def test_half_a_database_is_damaged(folder: Path) -> None:
    """DuckDB may open it: the missing half is reported when it is asked for."""
    with Store.open(folder) as store:
        fill(store, 200_000)
    path = folder / "duibiao.duckdb"
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])

    def use() -> None:
        with Store.open(folder) as store, store.cursor() as cursor:
            cursor.execute("select sum(value), count(distinct credit_code) from observation").fetchall()

    with pytest.raises(StoreUnavailable, match="store_damaged"):
        use()


def test_a_store_of_a_newer_version_is_refused_unchanged(folder: Path) -> None:
    with Store.open(folder) as store, store.transaction() as cursor:
        cursor.execute("insert into schema_version values ($1)", [LATEST + 1])
    before = (folder / "duibiao.duckdb").read_bytes()
    assert refused(folder) == "store_newer"
    assert (folder / "duibiao.duckdb").read_bytes() == before


def test_a_refused_newer_store_is_not_kept_from_others(folder: Path) -> None:
    with Store.open(folder) as store, store.transaction() as cursor:
        cursor.execute("insert into schema_version values ($1)", [LATEST + 1])
    with pytest.raises(StoreUnavailable) as error:
        Store.open(folder)
    assert in_another_process(folder, OPEN).stdout.strip() == "store_newer"
    assert error.value.params == {"version": LATEST + 1, "latest": LATEST}


def test_a_place_where_no_folder_can_be_is_unreachable(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreUnavailable, match="store_unreachable") as error:
        Store.open(tmp_path / "file" / "s")
    assert error.value.params == {"path": "s", "reason": "ENOTDIR"}


def test_opening_again_changes_nothing(folder: Path) -> None:
    for _ in range(3):
        with Store.open(folder) as store, store.cursor() as cursor:
            versions = cursor.execute("select version from schema_version").fetchall()
    assert versions == [(LATEST,)]


def test_an_error_inside_leaves_nothing(store: Store) -> None:
    def fail() -> None:
        with store.transaction() as cursor:
            cursor.execute("insert into mark values ('a', '1')")
            cursor.execute("insert into award values ('松江区', 3)")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with store.cursor() as cursor:
        assert cursor.execute("select (select count(*) from mark), (select count(*) from award)").fetchall() == [(0, 0)]
    with store.transaction() as cursor:
        cursor.execute("insert into mark values ('a', '2')")
    with store.cursor() as cursor:
        assert cursor.execute("select value from mark").fetchall() == [("2",)]


def test_a_refused_statement_leaves_nothing_of_those_before_it(store: Store) -> None:
    def twice() -> None:
        with store.transaction() as cursor:
            cursor.execute("insert into mark values ('a', '1')")
            cursor.execute("insert into mark values ('a', '1')")

    with pytest.raises(Exception, match=r"(?i)constraint"):
        twice()
    with store.cursor() as cursor:
        assert cursor.execute("select count(*) from mark").fetchall() == [(0,)]


def test_a_reader_sees_what_is_committed_only(store: Store) -> None:
    with store.transaction() as writer:
        writer.execute("insert into mark values ('a', '1')")
        with store.cursor() as reader:
            assert reader.execute("select count(*) from mark").fetchall() == [(0,)]
    with store.cursor() as reader:
        assert reader.execute("select count(*) from mark").fetchall() == [(1,)]


def test_threads_read_their_own_rows(store: Store) -> None:
    """A connection shared by threads hands one thread another's rows; a cursor of one's own does not."""
    fill(store, 2000)

    def ask(number: int) -> bool:
        with store.cursor() as cursor:
            cursor.execute("select credit_code, value from observation where value % 16 = $1 order by value", [number])
            rows = cursor.fetchall()
        return rows == [(f"c{value}", float(value)) for value in range(number, 2000, 16)]

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, list(range(16)) * 15)) == [True] * 240


def test_threads_bind_their_own_tables(store: Store) -> None:
    """A frame bound by name belongs to its cursor: factories asked in parallel do not meet."""

    def ask(number: int) -> bool:
        with store.cursor() as cursor:
            cursor.register("candidate", pd.DataFrame({"value": [number] * 50}))
            found = cursor.execute("select min(value), max(value), count(*) from candidate").fetchall()
            cursor.unregister("candidate")
        return found == [(number, number, 50)]

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, range(200))) == [True] * 200


def test_writers_take_turns(store: Store) -> None:
    with store.transaction() as cursor:
        cursor.execute("insert into award values ('松江区', 0)")

    def add(_: int) -> None:
        with store.transaction() as cursor:
            [(count,)] = cursor.execute("select count from award").fetchall()
            cursor.execute("update award set count = $1", [count + 1])

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(add, range(100)))
    with store.cursor() as cursor:
        assert cursor.execute("select count from award").fetchall() == [(100,)]


def test_the_store_reads_no_file_and_loads_nothing(store: Store, tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_text("a\n1\n")
    for sql in (
        f"select * from read_csv('{tmp_path / 'secret.csv'}')",
        f"copy mark to '{tmp_path / 'out.csv'}'",
        "install httpfs",
        "load httpfs",
        "set enable_external_access = true",
        f"attach '{tmp_path / 'other.duckdb'}'",
    ):
        with pytest.raises(Exception, match=r"(?i)disabled|locked|permission|external"), store.cursor() as cursor:
            cursor.execute(sql)
    assert not (tmp_path / "out.csv").exists()


def test_only_its_owner_may_look_inside(store: Store) -> None:
    assert stat.S_IMODE(store.folder.root.stat().st_mode) == 0o700
    store.folder.secret()
    path = store.folder.keep_original(b"trade secret")
    assert stat.S_IMODE(store.folder.original(path).stat().st_mode) == 0o600
    assert stat.S_IMODE((store.folder.root / "secret").stat().st_mode) == 0o600


def test_a_file_that_cannot_be_read_to_its_end_is_not_the_stores_fault(store: Store) -> None:
    unread = Path("/proc/self/mem")  # opens, and has nothing at its beginning
    with pytest.raises(OSError, match="Input/output"):
        store.folder.keep_original_file(unread)
    assert list((store.folder.root / "originals").iterdir()) == []


def test_what_memory_does_not_hold_is_laid_out_in_the_folder_until_it_is_answered(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connecting, "STORE_MEMORY", "40MB")
    with Store.open(folder) as opened:
        with opened.cursor() as cursor:
            cursor.execute("create temp table drawn as select hash(n) as drawn from range(10_000_000) t(n)")
            laid_out = [path.name for path in folder.glob(".spilled-*.part")]
            ((largest,),) = cursor.execute("select max(drawn) from (select drawn from drawn order by drawn)").fetchall()
        assert (len(laid_out), largest > 0) == (1, True)
        # Somebody is at work on it, until nobody can be.
        assert not remains(folder)
    assert not list(folder.glob(".spilled-*"))


def test_what_a_killed_question_laid_out_is_removed_at_the_next_opening(folder: Path) -> None:
    Store.open(folder).close()
    left = folder / ".spilled-0123abcd.part"
    left.mkdir()
    (left / "duckdb_temp_storage_DEFAULT-0.tmp").write_bytes(b"a record")
    Store.open(folder).close()
    assert not left.exists()
