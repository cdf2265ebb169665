"""Rounds of scoring: opened, then started by an administrator; the score sheet freezes with the first hand-in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from kpi import tables
from kpi.access.roles import scope_of
from kpi.benchmark.sealed_record import sealed_hash
from kpi.catalogue.catalogue import catalogue
from kpi.errors import NotFound, UserError
from kpi.files.text import plain_line
from kpi.model.problem import listed
from kpi.model.scoring import OCCASIONS, Occasion, ReviewerProgress, RoundSheet, ScoreAssignment, ScoringRound
from kpi.model.times import now, shanghai_date, year_end
from kpi.model.viewer import SYSTEM, Viewer
from kpi.policy.score_sheet import ScoreSheet, load_score_sheet, read_score_sheet, score_sheet_on
from kpi.scoring.draw import balanced_draw, too_few_for
from kpi.services.authorization import reads, reads_unscoped, requires
from kpi.services.unit_of_work import UnitOfWork, unit_of_work
from kpi.services.year import dates_of
from kpi.store.database import Cursor
from kpi.store.store import Store
from kpi.tables.stages import ApplicationInHand

# A round that was started is complete once everybody who is to score has handed in or abstained. Then an administrator
# releases it, or its day does: until then no score is read by others, and each can be handed in again.


def current_rounds(rounds: Iterable[ScoringRound]) -> list[ScoringRound]:
    """Of each industry, year and occasion the latest: an earlier round is closed by the one that follows."""
    latest: dict[tuple[int, str, str], ScoringRound] = {}
    for scoring in rounds:
        key = (scoring.year, scoring.industry, scoring.occasion)
        if key not in latest or latest[key].number < scoring.number:
            latest[key] = scoring
    return list(latest.values())


def find_round(cursor: Cursor, round_id: str) -> ScoringRound:
    """Raises ``NotFound`` where there is none."""
    found = next((scoring for scoring in tables.scoring.scoring_rounds(cursor) if scoring.id == round_id), None)
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
    if found not in current_rounds(tables.scoring.scoring_rounds(cursor)):
        raise UserError("round_followed")
    return found


def complete_rounds(cursor: Cursor) -> list[ScoringRound]:
    """The current rounds that were started, in which nobody is waited for, and which are not released."""
    progress = tables.scoring.scoring_progress(cursor)
    found = []
    for current in current_rounds(tables.scoring.scoring_rounds(cursor)):
        own = [standing for standing in progress if standing.round == current.id]
        if current.started and not current.released and own and not any(standing.waiting for standing in own):
            found.append(current)
    return found


def release(change: UnitOfWork, complete: ScoringRound) -> None:
    """From now on its panel reads the scores, and nobody changes one."""
    tables.scoring.add_round_release(change.cursor, complete.id, change.at)
    own = [progress for progress in tables.scoring.scoring_progress(change.cursor) if progress.round == complete.id]
    given = sum(standing.handed_in for standing in own)
    abstained = sum(standing.abstained for standing in own)
    change.audit("round_released", complete.id, after={"scores": given, "abstained": abstained})


def _due(cursor: Cursor, year: int, at: datetime) -> bool:
    dates = dates_of(cursor, year)
    return dates is not None and dates.scores_due is not None and shanghai_date(at) > dates.scores_due


# Asked without rights: the server releases what the day has released
def release_due_rounds(store: Store, at: datetime | None = None) -> int:
    """Release what is complete once its day is over, by the product itself; how many. Others wait for an administrator.

    Raises:
        StoreUnavailable: nothing can be written; they wait for the next time.
    """
    moment = at or now()

    def due() -> list[ScoringRound]:
        with store.cursor() as cursor:
            return [item for item in complete_rounds(cursor) if _due(cursor, item.year, moment)]

    if not due():
        return 0
    # Of several processes that find them due at once, the second finds what the first has left.
    with store.write_lock():
        if found := due():
            with unit_of_work(store, SYSTEM, moment) as change:
                for item in found:
                    release(change, item)
    return len(found)


@requires("run_panel")
def release_round(store: Store, viewer: Viewer, round_id: str, at: datetime | None = None) -> None:
    """Let the panel read the scores of a complete round, before its day: until then every score can be handed in again.

    Raises:
        NotFound: there is no such round.
        UserError: somebody is still waited for, it was not started, or it is over.
    """
    with unit_of_work(store, viewer.actor, at) as change:
        found = find_open_round(change.cursor, round_id)
        if found not in complete_rounds(change.cursor):
            raise UserError("round_incomplete")
        release(change, found)


# Who scores whom: chosen by an administrator, or drawn as evenly as conflicts of interest allow.


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


@reads("run_panel")
def assignment_board(cursor: Cursor, viewer: Viewer, round_id: str) -> AssignmentBoard:
    """Who may score whom in a round, and who is to.

    Raises:
        NotFound: there is no such round.
    """
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
        if given := sorted(tables.scoring.handed_in_by(change.cursor, round_id).intersection(dropped)):
            raise UserError("reviewer_handed_in", name=board.reviewers[given[0][0]])
        for (reviewer, code), assigned in [*((pair, True) for pair in added), *((pair, False) for pair in dropped)]:
            tables.scoring.add_score_assignment(
                change.cursor, round_id, reviewer, code, viewer.account, change.at, assigned=assigned, reason=said
            )
        entry = {"added": [list(pair) for pair in added], "dropped": [list(pair) for pair in dropped], "reason": said}
        change.audit("reviewers_assigned", round_id, after=entry)


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
        known = {candidate.credit_code: candidate for candidate in board.candidates}
        if not set(credit_codes) <= set(known):
            raise NotFound("candidate")
        if short := too_few_for(credit_codes, board.allowed, per_candidate):
            names = listed(known[code].label for code in short[:5])
            raise UserError("too_few_reviewers", count=len(short), names=names, wanted=per_candidate)
        kept = {(item, code) for code, reviewers in board.assigned.items() for item in reviewers}
        drawn = balanced_draw(list(dict.fromkeys(credit_codes)), board.allowed, per_candidate, seed, kept)
        if not drawn:
            raise UserError("nothing_to_assign")
        for reviewer, code in drawn:
            tables.scoring.add_score_assignment(
                change.cursor, round_id, reviewer, code, viewer.account, change.at, seed=seed
            )
        entry = {"seed": seed, "per_candidate": per_candidate, "added": [list(pair) for pair in drawn]}
        change.audit("reviewers_drawn", round_id, after=entry)
    return len(drawn)


def _board(cursor: Cursor, viewer: Viewer, found: ScoringRound) -> AssignmentBoard:
    candidates = tuple(
        application
        for application in tables.stages.applications_in_hand(cursor, viewer.barred)
        if (application.year, application.industry) == (found.year, found.industry)
    )
    accounts = [
        item for item in tables.accounts.accounts(cursor) if item.viewer.role == "reviewer" and not item.disabled
    ]
    held = [
        assignment
        for assignment in tables.scoring.score_assignments(cursor, found.id)
        if assignment.credit_code not in viewer.barred
    ]
    allowed = {
        candidate.credit_code: tuple(
            account.viewer.account
            for account in accounts
            if scope_of(account.viewer).reaches(candidate.credit_code, found.industry)
        )
        for candidate in candidates
    }
    given = tables.scoring.handed_in_by(cursor, found.id)
    waited_for = [pair for assignment in held if (pair := (assignment.reviewer, assignment.credit_code)) not in given]
    return AssignmentBoard(
        round=found,
        candidates=candidates,
        reviewers={item.viewer.account: item.viewer.name for item in accounts}
        | {assignment.reviewer: assignment.name for assignment in held},
        allowed=allowed,
        assigned=_by_candidate(candidates, held),
        seeds={(assignment.reviewer, assignment.credit_code): assignment.seed for assignment in held},
        stuck=tuple((reviewer, code) for reviewer, code in waited_for if reviewer not in allowed.get(code, ())),
    )


def _by_candidate(
    candidates: Sequence[ApplicationInHand], held: Sequence[ScoreAssignment]
) -> dict[str, tuple[str, ...]]:
    by_code: dict[str, list[str]] = defaultdict(list)
    for assignment in held:
        by_code[assignment.credit_code].append(assignment.reviewer)
    codes = dict.fromkeys([*(candidate.credit_code for candidate in candidates), *by_code])
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
        if barred := [item for item in new if item not in board.allowed.get(code, ())]:
            raise UserError("reviewer_may_not", name=board.reviewers[barred[0]])
        added += [(item, code) for item in new]
        dropped += [(item, code) for item in board.assigned[code] if item not in set(reviewers)]
    return added, dropped


# Rounds of scoring: opened, then started by an administrator; the score sheet freezes with the first hand-in.


SheetFile = tuple[str, bytes]
"""A score sheet's file as it was sent: its name and its bytes."""


