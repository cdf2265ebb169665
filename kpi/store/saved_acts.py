"""Whether an act has been saved by who is now being answered: what is said when the answer fails must agree with it.

An act is saved before its answer is put into words, and the words can still fail: a text that is missing, a number that
JSON has no word for. "Nothing has changed" would have it done twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from kpi.errors import UserError


@dataclass(slots=True)
class _Call:
    """Shared by the threads that work on one call: each has a copy of the context, and all copies hold this."""

    saved: bool = False


_CALL: ContextVar[_Call | None] = ContextVar("this call", default=None)


def begin_call() -> None:
    """From here on another call is answered. The thread of a page's run begins without one."""
    _CALL.set(_Call())


def note_saved() -> None:
    """Something that the trail records has been saved for good."""
    if (call := _CALL.get()) is None:
        _CALL.set(_Call(saved=True))
    else:
        call.saved = True


@contextmanager
def saved_once_in_place() -> Iterator[None]:
    """What is saved inside is in a copy of a store: it counts at the end, where that has taken its place."""
    copied = _Call()
    token = _CALL.set(copied)
    try:
        yield
    finally:
        _CALL.reset(token)
    if copied.saved:
        note_saved()


def has_saved() -> bool:
    """Whether anything has been saved in this call."""
    call = _CALL.get()
    return call is not None and call.saved


def bug_in_words(reference: str) -> UserError:
    """What is said of a bug that is logged as ``reference``: whether anything has changed before it."""
    return UserError("unexpected_after_saving" if has_saved() else "unexpected", reference=reference)
