"""The rungs of a frozen baseline's ladders: distinct values with the counts of the cell below them and up to them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeAlias

from kpi.queries.sql_runner import query_columns
from kpi.store.cursor import Cursor

if TYPE_CHECKING:
    import numpy as np

Places: TypeAlias = tuple[int, int]
"""The first and the last of some records of a cell, counted from 0."""
ALL_PLACES = (0, 2**31 - 1)


def rungs_of_blocks(cursor: Cursor, blocks: Mapping[int, Places]) -> Mapping[str, np.ndarray]:
    """The rungs of some blocks, by block and value, a column each (``sql/rungs.sql`` says what they count).

    Of each block those at which records with these places stand.
    """
    import numpy as np  # here and not above: commands that place nothing load the questions too

    numbers = sorted(blocks)
    firsts, lasts = ([blocks[number][end] for number in numbers] for end in (0, 1))
    columns = query_columns(cursor, "rungs_of_blocks", {"blocks": numbers, "firsts": firsts, "lasts": lasts})
    block, upto = columns["block"], columns["upto"]
    # They come in long pieces as they were written. To put those in order takes far less than to sort all rungs.
    starts = np.flatnonzero((np.diff(block, prepend=-1) != 0) | (np.diff(upto, prepend=0) < 0))
    order = np.lexsort((upto[starts], block[starts]))
    if (np.diff(order) > 0).all():
        return columns
    ends = np.append(starts[1:], len(block))
    pieces = list(zip(starts[order].tolist(), ends[order].tolist(), strict=True))
    return {name: np.concatenate([column[start:end] for start, end in pieces]) for name, column in columns.items()}


class Rungs:
    """The rungs of some blocks: each a value with the counts of the cell below it and up to it."""

    def __init__(self, cursor: Cursor, blocks: Mapping[int, Places]) -> None:
        import numpy as np

        self._columns = rungs_of_blocks(cursor, blocks)
        block = self._columns["block"]
        starts = np.flatnonzero(np.diff(block, prepend=-1))
        ends = [*starts[1:].tolist(), len(block)][: len(starts)]
        self._range = dict(zip(block[starts].tolist(), zip(starts.tolist(), ends, strict=True), strict=True))

    def at_or_below(self, block: int, value: float) -> dict[str, float]:
        """The last rung of the block that is not above the value."""
        start, end = self._range[block]
        row = start + int(self._columns["value"][start:end].searchsorted(value, "right")) - 1
        return {name: column[row].item() for name, column in self._columns.items()}

    def value_at(self, block: int, place: int) -> float:
        """The value of the record that stands at this place of the cell, counted from 0."""
        start, end = self._range[block]
        row = start + int(self._columns["upto"][start:end].searchsorted(place, "right"))
        return float(self._columns["value"][row])
