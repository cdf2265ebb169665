"""Where peers come from: the register of enterprises of a year, who is asked to report, and what became of that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, get_args

from kpi.model.application import Application

EnterpriseSize = Literal["large", "medium", "small", "micro"]
ENTERPRISE_SIZES: tuple[EnterpriseSize, ...] = get_args(EnterpriseSize)
"""By the statistical classes, the largest first. Texts: ``page.register.size_<size>``."""

ReportRefusal = Literal["declined", "not_found", "expected"]
"""Why no report is to be expected of an invited enterprise; or that one is to be expected after all."""
REPORT_REFUSALS: tuple[ReportRefusal, ...] = get_args(ReportRefusal)

InvitationState = Literal["reported", "applied", "begun", "invited", "late", "declined", "not_found"]
INVITATION_STATES: tuple[InvitationState, ...] = get_args(InvitationState)
"""What became of an invitation. Texts: ``page.campaign.state_<state>``."""
NO_REPORT: tuple[InvitationState, ...] = ("invited", "begun", "late")
"""Whom to remind."""


@dataclass(frozen=True, slots=True)
class RegisteredEnterprise:
    """An enterprise of the register. ``industry`` and ``district`` are the notice's Chinese names; None: not stated."""

    credit_code: str
    name: str
    industry: str
    sub_industry: str | None
    district: str | None
    group: str | None
    size: EnterpriseSize | None


@dataclass(frozen=True, slots=True)
class RegisterEdition:
    """A register as it was taken in, whole: the latest edition of a year stands."""

    year: int
    edition: int
    file_name: str
    file_sha256: str
    enterprises: int
    taken_in_by: str
    taken_in_at: datetime


@dataclass(frozen=True, slots=True)
class Campaign:
    """A year's campaign for a baseline: reports are taken until ``last_day`` is over, in Shanghai."""

    year: int
    last_day: date
    opened_by: str
    opened_at: datetime

    def taken(self, today: date) -> bool:
        return today <= self.last_day


@dataclass(frozen=True, slots=True)
class Refusal:
    """That no report is to be expected of an enterprise, why, and who wrote that down."""

    credit_code: str
    outcome: ReportRefusal
    reason: str
    written_by: str
    written_at: datetime


@dataclass(frozen=True, slots=True)
class BaselineReport:
    """What an enterprise reported for a year's baseline last, with the file or sheet that it came from."""

    application: Application
    upload: str
    reported_by: str
    reported_at: datetime


@dataclass(frozen=True, slots=True)
class PanelChoice:
    """Which source a panel takes of an enterprise, "" for none, and why."""

    credit_code: str
    source: str
    reason: str
    chosen_by: str
    chosen_at: datetime


Sameness = Literal["same", "other"]
"""Whether two credit codes are of one enterprise. Texts: ``page.same.<sameness>``."""
NameSource = Literal["register", "application", "report"]
"""Where an enterprise stands by its name. Texts: ``page.same.in_<source>``."""


@dataclass(frozen=True, slots=True)
class SameAnswer:
    """What was said of two credit codes, the lesser first, why and by whom."""

    first_code: str
    second_code: str
    outcome: Sameness
    reason: str
    written_by: str
    written_at: datetime


@dataclass(frozen=True, slots=True)
class NamedThere:
    """That an enterprise stands under a name in a list of one year."""

    credit_code: str
    name: str
    year: int
    source: NameSource
