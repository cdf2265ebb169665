"""A reviewer's own scores: what is to be scored, the sheet, every own version. Nothing here knows another's scores."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from kpi import tables
from kpi.access.roles import scope_of
from kpi.benchmark.sealed_record import sealed_hash
from kpi.errors import IncompleteScore, NotFound, UserError
from kpi.files.text import plain_line
from kpi.model.audit import AuditAction
from kpi.model.scoring import ScoreContent, ScoreState, ScoreVersion, ScoringRound, dump_scores
from kpi.model.viewer import Viewer
from kpi.policy.score_sheet import ScoreSheet, load_score_sheet
from kpi.scoring.results import fits_sheet, score_faults
from kpi.services.administrator.rounds import current_rounds, find_open_round
from kpi.services.authorization import reads, requires
from kpi.services.reviewer.candidate_list import DONE, own_positions, own_scoring
from kpi.services.reviewer.readings import note_reading
from kpi.services.unit_of_work import UnitOfWork, unit_of_work
from kpi.store.database import Cursor
from kpi.store.store import Store
from kpi.tables.applications import CandidateRecord

LONGEST_JUSTIFICATION = 500

_ACTS: dict[ScoreState, AuditAction] = {
    "draft": "score_saved",
    "handed_in": "score_handed_in",
    "abstained": "score_abstained",
}


@dataclass(frozen=True, slots=True)
class ScoringTask:
    """A candidate that the reviewer is to score in a round. ``state`` of the own latest version, None before any.

    ``position``: the candidate's place in the reviewer's own list, of ``list_length``.
    """

    round: ScoringRound
    candidate: CandidateRecord
    position: int
    list_length: int
    state: ScoreState | None

    @property
    def done(self) -> bool:
        return self.state in DONE


@dataclass(frozen=True, slots=True)
class OwnScoreSheet:
    """The sheet of a candidate and the reviewer's own versions, the latest first. ``edition`` is the sheet's."""

    round: ScoringRound
    sheet: ScoreSheet
    edition: int
    versions: tuple[ScoreVersion, ...]

    @property
    def seen(self) -> int:
        """The version that whoever reads this sheet has seen."""
        return self.versions[0].version if self.versions else 0


@reads("score_candidates")
def own_scoring_tasks(cursor: Cursor, viewer: Viewer) -> list[ScoringTask]:
    """Of every current round that was started, the open ones first, in the reviewer's own order of candidates."""
    return scoring_tasks(cursor, viewer)


def scoring_tasks(cursor: Cursor, viewer: Viewer) -> list[ScoringTask]:
    """The same for services that have asked for rights."""
    own = own_scoring(cursor, viewer.account)
    if not own:
        return []
    reached = {record.key: record for record in tables.applications.candidate_records(cursor, scope_of(viewer))}
    positions = own_positions(reached.values(), viewer)
    found = []
    for (asked, code), state in own.items():
        key = f"{code} {asked.year}"
        if key in reached:
            found.append(ScoringTask(asked, reached[key], positions[key], len(positions), state))
    return sorted(found, key=lambda task: (task.round.released, -task.round.year, task.round.id, task.position))


@requires("score_candidates")
def own_score_sheet(store: Store, viewer: Viewer, round_id: str, credit_code: str) -> OwnScoreSheet:
    """The sheet to score a candidate by.

    Raises:
        NotFound: no such round, or the candidate is not the viewer's to score in it.
    """
    with store.cursor() as cursor:
        task = _task(cursor, viewer, round_id, credit_code)
        note_reading(store, viewer.actor, credit_code, task.round.year)
        [current, *_] = tables.scoring.round_sheets(cursor, round_id)
        versions = tables.scoring.own_scores(cursor, viewer.account, round_id, credit_code)
        return OwnScoreSheet(task.round, load_score_sheet(current.sheet), current.edition, tuple(versions))


@requires("score_candidates")
def save_score(
    store: Store,
    viewer: Viewer,
    round_id: str,
    credit_code: str,
    seen: int,
    content: ScoreContent,
    *,
    hand_in: bool = False,
    edition: int | None = None,
    at: datetime | None = None,
) -> None:
    """Keep the scores as the next version; ``seen`` is the version that the form was read at, 0 for none.

    ``edition``: of the sheet that the form was filled in by.
    What was handed in can be handed in again, changed, until the round is released.

    Raises:
        NotFound: no such round, or the candidate is not the viewer's to score in it.
        IncompleteScore: it is to be handed in and lacks levels or justifications.
        UserError: a later version was saved or the sheet replaced meanwhile, the round is over, a level is not the
            sheet's, or a draft would follow what was handed in.
    """
    said = replace(
        content,
        reasons={code: plain_line(why, LONGEST_JUSTIFICATION) for code, why in content.reasons.items()},
        remark=plain_line(content.remark, LONGEST_JUSTIFICATION),
    )
    with unit_of_work(store, viewer.actor, at) as change:
        task = _open_task(change.cursor, viewer, round_id, credit_code, seen)
        [current, *_] = tables.scoring.round_sheets(change.cursor, round_id)
        if edition not in (None, current.edition):
            raise UserError("score_sheet_replaced")
        sheet = load_score_sheet(current.sheet)
        if not fits_sheet(said, sheet, task.round.occasion):
            raise UserError("score_not_of_sheet")
        if hand_in and (faults := list(score_faults(said, sheet, task.round.occasion))):
            raise IncompleteScore(faults)
        if not hand_in and task.done:
            raise UserError("score_is_handed_in")
        _add(change, viewer, task, seen, said, "handed_in" if hand_in else "draft", current.edition)


