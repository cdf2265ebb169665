"""Matching captions to pictures, and the captions' numbers.

A document puts captions either below or above its pictures; the side that leaves fewer pictures without a caption is
taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from kpi.annex4.body import Paragraph
from kpi.annex4.list_labels import parse_numeral
from kpi.catalogue.annex4_settings import requirements

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


@cache
def _pattern() -> re.Pattern[str]:
    return re.compile(rf"(?:{_labels()})\s*(?P<number>{_DIGITS}|{_NUMERALS})?", re.IGNORECASE)


@cache
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
