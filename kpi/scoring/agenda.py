"""The order of a meeting in which those with a conflict of interest leave the room least often."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

People = frozenset[str]

EXACT_UP_TO = 10
"""So many different groups of people are put in order exactly, in a tenth of a second; more by improvement."""


def agenda_order(away: Mapping[str, People]) -> list[str]:
    """The items in order; ``away``: who leaves for each. Items alike in that keep the order given, side by side."""
    groups: dict[People, list[str]] = {}
    for item, people in away.items():
        groups.setdefault(people, []).append(item)
    sets = list(groups)
    order = _exact(sets) if len(sets) <= EXACT_UP_TO else _improved(sets)
    return [item for at in order for item in groups[sets[at]]]


def count_leavings(away: Sequence[People]) -> int:
    """How often somebody leaves, in an order of items: staying out from one item to the next is leaving once."""
    return sum(len(now - before) for before, now in pairwise([frozenset(), *away]))


def _exact(sets: Sequence[People]) -> list[int]:
    """The shortest path through all sets (Held and Karp): by the sets visited and the last of them."""
    best: dict[tuple[int, int], tuple[int, list[int]]] = {
        (1 << at, at): (len(people), [at]) for at, people in enumerate(sets)
    }
    for _ in range(len(sets) - 1):
        longer: dict[tuple[int, int], tuple[int, list[int]]] = {}
        for (visited, last), (cost, path) in best.items():
            for at, people in enumerate(sets):
                if visited & 1 << at:
                    continue
                step = (cost + len(people - sets[last]), [*path, at])
                key = (visited | 1 << at, at)
                if key not in longer or step < longer[key]:
                    longer[key] = step
        best = longer
    return min(best.values())[1] if best else []


def _improved(sets: Sequence[People]) -> list[int]:
    """The nearest next from every start, then any one set moved while that helps. Not always the best."""

    def cost(order: Sequence[int]) -> int:
        return count_leavings([sets[at] for at in order])

    starts = [_nearest(sets, at) for at in range(len(sets))]
    order = min(starts, key=cost)
    better = True
    while better:
        better = False
        for at in range(len(order)):
            rest = order[:at] + order[at + 1 :]
            moved = min(([*rest[:to], order[at], *rest[to:]] for to in range(len(order))), key=cost)
            if cost(moved) < cost(order):
                order, better = moved, True
    return order


def _nearest(sets: Sequence[People], first: int) -> list[int]:
    order, left = [first], [at for at in range(len(sets)) if at != first]
    while left:
        nearest = min(left, key=lambda at: len(sets[at] - sets[order[-1]]))
        left.remove(nearest)
        order.append(nearest)
    return order