@requires("score_candidates")
def abstain(
    store: Store, viewer: Viewer, round_id: str, credit_code: str, seen: int, reason: str, at: datetime | None = None
) -> None:
    """Hand in that no score is given, and why: nobody waits for one.

    Raises:
        NotFound: no such round, or the candidate is not the viewer's to score in it.
        UserError: no reason is given, a later version was saved meanwhile, or the round is over.
    """
    said = plain_line(reason, LONGEST_JUSTIFICATION)
    if not said:
        raise UserError("why_needed")
    with unit_of_work(store, viewer.actor, at) as change:
        task = _open_task(change.cursor, viewer, round_id, credit_code, seen)
        [current, *_] = tables.scoring.round_sheets(change.cursor, round_id)
        _add(change, viewer, task, seen, ScoreContent(remark=said), "abstained", current.edition)


def _task(cursor: Cursor, viewer: Viewer, round_id: str, credit_code: str) -> ScoringTask:
    found: Sequence[ScoringTask] = scoring_tasks(cursor, viewer)
    task = next(
        (scoring for scoring in found if (scoring.round.id, scoring.candidate.credit_code) == (round_id, credit_code)),
        None,
    )
    if task is None:
        raise NotFound("candidate")
    return task


def _open_task(cursor: Cursor, viewer: Viewer, round_id: str, credit_code: str, seen: int) -> ScoringTask:
    """Raises as ``save_score``."""
    task = _task(cursor, viewer, round_id, credit_code)
    find_open_round(cursor, round_id)
    own = tables.scoring.own_scores(cursor, viewer.account, round_id, credit_code)
    if (own[0].version if own else 0) != seen:
        raise UserError("score_changed")
    return task


def _add(
    change: UnitOfWork,
    viewer: Viewer,
    task: ScoringTask,
    seen: int,
    content: ScoreContent,
    state: ScoreState,
    edition: int,
) -> None:
    salted = replace(content, salt=secrets.token_hex(16))
    saved = ScoreVersion(
        round=task.round.id,
        credit_code=task.candidate.credit_code,
        reviewer=viewer.account,
        version=seen + 1,
        state=state,
        sheet=edition,
        content=salted,
        sha256=sealed_hash(dump_scores(salted)),
        position=task.position,
        list_length=task.list_length,
        saved_at=change.at,
    )
    tables.scoring.add_score_version(change.cursor, saved)
    entry = {"round": saved.round, "version": saved.version, "position": saved.position, "sha256": saved.sha256}
    change.audit(_ACTS[state], task.candidate.key, after=entry)


# What a reviewer saved in rounds of scoring that another one has followed: it is read, and never changed.


@dataclass(frozen=True, slots=True)
class EarlierScores:
    """A candidate in a round that is followed by another, with every own version: drafts, too."""

    candidate: CandidateRecord
    own: OwnScoreSheet


@reads("score_candidates")
def own_earlier_scores(cursor: Cursor, viewer: Viewer) -> list[EarlierScores]:
    """Of the candidates that are still in reach; in the order of the rounds, in each by name."""
    rounds = tables.scoring.scoring_rounds(cursor)
    followed = {scoring.id for scoring in rounds} - {current.id for current in current_rounds(rounds)}
    saved = [
        own_score for own_score in tables.scoring.own_scores(cursor, viewer.account) if own_score.round in followed
    ]
    return _by_candidate(cursor, viewer, rounds, saved) if saved else []


def _by_candidate(
    cursor: Cursor, viewer: Viewer, rounds: Sequence[ScoringRound], saved: Sequence[ScoreVersion]
) -> list[EarlierScores]:
    """``saved``: the latest version of each candidate first."""
    versions: dict[tuple[str, str], list[ScoreVersion]] = defaultdict(list)
    for version in saved:
        versions[version.round, version.credit_code].append(version)
    reached = sorted(
        tables.applications.candidate_records(cursor, scope_of(viewer)),
        key=lambda record: (record.label, record.credit_code),
    )
    found = []
    for asked in rounds:
        of_round = [
            record for record in reached if record.year == asked.year and (asked.id, record.credit_code) in versions
        ]
        if of_round:
            [sheet, *_] = tables.scoring.round_sheets(cursor, asked.id)
            content = load_score_sheet(sheet.sheet)
            found += [
                EarlierScores(
                    record, OwnScoreSheet(asked, content, sheet.edition, tuple(versions[asked.id, record.credit_code]))
                )
                for record in of_round
            ]
    return found
