"""What an enterprise claims that only a reviewer can accept: a start, a "not applicable", a group."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from kpi.model.application import Application

ClaimKind = Literal["start", "not_applicable", "group"]
GivenRuling = Literal["accepted", "refused"]
Ruling = Literal["open", "accepted", "refused"]

GROUP_ITEM = ""
"""The item of a claim of a group: a factory claims one group, where a start or a "not applicable" is of one KPI."""


@dataclass(frozen=True, slots=True)
class ClaimKey:
    """One claim of one factory and year. ``item`` is a KPI's code, or ``GROUP_ITEM``."""

    kind: ClaimKind
    item: str


@dataclass(frozen=True, slots=True)
class Rulings:
    """How the reviewer ruled on a factory's claims. What nobody ruled on is open."""

    given: Mapping[ClaimKey, GivenRuling] = field(default_factory=dict)

    def on(self, kind: ClaimKind, item: str = GROUP_ITEM) -> Ruling:
        return self.given.get(ClaimKey(kind, item), "open")


NO_RULINGS = Rulings()


@dataclass(frozen=True, slots=True)
class ClaimEvidence:
    """What an enterprise gave to show a claim: words that name a document, and the number of a file sent with them.

    ``claimed`` is what was claimed then: evidence for another start says nothing of this one.
    """

    key: ClaimKey
    claimed: str
    evidence: str
    upload: str | None
    attached_by: str
    attached_at: datetime


@dataclass(frozen=True, slots=True)
class RulingWithdrawal:
    """A ruling taken back: from then on it is as if it had never been given."""

    reason: str
    withdrawn_by: str
    withdrawn_at: datetime


@dataclass(frozen=True, slots=True)
class ClaimRuling:
    """A reviewer's ruling with its reason, on what was claimed then."""

    key: ClaimKey
    claimed: str
    ruling: GivenRuling
    reason: str
    ruled_by: str
    ruled_at: datetime
    withdrawn: RulingWithdrawal | None = None


def claims_of(application: Application) -> dict[ClaimKey, str]:
    """What the application claims, by key, in the catalogue's order: the start's number, the note, the group's name."""
    claims: dict[ClaimKey, str] = {}
    if application.group:
        claims[ClaimKey("group", GROUP_ITEM)] = application.group
    for code, reported in application.values.items():
        if reported.state == "not_applicable":
            claims[ClaimKey("not_applicable", code)] = reported.note or ""
        elif reported.state == "reported" and reported.before is not None:
            claims[ClaimKey("start", code)] = repr(float(reported.before))
    return claims


def rulings_on(application: Application, given: Iterable[ClaimRuling]) -> Rulings:
    """The rulings that hold for the application's claims as they stand: a claim that changed is open again.

    ``given``: the latest of each key last. What was withdrawn does not count.
    """
    claims = claims_of(application)
    held = (one for one in given if one.withdrawn is None)
    return Rulings({one.key: one.ruling for one in held if claims.get(one.key) == one.claimed})
