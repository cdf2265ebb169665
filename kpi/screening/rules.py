"""The rules of screening: ``data/screening/rules.toml``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
import numpy.typing as npt
from pydantic import Field

from kpi.catalogue.catalogue import catalogue
from kpi.catalogue.schema import DATA, Checked, load_toml
from kpi.model.application import Application, Basis

# The baseline as rows: one an enterprise, one column a KPI, on the policy's basis.


Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class PeerRows:
    """``values``: a column each KPI, NaN where not reported. ``groups`` tells whose rows belong together."""

    values: Floats
    industries: npt.NDArray[np.str_]
    groups: npt.NDArray[np.str_]

    def without(self, group: str) -> PeerRows:
        """The rows of everybody else: an enterprise's own record, and its group's, are no peers."""
        kept = self.groups != group
        return PeerRows(self.values[kept], self.industries[kept], self.groups[kept])

    @cached_property
    def columns(self) -> tuple[tuple[Floats, Floats, int], ...]:
        """Of each KPI: its different values, ascending, how often each occurs, and how many report it."""
        known = [column[~np.isnan(column)] for column in self.values.T]
        return tuple((*_counted(column), len(column)) for column in known)

    @cached_property
    def pair_likeness(self) -> Floats:
        """How alike any two rows of different groups are: the rarity of the values they share, added up."""
        count = len(self.values)
        likeness = np.zeros((count, count))
        for at, column in enumerate(self.values.T):
            equal = (column[:, None] == column[None, :]) & (column != 0)[:, None]
            likeness += np.where(equal, self.rarity(at, column)[:, None], 0.0)
        first, second = np.triu_indices(count, 1)
        apart = self.groups[first] != self.groups[second]
        return np.asarray(likeness[first, second][apart])

    def rarity(self, at: int, values: Floats) -> Floats:
        """Minus the logarithm of how common each value is in the column of KPI ``at``."""
        numbers, seen, reported = self.columns[at]
        if not reported:
            return np.zeros(len(values))
        places = np.searchsorted(numbers, values).clip(max=len(numbers) - 1)
        times = np.where(numbers[places] == values, seen[places], 0)
        return np.asarray(-np.log((1 + times) / (1 + reported)))

    def sampled(self, most: int) -> PeerRows:
        """At most so many rows, the same each time, spread over all."""
        if len(self.values) <= most:
            return self
        at = np.linspace(0, len(self.values) - 1, most).astype(int)
        return PeerRows(self.values[at], self.industries[at], self.groups[at])


@dataclass(frozen=True, eq=False, slots=True)
class NamedRow:
    """Another application as a row. Two factories may have one name."""

    name: str
    values: Floats


def _counted(known: Floats) -> tuple[Floats, Floats]:
    numbers, seen = np.unique(known, return_counts=True)
    return numbers, seen.astype(float)


def own_row(application: Application, basis: Callable[[str], Basis | None]) -> Floats:
    """The application as a row: NaN where nothing is reported, or on another basis than the policy's."""
    row = []
    for kpi in catalogue().kpis:
        reported = application.values[kpi.code]
        compared = reported.state == "reported" and reported.value is not None
        compared = compared and basis(kpi.code) in (None, reported.basis)
        row.append(float(reported.value) if compared and reported.value is not None else np.nan)
    return np.array(row)


def share_at_least(of_peers: Floats, own: float) -> float:
    """The conformal chance: how often a row of the same kind shows as much as this one, itself counted.

    Rows without the statistic (NaN) are not counted.
    """
    known = of_peers[~np.isnan(of_peers)]
    return float((1 + np.count_nonzero(known >= own)) / (1 + len(known)))


def enough_rows(of_peers: Floats, level: float) -> bool:
    """Whether a flag at this level can be raised at all."""
    return (1 + int(np.count_nonzero(~np.isnan(of_peers)))) * level >= 1


def codes_at(columns: Sequence[int] | npt.NDArray[np.int64]) -> tuple[str, ...]:
    """The KPI codes of columns."""
    return tuple(catalogue().kpis[int(at)].code for at in columns)


class Contradiction(Checked):
    """``positive`` above 0 beside ``zero`` at 0; ``code`` is the flag's."""

    code: str
    positive: str
    zero: str


class UnusedScenario(Checked):
    """A scenario that is claimed while its KPI is reported as 0."""

    scenario: str
    zero: str


class ScreeningRules(Checked):
    """``level``: the largest share of clean rows that one comparison may flag. Each number has its reason beside it."""

    level: float = Field(gt=0, lt=0.02)
    level_reason: str
    largest_sample: int
    largest_sample_reason: str
    fewest_values: int
    fewest_values_reason: str
    fewest_copied: int
    fewest_copied_reason: str
    round_to: float
    shrinkage: float = Field(gt=0, lt=1)
    shrinkage_reason: str
    contradictions: tuple[Contradiction, ...]
    unused_scenarios: tuple[UnusedScenario, ...]


@cache
def screening_rules() -> ScreeningRules:
    return load_toml(DATA / "screening" / "rules.toml", ScreeningRules)
