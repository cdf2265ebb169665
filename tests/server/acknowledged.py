"""What was acknowledged under load, held against what a store has: nothing less, and nothing that nobody sent."""

from __future__ import annotations

import json
import threading
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from kpi import tables
from kpi.access.roles import Scope
from kpi.store.store import Store
from tests.server.writers import Writer

DRAFT, LOCK, SCORE = "draft_accepted", "application_locked", "score_saved"
"""Kinds of facts, by the act that each leaves in the trail."""
FIRST = 30
YEAR, OTHER_YEAR = 2025, 2026
"""What is locked and scored; and the year to come, of which figures are sent from the deadline on."""


class Fact(NamedTuple):
    """What one account does again and again, each time with the next number. ``subject``: factory and year."""

    kind: str
    account: str
    subject: str


class Act(NamedTuple):
    """As a log names it."""

    seq: int
    mac: str
    kind: str
    account: str


def logged_acts(root: Path) -> list[Act]:
    """What a machine that has the logs knows of a store, in the order of the trail."""
    lines = [line for log in (root / "logs").glob("duibiao.jsonl*") for line in log.read_text("utf-8").splitlines()]
    events = [json.loads(line) for line in lines]
    return sorted(
        Act(item["seq"], item["mac"], item["kind"], item["account"]) for item in events if item["event"] == "act"
    )


Kept = Mapping[Fact, int]


def facts_kept(root: Path, writers: Iterable[Writer], reviewers: Iterable[str] = ()) -> dict[Fact, int]:
    """The latest number of every fact, as a restart finds it. The server has ended."""
    account = {writer.code: writer.name for writer in writers}
    kept: dict[Fact, int] = {}
    with Store.open(root, wait=60) as store, store.cursor() as cursor:
        reach = Scope(own=tuple(account))
        for locked in tables.applications.locked_applications(cursor, reach):
            code, year = locked.application.credit_code, locked.application.year
            kept[Fact(LOCK, account[code], f"{code} {year}")] = FIRST
            kept[Fact(DRAFT, account[code], f"{code} {year}")] = int(locked.application.values["K08"].value or 0)
        for draft in tables.applications.drafts(cursor, reach):
            code, year = draft.application.credit_code, draft.application.year
            kept[Fact(DRAFT, account[code], f"{code} {year}")] = int(draft.application.values["K08"].value or 0)
        for reviewer in reviewers:
            for score in tables.scoring.own_scores(cursor, reviewer):  # the latest first
                kept.setdefault(Fact(SCORE, reviewer, f"{score.credit_code} {YEAR}"), int(score.content.remark))
    return kept


class Ledger:
    """Of each fact what was tried last, and every number that was acknowledged."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tried: dict[Fact, int] = {}
        self._acknowledged: defaultdict[Fact, list[int]] = defaultdict(list)
        self.count = 0

    def next(self, kind: str, account: str, subject: str) -> tuple[Fact, int]:
        """The number to try now."""
        fact = Fact(kind, account, subject)
        with self._lock:
            self._tried[fact] = self._tried.get(fact, FIRST - 1) + 1
            return fact, self._tried[fact]

    def acknowledge(self, fact: Fact, number: int) -> None:
        with self._lock:
            self._acknowledged[fact].append(number)
            self.count += 1

    def by_now(self) -> dict[Fact, int]:
        """The last number of each that was acknowledged."""
        with self._lock:
            return {fact: numbers[-1] for fact, numbers in self._acknowledged.items() if numbers}

    def never_tried(self, kept: Kept) -> list[Fact]:
        """What a store has that nobody sent."""
        with self._lock:
            return [fact for fact, number in kept.items() if number > self._tried.get(fact, 0)]

    def lose(self, kept: Kept, lost: Sequence[Act]) -> int:
        """Go on from what a restored store has. Returns how many acknowledgements are gone that no act names."""
        named = Counter((act.account, act.kind) for act in lost)
        gone = Counter[tuple[str, str]]()
        with self._lock:
            for fact, numbers in self._acknowledged.items():
                left = [number for number in numbers if number <= kept.get(fact, 0)]
                gone[fact.account, fact.kind] += len(numbers) - len(left)
                self._acknowledged[fact] = left
        return (gone - named).total()


def missing(acknowledged: Kept, kept: Kept) -> list[Fact]:
    """What was acknowledged and a store has not, or has only as it was before."""
    return [fact for fact, number in acknowledged.items() if kept.get(fact, 0) < number]
