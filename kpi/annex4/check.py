"""The check of an application report against annex 4: one reading, one report, all findings at once."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import lru_cache
from io import BytesIO
from itertools import islice
from pathlib import Path

from kpi.annex4.comparison import comparison_findings, cover_findings
from kpi.annex4.document import Document, open_package, read_document
from kpi.annex4.findings import caption_findings, clipped_picture_findings, part_findings, typography_findings
from kpi.annex4.marks import mark_findings, without_numbers
from kpi.annex4.outline import CaptionIndex, Outline, find_captions, new_finding, outline, places_of_lines
from kpi.annex4.pictures import (
    ShownPicture,
    count_different,
    picture_file,
    picture_findings,
    read_header,
    read_pictures,
)
from kpi.catalogue.catalogue import requirements
from kpi.catalogue.forms import DocumentLimits, document_limits, report_words
from kpi.files.archive import ZIP_ERRORS
from kpi.files.text import printable_file_name
from kpi.files.workbook import UnreadableFile, too_large
from kpi.model.application import Application
from kpi.model.problem import CharacterCount, DocumentFinding, DocumentReport

# Counting characters like Word's 字数: Chinese characters and punctuation singly, other text by runs.
#
# Word's rule is not published; this is its known behaviour, stated in a notice's ``report.toml``. Marks
# that Chinese and Latin share (quotation marks, dashes, ellipses) count as Chinese, as an input method writes them.


def word_count(text: str) -> int:
    """Word's 字数 of a paragraph: "部署 MES 系统，12 套。" is 2 + 1 + 2 + 1 + 1 + 1 + 1 = 9."""
    return _count_characters(text, punctuation=True)


def without_punctuation(text: str) -> int:
    """The same without punctuation: "部署 MES 系统，12 套。" is 7."""
    return _count_characters(text, punctuation=False)


_RUN = re.compile(r"\S+")


def _count_characters(text: str, *, punctuation: bool) -> int:
    total = 0
    for piece in _RUN.findall(text):
        in_run = False
        for character in piece:
            kind = _kind(character)
            if kind == "run":
                # A run of punctuation only ("--") is a word to Word, but does not count without punctuation.
                begins = not in_run and (punctuation or character.isalnum())
                total += begins
                in_run |= begins
            elif kind != "inside":
                in_run = False
                total += kind == "character" or punctuation
    return total


@lru_cache(maxsize=4096)
def _kind(character: str) -> str:
    """``character`` and ``mark`` count singly, a ``run`` with its neighbours, ``inside`` not at all."""
    if unicodedata.category(character) in ("Mn", "Cf"):
        return "inside"
    width, category = unicodedata.east_asian_width(character), unicodedata.category(character)
    if width in ("W", "F"):
        return "mark" if category.startswith(("P", "S")) else "character"
    # Ambiguous width: “”‘’—…· and ①②③ are typed as Chinese; letters (Greek), signs (°, ±) and m² belong to a run.
    if width == "A" and category.startswith("P"):
        return "mark"
    return "character" if width == "A" and character >= "①" and category == "No" else "run"


# The check of an application report against annex 4: one reading, one report, all findings at once.


Progress = Callable[[float], object]
_NAME = 120
SHOWN_KINDS = ("PNG", "JPEG")
MOST_PIXELS = 100_000_000
"""A browser needs four bytes for each."""
_HASHED, _TEXT_READ = 0.1, 0.3
"""Shares of the run time, measured on documents of 60 and 110 MB: most is reading the pictures."""


def check_report(
    name: str, data: bytes | Path, progress: Progress | None = None, application: Application | None = None
) -> DocumentReport:
    """Check the document sent as ``name``; its type is recognised by content, never by name.

    ``data`` is its bytes, or a file to be read in pieces. It is held against the ``application`` that it goes with,
    where there is one. ``progress`` receives the share done, 0 to 1, never falling.
    Nothing is raised for what people may send: a file that cannot be opened gives a report with one finding. A file
    above the limit is not read, and its ``sha256`` is "".

    Raises:
        OSError: ``data`` is a file that cannot be read.
    """
    done = progress or (lambda _: None)
    title = printable_file_name(name, _NAME)
    digest = ""
    try:
        _check_size(data, document_limits())
        digest = _sha256(data)
        done(_HASHED)
        report = _checked(title, digest, data, done, application)
    except UnreadableFile as refused:
        report = DocumentReport(title, digest, findings=(new_finding(refused.code, params=refused.params),))
    done(1.0)
    return report


