"""The baseline as rows: one an enterprise, one column a KPI, on the policy's basis."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kpi.catalogue.load import catalogue
from kpi.model.application import Application, Basis

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class PeerRows:
    """``values``: n x 21, NaN where not reported. ``groups`` tells whose rows belong together."""

    values: Floats
    industries: npt.NDArray[np.str_]
    groups: npt.NDArray[np.str_]

    def without(self, group: str) -> PeerRows:
        """The rows of everybody else: an enterprise's own record, and its group's, are no peers."""
        kept = self.groups != group
        return PeerRows(self.values[kept], self.industries[kept], self.groups[kept])

    def sampled(self, most: int) -> PeerRows:
        """At most so many rows, the same each time, spread over all."""
        if len(self.values) <= most:
            return self
        at = np.linspace(0, len(self.values) - 1, most).astype(int)
        return PeerRows(self.values[at], self.industries[at], self.groups[at])


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
