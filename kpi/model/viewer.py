"""Who asks, and what they may reach."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Role = Literal["enterprise", "reviewer", "leader", "administrator"]


@dataclass(frozen=True, slots=True)
class Viewer:
    """A signed-in account. ``scope`` holds credit codes (enterprise), industries (reviewer), one body (leader)."""

    account: str
    name: str
    role: Role
    scope: tuple[str, ...]
