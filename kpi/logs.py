"""The log: one JSON line per event, under ``logs/`` in the store's folder, readable by its owner only.

Only the events and fields named here can be written, each field in its own format; anything else becomes ``withheld``.
So no KPI value, file name, contact, telephone number or token gets in, whoever calls.
"""

from __future__ import annotations

import errno
import hashlib
import hmac
import json
import logging
import os
import re
import secrets
import sys
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from io import TextIOWrapper
from logging.handlers import QueueHandler, RotatingFileHandler
from pathlib import Path
from queue import Full, Queue
from threading import Thread
from typing import Final, Literal, TypedDict, Unpack, cast

Event = Literal[
    "start",
    "stop",
    "unfinished",
    "request",
    "connection",
    "refused",
    "sign_in",
    "sign_in_failed",
    "sign_out",
    "form_refused",
    "store_unavailable",
    "backup_old",
    "contacts_deleted",
    "act",
    "error",
]
RefusalReason = Literal["host", "origin", "size", "slow", "quota", "busy", "full", "path", "not_signed_in"]


class Fields(TypedDict, total=False):
    """The fields of an event. ``milliseconds`` is its duration, ``address`` its origin; ``seq`` and ``mac`` are an
    act's, as an anchor has them.
    """

    reference: str
    account: str
    typed_name: str
    address: str
    method: str
    path: str
    host: str
    status: int
    milliseconds: int
    reason: RefusalReason
    kind: str
    trace: Sequence[str]
    seq: int
    mac: str


WITHHELD: Final = "withheld"
_ROOT: Final = Path(__file__).resolve().parents[1]
_FORMS: Final[dict[str, re.Pattern[str]]] = {
    "reference": re.compile(r"[0-9A-F]{8}"),
    # An account may be named after a telephone number, which must stay out.
    "account": re.compile(r"(?!.*\d{7})[\w.@-]{1,100}"),
    "typed_name": re.compile(r"[0-9a-f]{12}"),
    "address": re.compile(r"[0-9a-fA-F.:]{1,45}"),
    "method": re.compile(r"[A-Z]{1,10}"),
    "path": re.compile(r"/[a-z0-9_./-]{0,60}"),
    "host": re.compile(r"(?!.*\d{7})[A-Za-z0-9.:\[\]-]{1,100}"),
    "reason": re.compile(r"[a-z_]{1,20}"),
    "mac": re.compile(r"[0-9a-f]{64}"),
    "kind": re.compile(r"\w{1,80}"),
    "trace": re.compile(r"[\w./<>-]+:\d+ [\w<>]+"),
}
_NUMBERS: Final = frozenset({"status", "milliseconds", "seq"})
_LOGGER: Final = logging.getLogger("duibiao")
_LOGGER.addHandler(logging.NullHandler())
_LOGGER.propagate = False
LOG_FULL: Final = "磁盘已满，日志暂停写入。 / The disk is full: the log is not written."
LOG_LOST: Final = "日志不能写入。 / The log cannot be written."
LOG: Final = "duibiao"
_BYTES, _FILES = 5_000_000, 10
_LINES_WAITING: Final = 10_000
_ENDS_SECONDS: Final = 2.0
"""So long the lines that still wait are waited for at the end."""
_LISTENERS: Final[list[Callable[[Event], None]]] = []


def on_event(listener: Callable[[Event], None]) -> None:
    """From now on ``listener`` hears the name of each event, to count it."""
    _LISTENERS.append(listener)


def event(name: Event, **fields: Unpack[Fields]) -> None:
    """Log the event now. Nothing is written before ``keep``."""
    for listener in _LISTENERS:
        listener(name)
    checked = {field: _checked(field, value) for field, value in fields.items() if value != ""}
    at = datetime.now(UTC).isoformat(timespec="milliseconds")  # noqa: TID251 - as other logs of the machine
    _LOGGER.info(json.dumps({"time": at, "event": name, **checked}, ensure_ascii=False))


