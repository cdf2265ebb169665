"""Which baseline and which policy an answer leans on: every number is traceable to these."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Provenance = Literal["official", "panel", "illustrative"]


@dataclass(frozen=True, slots=True)
class Baseline:
    """A frozen baseline as it stands in the store. ``sha256`` is of its canonical content, not of the file sent."""

    name: str
    region: str
    year: int
    provenance: Provenance
    sha256: str
    source: str
    original_sha256: str
    imported_at: datetime
    shipped: bool

    @property
    def illustrative(self) -> bool:
        return self.provenance == "illustrative"
