"""Text from a file made fit to be shown: a cell as text, invisible characters as their numbers, names on one line."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from kpi.files.workbook import CellValue


def cell_text(raw: CellValue) -> str:
    """A cell as text: a whole float without its ".0", everything else as it stands."""
    if isinstance(raw, bool):
        return "TRUE" if raw else "FALSE"
    if isinstance(raw, float) and raw.is_integer() and abs(raw) < 2**53:
        return str(int(raw))
    return "" if raw is None else str(raw)


def is_blank(raw: CellValue) -> bool:
    """Nothing, or nothing but blanks."""
    return raw is None or (isinstance(raw, str) and not raw.strip())


def printable(raw: CellValue, most: int) -> str:
    """A cell fit to be shown: invisible characters as their numbers, and not longer than ``most``."""
    # Cut before it is looked through: a thousand faults may show the same megabyte.
    text = "".join(f"\\u{ord(one):04x}" if is_forbidden(one) else one for one in cell_text(raw)[: most + 1])
    return text if len(text) <= most else text[: most - 1] + "…"


def printable_name(name: str, most: int) -> str:
    """A file's or a sheet's name fit to be shown, on one line."""
    return printable(" ".join(name.split()), most)


def printable_file_name(sent: str, most: int) -> str:
    """The name of a sent file without its folders, fit to be shown; done again it stays the same."""
    return printable_name(_FOLDERS.split(sent)[-1], most)


def plain_line(text: str, most: int) -> str:
    """What a person typed, on one line, without what cannot be seen, not longer than ``most``: others read it."""
    kept = "".join(" " if char.isspace() else char for char in text)
    kept = "".join(char for char in kept if unicodedata.category(char)[0] != "C")
    return kept.strip()[:most]


def no_formula(cell: str) -> str:
    """A text for a CSV: what a spreadsheet would take for a formula gets an apostrophe before it.

    Where Chinese or Japanese is typed, Excel takes the full-width signs for the others.
    """
    return f"'{cell}" if cell.startswith(_STARTS_A_FORMULA) else cell


_STARTS_A_FORMULA = tuple("=+-@＝＋－＠\t\r\n")
# A backslash parts folders too, but where it is ``printable``'s own.
_FOLDERS = re.compile(r"/|\\(?!u[0-9a-f]{4})")


def is_forbidden(character: str) -> bool:
    """Control, bidirectional, zero-width, private and unassigned characters; tab and line ends are allowed."""
    return character not in "\t\n\r" and unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn"}


def number_ranges(numbers: Iterable[int]) -> tuple[tuple[int, int], ...]:
    """Sorted runs: 3, 4, 5, 9 are ((3, 5), (9, 9))."""
    runs: list[tuple[int, int]] = []
    for number in sorted(set(numbers)):
        if runs and number == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return tuple(runs)
