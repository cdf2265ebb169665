"""The notice's conditions, one by one: met, not met, or not known from what was told."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from kpi import wording
from kpi.model.answer import Eligibility
from pages.parts import html
from pages.parts.language import words
from pages.parts.page import Here

SHAPES = {"ok": "✓", "fails": "✗", "unknown": "?"}


def conditions(here: Here, rules: Sequence[Eligibility]) -> None:
    """A table, what fails first."""
    order = ("fails", "unknown", "ok")
    with st.expander(words("conditions.title", fails=sum(rule.state == "fails" for rule in rules))):
        html.table(
            [words("conditions.state"), words("conditions.rule"), words("conditions.source")],
            [
                [
                    f"{SHAPES[rule.state]} {words(f'conditions.{rule.state}')}",
                    wording.reason(rule.why, here.lang),
                    rule.source,
                ]
                for rule in sorted(rules, key=lambda rule: order.index(rule.state))
            ],
        )
