"""What is told of the notice's conditions beside the application: statements of the enterprise, awards of others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class EnterpriseStatement:
    """An enterprise's word on one condition. ``evidence`` names the document that shows it, with its number."""

    condition: str
    holds: bool
    evidence: str
    stated_by: str
    stated_at: datetime


@dataclass(frozen=True, slots=True)
class Award:
    """One award on the authority's list. ``tier`` is as the list tells it; ``source`` says where it was published."""

    credit_code: str
    factory: str
    tier: str
    year: int
    source: str


@dataclass(frozen=True, slots=True)
class AwardList:
    """The list of awards as far as one enterprise is concerned: how long it is, and what stands in it of its own."""

    listed: int
    own: tuple[Award, ...]
