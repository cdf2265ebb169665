"""Findings on captions: each picture needs one with text, numbered without gaps or duplicates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from kpi.annex4.captions import Caption, CaptionIndex, missing_numbers
from kpi.annex4.finding_places import new_finding
from kpi.annex4.outline import REPORT, Outline
from kpi.annex4.pictures import ShownPicture, places_of_pictures
from kpi.model.document_report import DocumentFinding


def caption_findings(
    pictures: Sequence[ShownPicture], captions: CaptionIndex, layout: Outline
) -> Iterator[DocumentFinding]:
    of = [(one, captions.of.get(one.at)) for one in pictures]
    yield from _about("caption_missing", [one for one, caption in of if caption is None])
    captioned = [(one, caption) for one, caption in of if caption]
    yield from _about("caption_number_missing", [one for one, caption in captioned if not caption.number])
    yield from _about("caption_words_missing", [one for one, caption in captioned if not caption.words])
    first = {caption: one for one, caption in reversed(captioned)}
    shared = [one for one, caption in captioned if first[caption] is not one]
    if shared:
        yield new_finding("caption_shared", places_of_pictures(shared), params={"count": len(shared)})
    yield from _numbers(
        [(one, caption) for caption, one in reversed(first.items()) if caption.number], captions, layout
    )


def _numbers(
    numbered: list[tuple[ShownPicture, Caption]], captions: CaptionIndex, layout: Outline
) -> Iterator[DocumentFinding]:
    first: dict[tuple[int, ...], ShownPicture] = {}
    doubled: list[ShownPicture] = []
    for one, caption in numbered:
        if first.setdefault(caption.number, one) is not one:
            doubled.append(one)
    yield from _about("caption_number_double", doubled, numbered)
    behind = [one for (_, before), (one, after) in pairwise(numbered) if after.number < before.number]
    yield from _about("caption_number_order", behind, numbered)
    # Chart captions are numbered together with those of pictures.
    everywhere = [
        caption.number for caption in captions.every if caption.number and layout.lines[caption.at].part != REPORT
    ]
    missing = missing_numbers(everywhere) if numbered else ()
    if missing:
        yield new_finding("caption_number_gap", found=", ".join(map(_written, missing)))


def _about(
    code: str, pictures: list[ShownPicture], numbered: Sequence[tuple[ShownPicture, Caption]] = ()
) -> Iterator[DocumentFinding]:
    if pictures:
        numbers = dict.fromkeys(_written(caption.number) for one, caption in numbered if one in pictures)
        yield new_finding(code, places_of_pictures(pictures), ", ".join(numbers), params={"count": len(pictures)})


def _written(number: tuple[int, ...]) -> str:
    return "-".join(map(str, number))
