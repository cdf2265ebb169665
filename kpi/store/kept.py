"""What an open store keeps in memory from one moment to the next.

Four kinds, and no others: what is frozen, whose name in the key stands for its content for ever; what follows from
content that stands in the key whole, a verdict say; what the authority decides - baselines in force, policy, awards -,
which is kept until the next change that may touch it; and what a question read, which is kept until one of the tables
that it names is written to. A change says itself that it touches one application alone; any other counts as a decision,
so that a new kind of change is safe without anybody thinking of this. Which tables a change wrote is read off its
statements (``written_tables``), for the same reason.
"""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any, Literal, TypeVar

Answer = TypeVar("Answer")
Shelf = Literal["frozen", "decided", "derived"]
"""What is frozen, what the authority decides, and what follows from content that stands in the key alone."""

MOST: Mapping[Shelf, int] = {"frozen": 256, "decided": 256, "derived": 1024}
"""Answers of each shelf; those that were not asked for the longest are let go. An answer to an application takes some
40 KB: there is room for all candidates of a city's year, so that their list does not decide some of them again."""
MOST_READ, MOST_LETTERS = 4096, 64_000_000
"""Answers of questions, and letters of all of them; one of more than a tenth of these is not kept."""

Writes = Mapping[str, int]
"""How often each table had been written to."""


@dataclass(frozen=True, slots=True)
class _Read:
    """The answer of a question, as of so many writes to each of its tables."""

    tables: Sequence[str]
    writes: tuple[int, ...]
    answer: Any
    letters: int


class Kept:
    """The answers of one open store, for all its readers."""

    def __init__(self) -> None:
        self._shelves: defaultdict[Shelf, OrderedDict[Hashable, Any]] = defaultdict(OrderedDict)
        self.decisions = 0
        """How many changes there were that may touch any answer about what the authority decides."""
        self._deletions = 0
        """How often persons' data were deleted: an answer that was begun before is given and not kept."""
        self._read: OrderedDict[Hashable, _Read] = OrderedDict()
        self._letters = 0
        self._writes: dict[str, int] = {}
        self._guard = Lock()

    def for_good(self, key: Hashable, ask: Callable[[], Answer]) -> Answer:
        """Of something frozen."""
        return self._each("frozen", [key], lambda _: [ask()])[0]

    def until_decided(self, key: Hashable, ask: Callable[[], Answer], decisions: int) -> Answer:
        """Of something that the authority decides, for a moment that began after so many ``decisions``.

        Read before the store is: an answer overtaken by a decision is kept under a number that no later moment has, and
        whoever reads the store as it was before a decision has the number from before it.
        """
        return self._each("decided", [(decisions, key)], lambda _: [ask()])[0]

    def each_derived(self, keys: Sequence[Hashable], ask: Callable[[list[int]], list[Answer]]) -> list[Answer]:
        """What follows from each of ``keys``; ``ask`` is given the places of those that are not known yet."""
        return self._each("derived", keys, ask)

    def until_written(
        self,
        key: Hashable,
        tables: Sequence[str],
        ask: Callable[[], Answer],
        writes: Writes,
        letters: Callable[[Answer], int],
    ) -> Answer:
        """Of a question that reads these tables alone, for a moment that began after so many ``writes``.

        What is kept was read after those writes; an answer overtaken by a write is kept under a number that no later
        moment has. ``letters`` says how much room an answer takes.
        """
        as_of = tuple(writes.get(table, 0) for table in tables)
        with self._guard:
            if (found := self._read.get(key)) is not None and found.writes == as_of:
                self._read.move_to_end(key)
                kept: Answer = found.answer
                return kept
            deletions = self._deletions
        answer = ask()
        size = letters(answer)
        with self._guard:
            self._let_go(key)
            if size <= MOST_LETTERS // 10 and deletions == self._deletions:
                self._read[key] = _Read(tables, as_of, answer, size)
                self._letters += size
                while len(self._read) > MOST_READ or self._letters > MOST_LETTERS:
                    self._let_go(next(iter(self._read)))
        return answer

    def piece(self, key: Hashable, make: Callable[[], Answer], letters: Callable[[Answer], int]) -> Answer:
        """What follows from content that stands in the key whole and takes room: a figure, a table in words."""
        return self.until_written(key, (), make, {}, letters)

    def _let_go(self, key: Hashable) -> None:
        if (old := self._read.pop(key, None)) is not None:
            self._letters -= old.letters

    def as_of(self) -> tuple[int, Writes]:
        """How many decisions there were, and writes to each table: for a moment that begins now."""
        return self.decisions, self.writes()

    def writes(self) -> Writes:
        """How often each table was written to so far."""
        with self._guard:
            return dict(self._writes)

    def wrote(self, tables: Collection[str]) -> None:
        """A change was kept that wrote to these tables: what was read of them is let go."""
        with self._guard:
            for table in tables:
                self._writes[table] = self._writes.get(table, 0) + 1
            for key in [key for key, found in self._read.items() if not set(tables).isdisjoint(found.tables)]:
                self._let_go(key)

    def forget_content(self) -> None:
        """Persons' data were deleted: whatever may have been made of them is let go."""
        with self._guard:
            self._deletions += 1
            self._read.clear()
            self._letters = 0
            self._shelves["derived"].clear()

    def decided(self) -> None:
        """A change was kept that may touch any of the answers."""
        with self._guard:
            self.decisions += 1

    def _each(self, shelf: Shelf, keys: Sequence[Hashable], ask: Callable[[list[int]], list[Answer]]) -> list[Answer]:
        with self._guard:
            kept = self._shelves[shelf]
            found: dict[int, Answer] = {place: kept[key] for place, key in enumerate(keys) if key in kept}
            for place in found:
                kept.move_to_end(keys[place])
            deletions = self._deletions
        if missing := [place for place in range(len(keys)) if place not in found]:
            found |= zip(missing, ask(missing), strict=True)
            with self._guard:
                if deletions == self._deletions:
                    kept |= {keys[place]: found[place] for place in missing}
                while len(kept) > MOST[shelf]:
                    kept.popitem(last=False)
        return [found[place] for place in range(len(keys))]
