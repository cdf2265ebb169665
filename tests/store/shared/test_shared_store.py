"""A store that several processes share: one trail, one lock that dies with who holds it, one clock, one release.

Two stores open on one place in this process are to each other as two processes are.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import datetime, timedelta
from importlib import import_module
from pathlib import Path
from threading import Event, current_thread, main_thread
from typing import Any

import pytest

from kpi import tables
from kpi.errors import StoreUnavailable
from kpi.model import times
from kpi.model.audit import AuditEntry
from kpi.model.viewer import SYSTEM
from kpi.services.audit_trail import broken_entries
from kpi.services.evaluation import evaluation_context
from kpi.services.freeze import import_baseline
from kpi.services.operation.authentication import SignInRefused, sign_in
from kpi.services.operation.demonstration import ensure_demonstration, is_demonstration
from kpi.services.operation.state import readiness
from kpi.services.operation.store_migration import migrate_store
from kpi.services.operation.verification import verify_store
from kpi.services.preparation import IncomingBaseline
from kpi.services.unit_of_work import unit_of_work
from kpi.store.cache import cached, snapshot
from kpi.store.open_store import open_store, open_store_to_read
from kpi.store.saved_acts import begin_call, has_saved
from kpi.store.schema import FROZEN, LATEST, operational_tables
from kpi.store.shared import moving
from kpi.store.shared.shared_store import SharedStore
from kpi.store.store import Store
from kpi.store.store_place import StorePlace, chosen_place, shared_place
from tests.benchmark.panels import HOME_REGION, as_csv
from tests.benchmark.panels import records as invented
from tests.cli.command_line import content, here, process
from tests.clock.sitecustomize import clock
from tests.services.sample_store import AT, PASSWORD
from tests.shipped import SHIPPED_NAME
from tests.store.engines import server
from tests.store.shared_places import Databases, break_at_commit, name_of

pytestmark = [pytest.mark.slow, pytest.mark.campaign]

ROOT = Path(__file__).resolve().parents[3]
SOON_CUT_OFF = "-c lock_timeout=300s -c idle_in_transaction_session_timeout=2s"
MINUTE = timedelta(minutes=1)
EMPTY_IN_THE_DEMONSTRATION = ("industry_size", "group_register", "sub_industry")


def noted(store: Store, subject: str, at: datetime | None = None) -> None:
    with unit_of_work(store, SYSTEM, at) as change:
        change.audit("backup_made", subject)


def trail(store: Store) -> list[AuditEntry]:
    with store.cursor() as cursor:
        return tables.audit.audit_entries(cursor)


def subjects(store: Store) -> list[str]:
    return [act.subject for act in trail(store) if act.action == "backup_made"]


def holder(place: StorePlace, *words: object) -> subprocess.Popen[str]:
    """Another process at work on the store."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.store.shared_holder", *map(str, words)],
        cwd=ROOT, env=os.environ | place.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def heard(process: subprocess.Popen[str], word: str) -> None:
    assert process.stdout
    for line in process.stdout:
        if line.strip() == word:
            return
    raise AssertionError(f"it ended before it said {word}: {process.stderr.read() if process.stderr else ''}")


def code(ask: Callable[[], object]) -> str:
    with pytest.raises(StoreUnavailable) as said:
        ask()
    return said.value.code


def frozen(store: Store, name: str, value: float = 1.0) -> None:
    panel = as_csv(invented({"K08": [value] * 20}))
    import_baseline(store, IncomingBaseline("p.csv", panel, name, 2025, HOME_REGION, "panel", "invented"))


def test_two_processes_at_once_write_one_trail(place: StorePlace) -> None:
    both = [holder(place, word, 20) for word in ("one", "two")]
    for each in both:
        _, err = each.communicate(timeout=180)
        assert each.returncode == 0, err
    with open_store(place) as store:
        acts = trail(store)
        assert [act.seq for act in acts] == list(range(1, len(acts) + 1))
        assert sorted(subjects(store)) == sorted(f"{word} {number}" for word in ("one", "two") for number in range(20))
        assert broken_entries(store, acts) == []
        done = [act.done_at for act in acts if act.action == "backup_made"]
        assert done == sorted(done)
        assert store.folder.head() == (acts[-1].seq, acts[-1].mac)


