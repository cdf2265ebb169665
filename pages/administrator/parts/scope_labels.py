"""Whom an account reaches, by names of the reader's language."""

from __future__ import annotations

from kpi.catalogue.catalogue import catalogue
from kpi.model.language import Lang, Text


def scope_label(reach: str, lang: Lang) -> str:
    """A recommending body or an industry in the reader's language; a credit code as it is."""
    return {one.zh: one.in_(lang) for one in _names()}.get(reach, reach)


def _names() -> list[Text]:
    bodies = [body.name for body in catalogue().bodies]
    return [*bodies, *(industry.name for industry in catalogue().industries)]