@dataclass(frozen=True, slots=True)
class RoundStanding:
    """A round with its sheet and how far its reviewers have come. ``frozen``: something was handed in.

    ``followed``: another round has taken its place.
    """

    round: ScoringRound
    sheet: ScoreSheet
    edition: int
    progress: tuple[ReviewerProgress, ...]
    frozen: bool
    followed: bool

    @property
    def assigned(self) -> int:
        return sum(progress.assigned for progress in self.progress)

    @property
    def waiting(self) -> int:
        return sum(progress.waiting for progress in self.progress)

    @property
    def open(self) -> bool:
        """Whether it is being prepared, or scores can still be given."""
        return not self.round.released and not self.followed

    @property
    def complete(self) -> bool:
        """Whether nobody is waited for any more."""
        return self.running and bool(self.assigned) and not self.waiting

    @property
    def running(self) -> bool:
        """Whether scores can be given."""
        return self.open and self.round.started


@reads_unscoped("run_panel")
def round_standings(cursor: Cursor) -> list[RoundStanding]:
    """Every round, the latest year first, each with numbers and no score."""
    rounds = tables.scoring.scoring_rounds(cursor)
    current = {item.id for item in current_rounds(rounds)}
    progress = tables.scoring.scoring_progress(cursor)
    found = []
    for scoring in rounds:
        sheet = tables.scoring.round_sheets(cursor, scoring.id)[0]
        own = tuple(standing for standing in progress if standing.round == scoring.id)
        frozen = bool(tables.scoring.handed_in_by(cursor, scoring.id))
        content = load_score_sheet(sheet.sheet)
        found.append(RoundStanding(scoring, content, sheet.edition, own, frozen, scoring.id not in current))
    return found


