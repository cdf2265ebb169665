"""Rounds of scoring, who scores whom, and the scores: a reviewer's own, or all of a round that is released."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from kpi.model.scoring import (
    KeptScore,
    ReviewerProgress,
    ReviewPanelDecision,
    ReviewPanelNote,
    RoundSheet,
    ScoreAssignment,
    ScoreVersion,
    ScoringRound,
    dump_scores,
    load_scores,
)
from kpi.model.times import from_stored
from kpi.store.database import Cursor
from kpi.tables.sql_runner import SqlRow, fields_of, insert, insert_numbered, query_rows

# Rounds of scoring and what belongs to them. Only ever added to.


def add_scoring_round(cursor: Cursor, opened: ScoringRound) -> None:
    insert(cursor, "scoring_round", **fields_of(opened, "started_at", "released_at"))


def add_round_sheet(cursor: Cursor, edition: RoundSheet) -> None:
    insert(cursor, "round_sheet", **fields_of(edition))


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
    insert_numbered(
        cursor,
        "score_assignment",
        round=round_id,
        reviewer=reviewer,
        credit_code=credit_code,
        assigned=assigned,
        reason=reason,
        seed=seed,
        changed_by=by,
        changed_at=at,
    )


def add_score_version(cursor: Cursor, saved: ScoreVersion) -> None:
    insert(cursor, "score_version", content=dump_scores(saved.content), **fields_of(saved, "content"))


def add_round_start(cursor: Cursor, round_id: str, by: str, at: datetime) -> None:
    insert(cursor, "round_start", round=round_id, started_by=by, started_at=at)


def add_round_release(cursor: Cursor, round_id: str, at: datetime) -> None:
    insert(cursor, "score_release", round=round_id, released_at=at)


def add_review_panel_note(cursor: Cursor, round_id: str, credit_code: str, note: str, by: str, at: datetime) -> None:
    insert(cursor, "panel_note", round=round_id, credit_code=credit_code, note=note, written_by=by, written_at=at)


def add_review_panel_decision(cursor: Cursor, round_id: str, decided: ReviewPanelDecision) -> None:
    insert(cursor, "panel_decision", round=round_id, **fields_of(decided))


# Rounds of scoring, who scores whom, and the scores: a reviewer's own, or all of a round that is released.


def scoring_rounds(cursor: Cursor) -> list[ScoringRound]:
    """The latest year first, in it by industry and occasion, the latest round of an occasion first."""
    return [
        ScoringRound(
            **(
                row
                | {
                    "opened_at": from_stored(row["opened_at"]),
                    "started_at": _time(row["started_at"]),
                    "released_at": _time(row["released_at"]),
                }
            )
        )
        for row in query_rows(cursor, "scoring_rounds")
    ]


def round_sheets(cursor: Cursor, round_id: str) -> list[RoundSheet]:
    """The editions of a round's score sheet, the latest first."""
    found = query_rows(cursor, "round_sheets", {"round": round_id})
    return [RoundSheet(**(row | {"set_at": from_stored(row["set_at"])})) for row in found]


def score_assignments(cursor: Cursor, round_id: str | None = None) -> list[ScoreAssignment]:
    """Those that hold: not taken back, and without a conflict of interest. Of one round, or of all."""
    return [ScoreAssignment(**row) for row in query_rows(cursor, "score_assignments", {"round": round_id})]


def own_scores(
    cursor: Cursor, reviewer: str, round_id: str | None = None, credit_code: str | None = None
) -> list[ScoreVersion]:
    """A reviewer's own versions, the latest first: of one round and candidate, or of all."""
    asked = {"reviewer": reviewer, "round": round_id, "credit_code": credit_code}
    return [_version(row) for row in query_rows(cursor, "own_scores", asked)]


def released_scores(cursor: Cursor, round_id: str, barred: Collection[str] = ()) -> list[ScoreVersion]:
    """What was handed in, one version a reviewer and candidate. Nothing before the round is released."""
    return [_version(row) for row in query_rows(cursor, "released_scores", {"round": round_id, "barred": list(barred)})]


def kept_scores(cursor: Cursor) -> list[KeptScore]:
    """Every version of every score, for verifying the store: nothing of it is shown to anybody."""
    return [KeptScore(**row) for row in query_rows(cursor, "kept_scores")]


def handed_in_by(cursor: Cursor, round_id: str) -> set[tuple[str, str]]:
    """Who has handed in or abstained, and for whom: reviewer and credit code, and no score."""
    return {(row["reviewer"], row["credit_code"]) for row in query_rows(cursor, "handed_in_by", {"round": round_id})}


def scoring_progress(cursor: Cursor) -> list[ReviewerProgress]:
    """By round and reviewer: how many were assigned and handed in, and no score."""
    return [ReviewerProgress(**row) for row in query_rows(cursor, "scoring_progress")]


def review_panel_notes(cursor: Cursor, round_id: str, barred: Collection[str] = ()) -> list[ReviewPanelNote]:
    """The earliest first."""
    found = query_rows(cursor, "review_panel_notes", {"round": round_id, "barred": list(barred)})
    return [ReviewPanelNote(**(row | {"written_at": from_stored(row["written_at"])})) for row in found]


def review_panel_decisions(cursor: Cursor, round_id: str, barred: Collection[str] = ()) -> list[ReviewPanelDecision]:
    """Every edition, the latest first."""
    found = query_rows(cursor, "review_panel_decisions", {"round": round_id, "barred": list(barred)})
    return [ReviewPanelDecision(**(row | {"decided_at": from_stored(row["decided_at"])})) for row in found]


def _version(row: SqlRow) -> ScoreVersion:
    return ScoreVersion(**(row | {"content": load_scores(row["content"]), "saved_at": from_stored(row["saved_at"])}))


def _time(stored: datetime | None) -> datetime | None:
    return None if stored is None else from_stored(stored)
