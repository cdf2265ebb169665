"""Drawing reviewers for candidates: seeded, as even as conflicts of interest allow, never a pair that may not be."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from kpi.recommendation.proposal import IntegerProgram, Row, solve

Pair = tuple[str, str]
"""A reviewer and a candidate."""
LARGEST_WORTH = 1000
"""Of one pair: enough different worths that two draws of different seeds are hardly ever the same."""


def too_few_for(candidates: Sequence[str], allowed: Mapping[str, Collection[str]], per_candidate: int) -> list[str]:
    """The candidates that fewer reviewers may score than are wanted; ``allowed``: reviewers by candidate."""
    return [code for code in candidates if len(allowed[code]) < per_candidate]


def balanced_draw(
    candidates: Sequence[str],
    allowed: Mapping[str, Collection[str]],
    per_candidate: int,
    seed: int,
    kept: Collection[Pair] = (),
) -> list[Pair]:
    """The pairs to add to those ``kept``, so that every candidate has at least ``per_candidate`` reviewers.

    Raises ValueError where a candidate has fewer reviewers who may score it (``too_few_for``).
    """
    if too_few_for(candidates, allowed, per_candidate):
        raise ValueError("fewer reviewers may score a candidate than are wanted")
    chance = random.Random(seed)  # noqa: S311 - a draw that can be made again, no secret
    taken = set(kept)
    pairs = [(item, code) for code in sorted(candidates) for item in sorted(allowed[code]) if (item, code) not in taken]
    wanted = {code: max(per_candidate - sum(other == code for _, other in taken), 0) for code in candidates}
    loads = Counter(reviewer for reviewer, _ in taken)
    reviewers = sorted({reviewer for reviewer, _ in pairs})
    # One more candidate costs a reviewer as many steps as it has candidates then; a step outweighs every worth.
    slots = [(item, loads[item] + more) for item in reviewers for more in range(1, len(candidates) + 1)]
    step = LARGEST_WORTH * sum(wanted.values()) + 1
    gain = [chance.randrange(LARGEST_WORTH) for _ in pairs] + [-step * load for _, load in slots]
    rows = [
        Row({at: 1 for at, (_, code) in enumerate(pairs) if code == asked}, count, count)
        for asked, count in wanted.items()
    ]
    for reviewer in reviewers:
        used = {at: 1 for at, (item, _) in enumerate(pairs) if item == reviewer}
        filled = {at: -1 for at, (item, _) in enumerate(slots, start=len(pairs)) if item == reviewer}
        rows.append(Row(used | filled, 0, 0))
    found = solve(IntegerProgram(gain, [0] * len(gain), [1] * len(gain), rows))
    if found is None:
        raise RuntimeError("a draw that exists was not found")
    return [pair for pair, chosen in zip(pairs, found.values, strict=False) if chosen]
