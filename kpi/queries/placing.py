"""Placing candidates among the peers of a frozen baseline."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from kpi.queries.baselines import cells, kept_of
from kpi.queries.frozen_peers import CellKey, FrozenPeers, KnownGroups, as_spelled, load_frozen_peers, spellings
from kpi.queries.peer_look_up import AskedValue, filed_records, look_up
from kpi.queries.sql_runner import BoundTable, SqlRow, query_rows
from kpi.store.cursor import Cursor
from kpi.store.moment import within_kept_moment

CANDIDATE_COLUMNS = ("factory", "region", "industry", "kpi", "basis", "value", "credit_code", "own_group")
"""The input columns of ``peer_placings``; ``factory`` is any key that distinguishes the candidates."""


MOST_KEPT_RECORDS = 300_000
"""A baseline of up to so many is kept in memory (about 30 MB), where answers are kept at all: to look a factory up
there takes less than DuckDB takes to plan the question."""


@dataclass(frozen=True, slots=True)
class PeerPlacing:
    """One candidate value among its peers: counts and lines as ``peer_look_up.Placed`` has them."""

    factory: int
    kpi: str
    counts: SqlRow
    lines: SqlRow | None


def peer_placings(
    cursor: Cursor, baseline: str, candidates: BoundTable, quantiles: tuple[float, ...]
) -> list[PeerPlacing]:
    """Where all candidate values stand, at once, by candidate and KPI; the lines are at the shares ``quantiles``."""
    values = _values(candidates)
    peers = _frozen_peers(cursor, baseline)
    # Whoever has no record in a cell has all of it for peers, as everybody else without: those lines are kept.
    whole = [one for one in values if peers and not peers.among_peers(one.cell, *one.who)]
    kept = set(map(id, whole))
    apart = [one for one in values if id(one) not in kept]
    looked_up = look_up(cursor, baseline, [one.asked() for one in apart], quantiles) if apart else []
    found = [PeerPlacing(one.factory, one.cell[2], *placed) for one, placed in zip(apart, looked_up, strict=True)]
    if peers:
        found += [
            PeerPlacing(
                one.factory,
                one.cell[2],
                peers.counts(one.cell, one.value, *one.who),
                _lines_of(cursor, baseline, peers, one.cell, quantiles),
            )
            for one in whole
        ]
    return sorted(found, key=lambda row: (row.factory, row.kpi))


@dataclass(frozen=True, slots=True)
class OwnStanding:
    """A candidate in a baseline: its group, the group's enterprises, the register's enterprises and groups."""

    own_group: str | None
    members: int
    industry_size: int | None
    industry_groups: int | None


def own_standings(
    cursor: Cursor, baseline: str, region: str, candidates: Sequence[tuple[str, str, str | None]]
) -> list[OwnStanding]:
    """For each candidate: (its industry, its credit code, the group that its file names).

    ``members`` counts the candidate, in the panel or not, and the enterprises of its group in the panel.
    """
    if peers := _frozen_peers(cursor, baseline):
        return [
            _kept_standing(peers, region, industry, credit_code, claimed and as_spelled(peers.spellings, claimed))
            for industry, credit_code, claimed in candidates
        ]
    claiming = {industry for industry, _, claimed in candidates if claimed}
    names = {industry: _spellings(cursor, baseline, region, industry) for industry in sorted(claiming)}
    known = [
        (industry, credit_code, claimed and as_spelled(names[industry], claimed))
        for industry, credit_code, claimed in candidates
    ]
    return _filed_standings(cursor, baseline, region, known)


def own_standing(
    cursor: Cursor, baseline: str, region: str, industry: str, credit_code: str, group: str | None
) -> OwnStanding:
    """As ``own_standings``, of one candidate."""
    return own_standings(cursor, baseline, region, [(industry, credit_code, group)])[0]


def _spellings(cursor: Cursor, baseline: str, region: str, industry: str) -> dict[str, str]:
    names = query_rows(cursor, "group_names", {"baseline": baseline, "region": region, "industry": industry})
    return spellings(row["name"] for row in names)


def _kept_standing(peers: FrozenPeers, region: str, industry: str, credit_code: str, group: str | None) -> OwnStanding:
    own_group = peers.groups.own_group(credit_code, group)
    others = peers.others(region, industry, credit_code, own_group)
    return OwnStanding(own_group, others + 1, *peers.sizes.get((region, industry), (None, None)))


def _filed_standings(
    cursor: Cursor, baseline: str, region: str, candidates: Sequence[tuple[str, str, str | None]]
) -> list[OwnStanding]:
    """By small questions, which are planned sooner than a long one, of what is filed under candidates and groups."""
    names = {name for _, *both in candidates for name in both if name is not None}
    cells = {row["cell"]: row for row in query_rows(cursor, "numbered_cells", {"baseline": baseline})}
    register = query_rows(cursor, "registered_groups", {"baseline": baseline, "codes": sorted(names)})
    filed = filed_records(cursor, names)
    found = [one for (cell, _), records in filed.items() if cell in cells for one in records]
    groups = KnownGroups(
        registered={row["credit_code"]: row["own_group"] for row in register},
        recorded={one.credit_code: one.own_group for one in found},
        heads=frozenset(one.own_group for one in found if one.own_group != one.credit_code),
    )
    own_groups = [groups.own_group(credit_code, group) for _, credit_code, group in candidates]
    # An answer has all records of the names that were asked for, and of others only some.
    more = set(own_groups) - names
    members = defaultdict[tuple[str, str, str], set[str]](set)
    for asked, answer in ((names, filed), (more, filed_records(cursor, more) if more else {})):
        for (cell, name), records in answer.items():
            if cell in cells and name in asked:
                own = {one.credit_code for one in records if one.own_group == name}
                members[cells[cell]["region"], cells[cell]["industry"], name] |= own
    sizes = {
        (row["region"], row["industry"]): (row["size"], row["groups"])
        for row in query_rows(cursor, "industry_sizes", {"baseline": baseline})
    }
    return [
        OwnStanding(
            group,
            len(members[region, industry, group] - {credit_code}) + 1,
            *sizes.get((region, industry), (None, None)),
        )
        for (industry, credit_code, _), group in zip(candidates, own_groups, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class _Value:
    """One value to be placed; ``who`` is the candidate's credit code and group."""

    factory: int
    cell: CellKey
    value: float
    who: tuple[str, str]

    def asked(self) -> AskedValue:
        return AskedValue(*self.cell, self.value, *self.who)