@requires("run_panel")
def open_round(
    store: Store,
    viewer: Viewer,
    year: int,
    industry: str,
    occasion: Occasion,
    sheet: SheetFile | None = None,
    at: datetime | None = None,
    seen: int | None = None,
) -> str:
    """Open a round and return its name; by the sheet that ships unless another is sent. Nobody scores before its start.

    A further round of the same candidates and occasion closes the one before; who scores whom is taken over, no score.
    ``seen``: the number of the latest one when this was asked for, 0 where there was none.

    Raises:
        NotFound: nothing of that industry and year is locked, or there is no such occasion.
        InvalidFile: the sheet has faults.
        UserError: somebody has opened another since.
    """
    content = read_score_sheet(*sheet) if sheet else score_sheet_on(year_end(year))
    with unit_of_work(store, viewer.actor, at) as change:
        in_hand = tables.stages.applications_in_hand(change.cursor, viewer.barred)
        if occasion not in OCCASIONS or not any((hand.year, hand.industry) == (year, industry) for hand in in_hand):
            raise NotFound("application")
        same = [
            scoring
            for scoring in tables.scoring.scoring_rounds(change.cursor)
            if (scoring.year, scoring.industry, scoring.occasion) == (year, industry, occasion)
        ]
        latest = max((scoring.number for scoring in same), default=0)
        if seen is not None and latest != seen:
            raise UserError("round_opened_meanwhile", number=latest)
        number = latest + 1
        code = next(item.code for item in catalogue().industries if item.name.zh == industry)
        name = f"{year}-{code}-{occasion}-{number}"
        opened = ScoringRound(name, year, industry, occasion, number, viewer.account, change.at)
        tables.scoring.add_scoring_round(change.cursor, opened)
        sha256 = _set_sheet(change, name, 1, content)
        taken = _take_over(change, next((scoring.id for scoring in same if scoring.number == number - 1), None), name)
        change.audit("round_opened", name, after={"sheet": sha256, "assignments": taken})
    return name


