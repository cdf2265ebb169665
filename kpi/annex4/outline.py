"""The role of each paragraph - heading, caption, body - and its part of the five."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from kpi.annex4.body import Paragraph
from kpi.annex4.list_labels import parse_numeral
from kpi.catalogue.annex4_settings import ReportForm, ReportPart, report_form

ParagraphKind = Literal["cover", "contents", "heading", "caption", "body", "table", "box", "note", "report"]

REPORT = 5
"""The part for the self-assessment report: not counted, formatting not checked."""

_PART = re.compile(r"第\s*([一二三四五1-5１-５])\s*部\s*分")
_TYPED_CONTENTS = re.compile(r"(\t|\.{3,}|…+)\s*\d{1,3}\s*$")
_STYLE_CONTENTS = re.compile(r"toc \d|table of figures")
_STYLE_HEADING = re.compile(r"heading \d|title|subtitle|标题.*")
_DEEP = 20


@dataclass(frozen=True, slots=True)
class OutlineLine:
    """A paragraph with its role. ``part`` is 0 before the first part; ``level`` is a heading's, 0 the highest."""

    paragraph: Paragraph
    kind: ParagraphKind
    part: int
    level: int
    heading: str

    @property
    def text(self) -> str:
        """As displayed: the automatic number first."""
        return f"{self.paragraph.label}{self.paragraph.text}"


@dataclass(frozen=True, slots=True)
class Outline:
    """``found`` is the line of each part's title, in document order."""

    lines: tuple[OutlineLine, ...]
    found: tuple[tuple[int, int], ...]

    def of_part(self, number: int) -> tuple[OutlineLine, ...]:
        return tuple(line for line in self.lines if line.part == number)

    @property
    def parts(self) -> tuple[int, ...]:
        return tuple(part for part, _ in self.found)


def outline(paragraphs: Sequence[Paragraph], captions: frozenset[int]) -> Outline:
    """``captions`` are the places of caption paragraphs."""
    levels = [None if place in captions else _level(paragraph) for place, paragraph in enumerate(paragraphs)]
    found = _titles(paragraphs, levels)
    return Outline(
        tuple(_lines(paragraphs, levels, captions, found)), tuple((part, at) for at, part in sorted(found.items()))
    )


def _lines(
    paragraphs: Sequence[Paragraph], levels: Sequence[int | None], captions: frozenset[int], found: dict[int, int]
) -> Iterator[OutlineLine]:
    part, heading = 0, ""
    for place, (paragraph, level) in enumerate(zip(paragraphs, levels, strict=True)):
        part = found.get(place, part)
        if level is not None or place in found:
            heading = f"{paragraph.label}{paragraph.text}".strip()
        kind = _kind(paragraph, place in captions, level is not None or place in found, part, bool(found))
        yield OutlineLine(paragraph, kind, part, -1 if place in found else level or 0, heading)


def _kind(paragraph: Paragraph, caption: bool, heading: bool, part: int, any_part: bool) -> ParagraphKind:
    if part == REPORT:
        return "report"
    if _is_contents(paragraph):
        return "contents"
    if part == 0 and any_part:
        return "cover"
    if heading or caption:
        return "heading" if heading else "caption"
    return paragraph.place


def _is_contents(paragraph: Paragraph) -> bool:
    typed = _TYPED_CONTENTS.search(paragraph.text) and len(paragraph.text) <= 2 * report_form().headings.longest
    return bool(paragraph.contents or _STYLE_CONTENTS.fullmatch(paragraph.look.style) or typed)


def _level(paragraph: Paragraph) -> int | None:
    """A heading's level by style, outline or typed numbering; None for text."""
    if _is_contents(paragraph) or paragraph.place == "note":
        return None
    if paragraph.look.outline is not None:
        return paragraph.look.outline
    if _STYLE_HEADING.fullmatch(paragraph.look.style):
        return 0
    return (
        _typed_level(f"{paragraph.label}{paragraph.text}".strip(), report_form()) if paragraph.place == "body" else None
    )


def _typed_level(text: str, asked: ReportForm) -> int | None:
    """Short, numbered and without sentence-ending punctuation."""
    if len(text) > asked.headings.longest or text.endswith(tuple(asked.headings.sentence_ends)):
        return None
    return next((_DEEP + rank for rank, pattern in enumerate(_patterns()) if pattern.match(text)), None)


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern) for pattern in report_form().headings.patterns)


def _titles(paragraphs: Sequence[Paragraph], levels: Sequence[int | None]) -> dict[int, int]:
    """Place of a title -> number of its part: by 第一部分, else by a heading with the part's words."""
    titles: dict[int, int] = {}
    for place, paragraph in enumerate(paragraphs):
        number = _stated_part(paragraph, levels[place] is not None)
        if number and number not in titles.values():
            titles[place] = number
    for part in report_form().part:
        if part.number not in titles.values():
            at = _by_words(part, paragraphs, levels, titles)
            titles.update({} if at is None else {at: part.number})
    return titles


def _stated_part(paragraph: Paragraph, heading: bool) -> int | None:
    text = f"{paragraph.label}{paragraph.text}".strip()
    match = _PART.match(text)
    if match is None or _is_contents(paragraph) or paragraph.place == "note":
        return None
    rest = text[match.end() :]
    # "第一部分介绍了……。" is a sentence; "第五部分：请企业依据……。" is the form's own, long title.
    parted = rest[:1] in "：:、 \t\u3000"
    sentence = text.endswith("。") and rest[:1] not in "：:"
    titled = heading or (not sentence and (parted or len(text) <= report_form().headings.longest))
    return parse_numeral(match[1]) if titled else None


def _by_words(
    part: ReportPart, paragraphs: Sequence[Paragraph], levels: Sequence[int | None], titles: dict[int, int]
) -> int | None:
    """The highest, then first, heading with the part's words between its neighbours."""
    after = max((place for place, number in titles.items() if number < part.number), default=-1)
    before = min((place for place, number in titles.items() if number > part.number), default=len(paragraphs))
    stated = [
        (level, place)
        for place, level in enumerate(levels)
        if level is not None and after < place < before and any(word in paragraphs[place].text for word in part.words)
    ]
    return min(stated)[1] if stated else None
