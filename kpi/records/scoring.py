"""Rounds of scoring and what belongs to them. Only ever added to."""

from __future__ import annotations

from datetime import datetime

from kpi.model.scoring import PanelDecision, RoundSheet, ScoreVersion, ScoringRound, dump_scores
from kpi.model.times import to_stored
from kpi.store.cursor import Cursor


def add_scoring_round(cursor: Cursor, opened: ScoringRound) -> None:
    cursor.execute(
        "insert into scoring_round values ($1, $2, $3, $4, $5, $6, $7)",
        [
            opened.id,
            opened.year,
            opened.industry,
            opened.occasion,
            opened.number,
            opened.opened_by,
            to_stored(opened.opened_at),
        ],
    )


def add_round_sheet(cursor: Cursor, edition: RoundSheet) -> None:
    cursor.execute(
        "insert into round_sheet values ($1, $2, $3, $4, $5, $6)",
        [edition.round, edition.edition, edition.sheet, edition.sha256, edition.set_by, to_stored(edition.set_at)],
    )


def add_score_assignment(
    cursor: Cursor,
    round_id: str,
    reviewer: str,
    credit_code: str,
    by: str,
    at: datetime,
    *,
    assigned: bool = True,
    reason: str = "",
    seed: int | None = None,
) -> None:
    """The latest one of a reviewer and candidate counts."""
    cursor.execute(
        """insert into score_assignment
           values ($1, $2, $3, $4, $5, $6, $7, $8, (select coalesce(max(number), 0) + 1 from score_assignment))""",
        [round_id, reviewer, credit_code, assigned, reason, seed, by, to_stored(at)],
    )


def add_score_version(cursor: Cursor, saved: ScoreVersion) -> None:
    cursor.execute(
        "insert into score_version values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        [
            saved.round,
            saved.credit_code,
            saved.reviewer,
            saved.version,
            saved.state,
            saved.sheet,
            dump_scores(saved.content),
            saved.sha256,
            saved.position,
            saved.list_length,
            to_stored(saved.saved_at),
        ],
    )


def add_round_start(cursor: Cursor, round_id: str, by: str, at: datetime) -> None:
    cursor.execute("insert into round_start values ($1, $2, $3)", [round_id, by, to_stored(at)])


def release_round(cursor: Cursor, round_id: str, at: datetime) -> None:
    cursor.execute("insert into score_release values ($1, $2)", [round_id, to_stored(at)])


def add_panel_note(cursor: Cursor, round_id: str, credit_code: str, note: str, by: str, at: datetime) -> None:
    cursor.execute(
        "insert into panel_note values ($1, $2, $3, $4, $5)", [round_id, credit_code, note, by, to_stored(at)]
    )


def add_panel_decision(cursor: Cursor, round_id: str, decided: PanelDecision) -> None:
    cursor.execute(
        "insert into panel_decision values ($1, $2, $3, $4, $5, $6, $7)",
        [
            round_id,
            decided.credit_code,
            decided.edition,
            decided.outcome,
            decided.reason,
            decided.decided_by,
            to_stored(decided.decided_at),
        ],
    )
