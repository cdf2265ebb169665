"""Mainland mobile numbers: 11 digits, the first 1, the second 3 to 9 (MIIT's numbering plan of 2017).

A landline is a telephone number, but annex 3 asks for 手机号码.
"""

from __future__ import annotations

import re
import unicodedata

_FORM = re.compile(r"1[3-9][0-9]{9}")


def is_mobile(text: str) -> bool:
    return _FORM.fullmatch(normalise_mobile(text)) is not None


def normalise_mobile(text: str) -> str:
    """A number as people type it, made comparable: half width, without spaces, hyphens, brackets and +86."""
    bare = re.sub(r"[\s()\-]", "", unicodedata.normalize("NFKC", text))
    return re.sub(r"^(\+|00)?86(?=1[3-9][0-9]{9}$)", "", bare)
