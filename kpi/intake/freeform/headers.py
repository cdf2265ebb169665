"""What one header text says: a KPI or a fact, a part of a value, a year, a unit; how sure that is, and why."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import cache
from typing import Any, Literal

from kpi.catalogue.catalogue import catalogue, kept_per_notice
from kpi.catalogue.names import match_fact, match_kpi, normalise_name
from kpi.catalogue.schema import Checked, Kpi, load_toml
from kpi.intake.answers import MatchReason
from kpi.intake.settings import INTAKE_DATA, comparable_word, vocabulary
from kpi.model.application import Basis

# The checked words of tables of people's own making: ``data/intake/headings.toml``.


_LEADING_YEAR = re.compile(r"^(20)?\d\d[年\-./]")
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
        return (
            word in self._periods
            or bool(_MONTHS.fullmatch(word))
            or _LEADING_YEAR.sub("", word, count=1) in self._periods
        )

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


# What one header text says: a KPI or a fact, a part of a value, a year, a unit; how sure that is, and why.
#
# Only what equals a known name is certain. A name with something unexplained about it, the name of what a KPI measures,
# and a merely similar name are proposals: 生产效率提升 and 全员劳动生产率提升 differ by a word and are two KPIs.


IDENTITY = ("credit_code", "enterprise", "factory_name", "year")
"""The facts that tell one application from another: a list of one KPI a row names them beside each."""

_LONGEST = 120
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
_BRACKET = re.compile(r"\(([^()]*)\)\s*$")
_CODE = re.compile(r"k\s*0?\d{1,2}(?!\d)")
_JOINTS = " \t\n-_/:、,;·—"


@dataclass(frozen=True, slots=True)
class HeaderMatch:
    """What a header says. An ``item`` that is not certain is the best proposal, by ``ahead`` (0..1) liker than the next
    of ``others``."""

    item: str | None = None
    part: str | None = None
    year: int | None = None
    unit: str | None = None
    basis: Basis | None = None
    reason: MatchReason = "unknown"
    confidence: float = 0.0
    others: tuple[str, ...] = ()
    ahead: float = 0.0

    @property
    def certain(self) -> bool:
        return self.confidence >= heading_words().confidence.certain

    @property
    def kpi(self) -> str | None:
        """The KPI's code, certain or proposed."""
        return self.item if self.item and self.item in _kpi_codes() else None

    @property
    def is_word(self) -> bool:
        """No item, but something that belongs to one: a part, a year, a unit or a basis."""
        return self.item is None and bool(self.part or self.year or self.unit or self.basis)


NO_MATCH = HeaderMatch()


@kept_per_notice(4096)
def classify(text: str) -> HeaderMatch:
    """What ``text`` says for certain, or almost; likeness is not looked for (``closest`` does)."""
    folded = unicodedata.normalize("NFKC", _without_marks(text)).strip().rstrip(":").strip()
    if not folded or len(folded) > _LONGEST:
        return NO_MATCH
    known = _word(folded) or _thing(folded, text)
    if known:
        return known
    apart = _taken_apart(folded)
    # 年度目标 is no year, and 上年数 nothing that we have a word for.
    aside = apart.kpi is None and heading_words().is_aside(comparable_word(_BRACKET.sub("", folded)))
    return _sure("word", part="aside") if aside else apart


def _without_marks(text: str) -> str:
    """Without a footnote's mark at the end (², ①), which NFKC would turn into a digit of the name."""
    text = text.rstrip()
    while text and unicodedata.decomposition(text[-1]).startswith(("<super>", "<circle>")):
        text = text[:-1].rstrip()
    return text


def classify_year(number: object) -> HeaderMatch:
    """A number in a header that can only be a year."""
    if isinstance(number, int | float) and not isinstance(number, bool) and 2000 <= number <= 2100 and number % 1 == 0:
        return _sure("year", year=int(number))
    return NO_MATCH


def _sure(reason: MatchReason, **fields: Any) -> HeaderMatch:
    return replace(NO_MATCH, reason=reason, confidence=getattr(heading_words().confidence, reason), **fields)


def _word(folded: str) -> HeaderMatch | None:
    """A word of the table's own, alone: 数值, 改造前, 2024年, %, 百分点."""
    words, word = heading_words(), comparable_word(folded)
    if word in words.parts:
        return _sure("word", part=words.parts[word])
    if word in words.units:
        unit = words.units[word]
        return _sure("word", unit=unit, basis="points" if unit == "points" else None)
    if word in vocabulary().bases:
        return _sure("word", basis=vocabulary().bases[word])
    if words.is_summary(normalise_name(folded)):
        return _sure("word", part="summary")
    if words.is_period(word):
        return _sure("word", part="aside")
    return _year(word) or _part_in_detail(folded)


