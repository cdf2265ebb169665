"""Slowing down who guesses passwords, without letting him lock others out for long.

Wrong passwords are counted by bucket. A device on which the account has signed in before carries a signed mark and has
a bucket of its own: whoever guesses from elsewhere cannot slow it. All other devices share one bucket an account, and
wait at most ``LONGEST`` between tries.
"""

from __future__ import annotations

from datetime import datetime, timedelta

FREE = 5
"""Tries before waiting begins: people mistype."""
FIRST = timedelta(seconds=2)
LONGEST = timedelta(minutes=5)
FORGOTTEN = timedelta(days=1)
"""After a day without a wrong password the counting begins anew."""


def backoff_wait(failures: int) -> timedelta:
    """How long nothing is tried after that many wrong passwords in a row: doubling, up to the longest."""
    if failures < FREE:
        return timedelta()
    doubled: timedelta = FIRST * 2 ** min(failures - FREE, 20)
    return min(doubled, LONGEST)


def held_until(failures: int, last_at: datetime) -> datetime:
    return last_at + backoff_wait(failures)
