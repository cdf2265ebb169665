"""The suite on either kind of store. Tests name one by its folder; KPI_TEST_STORE=postgresql makes all of them shared.

Then the folder holds the files alone, and a database of its own, found by the folder's path, the rows. Tests that are
about the files of a folder store say so (``pytest.mark.folder_store``) and are left out. So is what would be the same
test once more: one without a folder of its own has no store; one that makes its shared stores itself does so anyway.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from functools import cache
from pathlib import Path

import pytest

from kpi.store.open_store import open_store, open_store_to_read
from kpi.store.schema import FROZEN, table_names
from kpi.store.store import Store
from kpi.store.store_place import StorePlace
from tests.store.engines import server
from tests.store.shared_places import Databases

SHARED = os.environ.get("KPI_TEST_STORE") == "postgresql"
FOLDERS = {"tmp_path", "tmp_path_factory"}
_HOST = "KPI_TEST_SERVER"
"""The folder of the server's socket: one server for the run, because workers copy what another one has made."""
CONNECTIONS = "300"


def begin(config: pytest.Config) -> None:
    """Start the server of the run. Called once, by the process that starts the workers, which inherit its address."""
    if not SHARED:
        return
    if reason := server.missing():
        if os.environ.get("CI"):
            raise pytest.UsageError(reason)
        pytest.exit(f"Not run on PostgreSQL: {reason}", returncode=0)
    running = ExitStack()
    said = running.enter_context(server.running(max_connections=CONNECTIONS))
    config.add_cleanup(running.close)
    os.environ[_HOST] = said.split()[0].removeprefix("host=")


def leave_out_what_is_no_other_there(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests that are the same on either kind of store, by what they ask for: see above."""
    if SHARED:
        same = {item: _is_the_same(getattr(item, "fixturenames", ())) for item in items}
        config.hook.pytest_deselected(items=[item for item in items if same[item]])
        items[:] = [item for item in items if not same[item]]


def _is_the_same(fixtures: Sequence[str]) -> bool:
    return "databases" in fixtures or FOLDERS.isdisjoint(fixtures)


def place_of(folder: Path) -> StorePlace:
    """The store that a test names by its folder."""
    if not SHARED:
        return StorePlace(folder)
    name = _database(folder.resolve())
    if name not in _made():
        _server().make(name)
        _made().add(name)
    return _server().at(name, folder)


def copied_store(of: Path, to: Path) -> Path:
    """The same store once more, in another folder. Nobody has the first one open."""
    shutil.copytree(of, to)
    if SHARED:
        name = _database(to.resolve())
        _server().make(name, _database(of.resolve()))
        _made().add(name)
    return to


def table_rows(store: Store) -> dict[str, str]:
    """Every row of every table by the table's name, as text: equal before and after is unchanged."""
    with store.cursor() as cursor:
        return {
            name: "\n".join(sorted(map(repr, cursor.execute(f"select * from {name}").fetchall())))
            for name in sorted(table_names() - ({"schema_version"} if store.shared else set()))
        }


def table_marks(store: Store) -> dict[str, tuple[object, ...]]:
    """As ``table_rows``, as number and hash alone.

    Of a store in a folder they are remembered by its two files' sizes and times: what is committed is in one of them,
    and a copy that nobody has written to has those of what it was copied from.
    """
    if store.shared:
        return _asked_marks(store)
    if (as_written := _as_written(store)) in _MARKS:
        return _MARKS[as_written]
    found = _asked_marks(store)
    if as_written == _as_written(store):
        _MARKS[as_written] = found
    return found


_MARKS: dict[tuple[tuple[int, int] | None, ...], dict[str, tuple[object, ...]]] = {}


def _as_written(store: Store) -> tuple[tuple[int, int] | None, ...]:
    files = (store.folder.database, store.folder.write_ahead_log)
    return tuple((file.stat().st_size, file.stat().st_mtime_ns) if file.exists() else None for file in files)


def _asked_marks(store: Store) -> dict[str, tuple[object, ...]]:
    names = table_names() - ({"schema_version"} if store.shared else set())
    hashed = {True: "md5(string_agg(t::text, ',' order by t::text))", False: "bit_xor(hash(t))"}
    found: dict[str, tuple[object, ...]] = {}
    with store.cursor() as cursor:
        # One question an engine: sixty take twice the time, and hundreds of tests ask before and after.
        for own in (names & FROZEN, names - FROZEN):
            mark = hashed[store.shared and own.isdisjoint(FROZEN)]
            asked = " union all ".join(f"select '{name}', count(*), {mark} from {name} t" for name in sorted(own))
            found |= {name: tuple(rest) for name, *rest in cursor.execute(asked).fetchall()}
    return found


def addressed(arguments: Sequence[object], cwd: Path) -> tuple[list[str], dict[str, str]]:
    """The arguments of a command, its store named by folder or address, and the environment that goes with them."""
    words = [str(argument) for argument in arguments]
    around: dict[str, str] = {}
    if SHARED:
        for at, word in enumerate(words[:-1]):
            if word == "--store":
                place = place_of(cwd / words[at + 1])
                words[at + 1], around = str(place.address), {"KPI_STORE_FILES": str(place.folder)}
    return words, around


@contextmanager
def folders_are_shared_stores() -> Iterator[None]:
    """For a worker's session: ``Store.open`` opens what ``place_of`` says."""
    if not SHARED:
        yield
        return
    from kpi.store.shared import connections

    whole, whole_to_read = Store.open, Store.open_to_read

    def opened(root: Path, wait: float = 0.0, any_version: bool = False) -> Store:
        return whole(root, wait, any_version) if any_version else open_store(place_of(root))

    def opened_to_read(root: Path, wait: float = 0.0, any_version: bool = False) -> Store:
        return whole_to_read(root, wait, any_version) if any_version else open_store_to_read(place_of(root))

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Store, "open", opened)
        patched.setattr(Store, "open_to_read", opened_to_read)
        patched.setattr(connections, "PATIENCE_SECONDS", 300.0)
        yield


def drop_databases_below(folder: Path) -> None:
    """Of a test that is over: each takes ten megabytes."""
    for name in [name for name in _made() if _FOLDERS.get(name, Path()).is_relative_to(folder)]:
        with suppress(Exception):
            _server().ask(f"drop database if exists {name} with (force)")
        _made().discard(name)


_FOLDERS: dict[str, Path] = {}


def _database(folder: Path) -> str:
    name = "s" + hashlib.sha256(str(folder).encode()).hexdigest()[:24]
    _FOLDERS[name] = folder
    return name


@cache
def _server() -> Databases:
    return Databases(os.environ[_HOST])


@cache
def _made() -> set[str]:
    return set()
