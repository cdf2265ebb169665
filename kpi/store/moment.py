"""One moment of the store: what is asked twice while one page is worked out is read once.

A page asks several services, and these ask the same questions again: whose application, which baseline, which policy.
Planning a question costs DuckDB more than answering it (1 to 6 ms), so that a page spent half its time on repetitions.
Within ``one_moment`` an answer is kept until its end, or until somebody in it begins or ends a change. Whoever holds
the write lock always reads the store itself.

A moment of an open store also reads what that store keeps (``kept``): frozen records, what the authority decided, and
what was read before where nobody has written to its tables since.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, TypeVar

from kpi.store.kept import Kept, Writes

Answer = TypeVar("Answer")


@dataclass(slots=True)
class _Moment:
    """``decisions`` and ``writes``: how many there were when it began, which is before anything is read in it."""

    kept: Kept | None
    decisions: int = 0
    writes: Writes = field(default_factory=dict)
    answers: dict[Hashable, Any] = field(default_factory=dict)

    def begin(self) -> None:
        self.answers.clear()
        if self.kept:
            self.decisions, self.writes = self.kept.as_of()


_MOMENT: ContextVar[_Moment | None] = ContextVar("this moment", default=None)


@contextmanager
def one_moment(kept: Kept | None = None) -> Iterator[None]:
    """What happens inside, in this thread and on one store, is answered as of one moment; ``kept`` is the store's."""
    moment = _Moment(kept)
    moment.begin()
    token = _MOMENT.set(moment)
    try:
        yield
    finally:
        _MOMENT.reset(token)


def once_a_moment(question: Hashable, ask: Callable[[], Answer]) -> Answer:
    """The answer of this moment, asked for where there is none yet. Outside any moment it is asked for every time."""
    if (moment := _MOMENT.get()) is None:
        return ask()
    if question not in moment.answers:
        moment.answers[question] = ask()
    answer: Answer = moment.answers[question]
    return answer


def within_kept_moment() -> bool:
    """Whether answers of frozen things are kept for whoever asks now."""
    moment = _MOMENT.get()
    return moment is not None and moment.kept is not None


def kept_for_good(key: Hashable, ask: Callable[[], Answer]) -> Answer:
    """The answer about something frozen that ``key`` names with its content. Outside any moment it is asked for."""
    moment = _MOMENT.get()
    return ask() if moment is None or moment.kept is None else moment.kept.for_good(key, ask)


def each_kept(keys: Sequence[Hashable], ask: Callable[[list[int]], list[Answer]]) -> list[Answer]:
    """What follows from each of ``keys``, which hold all that it follows from; ``ask`` is given the places to be asked.

    Outside any moment all are asked for.
    """
    moment = _MOMENT.get()
    if moment is None or moment.kept is None:
        return ask(list(range(len(keys))))
    return moment.kept.each_derived(keys, ask)


def kept_until_decided(question: Hashable, ask: Callable[[], Answer]) -> Answer:
    """The answer about what the authority decides, one for the whole moment. Outside any moment it is asked for."""
    moment = _MOMENT.get()
    if moment is None or (kept := moment.kept) is None:
        return ask()
    return once_a_moment(("decided", question), lambda: kept.until_decided(question, ask, moment.decisions))


def kept_until_written(
    question: Hashable, tables: Sequence[str], ask: Callable[[], Answer], letters: Callable[[Answer], int]
) -> Answer:
    """The answer of a question that reads these tables, one for the whole moment, and kept until they are written to.

    Without a table, or outside a moment of the store, nothing is kept for the next one.
    """
    moment = _MOMENT.get()
    if moment is None or (kept := moment.kept) is None or not tables:
        return once_a_moment(question, ask)
    return once_a_moment(question, lambda: kept.until_written(question, tables, ask, moment.writes, letters))


def kept_piece_of(key: Hashable, make: Callable[[], Answer], letters: Callable[[Answer], int]) -> Answer:
    """What follows from content that ``key`` holds whole. Outside a moment of the store it is made each time."""
    moment = _MOMENT.get()
    return make() if moment is None or moment.kept is None else moment.kept.piece(key, make, letters)


@contextmanager
def every_answer_again() -> Iterator[None]:
    """What happens inside reads the store itself, and another moment begins after it."""
    moment = _MOMENT.get()
    token = _MOMENT.set(None)
    try:
        yield
    finally:
        _MOMENT.reset(token)
        if moment is not None:
            moment.begin()
