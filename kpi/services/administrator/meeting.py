"""The panel after the release: scores and reasons, agenda, discussion. Before it, a round is not there for anybody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from kpi import tables
from kpi.access.roles import scope_of, whole_programme
from kpi.errors import NotFound, UserError
from kpi.files.text import plain_line
from kpi.model.scoring import (
    PANEL_OUTCOMES,
    AgendaItem,
    PanelOutcome,
    ReviewPanelDecision,
    ReviewPanelMeeting,
    ScoringRound,
)
from kpi.model.viewer import Viewer
from kpi.policy.score_sheet import load_score_sheet, scoring_rules
from kpi.scoring.results import agenda_order, count_leavings, review_panel_results
from kpi.services.administrator.rounds import find_round
from kpi.services.authorization import reads, requires
from kpi.services.unit_of_work import unit_of_work
from kpi.store.database import Cursor
from kpi.store.store import Store
from kpi.tables.accounts import Account

# The panel after the release: scores and reasons, agenda, discussion. Before it, a round is not there for anybody.
#
# A candidate that the viewer has a conflict of interest with is left out before anything is worked out: no mean, count
# or order that is shown holds anything of it.


LONGEST_NOTE = 500


@reads("see_panel")
def review_panel_rounds(cursor: Cursor, viewer: Viewer) -> list[ScoringRound]:
    """The released rounds that the viewer took part in; all of them for who runs the panel."""
    return released_rounds(cursor, viewer)


def released_rounds(cursor: Cursor, viewer: Viewer) -> list[ScoringRound]:
    """The same for services that have asked for rights."""
    own = {
        assignment.round
        for assignment in tables.scoring.score_assignments(cursor)
        if assignment.reviewer == viewer.account
    }
    return [
        scoring
        for scoring in tables.scoring.scoring_rounds(cursor)
        if scoring.released and (viewer.role == "administrator" or scoring.id in own)
    ]


@reads("see_panel")
def review_panel_meeting(cursor: Cursor, viewer: Viewer, round_id: str) -> ReviewPanelMeeting:
    """All that a panel meets about.

    Raises:
        NotFound: there is no such round, it is not released, or the viewer is not of its panel.
    """
    return meeting_of(cursor, viewer, round_id)


@requires("see_panel")
def write_review_panel_note(
    store: Store, viewer: Viewer, round_id: str, credit_code: str, note: str, at: datetime | None = None
) -> None:
    """Note what was said of a candidate; the whole panel reads it.

    Raises:
        NotFound: as ``review_panel_meeting``, or the candidate is not in the round or the viewer's to know.
        UserError: the note is empty.
    """
    said = plain_line(note, LONGEST_NOTE)
    if not said:
        raise UserError("note_needed")
    with unit_of_work(store, viewer.actor, at) as change:
        found = meeting_of(change.cursor, viewer, round_id)
        if credit_code not in found.labels:
            raise NotFound("candidate")
        tables.scoring.add_review_panel_note(change.cursor, round_id, credit_code, said, viewer.account, change.at)
        change.audit("panel_noted", f"{credit_code} {found.round.year}", after={"round": round_id, "note": said})


def meeting_of(cursor: Cursor, viewer: Viewer, round_id: str) -> ReviewPanelMeeting:
    """``review_panel_meeting`` for services that have asked for rights; raises as it does."""
    if round_id not in {released.id for released in released_rounds(cursor, viewer)}:
        raise NotFound("scoring_round")
    found = find_round(cursor, round_id)
    [stored, *_] = tables.scoring.round_sheets(cursor, round_id)
    sheet = load_score_sheet(stored.sheet)
    assigned = tables.scoring.score_assignments(cursor, round_id)
    in_round = sorted({assignment.credit_code for assignment in assigned})
    scope = whole_programme(viewer) if viewer.role == "administrator" else scope_of(viewer)
    known = [code for code in in_round if scope.reaches(code, found.industry)]
    notes = [
        panel_note
        for panel_note in tables.scoring.review_panel_notes(cursor, round_id, viewer.barred)
        if panel_note.credit_code in known
    ]
    decided = [
        item
        for item in tables.scoring.review_panel_decisions(cursor, round_id, viewer.barred)
        if item.credit_code in known
    ]
    reviewers = {assignment.reviewer for assignment in assigned}
    acted = reviewers | {note.written_by for note in notes} | {item.decided_by for item in decided}
    panel = [item for item in tables.accounts.accounts(cursor) if may_attend(item, acted)]
    names = {item.viewer.account: item.viewer.name for item in panel}
    scores = tables.scoring.released_scores(cursor, round_id, viewer.barred)
    items, leavings = _agenda(in_round, panel, known)
    decisions: dict[str, ReviewPanelDecision] = {}
    for decision in decided:
        decisions.setdefault(decision.credit_code, decision)
    return ReviewPanelMeeting(
        round=found,
        sheet=sheet.name,
        official=sheet.official,
        criteria={criterion.code: criterion.name for criterion in sheet.criteria(found.occasion)},
        most_points=sheet.most_points(found.occasion),
        labels=_labels(cursor, viewer, found, known),
        results=review_panel_results(scores, known, names, scoring_rules()),
        agenda=items,
        leavings=leavings,
        notes=tuple(notes),
        decisions=decisions,
        names=names,
        reviewers=tuple(account for account in names if account in reviewers),
        officials=tuple(account for account in names if account in acted - reviewers),
    )


def _labels(cursor: Cursor, viewer: Viewer, found: ScoringRound, known: Sequence[str]) -> dict[str, str]:
    """The candidates' names; of one whose lock was withdrawn since, its code."""
    in_hand = {
        application.credit_code: application.label
        for application in tables.stages.applications_in_hand(cursor, viewer.barred)
        if application.year == found.year
    }
    return {code: in_hand.get(code, code) for code in known}


