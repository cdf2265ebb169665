"""Columns that two applications share: rare values alike to the last digit."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from kpi.model.screening import Flag, FlagCode
from kpi.screening.peer_rows import Floats, PeerRows, codes_at
from kpi.screening.rules import ScreeningRules


def same_as_other(
    row: Floats, others: Mapping[str, Floats], sample: PeerRows, rules: ScreeningRules
) -> Flag | FlagCode | None:
    """The other application that this one resembles most, where two peers of different groups hardly ever do so.

    ``others`` by name; ``sample``: rows of the baseline. Likeness is the sum over equal values of minus the logarithm
    of how common the value is. The chance is of the most alike of all the others, by Bonferroni.
    """
    if not others:
        return None
    pairs = sample.pair_likeness
    if (len(pairs) + 1) * rules.level < len(others):
        return "same_as_other"
    likeness = {name: _likeness(row, other, sample) for name, other in others.items()}
    name = max(likeness, key=lambda one: likeness[one])
    equal = np.flatnonzero((row == others[name]) & (row != 0))
    chance = min(1.0, len(others) * (1 + np.count_nonzero(pairs >= likeness[name])) / (1 + len(pairs)))
    if chance > rules.level or len(equal) < rules.fewest_copied:
        return None
    return Flag("same_as_other", codes_at(equal), float(chance), {"other": name, "count": float(len(equal))})


def _likeness(one: Floats, other: Floats, sample: PeerRows) -> float:
    equal = np.flatnonzero((one == other) & (one != 0))
    return float(sum(sample.rarity(int(at), one[[at]])[0] for at in equal))
