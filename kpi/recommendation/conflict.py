"""Whether wishes can be met together, decided without any solver, and the smallest set that cannot."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from kpi.recommendation.choice import Choice, Wish, Wishes


def can_be_met(choice: Choice, wishes: Wishes) -> bool:
    """Whether some set of eligible candidates within the places meets all wishes.

    The must-haves need a place each, and each industry that they leave out one more.
    """
    must, barred = set(wishes.must), set(wishes.must_not)
    eligible = {one.credit_code: one.industry for one in choice.options}
    if must & barred or not must <= eligible.keys():
        return False
    most = wishes.most_of_industry
    if most is not None and max(Counter(eligible[code] for code in must).values(), default=0) > most:
        return False
    missing: set[str] = set()
    if wishes.each_industry:
        missing = set(choice.industries) - {one.industry for one in choice.options if one.credit_code in must}
        if missing - {one.industry for one in choice.options if one.credit_code not in barred} or (
            missing and most == 0
        ):
            return False
    places = choice.places if wishes.most_places is None else min(choice.places, wishes.most_places)
    return len(must) + len(missing) <= places


def smallest_conflict(choice: Choice, wishes: Wishes) -> tuple[Wish, ...]:
    """Wishes that cannot be met together, though they could without any one of them; empty if all can be met.

    Found by deletion: a wish without which the rest still conflicts is dropped. Which set remains depends on the order,
    so every wish has its turn to be the last, and the smallest set counts.
    """
    named = wishes.named()
    if can_be_met(choice, wishes):
        return ()
    turns = (named[at:] + named[:at] for at in range(len(named)))
    return min((_irreducible(choice, turn) for turn in turns), key=len)


def _irreducible(choice: Choice, named: Sequence[Wish]) -> tuple[Wish, ...]:
    kept = list(named)
    for wish in named:
        without = [one for one in kept if one != wish]
        if not can_be_met(choice, Wishes.of(without)):
            kept = without
    return tuple(sorted(kept))
