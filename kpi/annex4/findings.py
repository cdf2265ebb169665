"""Findings on captions: each picture needs one with text, numbered without gaps or duplicates."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from kpi.annex4.outline import (
    Caption,
    CaptionIndex,
    Outline,
    OutlineLine,
    ParagraphKind,
    missing_numbers,
    new_finding,
    places_of_lines,
    printable_line,
)
from kpi.annex4.pictures import ShownPicture, places_of_pictures
from kpi.annex4.styles import chinese_numeral
from kpi.catalogue.catalogue import report_form, requirements
from kpi.catalogue.forms import ReportPart, RequiredItem
from kpi.model.problem import DocumentFinding

# Font, size and line spacing: departures in the body text are faults, elsewhere notes.


BETWEEN = "|"
"""Separates several fonts, sizes or spacings in a finding's params."""
UNNAMED = "-"
"""The font if no level of the document names one: the reader's program chooses."""

# Annex 4 names one font for the document and does not mention these.
_SILENT: Mapping[ParagraphKind, str] = {
    "heading": "headings_differ",
    "caption": "captions_differ",
    "table": "tables_differ",
    "box": "boxes_differ",
}


@dataclass(slots=True)
class _Look:
    """A paragraph's departures from the requirements."""

    fonts: set[str] = field(default_factory=set)
    latin: set[str] = field(default_factory=set)
    half_points: set[str] = field(default_factory=set)
    spacings: set[str] = field(default_factory=set)

    @property
    def departs(self) -> bool:
        return bool(self.fonts or self.half_points or self.spacings)


def typography_findings(lines: Iterable[OutlineLine]) -> Iterator[DocumentFinding]:
    """Equal departures are merged into one finding, with all their paragraphs."""
    looks = [(line, _look(line)) for line in lines if line.kind == "body" or line.kind in _SILENT]
    body = [(line, look) for line, look in looks if line.kind == "body"]
    asked = requirements()
    yield from _grouped("font", "fonts", body, asked.font.name)
    yield from _grouped("size", "half_points", body, str(asked.size.half_points))
    yield from _grouped("spacing", "spacings", body, _spacing(asked.spacing.rule, asked.spacing.points))
    for kind, code in _SILENT.items():
        departing = [(line, look) for line, look in looks if line.kind == kind and look.departs]
        if departing:
            yield new_finding(code, places_of_lines([line for line, _ in departing]), params=_departures(departing))
    latin = [(line, look) for line, look in body if look.latin]
    if latin:
        names = BETWEEN.join(sorted({name for _, look in latin for name in look.latin}))
        yield new_finding(
            "latin_font", places_of_lines([line for line, _ in latin]), names, asked.font.name, {"fonts": names}
        )


def clipped_picture_findings(lines: Iterable[OutlineLine]) -> Iterator[DocumentFinding]:
    """Inline pictures in a paragraph with exact spacing: Word shows only one line of them."""
    clipped = [
        line
        for line in lines
        if line.paragraph.look.rule == "exact" and any(picture.inline for picture in line.paragraph.pictures)
    ]
    if clipped:
        yield new_finding("picture_clipped", places_of_lines(clipped), params={"count": len(clipped)})


def _grouped(code: str, name: str, looks: list[tuple[OutlineLine, _Look]], wanted: str) -> Iterator[DocumentFinding]:
    groups: dict[str, list[OutlineLine]] = {}
    for line, look in looks:
        for found in sorted(getattr(look, name)):
            groups.setdefault(found, []).append(line)
    for found, lines in groups.items():
        yield new_finding(code, places_of_lines(lines), found, wanted, {name: found, "count": len(lines)})


def _departures(departing: list[tuple[OutlineLine, _Look]]) -> dict[str, str | float]:
    params: dict[str, str | float] = {"count": len(departing)}
    for name in ("fonts", "half_points", "spacings"):
        params[name] = BETWEEN.join(sorted({found for _, look in departing for found in getattr(look, name)}))
    return params


def _look(line: OutlineLine) -> _Look:
    asked, look = requirements(), _Look()
    for text, run in line.paragraph.runs:
        if any(_is_chinese(character) for character in text) and run.east not in asked.font.same:
            look.fonts.add(_font(run.east))
        if any(character.isascii() and character.isalnum() for character in text) and run.latin not in asked.font.same:
            look.latin.add(_font(run.latin))
        if text.strip() and run.size != asked.size.half_points:
            look.half_points.add(f"{run.size:g}")
    paragraph = line.paragraph
    right = paragraph.look.rule == asked.spacing.rule and paragraph.look.line == asked.spacing.points
    if not right and not any(picture.inline for picture in paragraph.pictures):
        look.spacings.add(_spacing(paragraph.look.rule, paragraph.look.line))
    return look


def _font(name: str | None) -> str:
    return printable_line(name).replace(BETWEEN, "/") if name else UNNAMED


def _spacing(rule: str, line: float) -> str:
    return f"{rule} {round(line, 2):g}"


def _is_chinese(character: str) -> bool:
    """Of the East Asian font whatever the run hints; quotation marks and dashes depend on the hint and are excluded."""
    return unicodedata.east_asian_width(character) in ("W", "F") and not character.isspace()


# The parts against annex 4: titles in order, required items mentioned, content under each title.


_LEVELS = ("L3", "L4", "L5", "三级", "四级", "五级", "3级", "4级", "5级", "3 级", "4 级", "5 级")


