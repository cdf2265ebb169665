"""What a reviewer makes of the evidence for a value, and what is asked of the enterprise about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from kpi.model.application import ReportedValue

Finding = Literal["confirmed", "doubted", "refuted"]
FINDINGS: tuple[Finding, ...] = get_args(Finding)
"""Texts: ``page.evidence.<finding>``."""

WHOLE_APPLICATION = ""
"""In place of a KPI's code where a question is about the application as a whole."""


@dataclass(frozen=True, slots=True)
class EvidenceFinding:
    """A reviewer's finding with its note, on what was reported then (``reported_text``)."""

    kpi: str
    reported: str
    finding: Finding
    note: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class EnquiryAnswer:
    """An enterprise's answer: its words, and the number of a file sent with them."""

    answer: str
    upload: str | None
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class EnquiryWithdrawal:
    """That a question was taken back, and why; the enterprise reads the reason."""

    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Enquiry:
    """A question to an enterprise, with its answers, the earliest first. ``kpi`` may be ``WHOLE_APPLICATION``."""

    id: str
    credit_code: str
    year: int
    kpi: str
    question: str
    by: str
    at: datetime
    answers: tuple[EnquiryAnswer, ...]
    withdrawal: EnquiryWithdrawal | None = None

    @property
    def waiting(self) -> bool:
        """Whether the enterprise is to answer it."""
        return not self.answers and self.withdrawal is None


def reported_text(value: ReportedValue) -> str:
    """What is reported of one KPI, as a finding names it: another number, basis or start is another text."""
    parts = (value.state, value.value, value.basis, value.before, value.after)
    return "|".join("" if part is None else str(part) for part in parts)
