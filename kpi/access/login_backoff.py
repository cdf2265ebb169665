"""Slowing down password guessing without letting anybody lock others out for long.

Wrong passwords are counted by bucket. A device on which the account has signed in before carries a signed mark and has
its own bucket, which guessing from elsewhere cannot slow. All other devices share one bucket per account, and wait at
most ``LONGEST`` between tries.
"""

from __future__ import annotations

from datetime import datetime, timedelta

FREE = 5
"""Tries before waiting begins: people mistype."""
FIRST = timedelta(seconds=2)
LONGEST = timedelta(minutes=5)
FORGOTTEN = timedelta(days=1)
"""After a day without a wrong password the count starts again."""


def backoff_wait(failures: int) -> timedelta:
    """The wait after that many consecutive wrong passwords: doubling, up to ``LONGEST``."""
    if failures < FREE:
        return timedelta()
    doubled: timedelta = FIRST * 2 ** min(failures - FREE, 20)
    return min(doubled, LONGEST)


def held_until(failures: int, last_at: datetime) -> datetime:
    return last_at + backoff_wait(failures)
