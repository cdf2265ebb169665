"""What the item column of an answer sheet names: a KPI, a fact, or a heading that answers nothing."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from kpi.catalogue.load import catalogue
from kpi.catalogue.names import match_fact, match_kpi, nearest_name, normalise_name
from kpi.intake.settings import comparable_word, vocabulary
from kpi.model.problem import listed


@dataclass(frozen=True, slots=True)
class NamedItem:
    """A KPI's or a fact's code; None for a heading."""

    code: str | None


def find_item(text: str) -> NamedItem | None:
    """The item that ``text`` names, or None. A KPI wins over a fact: no name is shared."""
    thing = match_kpi(text) or match_fact(text)
    if thing:
        return NamedItem(thing.code)
    return (
        NamedItem(None) if comparable_word(text) in vocabulary().headings or normalise_name(text) in _groups() else None
    )


def nearest_item(text: str) -> str:
    """The item names most like ``text``, as ``listed``; empty where nothing is alike."""
    return listed(filter(None, (nearest_name(text, "kpi"), nearest_name(text, "fact"))))


@cache
def _groups() -> frozenset[str]:
    return frozenset(normalise_name(name) for group in catalogue().groups for name in (group.name.zh, group.name.en))
