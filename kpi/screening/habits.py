"""How numbers are written: round ones, the same one over and over, values at their bound, the example's."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from kpi.catalogue.load import catalogue
from kpi.model.screening import Flag, FlagCode
from kpi.screening.peer_rows import Bools, Floats, PeerRows, codes_at, enough_rows, share_at_least
from kpi.screening.rules import ScreeningRules

Marked = Callable[[Floats], Bools]
"""Of a matrix of rows: which cells show the habit."""


def habit_flags(row: Floats, peers: PeerRows, example: Floats, rules: ScreeningRules) -> Iterator[Flag | FlagCode]:
    """The flags raised, and the codes of those that too few peers can decide."""
    habits: tuple[tuple[FlagCode, Marked, int], ...] = (
        ("round_numbers", lambda rows: _round(rows, rules.round_to), rules.fewest_values),
        ("repeated_numbers", _most_repeated, rules.fewest_values),
        ("at_bounds", _at_bounds, 1),
        ("example_copied", lambda rows: np.asarray(rows == example), 1),
    )
    for code, marked, fewest in habits:
        of_peers = _count(peers.values, marked, fewest)
        if not enough_rows(of_peers, rules.level):
            yield code
            continue
        cells = marked(row[None, :])[0]
        own = float(np.count_nonzero(cells))
        if np.count_nonzero(~np.isnan(row)) < fewest or own < (rules.fewest_copied if code == "example_copied" else 2):
            continue
        chance = share_at_least(of_peers, own)
        if chance <= rules.level:
            yield Flag(code, codes_at(np.flatnonzero(cells)), chance, {"count": own, "of": _reported(row)})


def _count(rows: Floats, marked: Marked, fewest: int) -> Floats:
    counts = np.count_nonzero(marked(rows), axis=1).astype(float)
    return np.where(np.count_nonzero(~np.isnan(rows), axis=1) >= fewest, counts, np.nan)


def _reported(row: Floats) -> float:
    return float(np.count_nonzero(~np.isnan(row)))


def _round(rows: Floats, unit: float) -> Bools:
    """Multiples of the unit; 0 is a count or an absence, and no rounding."""
    return np.asarray((rows % unit == 0) & (rows != 0))


def _most_repeated(rows: Floats) -> Bools:
    """The cells with the number, not 0, that a row shows most often."""
    same = (rows[:, :, None] == rows[:, None, :]) & (rows != 0)[:, :, None]
    times = np.count_nonzero(same, axis=2)
    most = times.max(axis=1, keepdims=True)
    first = np.argmax(times == most, axis=1)
    number = rows[np.arange(len(rows)), first][:, None]
    return np.asarray((rows == number) & (rows != 0) & (most > 1))


def _at_bounds(rows: Floats) -> Bools:
    """At the physical maximum, where a KPI has one."""
    limits = [np.nan if kpi.maximum is None else kpi.maximum for kpi in catalogue().kpis]
    return np.asarray(rows == np.array(limits))
