"""The result of checking an application report: counts, pictures, parts, and findings with their places."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

FindingSeverity = Literal["fault", "note"]
NumberRanges = tuple[tuple[int, int], ...]
"""Inclusive ranges: ((3, 5), (9, 9)) is 3 to 5, and 9."""


@dataclass(frozen=True, slots=True)
class DocumentPlace:
    """A place in a document, as far as a finding has one.

    ``paragraphs`` numbers the paragraphs with text or a picture, including tables and text boxes, from 1;
    ``words`` are the first words of the first of them and ``heading`` the heading above it. ``pictures`` numbers the
    pictures of the first four parts from 1; ``caption`` is the first one's caption, or the nearest words.
    """

    paragraphs: NumberRanges = ()
    words: str = ""
    heading: str = ""
    pictures: NumberRanges = ()
    caption: str = ""


@dataclass(frozen=True, slots=True)
class DocumentFinding:
    """One departure, or one thing to look at, with all its places.

    ``fault``: departs from annex 4; ``note``: left to a person, as annex 4 is silent or a machine cannot decide.
    Texts: ``annex4.finding.<code>.message`` and ``.remedy`` in ``data/text``, filled by ``found``, ``wanted``
    and ``params``.
    """

    severity: FindingSeverity
    code: str
    where: DocumentPlace = DocumentPlace()
    found: str = ""
    wanted: str = ""
    params: Mapping[str, str | float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CharacterCount:
    """Characters by three rules. ``counted`` decides: Word's count without part five.

    ``whole`` is Word's count of the whole document, ``without_punctuation`` the counted part without punctuation.
    """

    counted: int
    whole: int
    without_punctuation: int


@dataclass(frozen=True, slots=True)
class DocumentPicture:
    """One picture of the first four parts. ``bytes`` and the sizes are None where it could not be read.

    ``kind`` is the format of the embedded file ("PNG", "EMF"), or "" for one that is only linked or is missing.
    """

    number: int
    paragraph: int
    caption: str
    kind: str
    width: int | None
    height: int | None
    bytes: int | None

    @property
    def megapixels(self) -> float | None:
        return None if self.width is None or self.height is None else self.width * self.height / 1_000_000


@dataclass(frozen=True, slots=True)
class DocumentReport:
    """A checked document. ``sha256`` is of its bytes; a file that cannot be opened has one finding and no counts.

    ``parts`` are the numbers of the parts found, ``different_pictures`` the number of pictures with different content.
    """

    name: str
    sha256: str
    characters: CharacterCount | None = None
    pictures: tuple[DocumentPicture, ...] = ()
    different_pictures: int = 0
    parts: tuple[int, ...] = ()
    findings: tuple[DocumentFinding, ...] = ()

    @property
    def faults(self) -> tuple[DocumentFinding, ...]:
        return tuple(finding for finding in self.findings if finding.severity == "fault")
