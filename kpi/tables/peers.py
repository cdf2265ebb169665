"""Where values stand among the peers of a frozen baseline: DuckDB counts, by queries that read like the sentence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kpi.catalogue.names import code_or_text
from kpi.intake.settings import comparable_word
from kpi.store.database import Cursor
from kpi.tables.sql_runner import SqlRow, query_rows, unequal_rows

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True, slots=True)
class NoPeers:
    """The enterprises of a baseline that are no peers of a candidate, by their numbers: itself, and its group's others.

    ``itself`` is None where the baseline has no record of it.
    """

    itself: int | None = None
    siblings: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Probe:
    """One value to be placed. ``factory`` is any number that distinguishes the candidates."""

    factory: int
    region: str
    industry: str
    kpi: str
    basis: str
    value: float


@dataclass(frozen=True, slots=True)
class PeerCounts:
    """Peers worse, tied and in all (``n``); ``chosen_*``: of each group the one record chosen before there were data.

    The own group is in none of these: ``sibling_*`` is what its other enterprises would add.
    """

    worse: int = 0
    tied: int = 0
    n: int = 0
    chosen_worse: int = 0
    chosen_tied: int = 0
    chosen_n: int = 0
    sibling_n: int = 0
    sibling_worse: int = 0
    sibling_tied: int = 0
    sibling_chosen_worse: int = 0
    sibling_chosen_tied: int = 0

    @property
    def better(self) -> int:
        return self.n - self.worse - self.tied

    def with_siblings(self) -> PeerCounts:
        """The counts with the candidate's siblings taken for peers like any other, together one group."""
        return PeerCounts(
            worse=self.worse + self.sibling_worse,
            tied=self.tied + self.sibling_tied,
            n=self.n + self.sibling_n,
            chosen_worse=self.chosen_worse + self.sibling_chosen_worse,
            chosen_tied=self.chosen_tied + self.sibling_chosen_tied,
            chosen_n=self.chosen_n + (self.sibling_n > 0),
        )


@dataclass(frozen=True, slots=True)
class GroupExtremes:
    """Groups of peers in all, by their best record worse, by their worst not better; ``sibling_*`` of the own group.

    For sealed verdicts of the method's versions 1 and 2 alone.
    """

    groups: int = 0
    groups_worse: int = 0
    groups_not_better: int = 0
    sibling_groups_worse: int = 0
    sibling_groups_not_better: int = 0

    def with_siblings(self) -> GroupExtremes:
        """As ``PeerCounts.with_siblings``, of a candidate that has some."""
        return GroupExtremes(
            groups=self.groups + 1,
            groups_worse=self.groups_worse + self.sibling_groups_worse,
            groups_not_better=self.groups_not_better + self.sibling_groups_not_better,
        )


@dataclass(frozen=True, slots=True)
class PeerLines:
    """The peers' mean, median and type-7 quantiles (by share), in the KPI's unit.

    ``mean_place`` is the share of the peers at or below the mean, 0..1.
    """

    mean: float
    mean_place: float
    median: float
    quantiles: Mapping[float, float]


@dataclass(frozen=True, slots=True)
class PlacedValue:
    """Where a value stands among its peers, and their lines, whatever it is; None where it has no peers."""

    counts: PeerCounts
    lines: PeerLines | None


_LINES = ("mean", "mean_place", "lines")
_MEDIAN = 0.5


def place_values(
    cursor: Cursor,
    baseline: str,
    asked: Sequence[Probe],
    no_peers: Mapping[int, NoPeers],
    quantiles: tuple[float, ...],
) -> list[PlacedValue]:
    """In the order of ``asked``. ``no_peers`` by candidate; the lines are at the shares ``quantiles``."""
    peers = _answers(cursor, "peers", baseline, asked, no_peers, {"shares": [_MEDIAN, *quantiles]})
    siblings: dict[int, SqlRow] = {}
    if any(own.siblings for own in no_peers.values()):
        siblings = _answers(cursor, "siblings", baseline, asked, no_peers)
    found = []
    for number in range(len(asked)):
        row = dict(peers.get(number, {}))
        mean, place, lines = (row.pop(name, None) for name in _LINES)
        counts = PeerCounts(**row, **siblings.get(number, {}))
        found.append(PlacedValue(counts, None if lines is None else _peer_lines(mean, place, quantiles, lines)))
    return found


def _peer_lines(mean: float, mean_place: float, quantiles: Sequence[float], lines: Sequence[float]) -> PeerLines:
    median, *rest = lines
    return PeerLines(mean, mean_place, median, dict(zip(quantiles, rest, strict=True)))


