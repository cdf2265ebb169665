"""What a report is not to carry: placeholders that nobody filled in, marks of secrecy, numbers of persons."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import cache

from kpi.annex4.outline import OutlineLine, new_finding, places_of_lines, printable_line
from kpi.catalogue.forms import report_words
from kpi.catalogue.names import normalise_mobile
from kpi.model.problem import DocumentFinding, DocumentPlace

_OPEN, _CLOSED = "【[(《“\"'<", "】])》”\"'>.。!"
_COVER = "*"


def plain_text(text: str) -> str:
    """As it is compared: half width and without blanks, no more of it than is read."""
    return "".join(unicodedata.normalize("NFKC", text[: report_words().longest_paragraph]).split())


def read_lines(lines: Sequence[OutlineLine]) -> Iterator[OutlineLine]:
    """The first of them, as many as are read: a stranger's file may have three hundred thousand."""
    left = report_words().most_characters
    for line in lines:
        left -= len(line.text) + 1
        if left < 0:
            return
        yield line


def mark_findings(all_lines: Sequence[OutlineLine], margins: Sequence[str]) -> Iterator[DocumentFinding]:
    """``margins`` are the lines of headers, footers and watermarks."""
    lines = list(read_lines(all_lines))
    yield from _placeholders(lines)
    yield from _secrecy(lines, margins)
    yield from _personal(lines, margins)


def _placeholders(lines: Sequence[OutlineLine]) -> Iterator[DocumentFinding]:
    """The self-assessment report is another form's."""
    own = [(line, _unfilled().search(plain_text(line.text))) for line in lines if line.kind != "report"]
    left = [(line, found[0]) for line, found in own if found]
    if left:
        words = printable_line(" ".join(dict.fromkeys(found for _, found in left)))
        where = places_of_lines([line for line, _ in left])
        yield new_finding("placeholders_left", where, words, params={"count": len(left)})


@cache
def _unfilled() -> re.Pattern[str]:
    return re.compile("|".join(report_words().placeholders))


def _secrecy(lines: Sequence[OutlineLine], margins: Sequence[str]) -> Iterator[DocumentFinding]:
    marked: dict[str, list[OutlineLine]] = {}
    before: OutlineLine | None = None
    for line in lines:
        if mark := _mark(line, before):
            marked.setdefault(mark, []).append(line)
        before = line
    for mark, found in marked.items():
        yield new_finding("secrecy_mark", places_of_lines(found), mark)
    for text in margins:
        if mark := _margin_mark(plain_text(text)):
            yield new_finding("secrecy_mark", DocumentPlace(words=printable_line(text), margin=True), mark)


def _mark(line: OutlineLine, before: OutlineLine | None) -> str:
    text = plain_text(line.text).strip(_OPEN + _CLOSED)
    alone, starred = _marks()
    if found := starred.search(text) or alone.fullmatch(text):
        # A table of kinds of data has cells of these words, too: there the label beside it makes it a mark.
        if line.paragraph.place == "table" and found.re is alone and not _labelled(line, before):
            return ""
        return found["mark"]
    return ""


def _labelled(line: OutlineLine, before: OutlineLine | None) -> bool:
    row = line.paragraph.cell[:2]
    beside = before is not None and before.paragraph.cell[:2] == row
    return beside and before is not None and plain_text(before.text).rstrip(":") in report_words().secrecy.cells


def _margin_mark(text: str) -> str:
    words = report_words().secrecy
    alone, _ = _marks()
    if len(text) > words.longest_margin:
        return ""
    whole = alone.fullmatch(text.strip(_OPEN + _CLOSED))
    return whole["mark"] if whole else next((mark for mark in words.marks if mark in text), "")


@cache
def _marks() -> tuple[re.Pattern[str], re.Pattern[str]]:
    words = report_words().secrecy
    marks = "|".join(sorted(map(re.escape, words.marks), key=len, reverse=True))
    every = "|".join([marks, *map(re.escape, words.alone)])
    alone = rf"{words.label}(?P<mark>{every})(?:{words.star}{words.term})?{words.after}"
    return re.compile(alone, re.IGNORECASE), re.compile(rf"(?P<mark>{marks})[★☆]")


def _personal(lines: Sequence[OutlineLine], margins: Sequence[str]) -> Iterator[DocumentFinding]:
    """Each number once, in part: the finding is read by others than whoever wrote the report."""
    of: dict[str, list[OutlineLine]] = {}
    for line in lines:
        for number in _numbers(line.text):
            of.setdefault(number, []).append(line)
    for number, found in of.items():
        yield new_finding("personal_number", places_of_lines(found), _cover(number))
    for text in margins:
        for number in _numbers(text):
            if number not in of:
                place = DocumentPlace(words=printable_line(text), margin=True)
                yield new_finding("personal_number", place, _cover(number))


def _numbers(text: str) -> Iterator[str]:
    words = report_words().personal
    read = unicodedata.normalize("NFKC", text[: report_words().longest_paragraph])
    yield from (found[0].upper() for found in re.finditer(words.identity, read) if _is_identity(found[0].upper()))
    yield from (normalise_mobile(found[0]) for found in re.finditer(words.mobile, read))


# GB 11643-1999: weights 2^(17 - place) mod 11 over the first 17 digits.
_WEIGHTS = [pow(2, 17 - place, 11) for place in range(17)]
_CHECKS = "10X98765432"


def _is_identity(number: str) -> bool:
    try:
        date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], _WEIGHTS, strict=True))
    return _CHECKS[total % 11] == number[17]


def _cover(number: str) -> str:
    return f"{number[:3]}{_COVER * (len(number) - 7)}{number[-4:]}"


def without_numbers(finding: DocumentFinding) -> DocumentFinding:
    """The finding with every long number covered in what it quotes: reviewers read it, too."""
    where = finding.where
    words, heading, caption = map(_covered, (where.words, where.heading, where.caption))
    return replace(finding, where=replace(where, words=words, heading=heading, caption=caption))


def _covered(words: str) -> str:
    return re.sub(r"\d[\d \-－–—]{7,}[Xx]?", lambda found: _cover(found[0]), words)
