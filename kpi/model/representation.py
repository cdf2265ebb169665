"""Whom the peers of a factory stand for: the register that they were drawn from, and who of it is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from kpi.model.campaign import ENTERPRISE_SIZES

Band = Literal["10-14", "15-29", "30-59", "60+"]
"""A number of peers as it is published, of the policy's ranges."""

PeersKind = Literal["applicants", "awarded", "industry"]
"""Applicants alone, awarded factories alone, or enterprises of the industry whether they applied or not. Texts:
``represent.kind_<kind>``.
"""
WORTH_SAYING = 1.2
"""A kind of enterprises that is over-represented by less than this is not named."""


@dataclass(frozen=True, slots=True)
class Stratum:
    """Enterprises of one size or district: of the register, and of those the ones in the panel. "": not stated."""

    name: str
    registered: int
    included: int


@dataclass(frozen=True, slots=True)
class StratumCount:
    """A row of the register's coverage: the same by industry, district and size."""

    industry: str
    district: str
    size: str
    registered: int
    included: int


@dataclass(frozen=True, slots=True)
class PanelOrigin:
    """Of a panel's enterprises in one industry: how many had applied, and how many were awarded."""

    industry: str
    enterprises: int
    applied: int
    awarded: int


@dataclass(frozen=True, slots=True)
class Representation:
    """The peers of one industry beside the register of the day their baseline was frozen. Counts are exact: reviewers
    and authority only.

    ``enterprises``, ``applied``, ``awarded`` are of the panel. ``sizes`` and ``districts``: empty without a register.
    """

    enterprises: int
    applied: int
    awarded: int
    sizes: tuple[Stratum, ...] = ()
    districts: tuple[Stratum, ...] = ()

    @property
    def registered(self) -> int | None:
        """Enterprises of the register; None where there was none."""
        return sum(size.registered for size in self.sizes) or None

    @property
    def included(self) -> int:
        """Of the register's enterprises those in the panel."""
        return sum(size.included for size in self.sizes)

    @property
    def kind(self) -> PeersKind:
        if self.awarded == self.enterprises > 0:
            return "awarded"
        return "applicants" if self.applied == self.enterprises > 0 else "industry"

    def ratio(self, of: Stratum, among: Sequence[Stratum]) -> float:
        """Its share of those in the panel, in times of its share of the register, ``among`` all of which is stated what
        it is. NaN: nobody is in.
        """
        known = [part for part in among if part.name]
        included, registered = sum(part.included for part in known), sum(part.registered for part in known)
        if not (of.name and included and of.registered):
            return float("nan")
        return (of.included / included) / (of.registered / registered)

    def over_represented(self) -> tuple[Stratum, float] | None:
        """The size that is most over-represented, and how many times; None where no size is by ``WORTH_SAYING``."""
        known = [(size, self.ratio(size, self.sizes)) for size in self.sizes]
        worth = [(size, ratio) for size, ratio in known if ratio >= WORTH_SAYING]
        return max(worth, key=lambda found: (found[1], found[0].registered), default=None)


@dataclass(frozen=True, slots=True)
class PublishedRepresentation:
    """What an enterprise may know of it: no count of the panel.

    ``kind`` and ``band``, of the enterprises in the panel: None where nothing is published. ``over``: the size that is
    most over-represented and how many times, to halves; None where that is not published.
    """

    kind: PeersKind | None
    registered: int | None
    band: Band | None
    over: tuple[str, float] | None


def representation(origin: PanelOrigin, coverage: Sequence[StratumCount]) -> Representation:
    """Of one industry, from the rows of its baseline."""
    own = [row for row in coverage if row.industry == origin.industry]
    sizes = _strata([(row.size, row) for row in own])
    order = [*ENTERPRISE_SIZES, ""]
    return Representation(
        origin.enterprises,
        origin.applied,
        origin.awarded,
        tuple(sorted(sizes, key=lambda size: order.index(size.name))),
        tuple(sorted(_strata([(row.district, row) for row in own]), key=lambda part: (-part.registered, part.name))),
    )


def published_representation(found: Representation, band: Band | None, min_groups: int) -> PublishedRepresentation:
    """What may be published: a ratio only where so many enterprises of that size are in the panel, and as many are
    not, so that it tells of no single one; and nothing but the register where no number of the industry is published.
    """
    over = found.over_represented() if band else None
    said = None
    if over:
        size, ratio = over
        enough = min(size.included, size.registered - size.included, found.included - size.included) >= min_groups
        halves = round(ratio * 2) / 2
        said = (size.name, halves) if enough and halves > 1 else None
    return PublishedRepresentation(found.kind if band else None, found.registered, band, said)


def _strata(named: Sequence[tuple[str, StratumCount]]) -> list[Stratum]:
    registered: dict[str, int] = {}
    included: dict[str, int] = {}
    for name, row in named:
        registered[name] = registered.get(name, 0) + row.registered
        included[name] = included.get(name, 0) + row.included
    return [Stratum(name, registered[name], included[name]) for name in registered]
