"""A process of its own that locks applications in a shared store: all it is asked for, or one in which it is killed.

Each line of stdin is one piece of work in JSON, done by a child: forked, so that imports are paid for once. What the
child says stands on stdout, then "ended STATUS".
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from kpi.errors import UserError
from kpi.model.viewer import Viewer
from kpi.services.enterprise.before_lock import lock_outlook
from kpi.services.enterprise.lock import lock_application
from kpi.store.open_store import open_store
from kpi.store.store import Store
from kpi.store.store_place import StorePlace, chosen_place
from tests.services.submitting import YEAR

ROOT = Path(__file__).resolve().parents[2]
AT_ONCE = 4
"""Pages worked out at the same moment, as in the served app."""


def owner(code: str) -> Viewer:
    """The enterprise's account."""
    return Viewer(f"e{code}", "演示企业（虚构）", "enterprise", (code,))


def lock_all(store: Store, codes: Sequence[str]) -> None:
    """Look at each of them, wait for the word, then lock each: say how it ended, the error's code or nothing."""
    points = {code: lock_outlook(store, owner(code), code, YEAR).points for code in codes}
    say("ready")
    sys.stdin.readline()

    def lock(code: str) -> None:
        try:
            lock_application(store, owner(code), code, YEAR, points[code])
        except UserError as error:
            say(f"{code} {error.code}")
        else:
            say(f"{code} locked")

    with ThreadPoolExecutor(AT_ONCE) as pages:
        list(pages.map(lock, codes))


def lock_and_die(store: Store, code: str, step: int) -> None:
    """Killed before the statement of that number is sent to the database; 0: not at all."""
    points = lock_outlook(store, owner(code), code, YEAR).points
    sent = 0

    def counted(call: Callable[..., Any]) -> Callable[..., Any]:
        def counting(*arguments: Any, **named: Any) -> Any:
            nonlocal sent
            sent += 1
            if sent == step:
                os.kill(os.getpid(), signal.SIGKILL)
            return call(*arguments, **named)

        return counting

    for name in ("execute", "executemany"):
        setattr(psycopg.Cursor, name, counted(getattr(psycopg.Cursor, name)))
    lock_application(store, owner(code), code, YEAR, points)
    say(f"locked in {sent}")


def say(words: str) -> None:
    # In one piece: print writes the end of a line by itself, and another thread's words between.
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def work(asked: dict[str, Any]) -> None:
    with open_store(chosen_place(None)) as store:
        if "step" in asked:
            lock_and_die(store, asked["code"], asked["step"])
        else:
            lock_all(store, asked["codes"])


class Locker:
    """The program, and what its children say."""

    def __init__(self, place: StorePlace) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.services.shared_locker"],
            cwd=ROOT, env=os.environ | place.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def ask(self, line: str) -> None:
        assert self.process.stdin
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()

    def heard(self, *ends: str) -> list[str]:
        """Lines up to one that begins so."""
        assert self.process.stdout
        lines = []
        for line in self.process.stdout:
            lines.append(line.strip())
            if line.startswith(ends):
                return lines
        raise AssertionError(lines)


@contextmanager
def locker(place: StorePlace) -> Iterator[Locker]:
    made = Locker(place)
    try:
        yield made
    finally:
        made.process.kill()
        made.process.wait()


def main() -> None:
    while line := sys.stdin.readline():
        child = os.fork()
        if child == 0:
            status = 1
            try:
                work(json.loads(line))
                status = 0
            except BaseException:  # a child never comes back to read the next line
                traceback.print_exc()
            finally:
                os._exit(status)
        _, ended = os.waitpid(child, 0)
        say(f"ended {os.waitstatus_to_exitcode(ended)}")


if __name__ == "__main__":
    main()