def group_extremes(
    cursor: Cursor, baseline: str, asked: Sequence[Probe], no_peers: Mapping[int, NoPeers]
) -> list[GroupExtremes]:
    """Of each value, in the order of ``asked``."""
    found = _answers(cursor, "group_extremes", baseline, asked, no_peers)
    return [GroupExtremes(**found.get(number, {})) for number in range(len(asked))]


def _answers(
    cursor: Cursor,
    query: str,
    baseline: str,
    asked: Sequence[Probe],
    no_peers: Mapping[int, NoPeers],
    values: Mapping[str, object] | None = None,
) -> dict[int, SqlRow]:
    """The row of each value that has one, by its number."""
    import numpy as np  # here and not above: commands that place nothing load the queries too

    cells = _numbered_cells(cursor, baseline)
    of = [cells.get((value.region, value.industry, value.kpi, value.basis)) for value in asked]
    known = [(number, value, cell) for number, (value, cell) in enumerate(zip(asked, of, strict=True)) if cell]
    if not known:
        return {}
    numbers = [cell for _, _, cell in known]
    given = {
        "number": np.array([number for number, _, _ in known], dtype=np.int32),
        "factory": np.array([value.factory for _, value, _ in known], dtype=np.int32),
        "cell": np.array(numbers, dtype=np.int32),
        "value": np.array([value.value for _, value, _ in known]),
    }
    bound = {"baseline": baseline, "first": min(numbers), "last": max(numbers), **(values or {})}
    rows = query_rows(cursor, query, bound, candidate=given, own_enterprise=_own_columns(no_peers))
    return {row.pop("number"): row for row in rows}


def _own_columns(no_peers: Mapping[int, NoPeers]) -> dict[str, np.ndarray]:
    import numpy as np  # here and not above: commands that place nothing load the queries too

    rows = [
        (factory, enterprise, sibling)
        for factory, own in no_peers.items()
        for enterprise, sibling in (
            *(((own.itself, False),) if own.itself is not None else ()),
            *((enterprise, True) for enterprise in own.siblings),
        )
    ]
    return {
        "factory": np.array([factory for factory, _, _ in rows], dtype=np.int32),
        "enterprise": np.array([enterprise for _, enterprise, _ in rows], dtype=np.int32),
        "sibling": np.array([sibling for _, _, sibling in rows], dtype=np.bool_),
    }


CellKey = tuple[str, str, str, str]
"""Region, industry, KPI, basis."""


def _numbered_cells(cursor: Cursor, baseline: str) -> dict[CellKey, int]:
    rows = query_rows(cursor, "kept_peer_cells", {"baseline": baseline})
    return {(row["region"], row["industry"], row["kpi"], row["basis"]): row["cell"] for row in rows}


@dataclass(frozen=True, slots=True)
class GroupMembership:
    """A candidate in a baseline: its group, the group's enterprises, the register's enterprises and groups.

    ``members`` counts the candidate, in the panel or not, and the enterprises of its group in its industry's panel.
    """

    own_group: str
    members: int
    industry_size: int | None
    industry_groups: int | None
    no_peers: NoPeers = field(default=NoPeers(), compare=False)


@dataclass(frozen=True, slots=True)
class _Known:
    """An enterprise of a baseline."""

    enterprise: int
    region: str
    industry: str
    credit_code: str
    own_group: str


def group_memberships(
    cursor: Cursor, baseline: str, region: str, candidates: Sequence[tuple[str, str, str | None]]
) -> list[GroupMembership]:
    """For each candidate: (its industry, its credit code, the group that its file names)."""
    claiming = {industry for industry, _, claimed in candidates if claimed}
    names = {industry: _spellings(cursor, baseline, region, industry) for industry in sorted(claiming)}
    as_known = [
        (industry, code, claimed and as_spelled(names[industry], claimed)) for industry, code, claimed in candidates
    ]
    stated = {name for _, *both in as_known for name in both if name is not None}
    known = _named(cursor, baseline, stated)
    register = query_rows(cursor, "registered_groups", {"baseline": baseline, "codes": sorted(stated)})
    groups = _KnownGroups(
        registered={row["credit_code"]: row["own_group"] for row in register},
        recorded={member.credit_code: member.own_group for member in known},
        heads=frozenset(member.own_group for member in known if member.own_group != member.credit_code),
    )
    own_groups = [groups.own_group(code, claimed) for _, code, claimed in as_known]
    # Of the names that were asked for all enterprises are known, of other groups only some.
    if more := set(own_groups) - stated:
        known = list({member.enterprise: member for member in (*known, *_named(cursor, baseline, more))}.values())
    members: defaultdict[str, list[_Known]] = defaultdict(list)
    for enterprise in known:
        members[enterprise.own_group].append(enterprise)
    itself = {member.credit_code: member.enterprise for member in known}
    sizes = {
        (row["region"], row["industry"]): (row["size"], row["groups"])
        for row in query_rows(cursor, "industry_sizes", {"baseline": baseline})
    }
    found = []
    for (industry, code, _), group in zip(as_known, own_groups, strict=True):
        others = [member for member in members[group] if member.credit_code != code]
        alike = sum((member.region, member.industry) == (region, industry) for member in others)
        no_peers = NoPeers(itself.get(code), tuple(member.enterprise for member in others))
        found.append(GroupMembership(group, alike + 1, *sizes.get((region, industry), (None, None)), no_peers))
    return found


