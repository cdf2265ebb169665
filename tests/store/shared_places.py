"""Shared stores for tests: databases on the tests' own PostgreSQL, each with a folder for its files."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from kpi.store.open_store import open_store
from kpi.store.store import Store
from kpi.store.store_place import StorePlace
from tests.store.engines import server

PATIENT = "-c lock_timeout=300s -c idle_in_transaction_session_timeout=300s"
"""On a machine that does much else a writer may wait, and pause, for longer than the product lets it."""


@dataclass(frozen=True, slots=True)
class Databases:
    """``host`` is the folder of the server's socket."""

    host: str
    numbers: Iterator[int] = field(default_factory=count)

    def new(self, folder: Path, template: str = "template0", options: str = PATIENT, more: str = "") -> StorePlace:
        """An empty database, or a copy of another one, and a folder that goes with it."""
        name = f"store{next(self.numbers)}"
        self.ask(f"create database {name} template {template} {more}")
        return self.at(name, folder, options)

    def make(self, name: str, template: str = "template0") -> None:
        """A database of that name, unless it is there already."""
        import psycopg

        with suppress(psycopg.errors.DuplicateDatabase):
            self.ask(f"create database {name} template {template}")

    def at(self, name: str, folder: Path, options: str = PATIENT) -> StorePlace:
        said = f"&options={quote(options)}" if options else ""
        return StorePlace(folder, f"postgresql://kpi@/{name}?host={quote(self.host)}{said}")

    def copy(self, of: StorePlace, folder: Path, options: str = PATIENT) -> StorePlace:
        """The same store once more, for a test of its own. Nobody has the other one open."""
        return self.new(Path(shutil.copytree(of.folder, folder)), name_of(of), options)

    def start_again(self) -> None:
        """The server ends as by a power cut, and is started again."""
        server.start_again(f"host={self.host}")

    def ask(self, statement: str, name: str = "postgres") -> list[tuple[object, ...]]:
        """What the server answers to who owns it, in the database of that name."""
        import psycopg

        with psycopg.connect(f"host={self.host} user=kpi dbname={name}", autocommit=True) as connection:
            answer = connection.execute(statement.encode())
            return answer.fetchall() if answer.description else []


def break_at_commit(patched: pytest.MonkeyPatch, kept: bool) -> None:
    """The connection of the next change is lost while it is committed: after it was ``kept``, or before."""
    import psycopg

    execute = psycopg.Connection.execute

    def breaking(connection: Any, statement: Any, *more: Any, **how: Any) -> Any:
        if statement == "commit":
            if kept:
                execute(connection, statement)
            patched.setattr(psycopg.Connection, "execute", execute)
            connection.close()
            raise psycopg.OperationalError("the connection is lost")
        return execute(connection, statement, *more, **how)

    patched.setattr(psycopg.Connection, "execute", breaking)


def name_of(place: StorePlace) -> str:
    """The database's own name."""
    assert place.address
    return place.address.split("/")[3].partition("?")[0]


@contextmanager
def databases_of_tests() -> Iterator[Databases]:
    """A server while it is needed. Where there is none these tests skip, and fail where CI is set."""
    if reason := server.missing():
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    with server.running() as said:
        yield Databases(said.split()[0].removeprefix("host="))


def furnished_place(databases: Databases, folder: Path, furnish: Callable[[Store], None]) -> StorePlace:
    """A shared store that nobody has open, to be copied."""
    place = databases.new(folder)
    with open_store(place) as store:
        furnish(store)
    return place