def _part_in_detail(folded: str) -> HeaderMatch | None:
    """A part with its unit or its year in brackets. A year of before or after is its own, not the application's."""
    found = _BRACKET.search(folded)
    named = _word(folded[: found.start()].strip()) if found and found.start() else None
    inside = _word(found[1].strip()) if found and named and named.part else None
    if named is None or inside is None or inside.part:
        return None
    year = named.year or (inside.year if named.part == "value" else None)
    return replace(named, unit=inside.unit, basis=inside.basis, year=year)


def _year(word: str) -> HeaderMatch | None:
    """A year with nothing around it but what goes without saying, or a part's word: 2024年实际值, 2025年目标值."""
    years = _YEAR.findall(word)
    if len(years) != 1:
        return None
    rest = word.replace(years[0], "", 1).strip("()")
    for around in sorted(heading_words().around_year, key=len, reverse=True):
        rest = rest.removeprefix(around)
    part = heading_words().parts.get(rest)
    if not rest or part == "value":
        return _sure("year", year=int(years[0]), part=part)
    return _sure("word", part=part) if part in ("aside", "change") else None


def _thing(folded: str, text: str) -> HeaderMatch | None:
    kpi = match_kpi(folded) or _by_short_name(folded)
    if kpi:
        return _named(kpi, folded)
    fact = match_fact(text)
    if fact:
        exact = normalise_name(folded) in (normalise_name(fact.name.zh), normalise_name(fact.name.en))
        return _sure("exact" if exact else "alias", item=fact.code)
    measured = _quantities().get(normalise_name(folded))
    return _sure("quantity", item=measured, **in_brackets(folded, ())) if measured else None


def _named(kpi: Kpi, folded: str) -> HeaderMatch:
    name = normalise_name(folded)
    reason: MatchReason = "alias"
    if _CODE.match(folded.casefold()):
        reason = "code"
    elif name in (normalise_name(kpi.name.zh), normalise_name(kpi.name.en)):
        full = {comparable_word(name) + comparable_word(f"({kpi.unit.in_(lang)})") for lang, name in _names(kpi)}
        reason = "exact" if comparable_word(folded) in full else "bare"
    elif name == normalise_name(kpi.short.en):
        # English short names leave out that a change is meant.
        reason = "quantity" if kpi.is_change else "alias"
    own = tuple(spelling for _, spelling in _names(kpi)) + kpi.aliases
    return _checked(kpi, replace(_sure(reason, item=kpi.code), **in_brackets(folded, own)))


def _names(kpi: Kpi) -> tuple[tuple[Literal["zh", "en"], str], ...]:
    return ("zh", kpi.name.zh), ("en", kpi.name.en)


def with_unit_checked(match: HeaderMatch) -> HeaderMatch:
    """The same, less sure where a KPI's name stands with a unit that is not the KPI's."""
    return _checked(catalogue().kpi(match.kpi), match) if match.kpi else match


def _checked(kpi: Kpi, match: HeaderMatch) -> HeaderMatch:
    """A unit that the KPI does not have makes the rest of the name doubtful: 研制周期缩短（天）."""
    sure = heading_words().confidence
    if unit_fits(kpi, match.unit):
        return match
    if match.unit == "unread":
        return replace(match, unit=None, reason="brackets", confidence=min(match.confidence, sure.brackets))
    return replace(match, reason="unit", confidence=min(match.confidence, sure.unit))


def unit_fits(kpi: Kpi, unit: str | None) -> bool:
    """Whether a KPI may be stated in a unit of ``heading_words.toml``; None is no unit stated."""
    if unit == "points":
        return bool(kpi.bases)
    return unit is None or unit in (("percent", "fraction") if kpi.unit.zh == "%" else ("个", "家"))


def in_brackets(folded: str, own: tuple[str, ...]) -> dict[str, Any]:
    """What the brackets at the end add: a unit, a year, a part; anything else makes the unit ``unread``.

    Nothing of a text that is too long for a heading: a file may hold one of a hundred thousand brackets.
    """
    details: dict[str, Any] = {}
    while len(folded) <= _LONGEST and (found := _BRACKET.search(folded)):
        if any(comparable_word(folded).endswith(comparable_word(name)) for name in own):
            break
        folded = folded[: found.start()].rstrip()
        inside = _word(found[1].strip()) if found[1].strip() else NO_MATCH
        if inside is None or inside.part == "summary":
            details.setdefault("unit", "unread")
            continue
        details |= {
            name: getattr(inside, name)
            for name in ("part", "year", "unit", "basis")
            if getattr(inside, name) is not None
        }
    return details