def report_picture(data: bytes | Path, number: int) -> tuple[str, bytes] | None:
    """Kind and bytes of a picture that the check numbers so, where a page can done it: PNG or JPEG, whole, not huge.

    Raises:
        UnreadableFile: the document cannot be opened.
    """
    with open_package(data, document_limits()) as package:
        document = read_document(package)
        captions = find_captions(document.paragraphs)
        layout = outline(document.paragraphs, frozenset(caption.at for caption in captions.every))
        try:
            found = picture_file(package, document, layout, number)
        except ZIP_ERRORS:
            return None
    header = read_header(BytesIO(found)) if found else None
    if found is None or header is None or header.kind not in SHOWN_KINDS or header.size is None:
        return None
    return (header.kind, found) if header.size[0] * header.size[1] <= MOST_PIXELS else None


def _checked(
    name: str, digest: str, data: bytes | Path, done: Progress, application: Application | None
) -> DocumentReport:
    with open_package(data, document_limits()) as package:
        document = read_document(package)
        captions = find_captions(document.paragraphs)
        layout = outline(document.paragraphs, frozenset(caption.at for caption in captions.every))
        done(_TEXT_READ)
        pictures = read_pictures(
            package, document, layout, captions, lambda share: done(_TEXT_READ + (1 - _TEXT_READ) * share)
        )
    characters = _count(layout)
    return DocumentReport(
        name,
        digest,
        characters,
        tuple(picture.picture for picture in pictures),
        count_different(pictures),
        layout.parts,
        tuple(_in_order(_findings(document, layout, captions, pictures, characters, application))),
    )


def _findings(
    document: Document,
    layout: Outline,
    captions: CaptionIndex,
    pictures: tuple[ShownPicture, ...],
    characters: CharacterCount,
    application: Application | None,
) -> Iterator[DocumentFinding]:
    most = report_words().most_findings
    if application:
        yield from islice(comparison_findings(layout, application), most)
    yield from islice(mark_findings(layout.lines, document.margins), most)
    yield from cover_findings(layout)
    yield from _character_findings(characters)
    yield from part_findings(layout)
    yield from typography_findings(layout.lines)
    yield from picture_findings(pictures)
    yield from caption_findings(pictures, captions, layout)
    yield from clipped_picture_findings(line for line in layout.lines if line.kind != "report")
    yield from _left_aside(document, layout)


def _in_order(findings: Iterator[DocumentFinding]) -> list[DocumentFinding]:
    """Faults before notes, then in the order of annex 4."""
    return sorted(map(without_numbers, findings), key=lambda finding: finding.severity != "fault")


def _count(layout: Outline) -> CharacterCount:
    counted = [line.paragraph.text for line in layout.lines if line.kind != "report"]
    return CharacterCount(
        counted=sum(map(word_count, counted)),
        whole=sum(word_count(line.paragraph.text) for line in layout.lines),
        without_punctuation=sum(map(without_punctuation, counted)),
    )


def _character_findings(count: CharacterCount) -> Iterator[DocumentFinding]:
    asked = requirements().characters
    params: dict[str, str | float] = {
        "least": asked.least,
        "most": asked.most,
        "missing": asked.least - count.counted,
        "over": count.counted - asked.most,
        "without_punctuation": count.without_punctuation,
    }
    wanted = f"{asked.least}–{asked.most}"
    if count.counted < asked.least:
        yield new_finding("too_few_characters", found=str(count.counted), wanted=wanted, params=params)
    elif count.counted > asked.most:
        yield new_finding("too_many_characters", found=str(count.counted), wanted=wanted, params=params)
    elif count.without_punctuation < asked.least:
        yield new_finding("few_without_punctuation", found=str(count.counted), wanted=wanted, params=params)


def _left_aside(document: Document, layout: Outline) -> Iterator[DocumentFinding]:
    """What was not checked, or would change the document for its next reader."""
    graphics = [line for line in layout.lines if line.paragraph.graphics and line.kind != "report"]
    if graphics:
        count = sum(line.paragraph.graphics for line in graphics)
        yield new_finding("graphics_not_counted", places_of_lines(graphics), params={"count": count})
    report = [line for line in layout.lines if line.paragraph.pictures and line.kind == "report"]
    if report:
        count = sum(len(line.paragraph.pictures) for line in report)
        yield new_finding("report_pictures_left_aside", places_of_lines(report), params={"count": count})
    if document.revised:
        yield new_finding("tracked_changes")
    if document.foreign:
        yield new_finding("document_within")
    if document.fetched:
        yield new_finding("content_elsewhere", found=", ".join(document.fetched))


def _check_size(data: bytes | Path, limit: DocumentLimits) -> None:
    size = len(data) if isinstance(data, bytes) else data.stat().st_size
    if size > limit.file_bytes:
        raise too_large(size, limit.file_bytes)


def _sha256(data: bytes | Path) -> str:
    if isinstance(data, bytes):
        return hashlib.sha256(data).hexdigest()
    with data.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
