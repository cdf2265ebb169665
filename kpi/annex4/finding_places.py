"""Places of findings: number ranges, first words, the heading above; all safe to display."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kpi.annex4.outline import OutlineLine
from kpi.catalogue.annex4_settings import document_limits
from kpi.files.printable import number_ranges, printable
from kpi.model.document_report import DocumentFinding, DocumentPlace
from kpi.model.problem_codes import FINDING_CODES

_WHOLE = DocumentPlace()


def new_finding(
    code: str,
    where: DocumentPlace = _WHOLE,
    found: str = "",
    wanted: str = "",
    params: Mapping[str, str | float] | None = None,
) -> DocumentFinding:
    """A finding with the severity that the registry gives its code."""
    return DocumentFinding(FINDING_CODES[code], code, where, found, wanted, params or {})


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
    )


def printable_line(text: str) -> str:
    """One line of text from a file, shortened and without invisible characters."""
    return printable(" ".join(text.split()), document_limits().shown_characters)
