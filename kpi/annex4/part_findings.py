"""The five parts against annex 4: titles in order, required items mentioned, content under each title."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from kpi.annex4.finding_places import new_finding, places_of_lines
from kpi.annex4.list_labels import chinese_numeral
from kpi.annex4.outline import REPORT, Outline, OutlineLine
from kpi.catalogue.annex4_settings import ReportPart, RequiredItem, report_form
from kpi.model.document_report import DocumentFinding

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
    for number in sorted(layout.parts):
        lines = layout.of_part(number)
        yield from _report(parts[number], lines) if number == REPORT else _filled(parts[number], lines)
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
    missing = [name for name in report_form().cover.fields if name not in text]
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
