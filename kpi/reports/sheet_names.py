"""Names of a workbook's sheets: any title, as Excel accepts it. The whole title stands in the sheet itself."""

from __future__ import annotations

import re
from collections.abc import Collection

LONGEST = 31
"""Characters, as Excel counts them: one beyond the first plane is two."""
_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_MORE = "…"


def sheet_name(title: str, taken: Collection[str] = ()) -> str:
    """``title`` without what Excel forbids, no longer than it allows, and unlike ``taken`` in any case of letters."""
    plain = " ".join(_FORBIDDEN.sub(" ", title).split()).strip("' ") or _MORE
    known = {name.casefold() for name in taken}
    found, number = _cut(plain, LONGEST), 1
    while found.casefold() in known or found.casefold() == "history":
        number += 1
        last = f" {number}"
        found = _cut(plain, LONGEST - len(last)) + last
    return found


def _cut(text: str, most: int) -> str:
    if _length(text) <= most:
        return text
    while _length(text) > most - len(_MORE):
        text = text[:-1]
    return text.rstrip("' ,;，；、：") + _MORE


def _length(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