def _added(match: HeaderMatch) -> dict[str, Any]:
    """What a word says beside an item."""
    details = {name: getattr(match, name) for name in ("part", "year", "unit", "basis")}
    return {name: value for name, value in details.items() if value is not None}


def _taken_apart(folded: str) -> HeaderMatch:
    """A name with a year or a part before or after it: 2024年产品不良率下降, 产品不良率下降-改造前, K09_basis."""
    for rest, word in _pieces(folded):
        thing = _thing(rest, rest)
        match = _word(word)
        if thing and match and match.part != "summary":
            return replace(thing, **_added(match))
    return NO_MATCH


def _pieces(folded: str) -> list[tuple[str, str]]:
    """Ways to part a text into a name and a word."""
    found: list[tuple[str, str]] = []
    year = _YEAR.search(folded)
    if year:
        after = re.match(r"\s*(年度|年末|年底|年)?", folded[year.end() :])
        end = year.end() + (after.end() if after else 0)
        rest = (folded[: year.start()] + folded[end:]).strip(_JOINTS)
        found.append((rest, folded[year.start() : end]))
    for joint in (" ", "-", "_", "/", ":", "—"):
        head, _, tail = folded.rpartition(joint)
        found += [(head.strip(_JOINTS), tail), (tail.strip(_JOINTS), head)] if head else []
    for word in heading_words().parts:
        if folded.endswith(word) and not word.isascii() and len(word) > 1:
            found.append((folded[: -len(word)].strip(_JOINTS), word))
    return found


@kept_per_notice(1024)
def closest(text: str) -> HeaderMatch:
    """The item whose name ``text`` most resembles, and two more: a proposal for a question, never an answer."""
    sought, sure = normalise_name(text), heading_words().confidence
    if not 1 < len(sought) <= _LONGEST:
        return NO_MATCH
    matcher = SequenceMatcher(b=sought, autojunk=False)
    best: dict[str, float] = {}
    for name, code in _all_names().items():
        matcher.set_seq1(name)
        if matcher.real_quick_ratio() >= sure.least_alike and matcher.quick_ratio() >= sure.least_alike:
            ratio = matcher.ratio()
            if ratio >= sure.least_alike:
                best[code] = max(best.get(code, 0.0), ratio)
    ranked = sorted(best, key=lambda code: -best[code])[:3]
    if not ranked:
        return NO_MATCH
    first, *others = ranked
    near = HeaderMatch(
        first,
        reason="similar",
        confidence=round(best[first] * sure.similar, 2),
        others=tuple(others),
        ahead=best[first] - max((best[code] for code in others), default=0.0),
        **in_brackets(unicodedata.normalize("NFKC", text).strip(), ()),
    )
    kpi = catalogue().kpi(first) if first in _kpi_codes() else None
    if kpi and kpi.is_change and not heading_words().names_change(comparable_word(text)):
        # 劳动生产率 is like 全员劳动生产率提升, and is the quantity of which that is the change.
        return replace(near, reason="quantity", confidence=min(near.confidence, sure.quantity))
    return near


@kept_per_notice()
def _kpi_codes() -> frozenset[str]:
    return frozenset(kpi.code for kpi in catalogue().kpis)


def _by_short_name(folded: str) -> Kpi | None:
    return _short_names().get(normalise_name(folded))


@kept_per_notice()
def _short_names() -> dict[str, Kpi]:
    return {normalise_name(short): kpi for kpi in catalogue().kpis for short in (kpi.short.zh, kpi.short.en)}


@kept_per_notice()
def _quantities() -> dict[str, str]:
    """What a KPI of change measures, by the name without its change: 产品不良率 of 产品不良率下降."""
    return {
        normalise_name(name.removesuffix(ending)): kpi.code
        for kpi in catalogue().kpis
        for name in (kpi.name.zh, kpi.short.zh, *kpi.aliases)
        for ending in heading_words().quantity_endings
        if name.endswith(ending)
    }


@kept_per_notice()
def _all_names() -> dict[str, str]:
    """Every spelling of every KPI and fact, normalised."""
    names = {
        normalise_name(name): kpi.code
        for kpi in catalogue().kpis
        for name in (kpi.name.zh, kpi.name.en, kpi.short.zh, kpi.short.en, *kpi.aliases)
    }
    facts = {normalise_name(name): fact.code for fact in catalogue().facts for name in (fact.name.zh, *fact.aliases)}
    return facts | _quantities() | names
