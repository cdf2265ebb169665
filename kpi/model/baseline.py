"""The baseline that an answer is based on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Provenance = Literal["official", "panel", "illustrative"]

HOME_REGION = "上海市"
"""The region whose notice this is: its baselines alone are in force."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """A frozen baseline. ``sha256`` is of its canonical content, not of the files sent.

    ``groups_sha256`` is of the register of groups as sent, None where the panel alone says who belongs together.
    """

    name: str
    region: str
    year: int
    provenance: Provenance
    sha256: str
    source: str
    original_sha256: str
    imported_at: datetime
    shipped: bool
    groups_sha256: str | None = None

    @property
    def illustrative(self) -> bool:
        return self.provenance == "illustrative"
