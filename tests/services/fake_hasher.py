"""A stand-in for argon2 that costs nothing and remembers what it was asked."""

from __future__ import annotations

import hashlib

from argon2.exceptions import VerifyMismatchError

from tests.services.sample_store import PASSWORD


class Hasher:
    """``asked`` holds the hashes that passwords were held against, in order."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def hash(self, password: str) -> str:
        return "quick " + hashlib.sha256(password.encode()).hexdigest()

    def verify(self, kept: str, password: str) -> bool:
        """Furnished accounts were hashed by argon2 before this one took its place: all of them by one password."""
        self.asked.append(kept)
        right = self.hash(password) == kept if kept.startswith("quick ") else password == PASSWORD
        if not right:
            raise VerifyMismatchError
        return True
