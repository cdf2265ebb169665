"""Which passwords are accepted, by NIST SP 800-63B-4, section 3.1.1.2.

Length is what counts: no composition rules, no expiry; easily guessed passwords (well-known ones, patterns, the
account's own name) are refused with a reason.
"""

from __future__ import annotations

import secrets
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from kpi.model.viewer import Role

SHORTEST = 15
"""Characters, where a password is the only factor."""
LONGEST = 128
GUESSES = 10**10
"""Fewer guesses than this (zxcvbn's estimate: dictionaries, names, dates, keyboard walks, repeats) are too few."""
ESTIMATED = 72
"""zxcvbn reads this many characters; longer passwords can only be harder to guess."""

Weakness = Literal["too_short", "too_long", "easily_guessed"]

# Without letters and digits that are easily confused.
ALPHABET = "abcdefghjkmnpqrstuvwxyzACDEFGHJKLMNPQRTUVWXY34679"


def normalised(password: str) -> str:
    """The same characters, however composed (NFKC, as the standard advises)."""
    return unicodedata.normalize("NFKC", password)


def weakness(password: str, *own_words: str) -> Weakness | None:
    """Why a new password is refused, or None. ``own_words``: the account's name and display name."""
    # As typed, too: longer input is not even examined at sign-in.
    if len(password) > LONGEST or len(normalised(password)) > LONGEST:
        return "too_long"
    password = normalised(password)
    if len(password) < SHORTEST:
        return "too_short"
    # Here and not above: its dictionaries take longer to load than a list of accounts to print.
    from zxcvbn import zxcvbn

    known = [word for word in (*own_words, "duibiao", "对标") if word]
    guesses = zxcvbn(password[:ESTIMATED], user_inputs=known)["guesses"]
    return "easily_guessed" if guesses < GUESSES else None


def generate_password() -> str:
    """An initial password for somebody else, to be changed at first sign-in: about 112 bits in groups of five."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(5)) for _ in range(4))


# Slowing down password guessing without letting anybody lock others out for long.
#
# Wrong passwords are counted by bucket. A device on which the account has signed in before carries a signed mark and
# has its own bucket, which guessing from elsewhere cannot slow. All other devices share one bucket per account, and
# wait at most ``LONGEST`` between tries.


FREE = 5
"""Tries before waiting begins: people mistype."""
FIRST = timedelta(seconds=2)
LONGEST_WAIT = timedelta(minutes=5)
FORGOTTEN = timedelta(days=1)
"""After a day without a wrong password the count starts again."""


def backoff_wait(failures: int) -> timedelta:
    """The wait after that many consecutive wrong passwords: doubling, up to ``LONGEST_WAIT``."""
    if failures < FREE:
        return timedelta()
    doubled: timedelta = FIRST * 2 ** min(failures - FREE, 20)
    return min(doubled, LONGEST_WAIT)


def held_until(failures: int, last_at: datetime) -> datetime:
    return last_at + backoff_wait(failures)


# A first password, given once and kept nowhere.


@dataclass(frozen=True, slots=True)
class FirstPassword:
    """The account it opens, and the password: whoever prints this object for a log prints none."""

    account: str
    display: str
    role: Role
    scope: tuple[str, ...]
    password: str = field(repr=False)
