"""A change of policy that an administrator drafts and another approves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class PolicyChangeVersion:
    """One edition of a drafted change. ``content`` is JSON in the form of a file of ``data/policy``.

    The approval is of this edition alone; the withdrawal is of the change with all its editions.
    """

    change: int
    version: int
    content: str
    saved_by: str
    saved_at: datetime
    approved_by: str | None
    approved_at: datetime | None
    withdrawal_reason: str | None
    withdrawn_by: str | None
    withdrawn_at: datetime | None

    def binding(self, known_at: datetime | None = None) -> bool:
        """Whether this edition is approved and the change not withdrawn: now, or at ``known_at``."""
        if known_at is None:
            return self.approved_at is not None and self.withdrawn_at is None
        approved = self.approved_at is not None and self.approved_at <= known_at
        return approved and (self.withdrawn_at is None or self.withdrawn_at > known_at)
