"""A change against the factory's own earlier year that is larger than peers differ among themselves."""

from __future__ import annotations

import numpy as np

from kpi.model.screening import Flag, FlagCode
from kpi.screening.peer_rows import Floats, PeerRows, codes_at
from kpi.screening.rules import ScreeningRules


def jump_flag(
    row: Floats, earlier: Floats, industry: str, peers: PeerRows, rules: ScreeningRules
) -> Flag | FlagCode | None:
    """``earlier``: the same factory's row of its latest earlier year.

    A factory is more like itself than like another one: two years of one factory differ by as much as two of its
    industry's at most as often as those do. The chance is of the largest change of all, by Bonferroni.
    """
    both = np.flatnonzero(~np.isnan(row) & ~np.isnan(earlier))
    if not len(both):
        return None
    own = peers.values[peers.industries == industry]
    chances = np.array([_chance(abs(row[at] - earlier[at]), own[:, at], rules.largest_sample) for at in both])
    if np.isnan(chances).all() or np.nanmin(_smallest(own[:, both], rules.largest_sample)) * len(both) > rules.level:
        return "jump"
    chance = float(np.nanmin(chances)) * len(both)
    if chance > rules.level:
        return None
    found = both[chances * len(both) <= rules.level]
    return Flag("jump", codes_at(found), chance)


def _chance(change: float, values: Floats, most: int) -> float:
    """How often two peers differ by as much; NaN with fewer than two."""
    differences = _differences(values, most)
    return float((1 + np.count_nonzero(differences >= change)) / (1 + len(differences))) if len(differences) else np.nan


def _smallest(columns: Floats, most: int) -> Floats:
    """The smallest chance that each column's pairs can show."""
    counts = np.minimum(np.count_nonzero(~np.isnan(columns), axis=0), most)
    return np.asarray(1 / (1 + counts * (counts - 1) / 2), dtype=float)


def _differences(values: Floats, most: int) -> Floats:
    known: Floats = values[~np.isnan(values)][:most]
    first, second = np.triu_indices(len(known), 1)
    return np.asarray(np.abs(known[first] - known[second]), dtype=float)
