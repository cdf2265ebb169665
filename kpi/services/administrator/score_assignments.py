"""Who scores whom: chosen by an administrator, or drawn as evenly as conflicts of interest allow."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from kpi import queries, records
from kpi.access.roles import scope_of
from kpi.errors import NotFound, UserError
from kpi.files.text import plain_line
from kpi.model.problem import listed
from kpi.model.scoring import ScoreAssignment, ScoringRound
from kpi.model.viewer import Viewer
from kpi.queries import ApplicationInHand
from kpi.scoring.draw import balanced_draw, too_few_for
from kpi.services.authorization import requires
from kpi.services.scoring_release import find_open_round, find_round, release_complete_rounds
from kpi.services.unit_of_work import unit_of_work
from kpi.store.cursor import Cursor
from kpi.store.store import Store

LONGEST_REASON = 200
MOST_REVIEWERS = 20
"""A candidate's, by one draw."""


@dataclass(frozen=True, slots=True)
class AssignmentBoard:
    """The candidates of a round, who may score each (no conflict, within reach), and who is to.

    ``assigned`` also holds those whose application was reopened since: nobody may score them, but they are waited for
    until their reviewers are taken off.
    ``reviewers``: names by account. ``stuck``: reviewer and credit code of each score that is waited for and cannot be
    given: the account is disabled, does not reach the candidate any more, or the application is reopened.
    What the viewer has a conflict of interest with is not in it.
    """

    round: ScoringRound
    candidates: tuple[ApplicationInHand, ...]
    reviewers: Mapping[str, str]
    allowed: Mapping[str, tuple[str, ...]]
    assigned: Mapping[str, tuple[str, ...]]
    seeds: Mapping[tuple[str, str], int | None]
    stuck: tuple[tuple[str, str], ...]


@requires("run_panel")
def assignment_board(store: Store, viewer: Viewer, round_id: str) -> AssignmentBoard:
    """Who may score whom in a round, and who is to.

    Raises:
        NotFound: there is no such round.
    """
    with store.cursor() as cursor:
        return _board(cursor, viewer, find_round(cursor, round_id))


@requires("run_panel")
def assign_reviewers(
    store: Store,
    viewer: Viewer,
    round_id: str,
    chosen: Mapping[str, Collection[str]],
    reason: str = "",
    at: datetime | None = None,
    seen: Mapping[str, Collection[str]] | None = None,
) -> None:
    """Each candidate named in ``chosen`` is scored by these reviewers and no others.

    ``seen``: by whom each was to be scored when this was chosen. While the round is prepared anybody comes and goes.
    After its start a reviewer who has handed in or abstained stays: no score is taken out by whom it does not suit.

    Raises:
        NotFound: no such round, candidate or reviewer, or one that the viewer has a conflict of interest with.
        UserError: a reviewer has a conflict of interest or does not reach the candidate, one that is taken off is not
            given a reason for after the start, or has handed in, somebody has assigned others since, nothing changes,
            or the round is over.
    """
    said = plain_line(reason, LONGEST_REASON)
    with unit_of_work(store, viewer.actor, at) as change:
        found = find_open_round(change.cursor, round_id)
        board = _board(change.cursor, viewer, found)
        _refuse_unseen(board, seen or {})
        added, dropped = _changes(board, chosen)
        if not added and not dropped:
            raise UserError("nothing_to_assign")
        if dropped and found.started and not said:
            raise UserError("why_needed")
        if given := sorted(queries.handed_in_by(change.cursor, round_id).intersection(dropped)):
            raise UserError("reviewer_handed_in", name=board.reviewers[given[0][0]])
        for (reviewer, code), assigned in [*((pair, True) for pair in added), *((pair, False) for pair in dropped)]:
            records.add_score_assignment(
                change.cursor, round_id, reviewer, code, viewer.account, change.at, assigned=assigned, reason=said
            )
        entry = {"added": [list(pair) for pair in added], "dropped": [list(pair) for pair in dropped], "reason": said}
        change.audit("reviewers_assigned", round_id, after=entry)
        release_complete_rounds(change)


