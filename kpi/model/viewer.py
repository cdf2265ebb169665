"""Who is asking, with what scope; and the actor as recorded in the audit trail."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, get_args

Role = Literal["enterprise", "reviewer", "leader", "administrator"]
Duty = Literal["system", "security", "audit"]
DUTIES: tuple[Duty, ...] = get_args(Duty)
"""An administrator's: the programme and its machine, the accounts, the trail. Texts: ``page.duty.<duty>``."""


EnterpriseDuty = Literal["fill", "check", "confirm"]
ENTERPRISE_DUTIES: tuple[EnterpriseDuty, ...] = get_args(EnterpriseDuty)
"""A person's of an enterprise: who fills in, who checks, who confirms for the company. Texts: ``page.duty.<duty>``."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who makes a change: an account and its address."""

    account: str
    role: Role | Literal["system"]
    address: str = ""


SYSTEM = Actor("duibiao", "system")
"""The product itself, for the baseline that ships and the demonstration."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """A signed-in account, looked up on every run.

    ``scope`` holds credit codes (enterprise), industries and credit codes of candidates (reviewer), one body (leader),
    duties (administrator).
    ``barred`` holds the credit codes excluded by a reviewer's conflicts of interest. ``must_change``: the password was
    set by somebody else and must be changed first; ``must_set_up``: policy asks for a second factor, and there is none
    yet. ``named`` are the duties that a person of an enterprise was given.
    ``address`` is where the request came from.
    """

    account: str
    name: str
    role: Role
    scope: tuple[str, ...]
    barred: tuple[str, ...] = ()
    must_change: bool = False
    must_set_up: bool = False
    named: tuple[EnterpriseDuty, ...] = ()
    address: str = field(default="", compare=False)

    @property
    def actor(self) -> Actor:
        return Actor(self.account, self.role, self.address)

    @property
    def confined(self) -> bool:
        """Whether it may only manage its own account for now."""
        return self.must_change or self.must_set_up

    @property
    def in_duty(self) -> bool:
        """Whether anything is within its reach: a reviewer may have nothing assigned yet, or nothing any more."""
        return self.role == "administrator" or bool(self.scope)

    @property
    def duties(self) -> tuple[Duty, ...]:
        """An administrator's; all where none is named, as on the command line and before they were separated."""
        if self.role != "administrator":
            return ()
        return tuple(duty for duty in DUTIES if duty in self.scope) if self.scope else DUTIES

    @property
    def enterprise_duties(self) -> tuple[EnterpriseDuty, ...]:
        """Of a person of an enterprise; all where none is named: whoever is alone there does everything."""
        if self.role != "enterprise":
            return ()
        return tuple(duty for duty in ENTERPRISE_DUTIES if duty in self.named) or ENTERPRISE_DUTIES


CONSOLE = "console"
"""The address of what the command line does."""


def console_actor(user: str) -> Viewer:
    """Anyone who uses the command line can read the store's files anyway: administrator rights."""
    return Viewer(f"console:{user}", user, "administrator", (), address=CONSOLE)
