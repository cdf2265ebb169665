"""A frozen baseline's records in memory, so that a factory is placed by looking it up.

DuckDB plans a question for some 5 ms before it answers it, however small; a factory has four such questions, and their
answers rest on records that never change. ``placing`` decides who is answered from here and who by ``peer_look_up``;
both say the same, which a test holds.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from kpi.catalogue.credit_code import code_or_text
from kpi.intake.settings import comparable_word
from kpi.queries.sql_runner import query_columns, query_rows
from kpi.store.cursor import Cursor

if TYPE_CHECKING:
    import numpy as np

CellKey = tuple[str, str, str, str]
"""Region, industry, KPI, basis."""

NOBODY = -1


class FrozenCell:
    """The records of one cell, ascending, with numbers for enterprises and groups."""

    __slots__ = ("_bests", "_worsts", "enterprises", "groups", "values")

    def __init__(self, values: np.ndarray, enterprises: np.ndarray, groups: np.ndarray) -> None:
        import numpy as np  # here and not above: commands that place nothing load the questions too

        self.values, self.enterprises, self.groups = values, enterprises, groups
        # Stable, so that within its group the worst record comes first and the best last.
        order = np.argsort(groups, kind="stable")
        ends = np.flatnonzero(np.append(np.diff(groups[order]) != 0, True)) if len(order) else order
        starts = np.append(0, ends[:-1] + 1) if len(order) else order
        self._bests, self._worsts = np.sort(values[order][ends]), np.sort(values[order][starts])

    def holds(self, enterprise: int, group: int) -> bool:
        """Whether it has a record of the enterprise or of somebody in the group."""
        return bool((self.enterprises == enterprise).any() or (self.groups == group).any())

    def apart(self, enterprise: int, group: int) -> tuple[FrozenCell, np.ndarray]:
        """The cell without the enterprise and the group, and the values of the group's others."""
        own = self.enterprises == enterprise
        siblings = (self.groups == group) & ~own
        rest = ~(own | siblings)
        return FrozenCell(self.values[rest], self.enterprises[rest], self.groups[rest]), self.values[siblings]

    def counts(self, value: float) -> dict[str, int]:
        """Records worse, tied and in all; the same of groups, by their best and their worst record."""
        worse = int(self.values.searchsorted(value))
        return {
            "worse": worse,
            "tied": int(self.values.searchsorted(value, "right")) - worse,
            "n": len(self.values),
            "groups": len(self._bests),
            "groups_worse": int(self._bests.searchsorted(value)),
            "groups_not_better": int(self._worsts.searchsorted(value, "right")),
        }


@dataclass(frozen=True, slots=True)
class KnownGroups:
    """What a baseline knows of groups: all of it, or what concerns the candidates in question."""

    registered: dict[str, str]
    """The group that the register of groups gives an enterprise."""
    recorded: dict[str, str]
    """The group of an enterprise in the panel."""
    heads: frozenset[str]
    """Groups that somebody of another name belongs to."""

    def own_group(self, credit_code: str, claimed: str | None) -> str:
        """The group of a candidate whose file names the group ``claimed``, or the legal person that it is a branch of.

        The register has the last word, of a candidate outside the panel too. Then what is frozen takes precedence over
        the file: a record in a group, and branches, which would otherwise become peers of their own legal person.
        """
        recorded = self.recorded.get(credit_code)
        named = None if claimed is None else self.registered.get(claimed, self.recorded.get(claimed, claimed))
        choices = (
            self.registered.get(credit_code),
            None if recorded == credit_code else recorded,
            credit_code if credit_code in self.heads else None,
            named,
        )
        return next((group for group in choices if group is not None), credit_code)


