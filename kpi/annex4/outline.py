"""The role of each paragraph - heading, caption, body - and its part of the five."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from kpi.annex4.body import Paragraph
from kpi.annex4.styles import parse_numeral
from kpi.catalogue.catalogue import kept_per_notice, report_form, requirements
from kpi.catalogue.forms import ReportForm, ReportPart, document_limits
from kpi.files.text import number_ranges, printable
from kpi.model.problem import FINDING_CODES, ApplicationPlace, DocumentFinding, DocumentPlace

# Matching captions to pictures, and the captions' numbers.
#
# A document puts captions either below or above its pictures; the side that leaves fewer pictures without a caption is
# taken.


_CAPTION_STYLES = frozenset({"caption", "题注"})
_DIGITS = r"\d+(?:\s*[-‐‑–—－.．]\s*\d+)*"
# Chinese numerals only before a break: 图三维模型 is not picture number three.
_NUMERALS = r"[一二三四五六七八九十]{1,3}(?=[\s:：、.．]|$)"
_ONE_NUMBER = re.compile(r"\d+|[一二三四五六七八九十]+")


@dataclass(frozen=True, slots=True)
class Caption:
    """``at`` is the place of its paragraph; ``number`` is (3,) for 图 3 and (1, 2) for 图 1-2, () if none."""

    at: int
    text: str
    number: tuple[int, ...]
    words: str


@dataclass(frozen=True, slots=True)
class CaptionIndex:
    """``of`` maps a picture (place of its paragraph, place within it) to its caption."""

    every: tuple[Caption, ...]
    of: Mapping[tuple[int, int], Caption]


@dataclass(frozen=True, slots=True)
class _Cluster:
    """Pictures separated only by blank paragraphs, and the captions within, below and above them."""

    pictures: tuple[tuple[int, int], ...]
    within: tuple[Caption, ...]
    below: tuple[Caption, ...]
    above: tuple[Caption, ...]


def find_captions(paragraphs: Sequence[Paragraph]) -> CaptionIndex:
    captions_of = [tuple(_read(place, paragraph)) for place, paragraph in enumerate(paragraphs)]
    clusters = list(_clusters(paragraphs, captions_of))
    best = max((_assigned(clusters, below_first) for below_first in (True, False)), key=len)
    return CaptionIndex(tuple(caption for captions in captions_of for caption in captions), best)


def missing_numbers(numbers: Iterable[tuple[int, ...]]) -> tuple[tuple[int, ...], ...]:
    """Missing numbers below the highest of the same chapter."""
    last: dict[tuple[int, ...], set[int]] = {}
    for number in numbers:
        last.setdefault(number[:-1], set()).add(number[-1])
    return tuple(
        (*chapter, missing)
        for chapter, present in sorted(last.items())
        # A number such as a year is a different mistake; it would give thousands of gaps.
        for missing in range(1, min(max(present), 2 * len(present) + 20))
        if missing not in present
    )


def _read(place: int, paragraph: Paragraph) -> Iterator[Caption]:
    """The captions of one paragraph: several where pictures are side by side, separated by tabs or wide spaces."""
    text = f"{paragraph.label} {paragraph.text}".strip() if paragraph.label else paragraph.text.strip()
    if not text or len(text) > requirements().captions.longest or paragraph.contents:
        return
    sure = paragraph.sequence or paragraph.look.style in _CAPTION_STYLES
    for piece in _beside().split(text):
        match = _pattern().match(piece)
        if match and (match["number"] or sure) and not _is_sentence(piece, match):
            number = tuple(parse_numeral(digits) or 0 for digits in _ONE_NUMBER.findall(match["number"] or ""))
            yield Caption(place, piece, number, piece[match.end() :].strip(" \u3000:：、.．-—"))


@kept_per_notice()
def _pattern() -> re.Pattern[str]:
    return re.compile(rf"(?:{_labels()})\s*(?P<number>{_DIGITS}|{_NUMERALS})?", re.IGNORECASE)


@kept_per_notice()
def _beside() -> re.Pattern[str]:
    """The separator of two captions in one line; a wide space alone also separates a number from its text."""
    return re.compile(rf"(?:[\t\n]+|\s{{2,}})(?=(?:{_labels()})\s*\d)", re.IGNORECASE)


def _labels() -> str:
    return "|".join(re.escape(label) for label in sorted(requirements().captions.labels, key=len, reverse=True))


def _is_sentence(text: str, match: re.Match[str]) -> bool:
    return text[match.end() :].startswith(requirements().captions.not_followed_by)


def _clusters(paragraphs: Sequence[Paragraph], captions_of: Sequence[tuple[Caption, ...]]) -> Iterator[_Cluster]:
    place = 0
    while place < len(paragraphs):
        first = place
        while place < len(paragraphs) and paragraphs[place].pictures:
            place += 1
            if captions_of[place - 1]:
                break
        if place > first:
            pictures = tuple((at, n) for at in range(first, place) for n in range(len(paragraphs[at].pictures)))
            above = tuple(_run(paragraphs, captions_of, range(first - 1, -1, -1)))[::-1]
            yield _Cluster(
                pictures,
                captions_of[place - 1],
                tuple(_run(paragraphs, captions_of, range(place, len(captions_of)))),
                above,
            )
        else:
            place += 1


def _run(
    paragraphs: Sequence[Paragraph], captions_of: Sequence[tuple[Caption, ...]], places: range
) -> Iterator[Caption]:
    """Consecutive caption paragraphs."""
    for place in places:
        if not captions_of[place] or paragraphs[place].pictures:
            return
        yield from captions_of[place] if places.step > 0 else captions_of[place][::-1]


def _assigned(clusters: Iterable[_Cluster], below_first: bool) -> dict[tuple[int, int], Caption]:
    """Each cluster takes the captions within, else of the first side, else what remains on the other side."""
    of: dict[tuple[int, int], Caption] = {}
    taken: set[Caption] = set()
    waiting: list[_Cluster] = []
    for cluster in clusters:
        side = cluster.within or (cluster.below if below_first else cluster.above)
        waiting += [] if _take(cluster, side, taken, of, below_first) else [cluster]
    for cluster in waiting:
        _take(cluster, cluster.above if below_first else cluster.below, taken, of, not below_first)
    return of


def _take(
    cluster: _Cluster,
    captions: Sequence[Caption],
    taken: set[Caption],
    of: dict[tuple[int, int], Caption],
    from_start: bool,
) -> bool:
    """One caption per picture, in order; pictures beyond the last caption share it."""
    count = len(cluster.pictures)
    free = [caption for caption in captions if caption not in taken]
    free = free[:count] if from_start else free[-count:]
    for place, picture in enumerate(cluster.pictures if free else ()):
        of[picture] = free[min(place, len(free) - 1)]
    taken.update(free)
    return bool(free)


ParagraphKind = Literal["cover", "contents", "heading", "caption", "body", "table", "box", "note", "report"]

_PART = re.compile(r"第\s*([一二三四五六七八九十]|[1-9１-９])\s*部\s*分")
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
    if part and part == report_form().part_with("self_assessment"):
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


@kept_per_notice()
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


# Places of findings: number ranges, first words, the heading above; all safe to display.


_WHOLE = DocumentPlace()


def new_finding(
    code: str,
    where: DocumentPlace = _WHOLE,
    found: str = "",
    wanted: str = "",
    params: Mapping[str, str | float] | None = None,
    against: ApplicationPlace | None = None,
) -> DocumentFinding:
    """A finding with the severity that the registry gives its code."""
    return DocumentFinding(FINDING_CODES[code], code, where, found, wanted, params or {}, against)


def places_of_lines(lines: Sequence[OutlineLine]) -> DocumentPlace:
    """The paragraphs of ``lines``, with the first words of the first."""
    if not lines:
        return DocumentPlace()
    first = lines[0]
    numbers = number_ranges(line.paragraph.number for line in lines)
    return DocumentPlace(
        numbers,
        words=printable_line(first.text),
        heading="" if first.kind == "heading" else printable_line(first.heading),
        cell=first.paragraph.cell if len(lines) == 1 else (),
    )


def printable_line(text: str) -> str:
    """One line of text from a file, shortened and without invisible characters."""
    return printable(" ".join(text.split()), document_limits().shown_characters)
