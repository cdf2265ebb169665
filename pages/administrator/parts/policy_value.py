"""Policy values as people read them: whatever their kind, never as Python writes them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from kpi.policy.policy import PolicyEntry
from kpi.policy.schema import Band
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html

WORDS = ("relative", "points", "arithmetic_mean", "at_locking", "at_close")
"""Values that are words, and are said in the reader's."""

SUBJECTS = {
    "main_kpis": "main_kpis",
    "not_applicable_allowed": "main_kpis",
    "basis": "basis",
    "group_weight": "order",
    "disclosure": "disclosure",
    "quota": "programme",
    "maturity": "programme",
    "recommendation": "recommendation",
    "factory_name_hanzi": "programme",
    "contact_years": "programme",
}
"""Under which heading a table of values stands; the others are the verdict's."""


def values_by_subject(context: PageContext, entries: Sequence[PolicyEntry]) -> None:
    """A table a subject, closed but for the verdict's: there are eighty values."""
    for subject in ("verdict", *dict.fromkeys(SUBJECTS.values())):
        found = [one for one in entries if SUBJECTS.get(one.key.partition(".")[0], "verdict") == subject]
        with st.expander(translate(f"policy.subject.{subject}", count=len(found)), expanded=subject == "verdict"):
            _table(context, found)


def _table(context: PageContext, entries: Sequence[PolicyEntry]) -> None:
    html.table(
        [translate(f"policy.column_{name}") for name in ("name", "value", "unit", "reference", "reason", "since")],
        [
            [
                one.name.in_(context.lang),
                policy_value(one.value),
                one.unit.in_(context.lang),
                one.reference.in_(context.lang),
                translate("policy.and").join(text.in_(context.lang) for text in (one.reason, one.silent) if text),
                one.in_force_from.isoformat().replace("-", "\u2011"),
            ]
            for one in entries
        ],
        form="stacked",
    )


def policy_value(value: Any) -> str:
    """Yes or no, a list with commas, a band as "10-14", a number or a word as it is."""
    if isinstance(value, bool):
        return translate("policy.yes" if value else "policy.no")
    if isinstance(value, Band):
        return value.name
    if isinstance(value, tuple | list):
        return ", ".join(policy_value(one) for one in value) or translate("policy.none")
    return translate(f"policy.value.{value}") if value in WORDS else str(value)
