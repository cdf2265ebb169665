"""Places for findings: runs of numbers, first words, the heading above; all of it fit to show."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kpi.annex4.outline import Line
from kpi.annex4.settings import limits
from kpi.files.printable import shown
from kpi.model.document_report import Ranges, Where


def ranges(numbers: Iterable[int]) -> Ranges:
    """Sorted runs: 3, 4, 5, 9 are ((3, 5), (9, 9))."""
    runs: list[tuple[int, int]] = []
    for number in sorted(set(numbers)):
        if runs and number == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return tuple(runs)


def where(lines: Sequence[Line]) -> Where:
    """The paragraphs of ``lines``, with the words of the first."""
    if not lines:
        return Where()
    first = lines[0]
    numbers = ranges(line.paragraph.number for line in lines)
    return Where(numbers, words=fit(first.text), heading="" if first.kind == "heading" else fit(first.heading))


def fit(text: str) -> str:
    """One line of text from a file, cut and without invisible characters."""
    return shown(" ".join(text.split()), limits().shown_characters)