def error(bug: BaseException, **fields: Unpack[Fields]) -> str:
    """Log the location of an internal error and return its reference.

    Its message is left out: it may quote a value, a file or a person.
    """
    reference = secrets.token_hex(4).upper()
    event("error", **fields | {"reference": reference, "kind": type(bug).__name__, "trace": _trace(bug)})
    return reference


def typed(name: str, secret: bytes) -> str:
    """A hash of a typed name, as people type passwords there; the same name gives the same hash."""
    return hmac.new(secret, b"typed name" + name.encode(), hashlib.sha256).hexdigest()[:12]


def keep(store: Path, name: str = LOG, *, apart: bool = False) -> None:
    """Log to this store's folder, which must exist, in a file of that name.

    ``apart``: another thread writes. A folder on another machine may take minutes for a line, or say nothing at all.

    Raises:
        OSError: the folder cannot be written.
    """
    folder = store / "logs"
    folder.mkdir(mode=0o700, exist_ok=True)
    folder.chmod(0o700)
    let_go()
    written = _Private(folder / f"{name}.jsonl", maxBytes=_BYTES, backupCount=_FILES, encoding="utf-8")
    _LOGGER.addHandler(_Apart(written) if apart else written)
    _LOGGER.setLevel(logging.INFO)


def let_go() -> None:
    for handler in _LOGGER.handlers[:]:
        if isinstance(handler, _StopsNobody):
            _LOGGER.removeHandler(handler)
            handler.close()


class _StopsNobody(logging.Handler):
    reported = False

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802, ARG002 - the library's name
        """A log that cannot be written stops nobody's work: it is said once, without the line and without a trace."""
        if not self.reported:
            self.reported = True
            why = sys.exc_info()[1]
            full = isinstance(why, OSError) and why.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
            print(LOG_FULL if full else LOG_LOST, file=sys.stderr, flush=True)


class _Private(_StopsNobody, RotatingFileHandler):
    """A rotating file readable by its owner only, whatever the umask."""

    def _open(self) -> TextIOWrapper:
        descriptor = os.open(self.baseFilename, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        os.fchmod(descriptor, 0o600)
        return os.fdopen(descriptor, "a", encoding=self.encoding)


class _Apart(_StopsNobody, QueueHandler):
    """Written by a thread of its own. Of more lines than may wait the last are lost, which is said."""

    def __init__(self, written: _Private) -> None:
        self._waiting: Queue[logging.LogRecord | None] = Queue(_LINES_WAITING)
        super().__init__(self._waiting)
        self._written = written
        self._thread = Thread(target=self._write, name="log", daemon=True)
        self._thread.start()

    def _write(self) -> None:
        while (record := self._waiting.get()) is not None:
            self._written.handle(record)
        with suppress(OSError):  # its lines are written or lost by now
            self._written.close()

    def close(self) -> None:
        with suppress(Full):
            self._waiting.put(None, timeout=_ENDS_SECONDS)
        self._thread.join(_ENDS_SECONDS)
        super().close()


def _checked(field: str, value: object) -> object:
    """The value, or ``withheld`` if it lacks its field's format. An unknown field is a bug."""
    if field in _NUMBERS:
        return value if isinstance(value, int) else WITHHELD
    form = _FORMS[field]
    if isinstance(value, str):
        return value if form.fullmatch(value) else WITHHELD
    return [_checked(field, item) for item in cast(Sequence[str], value)]


def _trace(bug: BaseException) -> list[str]:
    return [
        f"{_place(frame.filename)}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(bug.__traceback__)
    ]


def _place(file: str) -> str:
    """From the project's root, or from the folder that libraries lie in: never where this machine keeps them."""
    path = Path(file)
    if path.is_relative_to(_ROOT) and ".venv" not in path.parts:
        return path.relative_to(_ROOT).as_posix()
    return file.rpartition("site-packages/")[2] if "site-packages/" in file else path.name