def may_attend(account: Account, acted: set[str]) -> bool:
    """Whoever ``acted``, and all who run panels: somebody with a conflict of interest is named before the item."""
    return account.viewer.account in acted or ("system" in account.viewer.duties and not account.disabled)


def _agenda(
    in_round: Sequence[str], panel: Sequence[Account], known: Sequence[str]
) -> tuple[tuple[AgendaItem, ...], int]:
    away = {
        code: frozenset(account.viewer.name for account in panel if code in account.viewer.barred) for code in in_round
    }
    order = agenda_order(away)
    items = tuple(
        AgendaItem(number, code if code in known else None, tuple(sorted(away[code])))
        for number, code in enumerate(order, start=1)
    )
    return items, count_leavings([away[code] for code in order])


# What the panel decided on a candidate, kept by an administrator with its reason, edition by edition.


LONGEST_DECISION_REASON = 500


@requires("run_panel")
def decide_candidates(
    store: Store,
    viewer: Viewer,
    round_id: str,
    seen: Mapping[str, int],
    outcome: PanelOutcome,
    reason: str,
    at: datetime | None = None,
) -> None:
    """Keep one decision and its reason for each of them, or none; ``seen``: by credit code the edition that it follows,
    0 for none. The panel sees it at once.

    Raises:
        NotFound: no such round, it is not released, or a candidate is not in it or the viewer's to know.
        UserError: nobody is named, no reason is given, there is no such outcome, another decision was kept meanwhile,
            or the same stands in these words.
    """
    said = plain_line(reason, LONGEST_DECISION_REASON)
    if not said:
        raise UserError("why_needed")
    if outcome not in PANEL_OUTCOMES:
        raise UserError("no_such_outcome")
    if not seen:
        raise NotFound("candidate")
    with unit_of_work(store, viewer.actor, at) as change:
        found = meeting_of(change.cursor, viewer, round_id)
        for credit_code, edition in seen.items():
            if credit_code not in found.labels:
                raise NotFound("candidate")
            if found.edition(credit_code) != edition:
                raise UserError("decision_changed")
            before = found.decisions.get(credit_code)
            if before and (before.outcome, before.reason) == (outcome, said):
                raise UserError("decision_same")
            decided = ReviewPanelDecision(credit_code, edition + 1, outcome, said, viewer.account, change.at)
            tables.scoring.add_review_panel_decision(change.cursor, round_id, decided)
            entry = {"round": round_id, "outcome": outcome, "reason": said, "edition": edition + 1}
            change.audit("panel_decided", f"{credit_code} {found.round.year}", after=entry)
