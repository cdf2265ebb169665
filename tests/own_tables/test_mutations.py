"""Tables of known values, written in another way by chance: a value is read right, or asked about, or refused."""

from __future__ import annotations

import pytest

from tests.campaign import size, trial
from tests.own_tables.judge import judged
from tests.own_tables.mutations import mutated

pytestmark = pytest.mark.slow
SEEDS = size(300, 5_000)
_AT_ONCE = 50


@pytest.mark.parametrize("first", range(0, SEEDS, _AT_ONCE))
def test_no_value_is_wrong_in_silence(first):
    """``mutated(seed)`` is the table of a seed."""
    wrong = {seed: found for seed in range(first, first + _AT_ONCE) if (found := judged(mutated(seed)).wrong)}
    trial("tables of a factory's own making, mutated: no value wrong in silence", _AT_ONCE, len(wrong))
    assert wrong == {}


def test_a_seed_always_gives_the_same_table():
    """Else nothing that is known of a seed would hold."""
    assert [mutated(seed) for seed in range(20)] == [mutated(seed) for seed in range(20)]
    assert len({mutated(seed).form for seed in range(100)}) > 5
