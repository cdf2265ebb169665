"""The unified social credit code of GB 32100-2015: 18 characters, the last a check digit over the first 17."""

from __future__ import annotations

import re
import unicodedata
from operator import mul

# The standard's own alphabet: without I, O, S, V and Z, which look like 1, 0, 5, U and 2.
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS = [pow(3, place, 31) for place in range(17)]
_FORM = re.compile(f"[{ALPHABET}]{{2}}[0-9]{{6}}[{ALPHABET}]{{10}}")
_COMPARABLE = re.compile("[0-9A-Z]*")


def check_digit(first17: str) -> str:
    """The 18th character: weights 3^i mod 31 over the first 17, complemented to 31.

    Raises ``ValueError`` for another length or a character outside the alphabet.
    """
    if len(first17) != 17:
        raise ValueError("a check digit is computed from 17 characters")
    total = sum(map(mul, map(ALPHABET.index, first17), _WEIGHTS))
    return ALPHABET[-total % 31]


def is_valid(code: str) -> bool:
    """Has the form of the standard (characters 3-8 are a division's digits) and a correct check digit."""
    return _FORM.fullmatch(code) is not None and check_digit(code[:17]) == code[17]


def normalise_credit_code(text: str) -> str:
    """A code as people type it, made comparable: half width, upper case, without spaces and hyphens."""
    if _COMPARABLE.fullmatch(text):  # as nearly all are, in a panel of a million values
        return text
    return re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", text)).upper()


def code_or_text(text: str) -> str:
    """The code as registered where ``text`` is one; else ``text`` as it was written, to be refused by name."""
    code = normalise_credit_code(text)
    return code if is_valid(code) else text
