"""The demonstration's scoring: a round in every state, by three fictitious reviewers of whom one has a conflict."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from statistics import fmean

from pydantic import Field

from kpi import tables
from kpi.access.roles import scope_of
from kpi.benchmark.sealed_record import sealed_hash
from kpi.catalogue.names import match_industry
from kpi.catalogue.schema import Checked, load_toml
from kpi.model.audit import AuditAction
from kpi.model.scoring import (
    Occasion,
    PanelOutcome,
    ReviewPanelDecision,
    RoundSheet,
    ScoreContent,
    ScoreState,
    ScoreVersion,
    ScoringRound,
    dump_scores,
)
from kpi.model.times import year_end
from kpi.model.viewer import Actor, Viewer
from kpi.policy.score_sheet import ScoreSheet, score_sheet_on
from kpi.services.administrator.rounds import complete_rounds, release
from kpi.services.notices import illustrative_file
from kpi.services.reviewer.candidate_list import own_positions
from kpi.services.unit_of_work import UnitOfWork


class DemonstrationConflict(Checked):
    """The reviewer has a conflict of interest with the industry's first candidate."""

    reviewer: str
    industry: str
    reason: str


class DemonstrationRound(Checked):
    """``handed_in``, ``drafts``, ``abstained``: of how many candidates, by reviewer, in the reviewer's own order."""

    industry: str
    occasion: Occasion
    number: int
    candidates: int
    reviewers: tuple[str, ...]
    started: bool = True
    handed_in: dict[str, int] = Field(default_factory=dict)
    drafts: dict[str, int] = Field(default_factory=dict)
    abstained: dict[str, int] = Field(default_factory=dict)
    outcomes: tuple[PanelOutcome, ...] = ()
    note: str = ""


class DemonstrationScoring(Checked):
    """``outcomes`` of a round are those of its candidates from the highest mean on, with the reasons given here."""

    why_lowest: str
    why_highest: str
    why_abstained: str
    conflict: DemonstrationConflict
    rounds: tuple[DemonstrationRound, ...]
    reasons: dict[PanelOutcome, str]


@dataclass(frozen=True, slots=True)
class _ReviewPanel:
    """Who takes part, and the candidates by industry, in the order of their codes."""

    change: UnitOfWork
    year: int
    chair: Actor
    reviewers: dict[str, Viewer]
    said: DemonstrationScoring
    sheet: ScoreSheet

    def candidates(self, industry: str, count: int) -> list[str]:
        held = tables.stages.applications_in_hand(self.change.cursor, ())
        return sorted(hand.credit_code for hand in held if (hand.industry, hand.year) == (industry, self.year))[:count]


def score_demonstration(change: UnitOfWork, reviewers: Sequence[Viewer], chair: Actor, year: int) -> None:
    """``reviewers`` are in the store, and so are the candidates, of industries that the notice names."""
    said = load_toml(illustrative_file("scoring"), DemonstrationScoring)
    people = {reviewer.account: reviewer for reviewer in reviewers}
    panel = _ReviewPanel(change, year, chair, people, said, score_sheet_on(year_end(year)))
    for barred in panel.candidates(said.conflict.industry, 1):
        own = people[said.conflict.reviewer]
        people[own.account] = Viewer(own.account, own.name, own.role, own.scope, (barred,))
        tables.accounts.add_conflict(change.cursor, own.account, barred, said.conflict.reason, change.at)
        entry = {"credit_code": barred, "reason": said.conflict.reason}
        change.audit("conflict_declared", own.account, after=entry, by=own.actor)
    for reviewer in people.values():
        for record in tables.applications.candidate_records(change.cursor, scope_of(reviewer)):
            change.audit("no_conflict_stated", record.key, by=reviewer.actor)
    for demonstration in said.rounds:
        if industry := match_industry(demonstration.industry):
            _round(panel, demonstration, industry.code)


