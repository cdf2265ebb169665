"""Columns that two applications share: rare values alike to the last digit."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kpi.model.screening import Flag, FlagCode
from kpi.screening.peer_rows import Floats, NamedRow, PeerRows, codes_at
from kpi.screening.rules import ScreeningRules


def same_as_other(
    row: Floats, others: Sequence[NamedRow], sample: PeerRows, rules: ScreeningRules
) -> Flag | FlagCode | None:
    """The other application that this one resembles most, where two peers of different groups hardly ever do so.

    ``sample``: rows of the baseline. Likeness is the sum over equal values of minus the logarithm
    of how common the value is. The chance is of the most alike of all the others, by Bonferroni.
    """
    if not others:
        return None
    pairs = sample.pair_likeness
    if (len(pairs) + 1) * rules.level < len(others):
        return "same_as_other"
    likeness = _likeness(row, np.array([other.values for other in others]), sample)
    most = int(np.argmax(likeness))
    equal = np.flatnonzero((row == others[most].values) & (row != 0))
    chance = min(1.0, len(others) * (1 + np.count_nonzero(pairs >= likeness[most])) / (1 + len(pairs)))
    if chance > rules.level or len(equal) < rules.fewest_copied:
        return None
    return Flag(
        "same_as_other", codes_at(equal), float(chance), {"other": others[most].name, "count": float(len(equal))}
    )


def _likeness(one: Floats, others: Floats, sample: PeerRows) -> Floats:
    """Of each other row, added up KPI by KPI as ``pair_likeness`` is: equal pairs come out equal to the last bit."""
    equal = (others == one) & (one != 0)
    likeness = np.zeros(len(others))
    for at in range(len(one)):
        likeness += np.where(equal[:, at], sample.rarity(at, one[[at]])[0], 0.0)
    return likeness
