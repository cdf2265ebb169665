"""Placing candidates among the peers of a frozen baseline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kpi.queries.sql_runner import BoundTable, SqlRow, query_rows
from kpi.store.cursor import Cursor

CANDIDATE_COLUMNS = ("factory", "region", "industry", "kpi", "basis", "value", "credit_code", "own_group")
"""The input columns of ``peer_counts``; ``factory`` is any key that distinguishes the candidates."""


def peer_counts(cursor: Cursor, baseline: str, candidates: BoundTable) -> list[SqlRow]:
    """Counts of peers worse, tied and in total, for all candidate values at once (``sql/place.sql``)."""
    return query_rows(cursor, "place", {"baseline": baseline}, candidate=candidates)


def peer_lines(cursor: Cursor, baseline: str, candidates: BoundTable, quantiles: tuple[float, ...]) -> list[SqlRow]:
    """Mean, median and type-7 quantiles of each candidate's peers (``sql/peer_lines.sql``)."""
    values = {"baseline": baseline, "quantiles": list(quantiles)}
    return query_rows(cursor, "peer_lines", values, candidate=candidates)


@dataclass(frozen=True, slots=True)
class OwnStanding:
    """A candidate in a baseline: its group, the group's enterprises, the register's enterprises and groups."""

    own_group: str | None
    members: int
    industry_size: int | None
    industry_groups: int | None


STANDING_COLUMNS = ("candidate", "industry", "credit_code", "own_group")
"""The input columns of ``own_standings``; ``candidate`` numbers them from 0, ``own_group`` may be null."""


def own_standings(
    cursor: Cursor, baseline: str, region: str, candidates: Sequence[tuple[str, str, str | None]]
) -> list[OwnStanding]:
    """For each candidate: (its industry, its credit code, the group that its file names), by one question.

    ``members`` counts the candidate, in the panel or not, and the enterprises of its group in the panel.
    """
    import numpy as np  # here and not above: commands that place nothing load the questions too

    rows = [(number, *candidate) for number, candidate in enumerate(candidates)]
    bound = {
        name: np.array([row[at] for row in rows], dtype=np.int64 if name == "candidate" else object)
        for at, name in enumerate(STANDING_COLUMNS)
    }
    found = query_rows(cursor, "own_standing", {"baseline": baseline, "region": region}, candidate=bound)
    return [OwnStanding(**row) for row in found]


def own_standing(
    cursor: Cursor, baseline: str, region: str, industry: str, credit_code: str, group: str | None
) -> OwnStanding:
    """As ``own_standings``, of one candidate."""
    return own_standings(cursor, baseline, region, [(industry, credit_code, group)])[0]


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
