"""The labels that Word sets before the paragraphs of a list: a heading's "第一部分" may be nowhere in its text."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from kpi.annex4.markup import Node

_DIGITS = "零一二三四五六七八九"
_PLACE = re.compile(r"%([1-9])")


def chinese(number: int) -> str:
    """1 to 99 in Chinese numerals; others in digits."""
    if not 0 < number < 100:
        return str(number)
    tens, ones = divmod(number, 10)
    head = "" if not tens else ("" if tens == 1 else _DIGITS[tens]) + "十"
    return head + (_DIGITS[ones] if ones else "")


def from_chinese(text: str) -> int | None:
    """The number that ``chinese`` writes so, or that stands in digits of any width."""
    if text.isdecimal():
        return int(text)
    return next((number for number in range(1, 100) if chinese(number) == text), None)


# 17.18.59; what is not listed is written in digits.
_FORMS: Mapping[str, Callable[[int], str]] = {
    "chineseCounting": chinese,
    "chineseCountingThousand": chinese,
    "chineseLegalSimplified": chinese,
    "ideographDigital": chinese,
    "japaneseCounting": chinese,
    "taiwaneseCountingThousand": chinese,
    "bullet": lambda _: "",
    "none": lambda _: "",
}


class Numbering:
    """Counts the paragraphs of each list in the order in which they are asked for."""

    def __init__(self, numbering: Node | None) -> None:
        root = numbering or Node("", {})
        self._abstract = {node.attributes.get("w:abstractNumId", ""): node for node in root.each("w:abstractNum")}
        self._lists = {node.attributes.get("w:numId", ""): node for node in root.each("w:num")}
        self._levels: dict[str, dict[int, Node]] = {}
        self._counts: dict[str, dict[int, int]] = {}
        self._overriding: dict[str, dict[int, Node]] = {}
        self._started: set[tuple[str, int]] = set()

    def next(self, list_id: str, level: int) -> str:
        """The label of the next paragraph of a list at a level; "" where there is no such list, or for a bullet."""
        levels = self._of(list_id)
        if level not in levels:
            return ""
        self._count(list_id, level, levels)
        # Bullets stand for themselves, as characters of a symbol font.
        if levels[level].value("w:numFmt") == "bullet":
            return ""
        counts = self._counts[self._key(list_id)]
        text = levels[level].value("w:lvlText") or ""
        return _PLACE.sub(lambda place: self._written(levels, counts, int(place[1]) - 1), text)

    def _count(self, list_id: str, level: int, levels: Mapping[int, Node]) -> None:
        counts = self._counts.setdefault(self._key(list_id), {})
        override = self._override(list_id, level)
        if override is not None and (list_id, level) not in self._started:
            counts.pop(level, None)
        self._started.add((list_id, level))
        start = override if override is not None else _number(levels[level].value("w:start"), 1)
        counts[level] = counts.get(level, start - 1) + 1
        for deeper in [one for one in counts if one > level]:
            del counts[deeper]

    def _written(self, levels: Mapping[int, Node], counts: Mapping[int, int], level: int) -> str:
        node = levels.get(level)
        start = _number(node.value("w:start"), 1) if node else 1
        number = counts.get(level, start)
        return _FORMS.get((node.value("w:numFmt") if node else None) or "decimal", str)(number)

    def _of(self, list_id: str) -> dict[int, Node]:
        if list_id not in self._levels:
            abstract = self._abstract.get(self._key(list_id))
            found = _by_level(abstract, "w:lvl")
            for level, override in self._overrides(list_id).items():
                found[level] = override.first("w:lvl") or found.get(level, override)
            self._levels[list_id] = found
        return self._levels[list_id]

    def _key(self, list_id: str) -> str:
        """Lists of one abstract list go on counting where the other stopped."""
        node = self._lists.get(list_id)
        return (node.value("w:abstractNumId") if node else None) or ""

    def _overrides(self, list_id: str) -> dict[int, Node]:
        if list_id not in self._overriding:
            self._overriding[list_id] = _by_level(self._lists.get(list_id), "w:lvlOverride")
        return self._overriding[list_id]

    def _override(self, list_id: str, level: int) -> int | None:
        override = self._overrides(list_id).get(level)
        start = override.value("w:startOverride") if override else None
        return None if start is None else _number(start, 1)


def _by_level(node: Node | None, tag: str) -> dict[int, Node]:
    """Children by their level; a list has nine of them (17.9.3)."""
    found = {_number(child.attributes.get("w:ilvl"), 0): child for child in node.each(tag)} if node else {}
    return {level: child for level, child in found.items() if level < 9}


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 6 else otherwise
