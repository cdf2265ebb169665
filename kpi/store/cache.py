"""The one cache of an open store, and the snapshot in which a page reads it.

Everything in it is kept under a key that holds all it follows from: which function, of which content. What is read from
tables is kept with how often each of them had been written to, and read again once one has been: which tables a change
writes to is read off its statements (``written_tables``), so that nobody who adds a kind of change need think of this.

A page asks several services, and these ask the same queries again: whose application, which baseline, which policy.
Planning a query costs DuckDB more than answering it (1 to 6 ms). Within a ``snapshot`` each is answered once, until
its end or until somebody in it begins or ends a change. Outside one, and for whoever holds the write lock, the store
itself is read.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from operator import attrgetter
from threading import Lock
from typing import Any, Generic, TypeVar
from weakref import ref

from cachetools import LRUCache

Value = TypeVar("Value")
Answer = TypeVar("Answer")

LARGEST = 100_000_000
"""Characters of all answers together: those that were not asked for the longest are dropped. There is room for all
candidates of a city's year, so that their list does not decide some of them again."""
LARGEST_ANSWER = LARGEST // 16
TYPICAL_ANSWER = 40_000
"""What the answer to an application takes, about."""

Versions = Mapping[str, int]
"""How often each table had been written to; a table that is not named never was."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """An answer, and the versions of the tables that it was read from; none where all it follows from is the key."""

    answer: Any
    versions: tuple[int, ...]
    size: int


def typical(_: object) -> int:
    """The size of an answer that nobody measures."""
    return TYPICAL_ANSWER


class Cache:
    """For all readers of one open store, from several threads at once."""

    def __init__(self) -> None:
        self._entries: LRUCache[Hashable, _Entry] = LRUCache(LARGEST, getsizeof=attrgetter("size"))
        self._versions: dict[str, int] = {}
        self._emptied = 0
        self._guard = Lock()

    def answers(
        self,
        keys: Sequence[Hashable],
        make: Callable[[list[int]], list[Answer]],
        size: Callable[[Answer], int],
        versions: tuple[int, ...] = (),
    ) -> list[Answer]:
        """An answer for each of ``keys``; ``make`` is given the places of those that are not known as of ``versions``.

        The versions are from before ``make`` reads: an answer that a write overtakes meanwhile is newer than they say,
        never older. One that was begun before the cache was emptied is given, and not kept.
        """
        with self._guard:
            known = {place: entry for place, key in enumerate(keys) if (entry := self._entries.get(key)) is not None}
            emptied = self._emptied
        found: dict[int, Answer] = {place: known[place].answer for place in known if known[place].versions == versions}
        if missing := [place for place in range(len(keys)) if place not in found]:
            made = dict(zip(missing, make(missing), strict=True))
            entries = {keys[place]: _Entry(answer, versions, size(answer)) for place, answer in made.items()}
            with self._guard:
                if emptied == self._emptied:
                    self._entries.update({key: new for key, new in entries.items() if new.size <= LARGEST_ANSWER})
            found |= made
        return [found[place] for place in range(len(keys))]

    def versions(self) -> Versions:
        """As of now."""
        with self._guard:
            return dict(self._versions)

    def wrote(self, tables: Collection[str]) -> None:
        """A change that wrote to these tables was committed, or may have been."""
        with self._guard:
            self._versions |= {table: self._versions.get(table, 0) + 1 for table in tables}

    def empty(self) -> None:
        """Persons' data were deleted: whatever may have been made of them goes."""
        with self._guard:
            self._emptied += 1
            self._entries.clear()


@dataclass(slots=True)
class _Snapshot:
    """``versions`` are from when it began, which is before anything is read in it."""

    cache: Cache | None
    versions: Versions = field(default_factory=dict)
    answers: dict[Hashable, Any] = field(default_factory=dict)

    def begin(self) -> None:
        self.answers.clear()
        self.versions = {} if self.cache is None else self.cache.versions()


_SNAPSHOT: ContextVar[_Snapshot | None] = ContextVar("snapshot", default=None)


@contextmanager
def snapshot(cache: Cache | None = None) -> Iterator[None]:
    """What happens inside, in this thread and on one store, is answered as of one moment; ``cache`` is the store's."""
    begun = _Snapshot(cache)
    begun.begin()
    token = _SNAPSHOT.set(begun)
    try:
        yield
    finally:
        _SNAPSHOT.reset(token)


@contextmanager
def uncached() -> Iterator[None]:
    """What happens inside reads the store itself, and another snapshot begins after it."""
    left = _SNAPSHOT.get()
    token = _SNAPSHOT.set(None)
    try:
        yield
    finally:
        _SNAPSHOT.reset(token)
        if left is not None:
            left.begin()


def once(key: Hashable, make: Callable[[], Answer]) -> Answer:
    """Made once in a snapshot; outside one, every time."""
    if (here := _SNAPSHOT.get()) is None:
        return make()
    if key not in here.answers:
        here.answers[key] = make()
    answer: Answer = here.answers[key]
    return answer


def cached(key: Hashable, make: Callable[[], Answer], size: Callable[[Answer], int] = typical) -> Answer:
    """What follows from content that stands in the key whole: a figure, a list in words. Nobody may change it."""
    return cached_each([key], lambda _: [make()], size)[0]


def cached_each(
    keys: Sequence[Hashable], make: Callable[[list[int]], list[Answer]], size: Callable[[Answer], int] = typical
) -> list[Answer]:
    """As ``cached``, for each of ``keys``; ``make`` is given the places of those that are not known yet."""
    here = _SNAPSHOT.get()
    if here is None or here.cache is None:
        return make(list(range(len(keys))))
    return here.cache.answers(keys, make, size)


def cached_read(
    key: Hashable, tables: Sequence[str], read: Callable[[], Answer], size: Callable[[Answer], int] = typical
) -> Answer:
    """What is read from these tables alone, once in a snapshot, and kept until one of them is written to."""
    here = _SNAPSHOT.get()
    if here is None or (cache := here.cache) is None:
        return once(key, read)
    versions = tuple(here.versions.get(table, 0) for table in tables)
    return once(key, lambda: cache.answers([key], lambda _: [read()], size, versions)[0])


class PerObject(Generic[Value, Answer]):
    """``make``, asked once for each object, and forgotten with it. An object equal to another is asked for by itself.

    The object's class must allow weak references (``weakref_slot=True`` beside ``slots=True``), and nobody changes it.
    """

    def __init__(self, make: Callable[[Value], Answer]) -> None:
        self._make = make
        self._known: dict[int, tuple[ref[Value], Answer]] = {}

    def __call__(self, value: Value) -> Answer:
        number = id(value)
        if (known := self._known.get(number)) is not None and known[0]() is value:
            return known[1]
        answer = self._make(value)
        self._known[number] = ref(value, lambda _: self._known.pop(number, None)), answer
        return answer

    def __len__(self) -> int:
        return len(self._known)
