"""The checked words of tables of people's own making: ``data/intake/headings.toml``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from kpi.catalogue.data_files import Checked, load_toml
from kpi.intake.settings import INTAKE_DATA, comparable_word


class _Names(Checked):
    names: tuple[str, ...]


class _Endings(Checked):
    endings: tuple[str, ...]


class _OwnNames(Checked):
    enterprise: tuple[str, ...]
    factory_name: tuple[str, ...]


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
    summary: _Summary
    marks: dict[str, tuple[str, ...]]
    blank: _Names
    units: dict[str, tuple[str, ...]]
    years: _Years
    names: _OwnNames
    example: _Names
    notes: _Notes
    quantity: _Endings
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
        self.confidence = file.confidence
        self._summary = _plain(file.summary.names)
        self._summary_endings = tuple(_plain(file.summary.endings))
        self._names = {code: tuple(_plain(getattr(file.names, code))) for code in ("enterprise", "factory_name")}
        self._note_beginnings = tuple(_plain(file.notes.beginnings))

    def is_summary(self, word: str) -> bool:
        """A plain word that names a sum or an average of other lines."""
        return word in self._summary or word.endswith(self._summary_endings)

    def own_name(self, word: str) -> str | None:
        """The fact that a plain word is by its end: an enterprise's or a factory's own name."""
        return next((code for code, endings in self._names.items() if word.endswith(endings)), None)

    def is_note(self, word: str) -> bool:
        return word.startswith(self._note_beginnings)


def _plain(words: Iterable[str]) -> frozenset[str]:
    return frozenset(comparable_word(word) for word in words)


def _by_word(words_by_name: Mapping[str, Iterable[str]]) -> dict[str, str]:
    return {comparable_word(word): name for name, words in words_by_name.items() for word in words}


@cache
def heading_words() -> HeadingWords:
    return HeadingWords(load_toml(INTAKE_DATA / "headings.toml", _HeadingsFile))
