"""One moment of the store: what is asked twice while one page is worked out is read once.

A page asks several services, and these ask the same questions again: whose application, which baseline, which policy.
Planning a question costs DuckDB more than answering it (1 to 6 ms), so that a page spent half its time on repetitions.
Within ``one_moment`` an answer is kept until its end, or until somebody in it begins or ends a change. Whoever holds
the write lock always reads the store itself.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

Answer = TypeVar("Answer")

_ANSWERS: ContextVar[dict[Hashable, Any] | None] = ContextVar("answers of this moment", default=None)


@contextmanager
def one_moment() -> Iterator[None]:
    """What happens inside, in this thread and on one store, is answered as of one moment."""
    token = _ANSWERS.set({})
    try:
        yield
    finally:
        _ANSWERS.reset(token)


def once_a_moment(question: Hashable, ask: Callable[[], Answer]) -> Answer:
    """The answer of this moment, asked for where there is none yet. Outside any moment it is asked for every time."""
    answers = _ANSWERS.get()
    if answers is None:
        return ask()
    if question not in answers:
        answers[question] = ask()
    answer: Answer = answers[question]
    return answer


@contextmanager
def every_answer_anew() -> Iterator[None]:
    """What happens inside reads the store itself, and another moment begins after it."""
    answers = _ANSWERS.get()
    token = _ANSWERS.set(None)
    try:
        yield
    finally:
        _ANSWERS.reset(token)
        if answers is not None:
            answers.clear()