@dataclass(frozen=True, slots=True)
class FrozenPeers:
    """All records of a baseline. Enterprises and groups share their numbers: a group may bear an enterprise's name."""

    cells: dict[CellKey, FrozenCell]
    numbers: dict[str, int]
    groups: KnownGroups
    members: dict[tuple[str, str, str], frozenset[str]]
    """The enterprises of a region's industry's group."""
    sizes: dict[tuple[str, str], tuple[int, int | None]]
    """The register's enterprises and groups, by region and industry."""
    spellings: dict[str, str]
    """As ``spellings`` gives them."""

    def counts(self, cell: CellKey, value: float, credit_code: str, own_group: str) -> dict[str, int]:
        """As ``peer_look_up`` answers for one value."""
        found = self.cells.get(cell) or _no_records()
        siblings = found.values[:0]
        if self.among_peers(cell, credit_code, own_group):
            found, siblings = found.apart(self._number(credit_code), self._number(own_group))
        return found.counts(value) | {
            "sibling_n": len(siblings),
            "sibling_worse": int((siblings < value).sum()),
            "sibling_tied": int((siblings == value).sum()),
            "sibling_groups_worse": int(len(siblings) > 0 and siblings[-1] < value),
            "sibling_groups_not_better": int(len(siblings) > 0 and siblings[0] <= value),
        }

    def among_peers(self, cell: CellKey, credit_code: str, own_group: str) -> bool:
        """Whether the enterprise or its group has records in that cell, which are no peers of its own."""
        enterprise, group = self._number(credit_code), self._number(own_group)
        return (
            (enterprise, group) != (NOBODY, NOBODY) and cell in self.cells and self.cells[cell].holds(enterprise, group)
        )

    def others(self, region: str, industry: str, credit_code: str, group: str) -> int:
        """How many other enterprises of the industry belong to the group."""
        return len(self.members.get((region, industry, group), frozenset()) - {credit_code})

    def _number(self, name: str) -> int:
        return self.numbers.get(name, NOBODY)


def load_frozen_peers(cursor: Cursor, baseline: str) -> FrozenPeers:
    """Read the whole baseline: some tens of milliseconds for ten thousand records."""
    import numpy as np

    asked = {"baseline": baseline}
    columns = query_columns(cursor, "frozen_records", asked)
    cell_of, codes, groups = (
        list(zip(*(columns[name].tolist() for name in ("region", "industry", "kpi", "basis")), strict=True)),
        columns["credit_code"].tolist(),
        columns["own_group"].tolist(),
    )
    numbers = {name: number for number, name in enumerate(dict.fromkeys([*codes, *groups]))}
    enterprise = np.array([numbers[code] for code in codes], dtype=np.int32)
    group = np.array([numbers[one] for one in groups], dtype=np.int32)
    bounds = [0, *(at for at in range(1, len(cell_of)) if cell_of[at] != cell_of[at - 1]), len(cell_of)]
    members = defaultdict[tuple[str, str, str], set[str]](set)
    for (region, industry, _, _), code, one in zip(cell_of, codes, groups, strict=True):
        members[region, industry, one].add(code)
    sizes = query_rows(cursor, "industry_sizes", asked)
    registered = {row["credit_code"]: row["own_group"] for row in query_rows(cursor, "group_register", asked)}
    heads = frozenset(one for code, one in zip(codes, groups, strict=True) if one != code)
    return FrozenPeers(
        cells={
            cell_of[start]: FrozenCell(columns["value"][start:end], enterprise[start:end], group[start:end])
            for start, end in pairwise(bounds)
            if start < end
        },
        numbers=numbers,
        groups=KnownGroups(
            registered=registered,
            recorded=dict(zip(codes, groups, strict=True)),
            heads=heads,
        ),
        members={key: frozenset(found) for key, found in members.items()},
        sizes={(row["region"], row["industry"]): (row["size"], row["groups"]) for row in sizes},
        spellings=spellings([*heads, *(group for code, group in registered.items() if group != code)]),
    )


def spellings(groups: Iterable[str]) -> dict[str, str]:
    """The name of each group of a baseline, by the word as which names are compared."""
    return {comparable_word(group): group for group in groups}


def as_spelled(names: Mapping[str, str], claimed: str) -> str:
    """A claimed group as the baseline spells it: as in the panel, neither width nor spaces make another group.

    ``names`` are its ``spellings``. Of another name, the credit code that it may be.
    """
    return names.get(comparable_word(claimed), code_or_text(claimed))


def _no_records() -> FrozenCell:
    import numpy as np

    return FrozenCell(np.empty(0), np.empty(0, dtype=np.int32), np.empty(0, dtype=np.int32))
