"""A reviewer's own list: every candidate in reach, in an order of the reviewer's own that no score makes.

The first seen and the best sorted are scored differently. So each reviewer's list has an order of its own, drawn from
the account's name and stable whoever joins the list; sorting by composite is an act, and stands in the audit trail.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from math import nan
from typing import Literal

from kpi import tables
from kpi.access.roles import scope_of
from kpi.benchmark.comparison import composite_scores
from kpi.errors import NotFound
from kpi.model.scoring import ScoreState, ScoringRound
from kpi.model.viewer import Viewer
from kpi.services.administrator.rounds import current_rounds
from kpi.services.authorization import requires
from kpi.services.evaluation import evaluation_context
from kpi.services.reviewer.readings import noted_readings
from kpi.services.unit_of_work import unit_of_work
from kpi.store.database import Cursor
from kpi.store.store import Store
from kpi.tables.applications import CandidateRecord

# Which own scores are asked for, and how far each is. Nothing here knows another's scores.


DONE: frozenset[ScoreState | None] = frozenset({"handed_in", "abstained"})


def own_scoring(cursor: Cursor, account: str) -> dict[tuple[ScoringRound, str], ScoreState | None]:
    """The state of the own latest version by round and credit code, None before any; of rounds that were started."""
    rounds = {
        current.id: current for current in current_rounds(tables.scoring.scoring_rounds(cursor)) if current.started
    }
    own = [
        assignment
        for assignment in tables.scoring.score_assignments(cursor)
        if assignment.reviewer == account and assignment.round in rounds
    ]
    states: dict[tuple[str, str], ScoreState] = {}
    if own:
        for version in tables.scoring.own_scores(cursor, account):
            states.setdefault((version.round, version.credit_code), version.state)
    return {
        (rounds[assignment.round], assignment.credit_code): states.get((assignment.round, assignment.credit_code))
        for assignment in own
    }


OwnScoring = Literal["to_score", "scored", "not_asked"]
"""Whether the reviewer's own score is missing, handed in, or not asked for. Texts: ``page.list.<it>``."""


@dataclass(frozen=True, slots=True)
class ListedCandidate:
    """One candidate of the list. ``position`` is its place in the reviewer's own order, from 1.

    ``to_score`` and ``scored``: the rounds in which the own score is missing, and those in which it is handed in.
    """

    record: CandidateRecord
    position: int
    looked_at: bool
    to_score: tuple[str, ...] = ()
    scored: tuple[str, ...] = ()

    @property
    def scoring(self) -> OwnScoring:
        if self.to_score:
            return "to_score"
        return "scored" if self.scored else "not_asked"


@requires("see_candidates")
def own_candidates(store: Store, viewer: Viewer) -> list[ListedCandidate]:
    """All in reach, the latest year first, each year in the reviewer's own order."""
    with store.cursor() as cursor:
        records = tables.applications.candidate_records(cursor, scope_of(viewer))
        read = tables.audit.candidates_noted(cursor, viewer.account) | noted_readings(store, viewer.account)
        asked = own_scoring(cursor, viewer.account)
    missing: dict[str, list[str]] = defaultdict(list)
    done: dict[str, list[str]] = defaultdict(list)
    for (item, code), state in asked.items():
        (done if state in DONE else missing)[f"{code} {item.year}"].append(item.id)
    return [
        ListedCandidate(record, position, record.key in read, tuple(missing[record.key]), tuple(done[record.key]))
        for position, record in enumerate(_in_own_order(records, viewer), start=1)
    ]


@requires("see_candidates")
def sort_by_composite(store: Store, viewer: Viewer, industry: str, year: int) -> dict[str, float]:
    """The composite score of each candidate of an industry and year, by credit code. That it was asked for is recorded.

    Raises:
        NotFound: there is no such candidate in reach.
    """
    with store.cursor() as cursor:
        scores = _composites(cursor, viewer, industry, year)
    with unit_of_work(store, viewer.actor) as change:
        change.audit("candidates_sorted", f"{industry} {year}", after={"by": "composite", "candidates": len(scores)})
    return scores


def _composites(cursor: Cursor, viewer: Viewer, industry: str, year: int) -> dict[str, float]:
    reached = tables.applications.candidate_records(cursor, scope_of(viewer))
    found = [record for record in reached if (record.industry, record.year) == (industry, year)]
    if not found:
        raise NotFound("candidate")
    on = evaluation_context(cursor, year)
    known = tables.peers.reference_set(cursor, on.baseline.name, on.baseline.region, industry)
    values = [[nan if value is None else value for value in record.values] for record in found]
    codes = [record.credit_code for record in found]
    left = [record.not_applicable_accepted for record in found]
    return dict(zip(codes, composite_scores(codes, values, left, known, on.policy), strict=True))


def own_positions(reached: Iterable[CandidateRecord], viewer: Viewer) -> dict[str, int]:
    """The place of each candidate in the reviewer's own list of all in reach, from 1, by "credit_code year"."""
    ordered = _in_own_order(reached, viewer)
    return {record.key: position for position, record in enumerate(ordered, start=1)}


def _in_own_order(records: Iterable[CandidateRecord], viewer: Viewer) -> list[CandidateRecord]:
    return sorted(records, key=lambda record: (-record.year, own_rank(viewer.account, record.credit_code)))


def own_rank(account: str, credit_code: str) -> str:
    """What the own order sorts by: the same for ever, and another for every account."""
    return sha256(f"{account}\n{credit_code}".encode()).hexdigest()
