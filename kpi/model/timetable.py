"""Visits and defences of candidates: when, where, with which experts, and what became of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, NamedTuple, get_args

from kpi.model.language import Lang
from kpi.model.lifecycle import ApplicationState

AppointmentKind = Literal["visit", "defence"]
APPOINTMENT_KINDS: tuple[AppointmentKind, ...] = get_args(AppointmentKind)
"""Texts: ``appointment.<kind>``."""
BEFORE_ONE_PANEL: AppointmentKind = "defence"
"""What several candidates may have at one time in one place: they come one after the other."""


class Meeting(NamedTuple):
    """From when to when, and where."""

    starts_at: datetime
    ends_at: datetime
    place: str


@dataclass(frozen=True, slots=True)
class Appointment:
    """A candidate's visit or defence as it stands; a cancelled one has the times that it had. ``experts``: accounts.

    ``label`` names the factory, and ``stage`` is its own by now. ``sequence``: how often it was changed. ``former``:
    the experts that it had and has no more, each with when and where it was to come. What was set before its
    application was locked as it stands is cancelled; only one that somebody cancelled has a ``reason`` then.
    """

    credit_code: str
    year: int
    kind: AppointmentKind
    label: str
    stage: ApplicationState
    starts_at: datetime
    ends_at: datetime
    place: str
    experts: tuple[str, ...]
    reason: str
    set_at: datetime
    cancelled: bool = False
    sequence: int = 0
    former: Mapping[str, Meeting] = field(default_factory=dict, hash=False)

    @property
    def meeting(self) -> Meeting:
        return Meeting(self.starts_at, self.ends_at, self.place)

    @property
    def key(self) -> tuple[str, AppointmentKind]:
        """What it is the only one of in its year."""
        return self.credit_code, self.kind


CalendarDayKind = Literal["opens", "closes", "lists_due", "scores_due", "publicity"]
"""Texts: ``appointment.day.<kind>``."""


class CalendarDay(NamedTuple):
    """A date of a year, both days included. ``sequence``: how often it may have changed, at last at ``set_at``."""

    year: int
    kind: CalendarDayKind
    first: date
    last: date
    set_at: datetime
    sequence: int


@dataclass(frozen=True, slots=True)
class SubscribedCalendar:
    """What an account's calendar reads by itself. ``meetings``: by what identifies each, and no factory does."""

    lang: Lang
    days: tuple[CalendarDay, ...]
    meetings: Mapping[str, Appointment]
