"""The checked words of tables of people's own making: ``data/intake/headings.toml``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache

from kpi.catalogue.data_files import Checked, load_toml
from kpi.intake.settings import INTAKE_DATA, comparable_word

_YEAR = re.compile(r"^(20)?\d\d[年\-./]")
_YEAR_WORD = re.compile(r"^20\d\d(?:年度|年)?|^年度")
_MONTH = r"(?:1[0-2]|0?[1-9]|[一二三四五六七八九十]|十[一二])"
_MONTHS = re.compile(
    rf"(?:(?:20)?\d\d[年\-./])?{_MONTH}月?(?:份)?(?:[-~至到]{_MONTH})?月(?:份|累计)?|20\d\d[\-./](?:1[0-2]|0?[1-9])"
)


class _Names(Checked):
    names: tuple[str, ...]


class _Quantity(Checked):
    endings: tuple[str, ...]
    of_change: tuple[str, ...]


class _OwnNames(Checked):
    enterprise: tuple[str, ...]
    factory_name: tuple[str, ...]


class _Affixes(Checked):
    beginnings: tuple[str, ...]
    endings: tuple[str, ...]


class _Targets(Checked):
    names: tuple[str, ...]
    but_not: tuple[str, ...]


class _Summary(Checked):
    names: tuple[str, ...]
    endings: tuple[str, ...]


class _Years(Checked):
    around: tuple[str, ...]


class _Notes(Checked):
    beginnings: tuple[str, ...]


class Confidence(Checked):
    """How sure each reason makes a recognition, 0..1; from ``certain`` on nobody is asked."""

    certain: float
    exact: float
    code: float
    word: float
    year: float
    answered: float
    bare: float
    alias: float
    brackets: float
    quantity: float
    unit: float
    unknown: float
    similar: float
    least_alike: float


class _HeadingsFile(Checked):
    parts: dict[str, tuple[str, ...]]
    aside: _Affixes
    targets: _Targets
    periods: _Names
    summary: _Summary
    marks: dict[str, tuple[str, ...]]
    blank: _Names
    units: dict[str, tuple[str, ...]]
    years: _Years
    names: _OwnNames
    groups: _Names
    example: _Names
    notes: _Notes
    quantity: _Quantity
    confidence: Confidence


class HeadingWords:
    """Accepted words by their plain form."""

    def __init__(self, file: _HeadingsFile) -> None:
        self.parts = _by_word(file.parts)
        self.marks = _by_word(file.marks)
        self.units = _by_word(file.units)
        self.blank = _plain(file.blank.names)
        self.example = _plain(file.example.names)
        self.around_year = _plain(file.years.around)
        self.quantity_endings = file.quantity.endings
        self._of_change = tuple(_plain(file.quantity.of_change))
        self._targets = tuple(_plain(file.targets.names)), tuple(_plain(file.targets.but_not))
        self._aside = tuple(_plain(file.aside.beginnings)), tuple(_plain(file.aside.endings))
        self._groups = _plain(file.groups.names)
        self._periods = _plain(file.periods.names)
        self.confidence = file.confidence
        self._summary = _plain(file.summary.names)
        self._summary_endings = tuple(_plain(file.summary.endings))
        self._names = {code: tuple(_plain(getattr(file.names, code))) for code in ("enterprise", "factory_name")}
        self._note_beginnings = tuple(_plain(file.notes.beginnings))

    def is_summary(self, word: str) -> bool:
        """A plain word that names a sum or an average of other lines."""
        return word in self._summary or word.endswith(self._summary_endings)

    def is_period(self, word: str) -> bool:
        """A plain word that names a part of a year: 3月, 1-6月, 2025年第二季度."""
        return word in self._periods or bool(_MONTHS.fullmatch(word)) or _YEAR.sub("", word, count=1) in self._periods

    def is_aside(self, word: str) -> bool:
        """A plain word for a number that is not the factory's own of that year, by how it begins or ends."""
        beginnings, endings = self._aside
        bare = _YEAR_WORD.sub("", word, count=1)
        return bare.startswith(beginnings) or bare.endswith(endings)

    def is_of_targets(self, word: str) -> bool:
        """A plain word, of a title or a sheet, for numbers that are still to be reached, and not for how far one is."""
        to_be_reached, reached = self._targets
        return any(part in word for part in to_be_reached) and not any(part in word for part in reached)

    def names_change(self, word: str) -> bool:
        """Whether a plain word says that something changed; without it a name is that of a level, a count or a sum."""
        return any(known in word for known in self._of_change)

    def own_name(self, word: str) -> str | None:
        """The fact that a plain word is by its end: an enterprise's or a factory's own name."""
        return next((code for code, endings in self._names.items() if word.endswith(endings)), None)

    def is_group(self, word: str) -> bool:
        """A plain word over several columns of one factory: 改造情况 over 改造前 and 改造后."""
        return word in self._groups

    def is_note(self, word: str) -> bool:
        return word.startswith(self._note_beginnings)


def _plain(words: Iterable[str]) -> frozenset[str]:
    return frozenset(comparable_word(word) for word in words)


def _by_word(words_by_name: Mapping[str, Iterable[str]]) -> dict[str, str]:
    return {comparable_word(word): name for name, words in words_by_name.items() for word in words}


@cache
def heading_words() -> HeadingWords:
    return HeadingWords(load_toml(INTAKE_DATA / "headings.toml", _HeadingsFile))
