"""What a reviewer saved in rounds of scoring that another one has followed: it is read, and never changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from kpi import queries
from kpi.access.roles import scope_of
from kpi.model.scoring import ScoreVersion, ScoringRound
from kpi.model.viewer import Viewer
from kpi.policy.score_sheet import load_score_sheet
from kpi.queries import CandidateRecord
from kpi.services.authorization import requires
from kpi.services.reviewer.scores import OwnScoreSheet
from kpi.services.scoring_release import current_rounds
from kpi.store.cursor import Cursor
from kpi.store.store import Store


@dataclass(frozen=True, slots=True)
class EarlierScores:
    """A candidate in a round that is followed by another, with every own version: drafts, too."""

    candidate: CandidateRecord
    own: OwnScoreSheet


@requires("score_candidates")
def own_earlier_scores(store: Store, viewer: Viewer) -> list[EarlierScores]:
    """Of the candidates that are still in reach; in the order of the rounds, in each by name."""
    with store.cursor() as cursor:
        rounds = queries.scoring_rounds(cursor)
        followed = {one.id for one in rounds} - {one.id for one in current_rounds(rounds)}
        saved = [one for one in queries.own_scores(cursor, viewer.account) if one.round in followed]
        return _by_candidate(cursor, viewer, rounds, saved) if saved else []


def _by_candidate(
    cursor: Cursor, viewer: Viewer, rounds: Sequence[ScoringRound], saved: Sequence[ScoreVersion]
) -> list[EarlierScores]:
    """``saved``: the latest version of each candidate first."""
    versions: dict[tuple[str, str], list[ScoreVersion]] = defaultdict(list)
    for version in saved:
        versions[version.round, version.credit_code].append(version)
    reached = sorted(queries.candidate_records(cursor, scope_of(viewer)), key=lambda one: (one.label, one.credit_code))
    found = []
    for asked in rounds:
        of_round = [one for one in reached if one.year == asked.year and (asked.id, one.credit_code) in versions]
        if of_round:
            [sheet, *_] = queries.round_sheets(cursor, asked.id)
            content = load_score_sheet(sheet.sheet)
            found += [
                EarlierScores(
                    one, OwnScoreSheet(asked, content, sheet.edition, tuple(versions[asked.id, one.credit_code]))
                )
                for one in of_round
            ]
    return found