def test_of_two_that_start_at_once_one_makes_the_store(databases: Databases, tmp_path: Path) -> None:
    place = databases.new(tmp_path / "files")
    both = [holder(place, word, 1) for word in ("one", "two")]
    for each in both:
        _, err = each.communicate(timeout=180)
        assert each.returncode == 0, err
    with open_store(place) as store:
        assert sorted(subjects(store)) == ["one 0", "two 0"]
        assert broken_entries(store, trail(store)) == []


def test_of_two_that_fill_an_empty_store_at_once_one_does(databases: Databases, tmp_path: Path) -> None:
    place = databases.new(tmp_path / "files")
    with open_store(place) as one, open_store(place) as other, ThreadPoolExecutor(2) as both:
        list(both.map(ensure_demonstration, (one, other)))
        assert [act.action for act in trail(one)].count("demonstration_made") == 1
        assert is_demonstration(other)


def test_who_is_killed_while_it_holds_the_lock_lets_go_of_it_and_leaves_nothing(place: StorePlace) -> None:
    with open_store(place) as store:
        killed = holder(place, "killed", 1, "SIGKILL")
        assert killed.wait(120) == -signal.SIGKILL
        noted(store, "after")
        assert subjects(store) == ["after"]
        assert verify_store(store).sound


def test_who_is_stopped_while_it_holds_the_lock_is_cut_off_and_changes_nothing_when_it_goes_on(
    databases: Databases, place: StorePlace
) -> None:
    with open_store(place) as store:
        stopped = holder(databases.at(name_of(place), place.folder, SOON_CUT_OFF), "stopped", 1, "SIGSTOP")
        try:
            heard(stopped, "holds")
            noted(store, "meanwhile")
            assert subjects(store) == ["meanwhile"]
        finally:
            stopped.send_signal(signal.SIGCONT)
        _, err = stopped.communicate(timeout=120)
        assert "change_cut_off" in err or "database_unreachable" in err
        noted(store, "after")
        assert subjects(store) == ["meanwhile", "after"]
        assert broken_entries(store, trail(store)) == []