@requires("run_panel")
def set_score_sheet(
    store: Store, viewer: Viewer, round_id: str, seen: int, sheet: SheetFile | None = None, at: datetime | None = None
) -> None:
    """Another edition of a round's sheet; ``seen`` is the edition that it replaces. None: the sheet that ships.

    Raises:
        NotFound: there is no such round.
        InvalidFile: the sheet has faults.
        UserError: a score was handed in by the sheet (another sheet is another round), it is the sheet that holds,
            another edition was set meanwhile, or the round is over.
    """
    content = read_score_sheet(*sheet) if sheet else None
    with unit_of_work(store, viewer.actor, at) as change:
        found = find_open_round(change.cursor, round_id)
        if tables.scoring.handed_in_by(change.cursor, round_id):
            raise UserError("score_sheet_frozen")
        [current, *_] = tables.scoring.round_sheets(change.cursor, round_id)
        if current.edition != seen:
            raise UserError("score_sheet_changed")
        wanted = content or score_sheet_on(year_end(found.year))
        if sealed_hash(wanted.dump()) == current.sha256:
            raise UserError("score_sheet_same")
        after = _set_sheet(change, round_id, seen + 1, wanted)
        change.audit("score_sheet_set", round_id, {"sheet": current.sha256}, {"sheet": after, "edition": seen + 1})


@requires("run_panel")
def start_round(store: Store, viewer: Viewer, round_id: str, at: datetime | None = None) -> None:
    """From now on the reviewers assigned score.

    Raises:
        NotFound: there is no such round.
        UserError: nobody is assigned, it was started before, or it is over.
    """
    with unit_of_work(store, viewer.actor, at) as change:
        if find_open_round(change.cursor, round_id).started:
            raise UserError("round_started")
        own = [progress for progress in tables.scoring.scoring_progress(change.cursor) if progress.round == round_id]
        if not own:
            raise UserError("round_without_reviewers")
        tables.scoring.add_round_start(change.cursor, round_id, viewer.account, change.at)
        entry = {"reviewers": len(own), "assignments": sum(progress.assigned for progress in own)}
        change.audit("round_started", round_id, after=entry)


def _set_sheet(change: UnitOfWork, round_id: str, edition: int, content: ScoreSheet) -> str:
    text = content.dump()
    sheet = RoundSheet(round_id, edition, text, sealed_hash(text), change.actor.account, change.at)
    tables.scoring.add_round_sheet(change.cursor, sheet)
    return sheet.sha256


def _take_over(change: UnitOfWork, before: str | None, name: str) -> int:
    taken = tables.scoring.score_assignments(change.cursor, before) if before else []
    for item in (replace(other, round=name) for other in taken):
        tables.scoring.add_score_assignment(
            change.cursor, item.round, item.reviewer, item.credit_code, change.actor.account, change.at, seed=item.seed
        )
    return len(taken)