def _values(candidates: BoundTable) -> list[_Value]:
    columns = (candidates[name].tolist() for name in CANDIDATE_COLUMNS)
    return [
        _Value(factory, (region, industry, kpi, basis), value, (credit_code, own_group))
        for factory, region, industry, kpi, basis, value, credit_code, own_group in zip(*columns, strict=True)
    ]


def _frozen_peers(cursor: Cursor, baseline: str) -> FrozenPeers | None:
    """The baseline in memory; None where nothing is kept now, or where it is too large for it."""
    if not within_kept_moment() or sum(cell.records for cell in cells(cursor, baseline)) > MOST_KEPT_RECORDS:
        return None
    return kept_of(cursor, baseline, "peers", lambda: load_frozen_peers(cursor, baseline))


def _lines_of(
    cursor: Cursor, baseline: str, peers: FrozenPeers, cell: CellKey, quantiles: tuple[float, ...]
) -> SqlRow | None:
    """The lines of a whole cell: those of its industry are asked for at once, for nobody in particular."""
    industry = cell[:2]

    def ask() -> dict[CellKey, SqlRow]:
        own = [one for one in peers.cells if one[:2] == industry]
        nobody = [_Value(at, one, 0.0, ("", "")) for at, one in enumerate(own)]
        placed = look_up(cursor, baseline, [one.asked() for one in nobody], quantiles)
        return {cell: one.lines for cell, one in zip(own, placed, strict=True) if one.lines}

    return kept_of(cursor, baseline, ("lines", industry, quantiles), ask).get(cell)


def peer_values(
    cursor: Cursor, baseline: str, region: str, industry: str, kpi: str, basis: str, credit_code: str, own_group: str
) -> list[float]:
    """The peers' raw values of one KPI, ascending: for reviewers and the authority only."""
    values = {
        "baseline": baseline,
        "region": region,
        "industry": industry,
        "kpi": kpi,
        "basis": basis,
        "credit_code": credit_code,
        "own_group": own_group,
    }
    return [float(row["value"]) for row in query_rows(cursor, "peer_values", values)]


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
