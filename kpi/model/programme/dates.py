"""The dates of a year of the programme, and how far off a day is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Literal

DateFault = Literal["closes_first", "lists_first", "scores_first", "publicity_first", "publicity_half", "other_year"]
"""Texts: ``page.year.fault.<fault>``."""


@dataclass(frozen=True, slots=True)
class YearDates:
    """Days in Shanghai, each included. ``opens`` to ``closes``: applications may be locked.

    ``lists_due``: the last day on which a recommending body sends its list, unless it has a day of its own.
    """

    opens: date
    closes: date
    lists_due: date
    scores_due: date | None = None
    publicity_from: date | None = None
    publicity_to: date | None = None

    @property
    def last(self) -> date:
        """The last of them: with it the year's programme is over."""
        return max(day for day in (self.lists_due, self.scores_due, self.publicity_to) if day)

    def faults(self, year: int) -> Iterator[DateFault]:
        """All that is wrong with them as the dates of that year."""
        if self.closes < self.opens:
            yield "closes_first"
        if self.lists_due < self.closes:
            yield "lists_first"
        if self.scores_due and self.scores_due < self.closes:
            yield "scores_first"
        if (self.publicity_from is None) != (self.publicity_to is None):
            yield "publicity_half"
        given = [day for day in (self.lists_due, self.publicity_from, self.publicity_to) if day]
        if any(later < earlier for earlier, later in pairwise(given)):
            yield "publicity_first"
        # A year's programme may end in the next one, and is announced in the year itself or the one before.
        every = (*given, self.opens, self.closes, *([self.scores_due] if self.scores_due else []))
        if any(abs(day.year - year) > 1 for day in every):
            yield "other_year"


@dataclass(frozen=True, slots=True)
class SetDates:
    """The dates of a year as somebody set them, with reference and reason."""

    year: int
    dates: YearDates
    reference: str
    reason: str
    set_by: str
    set_at: datetime


@dataclass(frozen=True, slots=True)
class BodyDeadline:
    """The own deadline of a recommending body; None: the year's holds again."""

    year: int
    body: str
    lists_due: date | None
    reference: str
    reason: str
    set_by: str
    set_at: datetime


@dataclass(frozen=True, slots=True)
class Deadline:
    """``days_left`` is 0 on the day itself and negative after it; ``binding``: after it no list is taken any more.

    The notice's own day binds nobody here before an administrator sets it.
    """

    day: date
    days_left: int
    binding: bool = True

    @property
    def state(self) -> Literal["past", "lapsed", "today", "open"]:
        """Texts: ``page.nomination.closes_<state>`` and ``page.home.closes_<state>``."""
        if self.days_left < 0:
            return "past" if self.binding else "lapsed"
        return "today" if self.days_left == 0 else "open"
