"""A round that was started is released once everybody who is to score has handed in or abstained: no score before."""

from __future__ import annotations

from collections.abc import Iterable

from kpi import queries, records
from kpi.errors import NotFound, UserError
from kpi.model.scoring import ScoringRound
from kpi.services.unit_of_work import UnitOfWork
from kpi.store.cursor import Cursor


def current_rounds(rounds: Iterable[ScoringRound]) -> list[ScoringRound]:
    """Of each industry, year and occasion the latest: an earlier round is closed by the one that follows."""
    latest: dict[tuple[int, str, str], ScoringRound] = {}
    for one in rounds:
        key = (one.year, one.industry, one.occasion)
        if key not in latest or latest[key].number < one.number:
            latest[key] = one
    return list(latest.values())


def find_round(cursor: Cursor, round_id: str) -> ScoringRound:
    """Raises ``NotFound`` where there is none."""
    found = next((one for one in queries.scoring_rounds(cursor) if one.id == round_id), None)
    if found is None:
        raise NotFound("scoring_round")
    return found


def find_open_round(cursor: Cursor, round_id: str) -> ScoringRound:
    """The round, if it is not over: it is being prepared, or scores can be given in it.

    Raises:
        NotFound: there is none.
        UserError: it is released, or another round has followed it.
    """
    found = find_round(cursor, round_id)
    if found.released:
        raise UserError("round_released")
    if found not in current_rounds(queries.scoring_rounds(cursor)):
        raise UserError("round_followed")
    return found


def release_complete_rounds(change: UnitOfWork) -> None:
    """Release every current round that was started and in which nobody is waited for."""
    progress = queries.scoring_progress(change.cursor)
    for one in current_rounds(queries.scoring_rounds(change.cursor)):
        own = [standing for standing in progress if standing.round == one.id]
        if one.released or not one.started or not own or any(standing.waiting for standing in own):
            continue
        records.release_round(change.cursor, one.id, change.at)
        given = sum(standing.handed_in for standing in own)
        abstained = sum(standing.abstained for standing in own)
        change.audit("round_released", one.id, after={"scores": given, "abstained": abstained})
