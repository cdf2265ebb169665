"""What in an application is worth a second look: a question to the factory, never a finding and never a verdict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, get_args

FlagCode = Literal[
    "round_numbers",
    "repeated_numbers",
    "at_bounds",
    "example_copied",
    "same_as_other",
    "outlier",
    "jump",
    "ai_share_without_models",
    "scenario_without_value",
    "cannot_yield",
]
FLAG_CODES: tuple[FlagCode, ...] = get_args(FlagCode)
"""Texts: ``flag.<code>``."""


@dataclass(frozen=True, slots=True)
class Flag:
    """``kpis`` are those it is about. ``chance``: how often a row of peers shows as much, NaN for a contradiction."""

    code: FlagCode
    kpis: tuple[str, ...]
    chance: float
    params: Mapping[str, str | float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FlagDismissal:
    """Somebody set a flag aside with a note, or (``dismissed`` False) took that back."""

    flag: FlagCode
    dismissed: bool
    note: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Screening:
    """``not_run`` are the comparisons that could not be made, with the code of the reason."""

    flags: tuple[Flag, ...]
    not_run: tuple[tuple[FlagCode, str], ...] = ()
