"""A store that several processes share is brought forward as one, while the release before is still at work."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from errno import ENOSPC
from pathlib import Path

import duckdb
import pytest

from kpi.errors import StoreUnavailable
from kpi.model.viewer import Actor
from kpi.services.operation.upgrade import upgrade_shared_store
from kpi.services.operation.verification import verify_store
from kpi.store.folder import flocked, sync
from kpi.store.open_store import open_store, open_store_to_read
from kpi.store.saved_acts import begin_call, has_saved
from kpi.store.schema import FROZEN, LATEST, table_names
from kpi.store.shared.shared_store import SharedStore
from kpi.store.store_place import StorePlace
from tests.cli.command_line import content, here
from tests.either_store import table_rows
from tests.services.sample_store import AT
from tests.store.later_version import NEXT, run_later_version
from tests.store.shared.test_shared_store import code, frozen, heard, holder, noted, subjects, trail
from tests.store.shared_places import Databases, break_at_commit, name_of

pytestmark = [pytest.mark.slow, pytest.mark.campaign]

KEEPER = Actor("console:keeper", "administrator", "console")
LATER = """
create table later (one integer primary key, words varchar not null default 'x');
insert into later (one) select 7;
alter table api_token add column later varchar default 'y';
-- It leaves what is in observation.
"""
OF_RECORDS = """
alter table observation add column later integer default 3;
"""
"""A version whose frozen records are other ones."""


@pytest.fixture
def old(databases: Databases, furnished_shared: StorePlace, tmp_path: Path) -> StorePlace:
    """A store of today with something in it."""
    place = databases.copy(furnished_shared, tmp_path / "files")
    with open_store(place) as store:
        frozen(store, "new")
        noted(store, "before")
    return place


@pytest.fixture
def script() -> str:
    return LATER


@pytest.fixture
def _later(script: str, old: StorePlace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run_later_version(monkeypatch, tmp_path, script)


def rows_of(databases: Databases, place: StorePlace) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table that is not the sharing's own, as the database has it."""
    return {
        table: sorted(databases.ask(f"select t::text from {table} t", name_of(place)))
        for table in sorted(table_names() - FROZEN - {"schema_version", "later", "api_token", "audit"})
    }


def marks(place: StorePlace) -> dict[str, tuple[int, int]]:
    """By which a file that was written again is known, whatever is in it."""
    found = {path.name: path.stat() for path in (place.folder / "frozen").iterdir()}
    return {name: (item.st_ino, item.st_mtime_ns) for name, item in found.items()}


@pytest.mark.usefixtures("_later")
def test_all_of_it_is_kept_and_the_backup_is_of_the_version_before(databases: Databases, old: StorePlace) -> None:
    before, records, written = rows_of(databases, old), content(old.folder / "frozen"), marks(old)
    assert code(lambda: open_store(old)) == "store_other_release"
    done = upgrade_shared_store(old, KEEPER)
    assert (done.before, done.after) == (LATEST, NEXT)
    assert done.backup
    assert rows_of(databases, old) == before
    assert databases.ask("select one, words from later", name_of(old)) == [(7, "x")]
    assert (content(old.folder / "frozen"), marks(old)) == (records, written), "what is frozen keeps its file"
    with duckdb.connect(str(old.folder / done.backup / "duibiao.duckdb"), read_only=True) as backup:
        assert backup.execute("select max(version) from schema_version").fetchall() == [(LATEST,)]
    with open_store(old) as store:
        assert [act.action for act in trail(store)][-2:] == ["backup_made", "store_upgraded"]
        assert verify_store(store).sound
        noted(store, "after")
        frozen(store, "newer", 2.0)
        assert subjects(store) == ["before", "after"]
        assert verify_store(store).sound
        assert (store.schema(), store.folder.head()) == (NEXT, (trail(store)[-1].seq, trail(store)[-1].mac))
    assert upgrade_shared_store(old, KEEPER).backup is None


