"""Font, size and line spacing: departures in the body text are faults, elsewhere notes."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from kpi.annex4.finding_places import new_finding, places_of_lines, printable_line
from kpi.annex4.outline import OutlineLine, ParagraphKind
from kpi.catalogue.annex4_settings import requirements
from kpi.model.document_report import DocumentFinding

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
        if line.paragraph.look.rule == "exact" and any(one.inline for one in line.paragraph.pictures)
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
