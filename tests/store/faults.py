"""A layer under the product's own file operations: the n-th fails with an error, or the process ends there.

What DuckDB does within a commit is not Python's; the commit itself is one step here, with a place before and after it.
``test_system_calls.py`` goes between the real system calls of the whole process.
"""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Callable
from errno import ENOSPC
from typing import Self

import pytest

WRITING = ("open", "write", "fsync", "rename", "replace", "link", "unlink", "mkdir", "rmdir", "chmod", "truncate")
"""Of ``os``: whatever of Python writes, above all ``pathlib``, ends there."""
PLACES = ("statvfs",)
"""Asked before and after each commit: nothing fails there, a kill may come there."""
COPYING = ("copyfile",)
"""Of ``shutil``, as one operation: it copies without leaving the system's own code."""


class Faults:
    """Counts file operations, and from the moment of ``at`` has them fail. Within ``with`` only.

    ``error`` is an error number, or None for a kill of this process, before the operation or, with ``after``, when it
    is done. ``lasting``: everything after it fails too.
    """

    def __init__(self, at: int, error: int | None = ENOSPC, *, lasting: bool = False, after: bool = False) -> None:
        self.calls = 0
        self._at, self._error, self._lasting, self._after = at, error, lasting, after
        self._patched = pytest.MonkeyPatch()

    def __enter__(self) -> Self:
        for module, names in ((os, WRITING), (shutil, COPYING), (os, PLACES)):
            for name in names:
                fails = names is not PLACES or self._error is None
                self._patched.setattr(module, name, self._failing(getattr(module, name), fails))
        return self

    def __exit__(self, *_: object) -> None:
        self._patched.undo()

    def _failing(self, real: Callable[..., object], fails: bool) -> Callable[..., object]:
        def call(*args: object, **named: object) -> object:
            if not fails or (real.__name__ == "open" and args[1] == os.O_RDONLY):
                return real(*args, **named)
            self.calls += 1
            if self.calls == self._at or (self._lasting and self.calls > self._at):
                if self._error is not None:
                    raise OSError(self._error, os.strerror(self._error))
                if self._after:
                    real(*args, **named)
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*args, **named)

        return call


def killed_at(at: int, job: Callable[[], object], *, after: bool = False) -> bool:
    """Do the job in a child that ends at its ``at``-th operation; False where it has fewer and the job was done."""
    child = os.fork()
    if child == 0:
        try:
            with Faults(at, None, after=after):
                job()
            os._exit(0)
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    assert code in (0, -signal.SIGKILL), "the job broke by itself"
    return code != 0