@pytest.mark.usefixtures("_later")
def test_who_is_of_the_release_before_writes_until_then_and_not_after_it(old: StorePlace) -> None:
    at_work = holder(old, "old", 100_000)
    heard(at_work, "open")
    upgrade_shared_store(old, KEEPER)
    _, err = at_work.communicate(timeout=180)
    assert "store_other_release" in err
    late = holder(old, "late", 1)
    assert "store_other_release" in late.communicate(timeout=180)[1]
    with open_store(old) as store:
        acts, written = trail(store), [subject for subject in subjects(store) if subject.startswith("old")]
        assert written == [f"old {number}" for number in range(len(written))]
        assert acts[-1].action == "store_upgraded"
        assert verify_store(store).sound


@pytest.mark.parametrize("script", [OF_RECORDS], ids=["of records"])
@pytest.mark.usefixtures("script", "_later")
def test_records_that_a_version_changes_are_other_files(old: StorePlace) -> None:
    records = content(old.folder / "frozen")
    upgrade_shared_store(old, KEEPER)
    assert content(old.folder / "frozen").keys() > records.keys(), "who reads by the names before goes on"
    with open_store(old) as store, store.cursor() as cursor:
        assert cursor.execute("select distinct later from observation").fetchall() == [(3,)]


@pytest.mark.parametrize(
    ("script", "broken_at"),
    [(LATER, "moving._fill"), (OF_RECORDS, "moving._fill"), *((OF_RECORDS, number) for number in (1, 8, 12))],
)
@pytest.mark.usefixtures("script")
def test_what_fails_leaves_the_version_before_at_work(
    databases: Databases, old: StorePlace, request: pytest.FixtureRequest, broken_at: str | int
) -> None:
    """A number is that of the moment at which the disk is full while records are written."""
    before, files = rows_of(databases, old), content(old.folder / "frozen")
    head = (old.folder / "audit-head").read_text()
    synced: list[object] = []

    def full(*of: Path) -> None:
        synced.append(of)
        if len(synced) == broken_at or isinstance(broken_at, str):
            raise OSError(ENOSPC, "full")
        sync(*of)

    request.getfixturevalue("_later")
    with pytest.MonkeyPatch.context() as broken:
        broken.setattr(f"kpi.store.shared.{'frozen_files.sync' if isinstance(broken_at, int) else broken_at}", full)
        begin_call()
        assert code(lambda: upgrade_shared_store(old, KEEPER)) == "store_full"
        assert not has_saved(), "the act that notes it was in a copy"
    assert (rows_of(databases, old), content(old.folder / "frozen")) == (before, files)
    assert (old.folder / "audit-head").read_text() == head
    assert [path for path in old.folder.iterdir() if path.name.startswith(".")] == []
    at_work = holder(old, "goes on", 1)
    assert at_work.wait(180) == 0
    assert upgrade_shared_store(old, KEEPER).before == LATEST
    assert has_saved()
    with open_store(old) as store:
        assert subjects(store) == ["before", "goes on 0"]
        assert verify_store(store).sound


@pytest.mark.parametrize("kept", [True, False], ids=["kept", "not kept"])
def test_a_connection_that_breaks_while_an_upgrade_is_committed_is_looked_for(
    old: StorePlace, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, kept: bool
) -> None:
    request.getfixturevalue("_later")
    break_at_commit(monkeypatch, kept)
    if kept:
        upgrade_shared_store(old, KEEPER)
    else:
        assert code(lambda: upgrade_shared_store(old, KEEPER)) == "database_unreachable"
        upgrade_shared_store(old, KEEPER)
    with open_store(old) as store:
        assert [act.action for act in trail(store)].count("store_upgraded") == 1
        assert verify_store(store).sound