def part_findings(layout: Outline) -> Iterator[DocumentFinding]:
    parts = {part.number: part for part in report_form().part}
    for number, part in parts.items():
        if number not in layout.parts:
            yield new_finding("part_missing", params=_named(part))
    for (before, _), (after, place) in pairwise(layout.found):
        if after < before:
            title = layout.lines[place]
            yield new_finding("parts_out_of_order", places_of_lines([title]), params=_named(parts[after]))
    own_file = report_form().part_with("self_assessment")
    for number in sorted(layout.parts):
        lines = layout.of_part(number)
        yield from _report(parts[number], lines) if number == own_file else _filled(parts[number], lines)
    yield from _cover(layout)
    yield from _leftovers(layout)


def _filled(part: ReportPart, lines: Sequence[OutlineLine]) -> Iterator[DocumentFinding]:
    if not any(_is_content(line) for line in lines):
        yield new_finding("part_empty", places_of_lines(lines[:1]), params=_named(part))
        return
    text = "".join(line.text for line in _speaking(lines))
    for item in part.item:
        missing = [words[0] for words in item.topics if not any(word in text for word in words)]
        if missing:
            code = "required_item_missing" if item.required else "item_missing"
            yield new_finding(code, places_of_lines(lines[:1]), wanted="、".join(missing), params=_item(part, item))


def _speaking(lines: Sequence[OutlineLine]) -> Iterator[OutlineLine]:
    """The lines of a part, without its title and headings without content."""
    for place, line in enumerate(lines[1:], start=1):
        if line.kind != "heading" or _has_content(lines, place):
            yield line


def _has_content(lines: Sequence[OutlineLine], heading: int) -> bool:
    """Whether the heading at that place has content other than deeper headings."""
    for place in range(heading + 1, len(lines)):
        if lines[place].kind == "heading" and lines[place].level <= lines[heading].level:
            return False
        if _is_content(lines[place]):
            return True
    return False


def _is_content(line: OutlineLine) -> bool:
    return line.kind not in ("heading", "caption", "contents")


def _report(part: ReportPart, lines: Sequence[OutlineLine]) -> Iterator[DocumentFinding]:
    """The report may be submitted as a separate file: what is missing here is left to a person."""
    text = "".join(line.text for line in lines)
    if len(lines) == 1:
        yield new_finding("report_not_inside", places_of_lines(lines[:1]), params=_named(part))
    elif not any(level in text for level in _LEVELS):
        yield new_finding("report_level_not_told", places_of_lines(lines[:1]), params=_named(part))


def _cover(layout: Outline) -> Iterator[DocumentFinding]:
    text = "".join("".join(line.text.split()) for line in layout.of_part(0))
    missing = [field.name for field in report_form().cover.field if field.name not in text]
    if missing and layout.parts:
        yield new_finding("cover_fields_missing", wanted="、".join(missing))


def _leftovers(layout: Outline) -> Iterator[DocumentFinding]:
    left = [line for line in layout.lines if any(word in line.text for word in report_form().leftovers.words)]
    if left:
        yield new_finding("instructions_left", places_of_lines(left), params={"count": len(left)})


def _named(part: ReportPart) -> dict[str, str | float]:
    return {
        "part": part.number,
        "part_zh": chinese_numeral(part.number),
        "title_zh": part.title.zh,
        "title_en": part.title.en,
        "clause_zh": part.reference.zh,
        "clause_en": part.reference.en,
    }


def _item(part: ReportPart, item: RequiredItem) -> dict[str, str | float]:
    return {**_named(part), "item": item.number, "item_zh": item.text.zh, "item_en": item.text.en}


# Findings on captions: each picture needs one with text, numbered without gaps or duplicates.


def caption_findings(
    pictures: Sequence[ShownPicture], captions: CaptionIndex, layout: Outline
) -> Iterator[DocumentFinding]:
    of = [(picture, captions.of.get(picture.at)) for picture in pictures]
    yield from _about("caption_missing", [item for item, caption in of if caption is None])
    captioned = [(item, caption) for item, caption in of if caption]
    yield from _about("caption_number_missing", [item for item, caption in captioned if not caption.number])
    yield from _about("caption_words_missing", [item for item, caption in captioned if not caption.words])
    first = {caption: item for item, caption in reversed(captioned)}
    shared = [item for item, caption in captioned if first[caption] is not item]
    if shared:
        yield new_finding("caption_shared", places_of_pictures(shared), params={"count": len(shared)})
    yield from _numbers(
        [(item, caption) for caption, item in reversed(first.items()) if caption.number], captions, layout
    )


def _numbers(
    numbered: list[tuple[ShownPicture, Caption]], captions: CaptionIndex, layout: Outline
) -> Iterator[DocumentFinding]:
    first: dict[tuple[int, ...], ShownPicture] = {}
    doubled: list[ShownPicture] = []
    for item, caption in numbered:
        if first.setdefault(caption.number, item) is not item:
            doubled.append(item)
    yield from _about("caption_number_double", doubled, numbered)
    behind = [entry for (_, before), (entry, after) in pairwise(numbered) if after.number < before.number]
    yield from _about("caption_number_order", behind, numbered)
    # Chart captions are numbered together with those of pictures.
    everywhere = [
        caption.number for caption in captions.every if caption.number and layout.lines[caption.at].kind != "report"
    ]
    missing = missing_numbers(everywhere) if numbered else ()
    if missing:
        yield new_finding("caption_number_gap", found=", ".join(map(_written, missing)))


def _about(
    code: str, pictures: list[ShownPicture], numbered: Sequence[tuple[ShownPicture, Caption]] = ()
) -> Iterator[DocumentFinding]:
    if pictures:
        numbers = dict.fromkeys(_written(caption.number) for item, caption in numbered if item in pictures)
        yield new_finding(code, places_of_pictures(pictures), ", ".join(numbers), params={"count": len(pictures)})


def _written(number: tuple[int, ...]) -> str:
    return "-".join(map(str, number))