def test_who_had_the_lock_before_reads_on_a_connection_of_its_own(
    place: StorePlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also at the moment in which another thread notes that it has the lock."""
    asked, answered = Event(), Event()
    with open_store(place) as store, ThreadPoolExecutor(1) as beside:
        assert isinstance(store, SharedStore)

        def noting(one: SharedStore, name: str, value: object) -> None:
            object.__setattr__(one, name, value)
            if name in ("_held", "_holder") and value and current_thread() is not main_thread():
                asked.set()
                assert answered.wait(300)
                answered.clear()

        def written() -> int:
            with store.write_lock():
                return store.held().info.backend_pid

        def reading() -> int:
            with store.cursor() as cursor:
                ((process,),) = cursor.execute("select pg_backend_pid()").fetchall()
            return int(process)

        with store.write_lock():
            pass
        monkeypatch.setattr(SharedStore, "__setattr__", noting, raising=False)
        writing, read = beside.submit(written), list[int]()
        for _ in range(2):
            assert asked.wait(300)
            asked.clear()
            read.append(reading())
            answered.set()
        assert writing.result() not in read


def test_who_waits_too_long_is_answered(databases: Databases, furnished_shared: StorePlace, tmp_path: Path) -> None:
    place = databases.copy(furnished_shared, tmp_path / "files", "-c lock_timeout=200ms")
    with open_store(place) as one, open_store(place) as other:
        with one.write_lock():
            assert code(lambda: noted(other, "waited")) == "store_busy"
        noted(other, "after")
        assert subjects(one) == ["after"]


def test_a_wrong_password_waits_for_nobody_who_writes(stores: tuple[Store, Store]) -> None:
    one, other = stores
    with one.write_lock(), ThreadPoolExecutor(1) as beside:
        # Longer than a holder of the lock may say nothing: it says something meanwhile.
        answer = beside.submit(sign_in, other, "a", "wrong", AT)
        while not answer.done():
            one.moment()
        assert isinstance(answer.result(), SignInRefused)


def test_tries_in_all_processes_count_together(stores: tuple[Store, Store]) -> None:
    answers = [sign_in(stores[number % 2], "a", f"wrong {number}", AT) for number in range(5)]
    assert [isinstance(answer, SignInRefused) and answer.until is not None for answer in answers] == [False] * 4 + [
        True
    ]
    held = sign_in(stores[1], "a", PASSWORD, AT)
    assert isinstance(held, SignInRefused)


def test_others_write_while_a_baseline_is_frozen(stores: tuple[Store, Store], monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = stores
    add_placing = tables.placing.add_placing

    def meanwhile(*what: Any) -> None:
        with ThreadPoolExecutor(1) as beside:
            beside.submit(noted, other, "meanwhile").result(60)
        add_placing(*what)

    monkeypatch.setattr(tables.placing, "add_placing", meanwhile)
    frozen(one, "new")
    assert subjects(one) == ["meanwhile"]
    assert verify_store(other).sound


def test_what_one_freezes_the_others_count_in(stores: tuple[Store, Store]) -> None:
    one, other = stores
    with other.cursor() as cursor:
        before = len(tables.freezing.observations(cursor, SHIPPED_NAME))
    frozen(one, "new")
    frozen(other, "newer", 2.0)
    for store in stores:
        with snapshot(store.cache), store.cursor() as cursor:
            assert evaluation_context(cursor, 2025).baseline.name == "newer"
            assert len(tables.freezing.observations(cursor, "new")) == 20
            assert len(tables.freezing.observations(cursor, SHIPPED_NAME)) == before > 0
        assert verify_store(store).sound
    frozen(one, "new")  # the same content again
    with pytest.raises(Exception, match="baseline_exists"):
        frozen(other, "new", 3.0)


def test_what_one_writes_the_next_page_of_the_others_reads(stores: tuple[Store, Store]) -> None:
    one, other = stores

    def names() -> list[str]:
        with snapshot(other.cache), other.cursor() as cursor:
            return [account.viewer.name for account in tables.accounts.accounts(cursor)]

    before = names()
    with one.transaction() as cursor:
        tables.accounts.insert_account(cursor, "new", "新来者（虚构）", "reviewer", (), None, False, AT)
    assert sorted(names()) == sorted([*before, "新来者（虚构）"])


def test_what_is_deleted_of_persons_leaves_the_memory_of_all(stores: tuple[Store, Store]) -> None:
    one, other = stores
    made: list[str] = []

    def piece() -> None:
        with snapshot(other.cache):
            cached("content", lambda: made.append("made") or "a name")

    piece(), piece()
    assert made == ["made"]
    noted(one, "something else")
    piece()
    assert made == ["made"]
    with unit_of_work(one, SYSTEM) as change:
        one.note_deletion(change.cursor)
        change.audit("old_contacts_deleted", "2020")
    piece()
    assert made == ["made", "made"]
    piece(), piece()
    assert made == ["made", "made"], "what was made since then is kept"


def set_clock(monkeypatch: pytest.MonkeyPatch, minutes: int) -> None:
    """This machine's clock is so many minutes ahead."""
    monkeypatch.setattr(times, "machine_clock", lambda: clock() + minutes * MINUTE)


def test_who_opens_it_goes_by_the_databases_clock_before_anything_is_written(
    place: StorePlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(times._Clock, "ahead", timedelta())
    for minutes, opening in ((5, open_store), (-5, open_store_to_read)):
        set_clock(monkeypatch, minutes)
        with opening(place):
            assert abs(times.now() - clock()) < MINUTE


def test_times_are_the_databases_whatever_a_machines_clock_says(
    stores: tuple[Store, Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One machine's clock is five minutes ahead, and another's behind."""
    began = clock()
    monkeypatch.setattr(times._Clock, "ahead", timedelta())
    for minutes in (5, -5, 0):
        set_clock(monkeypatch, minutes)
        noted(stores[0], f"{minutes}")
        assert abs(times.now() - clock()) < MINUTE
    done = [act.done_at for act in trail(stores[1]) if act.action == "backup_made"]
    assert done == sorted(done)
    assert began - MINUTE < done[0] <= done[-1] < clock() + MINUTE


def test_a_time_is_always_after_the_last_act(stores: tuple[Store, Store]) -> None:
    """So what was done last is known, also where the clock was put back."""
    ahead = clock() + 10 * MINUTE
    noted(stores[0], "ahead", ahead)
    for store in (stores[1], stores[0]):
        noted(store, "after")
    assert [act.done_at - ahead for act in trail(stores[0])[-3:]] == [timedelta(microseconds=us) for us in (0, 1, 2)]


def test_who_is_of_another_release_neither_writes_nor_is_ready(
    databases: Databases, place: StorePlace, stores: tuple[Store, Store]
) -> None:
    assert all(readiness(stores[0]).values())
    databases.ask(f"update store_release set release = '9.0.0/{LATEST + 1}'", name_of(place))
    assert code(lambda: noted(stores[0], "late")) == "store_other_release"
    assert code(lambda: sign_in(stores[0], "a", "wrong", AT)) == "store_other_release"
    assert readiness(stores[0]) == {"store": False, "disk": True, "trail": True}
    assert code(lambda: open_store(place)) == "store_other_release"
    assert code(lambda: open_store_to_read(place)) == "store_other_release"
    assert subjects(stores[0]) == []


@pytest.mark.parametrize("kept", [True, False], ids=["kept", "not kept"])
def test_a_change_whose_connection_breaks_while_it_is_committed_is_looked_for(
    stores: tuple[Store, Store], monkeypatch: pytest.MonkeyPatch, kept: bool
) -> None:
    break_at_commit(monkeypatch, kept)
    if kept:
        noted(stores[0], "uncertain")
    else:
        assert code(lambda: noted(stores[0], "uncertain")) == "database_unreachable"
    assert subjects(stores[1]) == ["uncertain"] * kept
    noted(stores[0], "after")
    assert verify_store(stores[1]).sound


SHORT = [("53200", "database_memory"), ("53100", "database_full"), ("53300", "database_connections")]
"""What a database says that is short of something, and how people read it."""


@pytest.mark.parametrize(("state", "said"), SHORT)
@pytest.mark.parametrize("while_", ["asked", "changed", "committed"])
def test_a_database_that_is_short_of_something_is_said_to_be_short_of_that(
    stores: tuple[Store, Store], databases: Databases, place: StorePlace, state: str, said: str, while_: str
) -> None:
    databases.ask(
        f"""create function short() returns trigger language plpgsql as
            $$ begin raise 'short of something' using errcode = '{state}'; end $$""",
        name_of(place),
    )
    when = {"changed": "trigger short before insert on audit for each statement"}.get(
        while_, "constraint trigger short after insert on audit deferrable initially deferred for each row"
    )
    if while_ == "asked":
        refused = f"do $$ begin raise 'short of something' using errcode = '{state}'; end $$"
        shared = stores[0]
        assert isinstance(shared, SharedStore)

        def ask() -> None:
            with shared.connection() as rows:
                rows.execute(refused.encode())

        assert code(ask) == said
    else:
        databases.ask(f"create {when} execute function short()", name_of(place))
        assert code(lambda: noted(stores[0], "short")) == said
        databases.ask("drop trigger short on audit", name_of(place))
    noted(stores[0], "after")
    assert subjects(stores[1]) == ["after"]


def test_a_database_that_takes_no_more_connections_is_said_to_be_short_of_them(
    databases: Databases, place: StorePlace, stores: tuple[Store, Store]
) -> None:
    """Who is refused at the door gets no number of the error, only its words."""
    databases.ask("drop role if exists few")
    databases.ask("create role few login connection limit 0")
    few = StorePlace(place.folder, str(place.address).replace("kpi@", "few@"))
    assert code(lambda: open_store(few)) == "database_connections"
    databases.ask("drop role few")


def test_a_database_that_was_started_again_is_used_again(
    databases: Databases, place: StorePlace, stores: tuple[Store, Store]
) -> None:
    with ExitStack() as several:
        for _ in range(3):
            several.enter_context(stores[0].cursor())
    databases.ask(f"select pg_terminate_backend(pid, 60000) from pg_stat_activity where datname = '{name_of(place)}'")
    assert code(lambda: trail(stores[0])) == "database_unreachable"
    noted(stores[0], "again")
    assert subjects(stores[0]) == ["again"]


def test_a_frozen_file_that_was_changed_is_named_and_counted_in_by_nobody(place: StorePlace) -> None:
    for changed in place.folder.glob("frozen/*"):  # a question reads those alone that it needs
        changed.write_bytes(changed.read_bytes() + b" ")
    with open_store(place) as store:
        assert code(store.refuse_damage) == "frozen_file_damaged"
        with store.cursor() as cursor:
            assert code(lambda: tables.freezing.observations(cursor, SHIPPED_NAME)) == "frozen_file_damaged"


def test_questions_reach_no_other_file(stores: tuple[Store, Store], tmp_path: Path) -> None:
    import duckdb

    (tmp_path / "x.csv").write_text("a\n1\n")
    with stores[0].cursor() as cursor, pytest.raises(duckdb.PermissionException):
        cursor.execute(f"select * from observation, read_csv('{tmp_path}/x.csv')").fetchall()


def test_who_opens_it_to_read_changes_nothing(place: StorePlace) -> None:
    with open_store_to_read(place) as store:
        assert len(trail(store)) == 2
        assert verify_store(store).sound
        assert code(lambda: noted(store, "x")) == "database_refuses"


def test_a_missing_database_is_a_loss_and_one_that_holds_other_things_is_left(
    databases: Databases, place: StorePlace, tmp_path: Path
) -> None:
    empty = databases.new(place.folder)
    assert code(lambda: open_store(empty)) == "store_lost"
    occupied = databases.new(tmp_path / "other")
    databases.ask("create table theirs (x integer)", name_of(occupied))
    assert code(lambda: open_store(occupied)) == "database_occupied"
    assert code(lambda: open_store_to_read(databases.new(tmp_path / "third"))) == "store_absent"
    unsorted = databases.new(tmp_path / "fourth", more="locale 'C'")
    assert code(lambda: open_store(unsorted)) == "database_collation"
    assert code(lambda: open_store(databases.at("nosuch", tmp_path / "fifth"))) == "database_unreachable"


def test_the_folder_of_a_whole_store_is_not_its_files(databases: Databases, furnished: Path, tmp_path: Path) -> None:
    assert code(lambda: open_store(databases.new(furnished))) == "files_hold_a_store"


def test_a_files_folder_without_its_database_is_no_store_of_its_own(place: StorePlace) -> None:
    assert code(lambda: open_store(StorePlace(place.folder))) == "store_lost"


def test_the_address_needs_a_folder_and_is_not_given_with_a_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KPI_STORE_FILES", raising=False)
    monkeypatch.setenv("KPI_STORE", "postgresql://kpi:secret@db/kpi")
    assert code(lambda: chosen_place(None)) == "store_files_unnamed"
    monkeypatch.setenv("KPI_STORE_FILES", "/srv/files")
    chosen = chosen_place(None)
    assert (chosen.folder, chosen.address) == (Path("/srv/files"), "postgresql://kpi:secret@db/kpi")
    assert "secret" not in repr(chosen)
    assert chosen_place("postgresql://db/kpi").address == "postgresql://db/kpi"
    for said in ("postgresql://kpi:secret@db/kpi", "postgresql://db/kpi?password=secret"):
        assert code(lambda said=said: chosen_place(said)) == "password_in_arguments"
    assert chosen_place("/a/folder") == StorePlace(Path("/a/folder"))


def test_without_the_driver_a_folder_store_works_and_a_shared_one_is_explained(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A package's attribute is put back too: a failed import leaves another one there.
    monkeypatch.setattr("kpi.store.shared", import_module("kpi.store.shared"))
    for name in [name for name in sys.modules if name.startswith("kpi.store.shared")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "psycopg", None)
    assert code(lambda: open_store(StorePlace(tmp_path, "postgresql://db/kpi"))) == "psycopg_missing"
    with open_store(StorePlace(tmp_path / "store")) as store:
        assert trail(store) == []


def test_commands_open_it_by_the_environment(place: StorePlace, monkeypatch: pytest.MonkeyPatch) -> None:
    listed = process("baseline", "list", "--json", **place.environment)
    assert [item["name"] for item in listed.json["baselines"]] == [SHIPPED_NAME]
    for name, value in place.environment.items():
        monkeypatch.setenv(name, value)
    assert here("account", "add", "chief", "--role", "administrator", "--display", "管理员").code == 0
    verified = here("store", "verify", "--json")
    assert (verified.code, verified.json["sound"]) == (0, True)


def test_a_dump_made_at_work_as_the_guide_says_is_restored_and_sound(
    databases: Databases, place: StorePlace, tmp_path: Path
) -> None:
    guide = (ROOT / "deploy" / "README.md").read_text("utf-8").partition("**A dump instead**")[2]
    lines = guide.partition("```sh\n")[2].partition("```")[0].splitlines()
    assert [line.split()[0] for line in lines] == ["install", "cp", "cp", "pg_dump", "cp"]
    around = os.environ | place.environment | {"PATH": f"{server.programs()}:{os.environ['PATH']}"}

    def done(line: str) -> None:
        said = subprocess.run(
            ["sh", "-euc", line.replace("DEST", "backup")],
            cwd=tmp_path, env=around, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert said.returncode == 0, said.stderr

    with open_store(place) as store:
        noted(store, "before")
        for line in lines:
            done(line)
            noted(store, f"after {line.split()[0]}")
            frozen(store, f"b{len(trail(store))}", float(len(trail(store))))
    again = databases.new(tmp_path / "backup" / "files")
    done(f"pg_restore --no-owner --dbname='{again.address}' DEST/rows.dump")
    with open_store(again) as restored:
        assert verify_store(restored).sound
        assert subjects(restored) == ["before", "after install", "after cp", "after cp"]
        noted(restored, "goes on")
        assert verify_store(restored).sound


def test_a_store_in_a_folder_is_moved_with_its_trail_seals_and_hashes(
    databases: Databases, demonstration: Path, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(demonstration, tmp_path / "store"))
    before = content(folder)
    target = databases.new(tmp_path / "files")
    call = here("store", "migrate-to", target.address, "--files", target.folder, "--store", folder, "--json")
    assert (call.code, call.json["sound"]) == (0, True), call.err
    assert content(folder) == before
    with Store.open(folder) as old, open_store(target) as new:
        assert trail(new) == trail(old)
        assert new.folder.head() == old.folder.head()
        with old.cursor() as theirs, new.cursor() as ours:
            assert tables.applications.sealed_records(ours) == tables.applications.sealed_records(theirs)
            assert tables.baselines.baselines(ours) == tables.baselines.baselines(theirs)
            for table in operational_tables():
                asked = f"select * from {table}"
                rows = [sorted(map(repr, cursor.execute(asked).fetchall())) for cursor in (ours, theirs)]
                assert rows[0] == rows[1], table
            for table in FROZEN:
                counted = [cursor.execute(f"select count(*) from {table}").fetchall() for cursor in (ours, theirs)]
                assert counted[0] == counted[1] != [(0,)] or table in EMPTY_IN_THE_DEMONSTRATION, table
        noted(new, "goes on")
        assert verify_store(new).sound


def test_what_cannot_be_moved_leaves_nothing(databases: Databases, furnished: Path, tmp_path: Path) -> None:
    source = StorePlace(Path(shutil.copytree(furnished, tmp_path / "store")))
    target = databases.new(tmp_path / "files")
    occupied = tmp_path / "occupied"
    occupied.mkdir()
    (occupied / "theirs").write_text("x")
    assert code(lambda: migrate_store(source, StorePlace(occupied, target.address))) == "files_not_empty"
    assert [path.name for path in occupied.iterdir()] == ["theirs"]
    assert code(lambda: migrate_store(target, target)) == "not_to_be_moved"
    original = next((source.folder / "originals").iterdir())
    with Store.open(source.folder):
        said = in_another_process(source, target)
        assert "store_locked" in said
    migrated = migrate_store(source, target)
    assert migrated.sound
    assert original.exists()
    assert code(lambda: migrate_store(source, databases.at(name_of(target), tmp_path / "new"))) == "database_occupied"
    assert not (tmp_path / "new").exists()
    for said, word in (
        ("/a/folder", "no_database_address"),
        ("postgresql://kpi:secret@db/kpi", "password_in_arguments"),
    ):
        assert code(lambda said=said: shared_place(said, tmp_path)) == word


def test_who_makes_a_store_where_another_one_is_about_to_be_moved_keeps_it(
    databases: Databases, furnished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that starts while the command asks whether the place is empty, say: its secret went with its files."""
    source = StorePlace(Path(shutil.copytree(furnished, tmp_path / "store")))
    target = databases.new(tmp_path / "files")
    asked = moving.refuse_filled

    def and_then(place: StorePlace, but: Path | None = None) -> None:
        asked(place, but)
        with open_store(target) as theirs:
            noted(theirs, "theirs")

    monkeypatch.setattr(moving, "refuse_filled", and_then)
    assert code(lambda: migrate_store(source, target)) == "database_occupied"
    with open_store(target) as theirs:
        noted(theirs, "goes on")
        assert broken_entries(theirs, trail(theirs)) == []


def test_a_store_that_was_moved_and_cannot_be_verified_is_said_to_be_there(
    databases: Databases, furnished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database may go away right after it: whoever gets no answer would find it taken at the next try."""

    def gone(*_: object) -> None:
        raise StoreUnavailable("database_unreachable", name="x")

    source = StorePlace(Path(shutil.copytree(furnished, tmp_path / "store")))
    target = databases.new(tmp_path / "files")
    monkeypatch.setattr("kpi.services.operation.store_migration.verify_store", gone)
    begin_call()
    assert code(lambda: migrate_store(source, StorePlace(tmp_path / "files"))) == "not_to_be_moved"
    assert not has_saved()
    assert code(lambda: migrate_store(source, target)) == "database_unreachable"
    assert has_saved()


def in_another_process(source: StorePlace, target: StorePlace) -> str:
    program = (
        "import sys; from pathlib import Path\n"
        "from kpi.services.operation.store_migration import migrate_store\n"
        "from kpi.store.store_place import StorePlace\n"
        "migrate_store(StorePlace(Path(sys.argv[1])), StorePlace(Path(sys.argv[2]), sys.argv[3]))"
    )
    words = [str(source.folder), str(target.folder), str(target.address)]
    done = subprocess.run(
        [sys.executable, "-c", program, *words], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return done.stderr
