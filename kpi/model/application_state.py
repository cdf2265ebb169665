"""How far an application has come, from draft to listed (the notice, part II)."""

from __future__ import annotations

from typing import Literal, get_args

State = Literal[
    "draft",
    "submitted",
    "put_forward",
    "material_review",
    "on_site",
    "defence",
    "publicity",
    "listed",
    "not_listed",
]
STATES: tuple[State, ...] = get_args(State)
"""In their order; the last two are alternatives. Each has its words at ``page.step.<state>``."""
