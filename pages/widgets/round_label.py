"""A round of scoring in words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import NamedTuple, get_args

from kpi import i18n
from kpi.catalogue.catalogue import catalogue
from kpi.i18n import text
from kpi.model.language import Lang
from kpi.model.scoring import OCCASIONS, Occasion, ScoringRound
from pages.session.page_context import PageContext

_NAME = re.compile(rf"(\d{{4}})-(\w+)-({'|'.join(OCCASIONS)})-(\d+)")


class NamedRound(NamedTuple):
    """What names a round, opened or not."""

    year: int
    industry: str
    occasion: Occasion
    number: int


def round_label(context: PageContext, found: ScoringRound | NamedRound) -> str:
    """Year, industry, occasion and number."""
    return _words(context.lang, str(found.year), found.industry, found.occasion, str(found.number))


def round_words(name: str, lang: Lang) -> str | None:
    """As ``round_label``, of the name by which a round is kept; None of another text."""
    if found := _NAME.fullmatch(name):
        year, code, occasion, number = found.groups()
        with suppress(KeyError):
            return _words(lang, year, catalogue().industry(code).name.zh, occasion, number)
    return None


def round_named(words: str) -> str | None:
    """The name by which a round of these words is kept: of the trail somebody takes them over into its search."""
    return next((name for name in _names_like(words) if words in _in_each_language(name)), None)


def _names_like(words: str) -> Iterator[str]:
    if len(numbers := re.findall(r"\d+", words)) < 2:
        return
    for industry in catalogue().industries:
        for occasion in OCCASIONS:
            yield f"{numbers[0]}-{industry.code}-{occasion}-{numbers[-1]}"


def _in_each_language(name: str) -> list[str | None]:
    return [round_words(name, lang) for lang in get_args(Lang)]


def _words(lang: Lang, year: str, industry: str, occasion: str, number: str) -> str:
    return text(
        "scoring.round",
        lang,
        year=year,
        industry=i18n.catalogue_name(industry, lang),
        occasion=text(f"scoring.occasion.{occasion}", lang),
        number=number,
    )
