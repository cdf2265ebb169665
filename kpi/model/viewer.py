"""Who asks, and what they may reach; who did something, as the audit trail names them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Role = Literal["enterprise", "reviewer", "leader", "administrator"]


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who changes something: an account, from an address."""

    account: str
    role: Role | Literal["system"]
    address: str = ""


SYSTEM = Actor("duibiao", "system")
"""The product itself: the baseline that ships, the demonstration."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """A signed-in account, looked up at every run.

    ``scope`` holds credit codes (enterprise), industries and credit codes of candidates (reviewer), one body (leader).
    ``barred`` holds the credit codes that a conflict of interest keeps from a reviewer. ``must_change``: the password
    was given by somebody else, and nothing but changing it is allowed. ``address`` is where the request came from.
    """

    account: str
    name: str
    role: Role
    scope: tuple[str, ...]
    barred: tuple[str, ...] = ()
    must_change: bool = False
    address: str = field(default="", compare=False)

    @property
    def actor(self) -> Actor:
        return Actor(self.account, self.role, self.address)


def console_actor(user: str) -> Viewer:
    """Whoever works at the machine's own command line can read the store's files: an administrator's rights."""
    return Viewer(f"console:{user}", user, "administrator", (), address="console")
