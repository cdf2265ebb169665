"""What a panel meets about: a released round as somebody may know it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kpi.model.language import Text
from kpi.model.scoring.results import CandidateScores, PanelResults
from kpi.model.scoring.rounds import PanelDecision, PanelNote, ScoringRound


@dataclass(frozen=True, slots=True)
class AgendaItem:
    """``away``: the names of those who leave before it opens. ``credit_code`` None: the viewer is one of them."""

    number: int
    credit_code: str | None
    away: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PanelMeeting:
    """``criteria``: the sheet's, in its order, by code; ``official``: whether its wording is the commission's own.

    ``labels``: the candidates' names by credit code. ``leavings``: how often somebody leaves, in the agenda's order.
    ``decisions``: the latest of each candidate. ``names`` of who may be there, by account; ``acted``: those of them who
    had to score, noted or decided something, by name. Who else was in the room is not known.
    """

    round: ScoringRound
    sheet: Text
    official: bool
    criteria: Mapping[str, Text]
    most_points: int
    labels: Mapping[str, str]
    results: PanelResults
    agenda: tuple[AgendaItem, ...]
    leavings: int
    notes: tuple[PanelNote, ...]
    decisions: Mapping[str, PanelDecision]
    names: Mapping[str, str]
    acted: tuple[str, ...]

    def scores(self, credit_code: str) -> CandidateScores:
        """One candidate's. A code that is not in the round is a bug."""
        return next(one for one in self.results.candidates if one.credit_code == credit_code)

    def edition(self, credit_code: str) -> int:
        """That of the latest decision, 0 for none."""
        found = self.decisions.get(credit_code)
        return found.edition if found else 0

    def notes_on(self, credit_code: str) -> list[PanelNote]:
        return [one for one in self.notes if one.credit_code == credit_code]
