"""Codes of GB/T 4754 as people write them: C36, 3610, C3610."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from kpi.catalogue.data_files import DATA, Checked, load_toml

_CODE = re.compile(r"([A-Z])?(\d{2})(\d{0,2})").fullmatch


class _SubIndustries(Checked):
    reference: str
    reason: str
    sections: dict[str, tuple[str, ...]]


def match_sub_industry(text: str) -> str | None:
    """The code with its section's letter, such as C3610; None where it is none of an industrial division.

    Division, group and class have two, three and four digits; below the division only the length is known.
    """
    found = _CODE("".join(unicodedata.normalize("NFKC", text).split()).upper())
    if not found:
        return None
    letter, division, rest = found.groups()
    section = _sections().get(division)
    return f"{section}{division}{rest}" if section and letter in (None, section) else None


@cache
def _sections() -> dict[str, str]:
    known = load_toml(DATA / "catalogue" / "sub_industries.toml", _SubIndustries)
    return {division: section for section, divisions in known.sections.items() for division in divisions}
