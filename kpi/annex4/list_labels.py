"""Automatic labels of list paragraphs: a heading's "第一部分" may not be in its text."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from kpi.annex4.xml_tree import XmlNode

_DIGITS = "零一二三四五六七八九"
_PLACE = re.compile(r"%([1-9])")


def chinese_numeral(number: int) -> str:
    """1 to 99 in Chinese numerals; others in digits."""
    if not 0 < number < 100:
        return str(number)
    tens, ones = divmod(number, 10)
    head = "" if not tens else ("" if tens == 1 else _DIGITS[tens]) + "十"
    return head + (_DIGITS[ones] if ones else "")


def parse_numeral(text: str) -> int | None:
    """The inverse of ``chinese_numeral``; also reads digits of any width."""
    if text.isdecimal():
        return int(text)
    return next((number for number in range(1, 100) if chinese_numeral(number) == text), None)


# 17.18.59; formats not listed are written in digits.
_FORMS: Mapping[str, Callable[[int], str]] = {
    "chineseCounting": chinese_numeral,
    "chineseCountingThousand": chinese_numeral,
    "chineseLegalSimplified": chinese_numeral,
    "ideographDigital": chinese_numeral,
    "japaneseCounting": chinese_numeral,
    "taiwaneseCountingThousand": chinese_numeral,
    "bullet": lambda _: "",
    "none": lambda _: "",
}


@dataclass(frozen=True, slots=True)
class _Level:
    """``text`` has a place %1 for the number of level 1 and so on; ``restart`` is where a list restarts it."""

    form: str
    text: str
    start: int
    restart: int | None = None


class Numbering:
    """Counts the paragraphs of each list in the order of the calls."""

    def __init__(self, numbering: XmlNode | None) -> None:
        root = numbering or XmlNode("", {})
        abstract = {node.attributes.get("w:abstractNumId", ""): _levels(node) for node in root.each("w:abstractNum")}
        self._lists: dict[str, dict[int, _Level]] = {}
        # Lists of the same abstract list share one count.
        self._counts: dict[str, dict[int, int]] = {}
        shared: dict[str, dict[int, int]] = {}
        for node in root.each("w:num"):
            key, base = node.attributes.get("w:numId", ""), node.value("w:abstractNumId") or ""
            self._lists[key] = _overridden(abstract.get(base, {}), node)
            self._counts[key] = shared.setdefault(base, {})
        self._started: set[tuple[str, int]] = set()

    def next(self, list_id: str, level: int) -> str:
        """The label of the next paragraph of a list at a level; "" for an unknown list or a bullet."""
        levels = self._lists.get(list_id, {})
        if level not in levels:
            return ""
        counts = self._counts[list_id]
        self._count(list_id, level, levels[level], counts)
        # Bullets are characters of a symbol font.
        if levels[level].form == "bullet":
            return ""
        return _PLACE.sub(lambda place: _written(levels, counts, int(place[1]) - 1), levels[level].text)

    def _count(self, list_id: str, level: int, its: _Level, counts: dict[int, int]) -> None:
        if its.restart is not None and (list_id, level) not in self._started:
            counts.pop(level, None)
        self._started.add((list_id, level))
        counts[level] = counts.get(level, (its.start if its.restart is None else its.restart) - 1) + 1
        for deeper in [one for one in counts if one > level]:
            del counts[deeper]


def _written(levels: Mapping[int, _Level], counts: Mapping[int, int], level: int) -> str:
    its = levels.get(level, _Level("decimal", "", 1))
    return _FORMS.get(its.form, str)(counts.get(level, its.start))


def _levels(node: XmlNode) -> dict[int, _Level]:
    """A list has nine levels (17.9.3)."""
    found = {_number(child.attributes.get("w:ilvl"), 0): child for child in node.each("w:lvl")}
    return {level: _level(child) for level, child in found.items() if level < 9}


def _level(node: XmlNode) -> _Level:
    start = _number(node.value("w:start"), 1)
    return _Level(node.value("w:numFmt") or "decimal", node.value("w:lvlText") or "", start)


def _overridden(levels: Mapping[int, _Level], node: XmlNode) -> dict[int, _Level]:
    found = dict(levels)
    for override in node.each("w:lvlOverride"):
        level, own = _number(override.attributes.get("w:ilvl"), 0), override.first("w:lvl")
        start = override.value("w:startOverride")
        if level < 9 and own is not None:
            found[level] = _level(own)
        if level in found and start is not None:
            found[level] = replace(found[level], restart=_number(start, 1))
    return found


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 6 else otherwise
