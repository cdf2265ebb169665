"""What is known of the conditions beside the application: the enterprise's statements and the award list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class EnterpriseStatement:
    """An enterprise's statement on one condition. ``evidence`` names the supporting document and its number."""

    condition: str
    holds: bool
    evidence: str
    stated_by: str
    stated_at: datetime


@dataclass(frozen=True, slots=True)
class Award:
    """An entry of the award list. ``tier`` is as listed; ``source`` is where it was published.

    ``body``: whose recommendation it was; None where the list does not say.
    """

    credit_code: str
    factory: str
    tier: str
    year: int
    source: str
    body: str | None = None


@dataclass(frozen=True, slots=True)
class AwardList:
    """The award list for one enterprise: its length, and the enterprise's own awards."""

    listed: int
    own: tuple[Award, ...]
