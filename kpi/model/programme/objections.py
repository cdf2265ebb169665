"""Objections to a list in publicity: from whom, about which factory, and how each was answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, get_args

ObjectionOutcome = Literal["upheld", "rejected", "withdrawn"]
OUTCOMES: tuple[ObjectionOutcome, ...] = get_args(ObjectionOutcome)
"""Texts: ``page.objections.outcome.<outcome>``."""
ObjectionState = Literal["open", "upheld", "rejected", "withdrawn"]


@dataclass(frozen=True, slots=True)
class ObjectionAnswer:
    """An answer with its outcome and date; ``reopened`` says why an earlier one does not hold."""

    outcome: Literal["upheld", "rejected", "withdrawn", "reopened"]
    answer: str
    answered_on: date
    answered_by: str
    answered_at: datetime


@dataclass(frozen=True, slots=True)
class OwnOutcome:
    """What the enterprise that an objection is about learns of it: how it came out, and when. Nothing of an open one.

    ``reopened``: an outcome that was reported to it does not hold any more, and another is to come.
    """

    credit_code: str
    year: int
    outcome: Literal["upheld", "rejected", "withdrawn", "reopened"]
    answered_on: date


@dataclass(frozen=True, slots=True)
class ObjectionAddition:
    """What came in later, while the objection was open. ``words`` are "" where the file in ``upload`` says it all."""

    id: str
    received_on: date
    words: str
    upload: str | None
    added_by: str
    added_at: datetime


@dataclass(frozen=True, slots=True)
class Objection:
    """``objector`` is for administrators only. ``upload`` is the file beside the words; answers and additions: the
    earliest first.
    """

    id: str
    credit_code: str
    year: int
    received_on: date
    objector: str
    objection: str
    upload: str | None
    recorded_by: str
    recorded_at: datetime
    answers: tuple[ObjectionAnswer, ...]
    additions: tuple[ObjectionAddition, ...] = ()

    @property
    def parts(self) -> frozenset[str]:
        """Its number and those of what was added: all of these has seen who has read it whole."""
        return frozenset({self.id, *(one.id for one in self.additions)})

    @property
    def uploads(self) -> dict[str, str]:
        """Its files, by the number of the part that each came with."""
        sent = {self.id: self.upload, **{one.id: one.upload for one in self.additions}}
        return {part: upload for part, upload in sent.items() if upload is not None}

    @property
    def complete_on(self) -> date:
        """The day on which the last of it was received: no answer is of a day before."""
        return max([self.received_on, *(one.received_on for one in self.additions)])

    @property
    def state(self) -> ObjectionState:
        """As the latest answer leaves it."""
        outcome = self.answers[-1].outcome if self.answers else "reopened"
        return "open" if outcome == "reopened" else outcome