def _round(panel: _ReviewPanel, one: DemonstrationRound, industry: str) -> None:
    change, cursor, chair = panel.change, panel.change.cursor, panel.chair
    name = f"{panel.year}-{industry}-{one.occasion}-{one.number}"
    opened = ScoringRound(name, panel.year, one.industry, one.occasion, one.number, chair.account, change.at)
    tables.scoring.add_scoring_round(cursor, opened)
    text = panel.sheet.dump()
    tables.scoring.add_round_sheet(cursor, RoundSheet(name, 1, text, sealed_hash(text), chair.account, change.at))
    change.audit("round_opened", name, after={"sheet": sealed_hash(text), "assignments": 0}, by=chair)
    codes = panel.candidates(one.industry, one.candidates)
    pairs = [(who, code) for code in codes for who in one.reviewers if code not in panel.reviewers[who].barred]
    for who, code in pairs:
        tables.scoring.add_score_assignment(cursor, name, who, code, chair.account, change.at)
    if pairs:
        added = [list(pair) for pair in pairs]
        change.audit("reviewers_assigned", name, after={"added": added, "dropped": [], "reason": ""}, by=chair)
    if not one.started:
        return
    tables.scoring.add_round_start(cursor, name, chair.account, change.at)
    entry = {"reviewers": len(one.reviewers), "assignments": len(pairs)}
    change.audit("round_started", name, after=entry, by=chair)
    given = [version for who in one.reviewers for version in _versions(panel, one, name, who, codes)]
    for version in given:
        tables.scoring.add_score_version(cursor, version)
        act = {"round": name, "version": 1, "position": version.position, "sha256": version.sha256}
        subject, by = f"{version.credit_code} {panel.year}", panel.reviewers[version.reviewer].actor
        change.audit("candidate_read", subject, by=by)
        change.audit(_ACTS[version.state], subject, after=act, by=by)
    for complete in complete_rounds(cursor):
        release(change, complete)
    _meeting(panel, one, name, given)


_ACTS: dict[ScoreState, AuditAction] = {
    "draft": "score_saved",
    "handed_in": "score_handed_in",
    "abstained": "score_abstained",
}


def _versions(
    panel: _ReviewPanel, one: DemonstrationRound, name: str, who: str, codes: Sequence[str]
) -> Iterator[ScoreVersion]:
    """What the reviewer gave, in the own order of candidates."""
    viewer = panel.reviewers[who]
    places = own_positions(tables.applications.candidate_records(panel.change.cursor, scope_of(viewer)), viewer)
    own = sorted((places[f"{code} {panel.year}"], code) for code in codes if code not in viewer.barred)
    counts: list[tuple[ScoreState, int]] = [
        ("handed_in", one.handed_in.get(who, 0)),
        ("abstained", one.abstained.get(who, 0)),
        ("draft", one.drafts.get(who, 0)),
    ]
    states = [state for state, count in counts for _ in range(count)]
    for (position, code), state in zip(own, states, strict=False):
        content = _content(panel, one.occasion, who, code, state)
        kept = dump_scores(content)
        yield ScoreVersion(
            name, code, who, 1, state, 1, content, sealed_hash(kept), position, len(places), panel.change.at
        )


def _content(panel: _ReviewPanel, occasion: Occasion, who: str, code: str, state: ScoreState) -> ScoreContent:
    """Levels around one that is the candidate's, each reviewer a little otherwise: the same in every demonstration."""
    salt = sha256(f"{who} {code}".encode()).hexdigest()[:32]
    if state == "abstained":
        return ScoreContent(remark=panel.said.why_abstained, salt=salt)
    criteria = [criterion.code for criterion in panel.sheet.criteria(occasion)]
    asked = criteria[:3] if state == "draft" else criteria
    levels = {item: min(max(2 + _chance(code) % 3 + _STEPS[_chance(who, code, item) % 7], 1), 5) for item in asked}
    why = {1: panel.said.why_lowest, 5: panel.said.why_highest}
    return ScoreContent(levels, {item: why[level] for item, level in levels.items() if level in why}, "", salt)


_STEPS = (-1, 0, 0, 0, 0, 1, 1)


def _chance(*parts: str) -> int:
    return int(sha256(" ".join(parts).encode()).hexdigest(), 16)


def _meeting(panel: _ReviewPanel, one: DemonstrationRound, name: str, given: Sequence[ScoreVersion]) -> None:
    """A note on the candidate of the highest mean, and the decisions from it on."""
    totals: dict[str, list[int]] = {}
    for version in given:
        if version.state == "handed_in":
            totals.setdefault(version.credit_code, []).append(version.content.total)
    ordered = sorted(totals, key=lambda code: (-fmean(totals[code]), code))
    change, chair = panel.change, panel.chair
    if one.note:
        subject = f"{ordered[0]} {panel.year}"
        tables.scoring.add_review_panel_note(change.cursor, name, ordered[0], one.note, chair.account, change.at)
        change.audit("panel_noted", subject, after={"round": name, "note": one.note}, by=chair)
    for code, outcome in zip(ordered, one.outcomes, strict=False):
        reason = panel.said.reasons[outcome]
        tables.scoring.add_review_panel_decision(
            change.cursor, name, ReviewPanelDecision(code, 1, outcome, reason, chair.account, change.at)
        )
        entry = {"round": name, "outcome": outcome, "reason": reason, "edition": 1}
        change.audit("panel_decided", f"{code} {panel.year}", after=entry, by=chair)
