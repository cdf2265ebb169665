"""Invented panels to measure on: sizes, cells, groups and gaps as a baseline has them, values of no meaning."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

KPIS = 21
MISSING = 0.05
GROUPED = 0.02


@dataclass(frozen=True, slots=True)
class Shape:
    """A panel to make: ``rounded`` values come to 0.1, as people state them; others are raw floats, all distinct."""

    factories: int
    cells: int
    rounded: bool

    @property
    def name(self) -> str:
        return f"{self.factories}-{self.cells}-{'rounded' if self.rounded else 'raw'}"


def panel(shape: Shape, seed: int = 2025) -> pd.DataFrame:
    """One row an observation: factory, cell, own_group, kpi (1..21), value (about -20..80); missing ones have no row.

    A factory that belongs to nobody is its own group. 2 % of the factories stand in groups of 2 to 5, which may
    spread over cells.
    """
    random = np.random.default_rng(seed)
    factory = np.arange(shape.factories, dtype=np.int32)
    cell = random.integers(0, shape.cells, shape.factories, dtype=np.int32)
    kpi = np.arange(1, KPIS + 1, dtype=np.int8)
    value = random.normal(30, 15, (shape.factories, KPIS))
    if shape.rounded:
        value = value.round(1)
    reported = (random.random(value.shape) >= MISSING).ravel()
    return pd.DataFrame(
        {
            "factory": np.repeat(factory, KPIS)[reported],
            "cell": np.repeat(cell, KPIS)[reported],
            "own_group": np.repeat(_groups(factory, random), KPIS)[reported],
            "kpi": np.tile(kpi, shape.factories)[reported],
            "value": value.ravel()[reported],
        }
    )


def _groups(factory: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """The group of each factory: the number of its first member."""
    own_group = factory.copy()
    members = random.permutation(factory)[: int(len(factory) * GROUPED)]
    cuts = np.cumsum(random.integers(2, 6, len(members)))
    for block in np.split(members, cuts[cuts < len(members)]):
        own_group[block] = block[0]
    return own_group
