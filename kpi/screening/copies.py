"""Columns that two applications share: rare values alike to the last digit."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from kpi.model.screening import Flag, FlagCode
from kpi.screening.peer_rows import Floats, PeerRows, codes_at
from kpi.screening.rules import ScreeningRules


def same_as_other(
    row: Floats, others: Mapping[str, Floats], peers: PeerRows, rules: ScreeningRules
) -> Flag | FlagCode | None:
    """The other application that this one resembles most, where two peers of different groups hardly ever do so.

    ``others`` by name. Likeness is the sum over equal values of minus the logarithm of how common the value is among
    the peers. The chance is of the most alike of all the others, by Bonferroni.
    """
    if not others:
        return None
    sample = peers.sampled(rules.largest_sample)
    pairs = _pair_likeness(sample)
    if (len(pairs) + 1) * rules.level < len(others):
        return "same_as_other"
    likeness = {name: _likeness(row, other, sample.values) for name, other in others.items()}
    name = max(likeness, key=lambda one: likeness[one])
    equal = np.flatnonzero((row == others[name]) & (row != 0))
    chance = min(1.0, len(others) * (1 + np.count_nonzero(pairs >= likeness[name])) / (1 + len(pairs)))
    if chance > rules.level or len(equal) < rules.fewest_copied:
        return None
    return Flag("same_as_other", codes_at(equal), float(chance), {"other": name, "count": float(len(equal))})


def _likeness(one: Floats, other: Floats, values: Floats) -> float:
    equal = (one == other) & (one != 0)
    seen = np.count_nonzero(values[:, equal] == one[equal], axis=0)
    reported = np.count_nonzero(~np.isnan(values[:, equal]), axis=0)
    return float(-np.log((1 + seen) / (1 + reported)).sum())


def _pair_likeness(peers: PeerRows) -> Floats:
    """Of all pairs of peers of different groups."""
    count = len(peers.values)
    likeness = np.zeros((count, count))
    for column in peers.values.T:
        known = column[~np.isnan(column)]
        numbers, seen = np.unique(known, return_counts=True)
        at = np.searchsorted(numbers, column).clip(max=max(len(numbers) - 1, 0))
        rarity = -np.log((1 + seen[at]) / (1 + len(known))) if len(numbers) else np.zeros(count)
        likeness += np.where((column[:, None] == column[None, :]) & (column != 0)[:, None], rarity[:, None], 0.0)
    first, second = np.triu_indices(count, 1)
    apart = peers.groups[first] != peers.groups[second]
    return np.asarray(likeness[first, second][apart])
