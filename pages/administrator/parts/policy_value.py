"""A policy value as people read it: whatever its kind, never as Python writes it."""

from __future__ import annotations

from typing import Any

from kpi.policy.schema import Band
from pages.session.language import translate

WORDS = ("relative", "points", "arithmetic_mean", "at_locking", "at_close")
"""Values that are words, and are said in the reader's."""


def policy_value(value: Any) -> str:
    """Yes or no, a list with commas, a band as "10-14", a number or a word as it is."""
    if isinstance(value, bool):
        return translate("policy.yes" if value else "policy.no")
    if isinstance(value, Band):
        return value.name
    if isinstance(value, tuple | list):
        return ", ".join(policy_value(one) for one in value) or translate("policy.none")
    return translate(f"policy.value.{value}") if value in WORDS else str(value)
