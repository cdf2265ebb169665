"""Intake's checked data: words a sender may write, thresholds of the odd."""

from __future__ import annotations

import unicodedata
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from kpi.catalogue.catalogue import catalogue
from kpi.catalogue.schema import DATA as ALL_DATA
from kpi.catalogue.schema import Checked, load_toml
from kpi.model.application import Basis
from kpi.model.language import Lang

Direction = Literal["up", "down", "better", "worse"]
_DIRECTIONS: tuple[Direction, ...] = ("up", "down", "better", "worse")
INTAKE_DATA = ALL_DATA / "intake"


class _Needed(Checked):
    columns: tuple[str, ...]


class _Words(Checked):
    not_applicable: tuple[str, ...]
    list_separators: str
    year_suffix: str


class _Headings(Checked):
    names: tuple[str, ...]


class FactVocabulary(Checked):
    """How facts are written: which may stay blank, what says "none", the forms of a phone and a maturity level."""

    may_be_blank: tuple[str, ...]
    none: tuple[str, ...]
    phone: str
    maturity_numerals: str
    maturity_prefix: str
    maturity_suffix: str


class _Change(Checked):
    up: tuple[str, ...]
    down: tuple[str, ...]
    better: tuple[str, ...]
    worse: tuple[str, ...]
    before: tuple[str, ...]
    after: tuple[str, ...]


class _VocabularyFile(Checked):
    columns: dict[str, tuple[str, ...]]
    needed: _Needed
    basis: dict[Basis, tuple[str, ...]]
    words: _Words
    headings: _Headings
    change: _Change
    facts: FactVocabulary


class FractionRule(Checked):
    """A value between ``above`` and ``below`` of these kinds looks like a fraction meant as a percentage."""

    code: str
    above: float
    below: float
    kinds: tuple[str, ...]
    reason: str


class LargeChangeRule(Checked):
    """A relative change above ``above`` per cent of these kinds is possible but odd."""

    code: str
    above: float
    kinds: tuple[str, ...]
    reason: str


class AiWithoutModelsRule(Checked):
    """A share of AI scenarios above 0 beside 0 AI models."""

    code: str
    share: str
    models: str
    reason: str


class EarlierYearRule(Checked):
    """What is odd beside an earlier year: a slip of the unit, a jump (in points, or by a factor of a count), a copy."""

    slip_code: str
    slip_within: float
    jump_code: str
    jump_points: float
    jump_factor: float
    few_counted: float
    repeated_code: str
    fewest_repeated: int
    reason: str


class FromPublishedRule(Checked):
    """More robust standard deviations from the published median than this are far."""

    code: str
    above: float
    reason: str


class FactsRule(Checked):
    """Facts that a form asks for in more than one part, and a name that an earlier year gave otherwise. All but codes
    and facts are regular expressions.
    """

    renamed_code: str
    name: str
    position_code: str
    positions: str
    parted: str
    address_code: str
    address: str
    address_parts: tuple[str, ...]
    reason: str


class Plausibility(Checked):
    fraction: FractionRule
    large_change: LargeChangeRule
    ai_without_models: AiWithoutModelsRule
    look_back: EarlierYearRule
    published: FromPublishedRule
    facts: FactsRule


class Vocabulary:
    """Accepted words, by their plain form: column names, bases, "not applicable", headings, directions of a change."""

    def __init__(self, file: _VocabularyFile) -> None:
        self.columns = {comparable_word(word): column for column, words in file.columns.items() for word in words}
        self._headers = file.columns
        self.needed = file.needed.columns
        self.bases = {comparable_word(word): basis for basis, words in file.basis.items() for word in words}
        self.not_applicable = frozenset(comparable_word(word) for word in file.words.not_applicable)
        self.headings = frozenset(comparable_word(word) for word in file.headings.names)
        self.heading_words = file.headings.names
        self.directions: dict[str, Direction] = {
            comparable_word(word): way for way in _DIRECTIONS for word in getattr(file.change, way)
        }
        self.before_direction = tuple(comparable_word(word) for word in file.change.before)
        self.after_direction = tuple(comparable_word(word) for word in file.change.after)
        self.facts = file.facts
        self.none = frozenset(comparable_word(word) for word in file.facts.none)
        self.list_separators = file.words.list_separators
        self.year_suffix = file.words.year_suffix

    def headers(self, language: Lang) -> dict[str, str]:
        """The column names that the template writes: the first accepted word is Chinese, the second English."""
        place = 0 if language == "zh" else 1
        return {column: words[place] for column, words in self._headers.items()}


def comparable_word(word: str) -> str:
    """A word as it is compared: NFKC, lower case, no spaces."""
    return "".join(unicodedata.normalize("NFKC", word).casefold().split())


@cache
def vocabulary() -> Vocabulary:
    return Vocabulary(load_toml(INTAKE_DATA / "vocabulary.toml", _VocabularyFile))


@cache
def plausibility() -> Plausibility:
    return load_toml(INTAKE_DATA / "plausibility.toml", Plausibility)


# The fictitious applications that ship, to be tried or downloaded: made by ``data/samples/make_samples.py``.


SampleName = Literal["example", "own_table"]
SAMPLE_NAMES: tuple[SampleName, ...] = get_args(SampleName)
"""``example``: our workbook, completed; ``own_table``: a table of a factory's own making, with questions."""


def sample(name: SampleName) -> bytes:
    return samples()[name].read_bytes()


def samples() -> dict[SampleName, Path]:
    """The files of the notice in hand by what they are."""
    return {name: file for name in SAMPLE_NAMES if (file := catalogue().illustrative(name))}
