"""How a cost grows with what is measured."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def slope(sizes: Sequence[float], costs: Sequence[float]) -> float:
    """Of the line through the logarithms: 0 is no growth, 1 in proportion, 2 with the square. Two sizes at least."""
    return float(np.polyfit(np.log(sizes), np.log(costs), 1)[0])
