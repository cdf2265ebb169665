"""Changes of the award list, one by one or by a file: what stood before, what stands after, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from kpi.model.conditions import Award

AwardAct = Literal["added", "corrected", "revoked", "imported"]
"""Texts: ``page.awards.act.<act>``."""


@dataclass(frozen=True, slots=True)
class AwardChange:
    """``before`` and ``after``: None where there is none; an import has neither, and its file's hash as ``reason``."""

    number: int
    act: AwardAct
    credit_code: str
    before: Award | None
    after: Award | None
    reason: str
    changed_by: str
    changed_at: datetime
