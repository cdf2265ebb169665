"""Visits and defences of candidates: when, where, with which experts, and what became of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from kpi.model.lifecycle import ApplicationState

AppointmentKind = Literal["visit", "defence"]
APPOINTMENT_KINDS: tuple[AppointmentKind, ...] = get_args(AppointmentKind)
"""Texts: ``appointment.<kind>``."""


@dataclass(frozen=True, slots=True)
class Appointment:
    """A candidate's visit or defence as it stands; a cancelled one has the times that it had. ``experts``: accounts.

    ``label`` names the factory, and ``stage`` is its own by now. ``sequence``: how often it was changed. ``former``:
    the experts that it had and has no more.
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
    former: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, AppointmentKind]:
        """What it is the only one of in its year."""
        return self.credit_code, self.kind