def test_it_waits_for_a_deletion_of_contacts_before_it_keeps_anybody_from_writing(
    databases: Databases, old: StorePlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Which needs the write lock itself: each would wait for the other."""
    databases.ask(f"update store_release set release = '0.0.9/{LATEST}'", name_of(old))
    could_begin: list[bool] = []
    keeping_all_out = SharedStore.upgrading

    @contextmanager
    def upgrading(store: SharedStore) -> Iterator[None]:
        with flocked(store.folder.originals_lock, fcntl.LOCK_EX) as alone:
            could_begin.append(alone)
        with keeping_all_out(store):
            yield

    monkeypatch.setattr(SharedStore, "upgrading", upgrading)
    assert upgrade_shared_store(old, KEEPER).backup
    assert could_begin == [False]


def test_what_others_made_of_its_tables_is_not_dropped_with_them(databases: Databases, old: StorePlace) -> None:
    databases.ask("create view acts_a_day as select done_at::date, count(*) from audit group by 1", name_of(old))
    databases.ask(f"update store_release set release = '0.0.9/{LATEST}'", name_of(old))
    before = rows_of(databases, old)
    with pytest.raises(StoreUnavailable, match="database_dependants") as refused:
        upgrade_shared_store(old, KEEPER, AT)
    assert "acts_a_day" in refused.value.params["what"]
    assert rows_of(databases, old) == before
    databases.ask("drop view acts_a_day", name_of(old))
    second = upgrade_shared_store(old, KEEPER, AT).backup
    assert second is not None
    assert second.endswith("-2"), "in the same second: the first attempt's backup stays"


def test_a_newer_store_is_refused_and_another_release_of_the_same_tables_is_taken_over(
    databases: Databases, old: StorePlace
) -> None:
    with open_store_to_read(old) as store:
        before = {name: rows for name, rows in table_rows(store).items() if name != "audit"}
    databases.ask(f"update store_release set release = '9.0.0/{LATEST + 1}'", name_of(old))
    assert code(lambda: upgrade_shared_store(old, KEEPER)) == "store_newer"
    for newer in ("1.10.0", "99.0.0"):
        databases.ask(f"update store_release set release = '{newer}/{LATEST}'", name_of(old))
        assert code(lambda: upgrade_shared_store(old, KEEPER)) == "store_newer"
        assert databases.ask("select release from store_release", name_of(old)) == [(f"{newer}/{LATEST}",)]
    databases.ask(f"update store_release set release = '0.0.9/{LATEST}'", name_of(old))
    assert code(lambda: open_store(old)) == "store_other_release"
    assert upgrade_shared_store(old, KEEPER).backup
    with open_store(old) as store:
        assert {name: rows for name, rows in table_rows(store).items() if name != "audit"} == before
        assert verify_store(store).sound


def test_serve_upgrades_no_shared_store_and_names_the_command_that_does(
    databases: Databases, old: StorePlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Processes of the release before may be at work on it. Nothing of it is touched, not even what is tidied up."""
    databases.ask(f"update store_release set release = '0.0.9/{LATEST}'", name_of(old))
    databases.ask("drop table change_mark", name_of(old))
    left = old.folder / "originals" / ".0123456789abcdef.part"
    left.write_bytes(b"x")
    os.utime(left, (0, 0))
    before = content(old.folder)
    for name, value in old.environment.items():
        monkeypatch.setenv(name, value)
    for lang, word in (("en", "nothing was changed"), ("zh", "未作任何改动")):
        said = here("serve", "--lang", lang)
        assert said.code == 3
        assert f"0.0.9/{LATEST}" in said.err
        assert "kpi store upgrade" in said.err
        assert word in said.err
    assert content(old.folder) == before


def test_the_command_says_what_it_did(old: StorePlace, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in old.environment.items():
        monkeypatch.setenv(name, value)
    assert here("store", "upgrade", "--json").json == {"before": LATEST, "after": LATEST, "backup": None}
    for module in ("kpi.store.shared.tables", "kpi.cli.store"):
        monkeypatch.setattr(f"{module}.program_version", lambda: "9.0.0")
    refused = here("baseline", "list", "--lang", "en")
    assert (refused.code, "kpi store upgrade" in refused.err) == (3, True)
    said = here("store", "upgrade", "--lang", "en")
    assert (said.code, said.err) == (0, "")
    assert "backups/before-version" in said.out
    assert "from version" not in said.out, "its tables are what they were"
    assert "9.0.0" in said.out
    assert here("store", "verify").code == 0
