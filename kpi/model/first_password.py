"""A first password, given once and kept nowhere."""

from __future__ import annotations

from dataclasses import dataclass, field

from kpi.model.viewer import Role


@dataclass(frozen=True, slots=True)
class FirstPassword:
    """The account it opens, and the password: whoever prints this object for a log prints none."""

    account: str
    display: str
    role: Role
    scope: tuple[str, ...]
    password: str = field(repr=False)
