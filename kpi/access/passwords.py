"""Which passwords are accepted, by NIST SP 800-63B-4, section 3.1.1.2.

Length is what counts; no kinds of character are asked for, nothing expires by date, and what is easily guessed -
well-known passwords, patterns, the account's own name - is refused with its reason.
"""

from __future__ import annotations

import secrets
import unicodedata
from typing import Literal

from zxcvbn import zxcvbn

SHORTEST = 15
"""Characters, where a password is the only factor."""
LONGEST = 128
GUESSES = 10**10
"""Fewer guesses than this (zxcvbn's estimate: dictionaries, names, dates, keyboard walks, repeats) are too few."""
ESTIMATED = 72
"""zxcvbn looks at so many characters; what is longer can only be harder."""

Weakness = Literal["too_short", "too_long", "easily_guessed"]

# No letters and digits that are mistaken for one another when a password is read out.
ALPHABET = "abcdefghjkmnpqrstuvwxyzACDEFGHJKLMNPQRTUVWXY34679"


def normalised(password: str) -> str:
    """The same characters however the keyboard composed them (NFKC, as the standard advises)."""
    return unicodedata.normalize("NFKC", password)


def weakness(password: str, *own_words: str) -> Weakness | None:
    """Why a new password is refused, or None. ``own_words``: the account's name and display name."""
    # As typed, too: what is longer than this as typed is not even looked at when somebody signs in.
    if len(password) > LONGEST or len(normalised(password)) > LONGEST:
        return "too_long"
    password = normalised(password)
    if len(password) < SHORTEST:
        return "too_short"
    known = [word for word in (*own_words, "duibiao", "对标") if word]
    guesses = zxcvbn(password[:ESTIMATED], user_inputs=known)["guesses"]
    return "easily_guessed" if guesses < GUESSES else None


def generate_password() -> str:
    """A first password for somebody else, to be changed at its first use: about 112 random bits in groups of five."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(5)) for _ in range(4))