def own_standing(
    cursor: Cursor, baseline: str, region: str, industry: str, credit_code: str, group: str | None
) -> GroupMembership:
    """As ``group_memberships``, of one candidate."""
    return group_memberships(cursor, baseline, region, [(industry, credit_code, group)])[0]


@dataclass(frozen=True, slots=True)
class _KnownGroups:
    """What a baseline knows of the groups of the candidates in question.

    ``registered``: the group that the register of groups gives an enterprise. ``recorded``: that of one in the panel.
    ``heads``: groups that somebody of another name belongs to.
    """

    registered: Mapping[str, str]
    recorded: Mapping[str, str]
    heads: Collection[str]

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


def _named(cursor: Cursor, baseline: str, names: Collection[str]) -> list[_Known]:
    rows = query_rows(cursor, "enterprises_named", {"baseline": baseline, "names": sorted(names)})
    return [_Known(**row) for row in rows]


def _spellings(cursor: Cursor, baseline: str, region: str, industry: str) -> dict[str, str]:
    names = query_rows(cursor, "group_names", {"baseline": baseline, "region": region, "industry": industry})
    return spellings(row["name"] for row in names)


def spellings(groups: Iterable[str]) -> dict[str, str]:
    """The name of each group of a baseline, by the word as which names are compared."""
    return {comparable_word(group): group for group in groups}


def as_spelled(names: Mapping[str, str], claimed: str) -> str:
    """A claimed group as the baseline spells it: as in the panel, neither width nor spaces make another group.

    ``names`` are its ``spellings``. Of another name, the credit code that it may be.
    """
    return names.get(comparable_word(claimed), code_or_text(claimed))


@dataclass(frozen=True, slots=True)
class PeerValue:
    """The value of a peer, or of a ``sibling``; ``chosen``: the one record of its group that is tested."""

    value: float
    chosen: bool
    sibling: bool


def peer_values(
    cursor: Cursor, baseline: str, region: str, industry: str, kpi: str, basis: str, no_peers: NoPeers
) -> list[PeerValue]:
    """The values of one KPI that the peers and siblings have, ascending: for reviewers and the authority only."""
    values = {
        "baseline": baseline,
        "region": region,
        "industry": industry,
        "kpi": kpi,
        "basis": basis,
        "itself": no_peers.itself,
        "siblings": list(no_peers.siblings),
    }
    return [PeerValue(**row) for row in query_rows(cursor, "peer_values", values)]


@dataclass(frozen=True, slots=True)
class KnownValue:
    """One value of one enterprise of a baseline."""

    credit_code: str
    kpi: str
    basis: str
    value: float


def reference_set(cursor: Cursor, baseline: str, region: str, industry: str) -> list[KnownValue]:
    """All that a baseline knows of an industry: for reviewers and the authority only."""
    values = {"baseline": baseline, "region": region, "industry": industry}
    return [KnownValue(**row) for row in query_rows(cursor, "reference_set", values)]


def first_members(cursor: Cursor, baseline: str, region: str, industry: str, members: int) -> list[KnownValue]:
    """As ``reference_set``, of the first enterprises by their numbers, so many at most: for the authority only."""
    values = {"baseline": baseline, "region": region, "industry": industry, "members": members}
    return [KnownValue(**row) for row in query_rows(cursor, "first_members", values)]


def unlike_placing(cursor: Cursor, baseline: str, year: int) -> int:
    """How many rows of the tables that peers are counted in the records do not give, or give and are missing."""
    values = {"baseline": baseline}
    return (
        unequal_rows(cursor, "peer_cells", "kept_peer_cells", values)
        + unequal_rows(cursor, "peer_enterprises", "kept_peer_enterprises", values | {"year": str(year)})
        + unequal_rows(cursor, "peer_records", "kept_peer_records", values)
    )
