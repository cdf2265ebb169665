"""Which own scores are asked for, and how far each is. Nothing here knows another's scores."""

from __future__ import annotations

from kpi import queries
from kpi.model.scoring import ScoreState, ScoringRound
from kpi.services.scoring_release import current_rounds
from kpi.store.cursor import Cursor

DONE: frozenset[ScoreState | None] = frozenset({"handed_in", "abstained"})


def own_scoring(cursor: Cursor, account: str) -> dict[tuple[ScoringRound, str], ScoreState | None]:
    """The state of the own latest version by round and credit code, None before any; of rounds that were started."""
    rounds = {one.id: one for one in current_rounds(queries.scoring_rounds(cursor)) if one.started}
    own = [one for one in queries.score_assignments(cursor) if one.reviewer == account and one.round in rounds]
    states: dict[tuple[str, str], ScoreState] = {}
    if own:
        for version in queries.own_scores(cursor, account):
            states.setdefault((version.round, version.credit_code), version.state)
    return {(rounds[one.round], one.credit_code): states.get((one.round, one.credit_code)) for one in own}
