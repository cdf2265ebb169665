"""Rounds of scoring: opened, then started by an administrator; the score sheet freezes with the first hand-in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from kpi import queries, records
from kpi.benchmark.sealed_record import sealed_hash
from kpi.catalogue.catalogue import catalogue
from kpi.errors import NotFound, UserError
from kpi.model.scoring import OCCASIONS, Occasion, ReviewerProgress, RoundSheet, ScoringRound
from kpi.model.times import year_end
from kpi.model.viewer import Viewer
from kpi.policy.score_sheet import ScoreSheet, load_score_sheet, read_score_sheet, score_sheet_on
from kpi.services.authorization import requires
from kpi.services.scoring_release import current_rounds, find_open_round
from kpi.services.unit_of_work import UnitOfWork, unit_of_work
from kpi.store.store import Store

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
        return sum(one.assigned for one in self.progress)

    @property
    def waiting(self) -> int:
        return sum(one.waiting for one in self.progress)

    @property
    def open(self) -> bool:
        """Whether it is being prepared, or scores can still be given."""
        return not self.round.released and not self.followed

    @property
    def running(self) -> bool:
        """Whether scores can be given."""
        return self.open and self.round.started


@requires("run_panel")
def round_standings(store: Store, _: Viewer) -> list[RoundStanding]:
    """Every round, the latest year first, each with numbers and no score."""
    with store.cursor() as cursor:
        rounds = queries.scoring_rounds(cursor)
        current = {one.id for one in current_rounds(rounds)}
        progress = queries.scoring_progress(cursor)
        found = []
        for one in rounds:
            sheet = queries.round_sheets(cursor, one.id)[0]
            own = tuple(standing for standing in progress if standing.round == one.id)
            frozen = bool(queries.handed_in_by(cursor, one.id))
            content = load_score_sheet(sheet.sheet)
            found.append(RoundStanding(one, content, sheet.edition, own, frozen, one.id not in current))
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
        in_hand = queries.applications_in_hand(change.cursor, viewer.barred)
        if occasion not in OCCASIONS or not any((one.year, one.industry) == (year, industry) for one in in_hand):
            raise NotFound("application")
        same = [
            one
            for one in queries.scoring_rounds(change.cursor)
            if (one.year, one.industry, one.occasion) == (year, industry, occasion)
        ]
        latest = max((one.number for one in same), default=0)
        if seen is not None and latest != seen:
            raise UserError("round_opened_meanwhile", number=latest)
        number = latest + 1
        code = next(one.code for one in catalogue().industries if one.name.zh == industry)
        name = f"{year}-{code}-{occasion}-{number}"
        opened = ScoringRound(name, year, industry, occasion, number, viewer.account, change.at)
        records.add_scoring_round(change.cursor, opened)
        sha256 = _set_sheet(change, name, 1, content)
        taken = _take_over(change, next((one.id for one in same if one.number == number - 1), None), name)
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
        if queries.handed_in_by(change.cursor, round_id):
            raise UserError("score_sheet_frozen")
        [current, *_] = queries.round_sheets(change.cursor, round_id)
        if current.edition != seen:
            raise UserError("score_sheet_changed")
        wanted = content or score_sheet_on(year_end(found.year))
        if sealed_hash(wanted.dump()) == current.sha256:
            raise UserError("score_sheet_same")
        after = _set_sheet(change, round_id, seen + 1, wanted)
        change.audit("score_sheet_set", round_id, {"sheet": current.sha256}, {"sheet": after, "edition": seen + 1})


@requires("run_panel")
def start_round(store: Store, viewer: Viewer, round_id: str, at: datetime | None = None) -> None:
    """From now on the reviewers assigned score; the round is released once all of them have handed in.

    Raises:
        NotFound: there is no such round.
        UserError: nobody is assigned, it was started before, or it is over.
    """
    with unit_of_work(store, viewer.actor, at) as change:
        if find_open_round(change.cursor, round_id).started:
            raise UserError("round_started")
        own = [one for one in queries.scoring_progress(change.cursor) if one.round == round_id]
        if not own:
            raise UserError("round_without_reviewers")
        records.add_round_start(change.cursor, round_id, viewer.account, change.at)
        entry = {"reviewers": len(own), "assignments": sum(one.assigned for one in own)}
        change.audit("round_started", round_id, after=entry)


def _set_sheet(change: UnitOfWork, round_id: str, edition: int, content: ScoreSheet) -> str:
    text = content.dump()
    sheet = RoundSheet(round_id, edition, text, sealed_hash(text), change.actor.account, change.at)
    records.add_round_sheet(change.cursor, sheet)
    return sheet.sha256


def _take_over(change: UnitOfWork, before: str | None, name: str) -> int:
    taken = queries.score_assignments(change.cursor, before) if before else []
    for one in (replace(other, round=name) for other in taken):
        records.add_score_assignment(
            change.cursor, one.round, one.reviewer, one.credit_code, change.actor.account, change.at, seed=one.seed
        )
    return len(taken)
