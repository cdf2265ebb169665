"""The real system calls of one act: found with strace, then each made to fail, or the process ended before it.

The act is done in a child, on a store of its own. It runs on one thread, so that the calls come in the same order every
time; strace looks on from the moment the child has opened the store until the act has ended.
"""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import tempfile
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from kpi.errors import UserError
from kpi.store import database as connecting
from kpi.store.store import Store
from tests.programs import found

FILE_CALLS = (
    "openat", "read", "pread64", "write", "pwrite64", "writev", "lseek", "close", "fcntl", "fstat", "newfstatat",
    "statfs", "readlink", "rename", "unlink", "unlinkat", "mkdir", "rmdir", "chmod", "fchmod", "fallocate", "ftruncate",
    "fsync", "fdatasync",
)  # fmt: skip
LINE = re.compile(r"^\d+ +(?:<\.\.\. )?(\w+)[( ]")
DONE, KILLED = "done", "killed"

Act = Callable[[Store], object]
Question = Callable[[Store], object]


@dataclass(frozen=True, slots=True)
class Moment:
    """The ``at``-th call of a kind within an act."""

    call: str
    at: int

    def failing(self, error: str, lasting: bool) -> str:
        """As strace is asked for it: this call fails, ``lasting`` with all of its kind that come after it."""
        return f"{self.call}:error={error}:when={self.at}{'+' if lasting else ''}"

    def killing(self) -> str:
        """The process ends before this call has done anything."""
        return f"{self.call}:error=EIO:signal=SIGKILL:when={self.at}"


@dataclass(frozen=True, slots=True)
class Ended:
    """How an act ended: ``done``, ``killed``, or the code of what was said; then what the same process found."""

    said: str
    found: object = None


def reason_not_to_trace() -> str:
    """Why the system calls of a child cannot be looked at here; empty where they can."""
    if not found("strace"):
        return "strace is not installed"
    tried = subprocess.run(
        ["strace", "-f", "-e", "inject=fsync:error=EIO", "true"], capture_output=True, text=True, check=False
    )
    return "" if tried.returncode == 0 else f"strace may not look on here: {tried.stderr.strip()[-200:]}"


def moments(root: Path, act: Act) -> list[Moment]:
    """Every system call on files that the act makes."""
    with tempfile.NamedTemporaryFile("r", suffix=".strace") as log:
        ended = done_in_child(root, act, lambda _: None, ["-o", log.name, "-e", f"trace={','.join(FILE_CALLS)}"])
        assert ended.said == DONE, ended
        calls = [found[1] for line in log if (found := LINE.match(line)) and " resumed>" not in line]
    return [Moment(call, at) for call, many in Counter(calls).items() for at in range(1, many + 1)]


def done_in_child(root: Path, act: Act, question: Question, look_on: list[str]) -> Ended:
    """Do the act in a child that strace looks at; then ask the same process, which goes on undisturbed."""
    ours, theirs = socket.socketpair()
    child = os.fork()
    if child == 0:
        ours.close()  # where this process is ended, the child hears of it and ends too
        _child(root, act, question, theirs)
    theirs.close()
    with closing(ours):
        assert ours.recv(99) == b"open"
        command = ["strace", "-f", "-p", str(child), *look_on]
        with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as watcher:
            assert watcher.stderr is not None
            assert "attached" in watcher.stderr.readline()
            ours.send(b"go")
            said = ours.recv(999).decode()
            watcher.terminate()
            watcher.communicate()
        if said:
            ours.send(b"go")
        found = ours.recv(999).decode()
    _, status = os.waitpid(child, 0)
    if not said:
        assert os.waitstatus_to_exitcode(status) == -signal.SIGKILL
        return Ended(KILLED)
    return Ended(said, found)


def _child(root: Path, act: Act, question: Question, talk: socket.socket) -> None:
    """Never comes back."""
    try:
        with pytest.MonkeyPatch.context() as patched:
            patched.setitem(connecting.SETTINGS, "threads", "1")
            store = Store.open(root)
            talk.send(b"open")
            if not talk.recv(9):
                return
            said = _words(act, store) or DONE
            talk.send(said.encode())
            talk.recv(9)
            talk.send((_words(question, store) or "").encode())
    finally:
        os._exit(0)


def _words(job: Callable[[Store], object], store: Store) -> str:
    try:
        said = job(store)
    except UserError as error:
        return f"{error.code} {error.params.get('reason', '')}".strip()
    except BaseException as bug:
        return f"bug: {type(bug).__name__}: {bug}"
    return "" if said is None else str(said)