@requires("run_panel")
def draw_reviewers(
    store: Store,
    viewer: Viewer,
    round_id: str,
    credit_codes: Sequence[str],
    per_candidate: int,
    seed: int,
    at: datetime | None = None,
) -> int:
    """Fill up each of these candidates to ``per_candidate`` reviewers by a draw; how many pairs were added.

    The same seed gives the same draw. Whoever is assigned already stays.

    Raises:
        NotFound: no such round or candidate, or one that the viewer has a conflict of interest with.
        UserError: too few reviewers may score a candidate, nothing is to be drawn, or the round is over.
    """
    if not 1 <= per_candidate <= MOST_REVIEWERS or not credit_codes:
        raise UserError("nothing_to_assign")
    with unit_of_work(store, viewer.actor, at) as change:
        board = _board(change.cursor, viewer, find_open_round(change.cursor, round_id))
        known = {one.credit_code: one for one in board.candidates}
        if not set(credit_codes) <= set(known):
            raise NotFound("candidate")
        if short := too_few_for(credit_codes, board.allowed, per_candidate):
            names = listed(known[code].factory or known[code].enterprise or code for code in short[:5])
            raise UserError("too_few_reviewers", count=len(short), names=names, wanted=per_candidate)
        kept = {(one, code) for code, reviewers in board.assigned.items() for one in reviewers}
        drawn = balanced_draw(list(dict.fromkeys(credit_codes)), board.allowed, per_candidate, seed, kept)
        if not drawn:
            raise UserError("nothing_to_assign")
        for reviewer, code in drawn:
            records.add_score_assignment(change.cursor, round_id, reviewer, code, viewer.account, change.at, seed=seed)
        entry = {"seed": seed, "per_candidate": per_candidate, "added": [list(pair) for pair in drawn]}
        change.audit("reviewers_drawn", round_id, after=entry)
    return len(drawn)


def _board(cursor: Cursor, viewer: Viewer, found: ScoringRound) -> AssignmentBoard:
    candidates = tuple(
        one
        for one in queries.applications_in_hand(cursor, viewer.barred)
        if (one.year, one.industry) == (found.year, found.industry)
    )
    accounts = [one for one in queries.accounts(cursor) if one.viewer.role == "reviewer" and not one.disabled]
    held = [one for one in queries.score_assignments(cursor, found.id) if one.credit_code not in viewer.barred]
    allowed = {
        one.credit_code: tuple(
            account.viewer.account
            for account in accounts
            if scope_of(account.viewer).reaches(one.credit_code, found.industry)
        )
        for one in candidates
    }
    given = queries.handed_in_by(cursor, found.id)
    waited_for = [pair for one in held if (pair := (one.reviewer, one.credit_code)) not in given]
    return AssignmentBoard(
        round=found,
        candidates=candidates,
        reviewers={one.viewer.account: one.viewer.name for one in accounts} | {one.reviewer: one.name for one in held},
        allowed=allowed,
        assigned=_by_candidate(candidates, held),
        seeds={(one.reviewer, one.credit_code): one.seed for one in held},
        stuck=tuple((reviewer, code) for reviewer, code in waited_for if reviewer not in allowed.get(code, ())),
    )


def _by_candidate(
    candidates: Sequence[ApplicationInHand], held: Sequence[ScoreAssignment]
) -> dict[str, tuple[str, ...]]:
    by_code: dict[str, list[str]] = defaultdict(list)
    for one in held:
        by_code[one.credit_code].append(one.reviewer)
    codes = dict.fromkeys([*(one.credit_code for one in candidates), *by_code])
    return {code: tuple(by_code.get(code, ())) for code in codes}


def _refuse_unseen(board: AssignmentBoard, seen: Mapping[str, Collection[str]]) -> None:
    if any(set(board.assigned.get(code, ())) != set(reviewers) for code, reviewers in seen.items()):
        raise UserError("assignment_changed")


def _changes(
    board: AssignmentBoard, chosen: Mapping[str, Collection[str]]
) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """The pairs to add and to take off. Raises as ``assign_reviewers``."""
    if not set(chosen) <= set(board.assigned):
        raise NotFound("candidate")
    added, dropped = [], []
    for code, reviewers in chosen.items():
        if unknown := sorted(set(reviewers) - set(board.reviewers)):
            raise NotFound("account", unknown[0][:40])
        new = sorted(set(reviewers) - set(board.assigned[code]))
        if barred := [one for one in new if one not in board.allowed.get(code, ())]:
            raise UserError("reviewer_may_not", name=board.reviewers[barred[0]])
        added += [(one, code) for one in new]
        dropped += [(one, code) for one in board.assigned[code] if one not in set(reviewers)]
    return added, dropped
