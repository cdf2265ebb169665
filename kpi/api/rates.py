"""How often an account may call, and an address without a token, or with tokens that are not accepted."""

from __future__ import annotations

import math
import time

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from kpi.errors import UserError

CALLS = RateLimitItemPerMinute(120)
FILES = RateLimitItemPerMinute(30)
"""Reading a file takes a process of its own."""
GUESSES = RateLimitItemPerMinute(20)


class RequestRates:
    """Counted in memory, in the minute before each call: a restart starts the count again.

    Each raises ``UserError`` with the seconds to wait where there were too many.
    """

    def __init__(self) -> None:
        self._window = MovingWindowRateLimiter(MemoryStorage())

    def count_call(self, account: str) -> None:
        self._count(CALLS, "call", account)

    def count_stranger(self, address: str) -> None:
        """A call without a token, for what is published openly."""
        self._count(CALLS, "open", address)

    def count_file(self, account: str) -> None:
        self._count(FILES, "file", account)

    def count_guess(self, address: str) -> None:
        self._window.hit(GUESSES, "guess", address)

    def refuse_guesser(self, address: str) -> None:
        if not self._window.test(GUESSES, "guess", address):
            raise self._too_many(GUESSES, "guess", address)

    def _count(self, most: RateLimitItem, what: str, whose: str) -> None:
        if not self._window.hit(most, what, whose):
            raise self._too_many(most, what, whose)

    def _too_many(self, most: RateLimitItem, what: str, whose: str) -> UserError:
        free_at = self._window.get_window_stats(most, what, whose).reset_time
        return UserError("api_too_many", most=most.amount, seconds=max(1, math.ceil(free_at - time.time())))
