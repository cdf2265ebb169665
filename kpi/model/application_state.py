"""How far an application has come, from draft to listed (the notice, part II)."""

from __future__ import annotations

from typing import Literal, get_args

ApplicationState = Literal[
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
APPLICATION_STATES: tuple[ApplicationState, ...] = get_args(ApplicationState)
"""In order; the last two are alternatives. Texts: ``page.step.<state>``."""
PUBLIC_STATES: frozenset[ApplicationState] = frozenset({"publicity", "listed"})
"""Of what stands on a list that the public reads."""
