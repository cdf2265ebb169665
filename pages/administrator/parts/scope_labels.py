"""Whom an account reaches, by names of the reader's language; kept and compared by the notice's own."""

from __future__ import annotations

from kpi.catalogue.load import catalogue
from kpi.model.language import Lang, Text


def scope_label(reach: str, lang: Lang) -> str:
    """A recommending body or an industry in the reader's language; a credit code as it is."""
    return {one.zh: one.in_(lang) for one in _names()}.get(reach, reach)


def read_scope(lines: str) -> tuple[str, ...]:
    """One a line, in either language; what is no known name stays as it was typed, for the service to refuse."""
    known = {one.en: one.zh for one in _names()}
    return tuple(known.get(line.strip(), line.strip()) for line in lines.splitlines() if line.strip())


def _names() -> list[Text]:
    bodies = [body.name for body in catalogue().bodies]
    return [*bodies, *(industry.name for industry in catalogue().industries)]
