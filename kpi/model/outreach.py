"""What a listed factory promises to do to spread its experience, and whether it has done it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, get_args

OutreachKind = Literal["visit", "case", "press", "other"]
OUTREACH_KINDS: tuple[OutreachKind, ...] = get_args(OutreachKind)
"""Texts: ``page.outreach.kind_<kind>``."""
OutreachState = Literal["done", "open", "overdue"]
"""Texts: ``page.outreach.<state>``."""


@dataclass(frozen=True, slots=True)
class Promise:
    """One promise. ``done_on``, ``evidence`` and ``upload``, the file where one was sent: as reported last, at that
    moment.
    """

    id: str
    kind: OutreachKind
    what: str
    due: date
    done_on: date | None = None
    evidence: str = ""
    upload: str | None = None
    reported_at: datetime | None = None

    def state(self, today: date) -> OutreachState:
        """Done as soon as that is reported, however late; overdue after its day."""
        if self.done_on:
            return "done"
        return "overdue" if today > self.due else "open"


@dataclass(frozen=True, slots=True)
class ListedFactory:
    """A factory on the final list of a year, by name, with its promises by day."""

    credit_code: str
    year: int
    label: str
    body: str
    promises: tuple[Promise, ...]
