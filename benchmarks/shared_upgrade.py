"""A large shared store brought forward, and others meanwhile: ``python -m benchmarks.shared_upgrade``.

An invented panel of 50,000 enterprises, 5,000 applications and six acts of each (ENTERPRISES and APPLICATIONS as the
first two arguments), of which twenty were locked by the service and the others are copies of their rows; on Debian's
PostgreSQL with the settings that keep what was committed. The store is said to be of the release before. Then ``kpi
store upgrade`` is run as a command, while a process of that release reads and writes again and again, ten times a
second, and says what it was answered. The third argument is a folder for the store that all is moved from: it is made
once.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Event, Thread
from unittest.mock import patch

from benchmarks.common.enterprises import with_drafts
from benchmarks.freezing import INCOMING
from benchmarks.panel_import import write_panel
from benchmarks.several import DURABLE
from kpi import tables
from kpi.errors import StoreUnavailable
from kpi.model.viewer import SYSTEM
from kpi.services.freeze import import_files
from kpi.services.shipped_baseline import ensure_baseline
from kpi.services.unit_of_work import unit_of_work
from kpi.store.open_store import move_to_shared, open_store, open_store_to_read
from kpi.store.schema import LATEST
from kpi.store.store import Store
from kpi.store.store_place import StorePlace
from tests.store.engines import server
from tests.store.shared_places import Databases, databases_of_tests, name_of

ENTERPRISES, APPLICATIONS = 50_000, 5_000
LOCKED, ACTS = 20, 6
BEFORE = "0.0.9"
"""The release that the store is of."""
COPIED = ("release", "worksheet", "step")
PAUSE_SECONDS = 0.1


def main(enterprises: int = ENTERPRISES, applications: int = APPLICATIONS, folder: str | None = None) -> None:
    server.SETTINGS |= DURABLE
    print(f"load before: {os.getloadavg()[0]:.2f} of {os.cpu_count()} cores")
    with databases_of_tests() as databases, tempfile.TemporaryDirectory() as own:
        root = Path(folder or own) / "store"
        if not root.exists():
            furnished(root, enterprises, applications)
        place = databases.new(Path(own) / "files", options="")
        with open_store_to_read(StorePlace(root)) as source:
            move_to_shared(source, place)
        said = f"update store_release set release = '{BEFORE}/{LATEST}'"  # noqa: S608 - our own words
        databases.ask(said, name_of(place))
        rows = databases.ask("select pg_database_size(current_database()) / 1000000", name_of(place))[0][0]
        files = sum(path.stat().st_size for path in (place.folder / "frozen").iterdir()) / 1e6
        print(
            f"{enterprises:,} enterprises, {applications:,} applications: {rows} MB of rows, {files:.0f} MB of records"
        )
        with at_work(place) as others:
            time.sleep(2.0)
            clock, cpu, memory = upgraded(place)
            time.sleep(2.0)
        print(f"upgraded in {clock:.1f} s, {cpu:.1f} s of CPU, {memory} MB; load {os.getloadavg()[0]:.1f}")
        print(f"database's CPU in all: {_server_cpu(databases):.1f} s")
        for other in others:
            print(other.said())


def furnished(root: Path, enterprises: int, applications: int) -> None:
    """The store in a folder from which it is moved."""
    root.parent.mkdir(parents=True, exist_ok=True)
    panel = root.parent / INCOMING.file_name
    write_panel(panel, enterprises)
    with Store.open(root) as store:
        ensure_baseline(store)
    with_drafts(root, LOCKED, locked=True)
    with Store.open(root) as store:
        import_files(store, replace(INCOMING, data=panel.read_bytes()))
        with unit_of_work(store, SYSTEM) as change:
            codes = [
                code for (code,) in change.cursor.execute("select credit_code from release order by all").fetchall()
            ]
            for own, code in enumerate(codes):
                for table in COPIED:
                    change.cursor.execute(
                        f"""insert into {table}
                            select t.* replace ('91000000MB' || lpad(n::varchar, 8, '0') as credit_code)
                            from {table} t, range($1, $2, $3) r (n) where credit_code = $4""",  # noqa: S608 - our own names
                        [own, applications, len(codes), code],
                    )
            for number in range(applications * ACTS):
                change.audit("backup_made", f"act {number}", after={"number": number})


@dataclass
class Other:
    """What one who does the same again and again was answered: "done" or an error's code, how often, how late."""

    what: str
    ask: Callable[[], object]
    answers: Counter[str] = field(default_factory=Counter)
    longest: dict[str, float] = field(default_factory=dict)

    def again(self, ended: Event) -> None:
        while not ended.wait(PAUSE_SECONDS):
            begun, answer = time.perf_counter(), "done"
            try:
                self.ask()
            except StoreUnavailable as error:
                answer = error.code
            except Exception as error:  # what is in no words is what is looked for
                answer = f"bug: {type(error).__name__} {error}"
            self.answers[answer] += 1
            self.longest[answer] = max(self.longest.get(answer, 0.0), time.perf_counter() - begun)

    def said(self) -> str:
        found = (
            f"{answer} {times} times, at most {self.longest[answer]:.1f} s" for answer, times in self.answers.items()
        )
        return f"{self.what}: {'; '.join(found)}"


@contextmanager
def at_work(place: StorePlace) -> Iterator[list[Other]]:
    """A process of the release before goes on meanwhile: this one, which says that it is of it."""
    ended = Event()
    with patch("kpi.store.shared.tables.program_version", lambda: BEFORE), open_store(place) as store:
        others = [Other("read", lambda: _read(store)), Other("written", lambda: _written(store))]
        threads = [Thread(target=other.again, args=[ended]) for other in others]
        for thread in threads:
            thread.start()
        try:
            yield others
        finally:
            ended.set()
            for thread in threads:
                thread.join()


def _read(store: Store) -> None:
    with store.cursor() as cursor:
        tables.audit.audit_head(cursor)
        tables.baselines.baselines(cursor)


def _written(store: Store) -> None:
    with unit_of_work(store, SYSTEM) as change:
        change.audit("backup_made", "meanwhile")


def upgraded(place: StorePlace) -> tuple[float, float, int]:
    """Seconds by the clock and of CPU, and the largest memory in MB, of the command alone."""
    begun = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "kpi", "store", "upgrade", "--json"],
        stdout=subprocess.PIPE,
        env=os.environ | place.environment,
    )
    assert process.stdout
    said = process.stdout.read()
    _, code, used = os.wait4(process.pid, 0)
    if code or not json.loads(said)["backup"]:
        raise RuntimeError(f"not upgraded: {said!r}")
    return time.perf_counter() - begun, used.ru_utime + used.ru_stime, used.ru_maxrss // 1024


def _server_cpu(databases: Databases) -> float:
    """Of the server and all that it started and that have ended."""
    pid = int((Path(databases.host) / "data" / "postmaster.pid").read_text().split()[0])
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    given = sys.argv[1:]
    numbers = [*map(int, given[:2]), *(ENTERPRISES, APPLICATIONS)[len(given) :]]
    main(numbers[0], numbers[1], given[2] if len(given) > 2 else None)
