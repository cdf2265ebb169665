"""Reviewers' scores: rounds, assignments, versions, the panel's notes and decisions; flags of the screening."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from math import inf, isnan
from typing import Literal, get_args

from kpi.model.language import Text

# Reviewers' scores: rounds, assignments, versions of a score, what the panel noted and decided.


Occasion = Literal["material", "on_site", "defence"]
OCCASIONS: tuple[Occasion, ...] = get_args(Occasion)
"""Texts: ``scoring.occasion.<occasion>``."""
ScoreState = Literal["draft", "handed_in", "abstained"]
"""The last two both count as handed in. Texts: ``scoring.state.<state>``."""
PanelOutcome = Literal["forward", "reserve", "not_forward"]
PANEL_OUTCOMES: tuple[PanelOutcome, ...] = get_args(PanelOutcome)
"""Texts: ``scoring.outcome.<outcome>``."""


@dataclass(frozen=True, slots=True)
class ScoringRound:
    """The candidates of an industry and year on one occasion.

    ``started_at``: since when its reviewers score; before, they are being chosen. ``released_at``: since when the panel
    sees the scores.
    """

    id: str
    year: int
    industry: str
    occasion: Occasion
    number: int
    opened_by: str
    opened_at: datetime
    started_at: datetime | None = None
    released_at: datetime | None = None

    @property
    def started(self) -> bool:
        return self.started_at is not None

    @property
    def released(self) -> bool:
        return self.released_at is not None


@dataclass(frozen=True, slots=True)
class RoundSheet:
    """An edition of a round's score sheet, as stored (JSON)."""

    round: str
    edition: int
    sheet: str
    sha256: str
    set_by: str
    set_at: datetime


@dataclass(frozen=True, slots=True)
class ScoreAssignment:
    """A reviewer is to score a candidate. ``seed`` of the draw, None where an administrator chose."""

    round: str
    reviewer: str
    name: str
    credit_code: str
    seed: int | None


@dataclass(frozen=True, slots=True)
class ScoreContent:
    """The level given to each criterion and why, by the criterion's code; a remark, or why the reviewer abstains.

    ``salt``: without it whoever reads the hash in the audit trail could try all levels before the release.
    """

    levels: Mapping[str, int] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)
    remark: str = ""
    salt: str = ""

    @property
    def total(self) -> int:
        """The sum of the levels. Never rescaled."""
        return sum(self.levels.values())


@dataclass(frozen=True, slots=True)
class ScoreVersion:
    """One version of a reviewer's scores of a candidate, by an edition of the sheet.

    ``position`` is the candidate's place in the reviewer's own list of ``list_length``.
    """

    round: str
    credit_code: str
    reviewer: str
    version: int
    state: ScoreState
    sheet: int
    content: ScoreContent
    sha256: str
    position: int
    list_length: int
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class KeptScore:
    """A version as it is kept (JSON) and the hash that it was kept under: for verifying alone."""

    round: str
    credit_code: str
    reviewer: str
    version: int
    content: str
    sha256: str


@dataclass(frozen=True, slots=True)
class ReviewerProgress:
    """How far a reviewer has come in a round, for who runs it: numbers, and no score."""

    round: str
    reviewer: str
    name: str
    assigned: int
    handed_in: int
    abstained: int

    @property
    def waiting(self) -> int:
        return self.assigned - self.handed_in - self.abstained


@dataclass(frozen=True, slots=True)
class ReviewPanelNote:
    credit_code: str
    note: str
    written_by: str
    written_at: datetime


@dataclass(frozen=True, slots=True)
class ReviewPanelDecision:
    """An edition of what the panel decided on a candidate; the latest counts."""

    credit_code: str
    edition: int
    outcome: PanelOutcome
    reason: str
    decided_by: str
    decided_at: datetime


def dump_scores(content: ScoreContent) -> str:
    return json.dumps(asdict(content), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def load_scores(text: str) -> ScoreContent:
    return ScoreContent(**json.loads(text))


# What a panel's scores say once they are released. No score is rescaled: everything stands beside what was given.


AgreementCaution = Literal["too_few_judges", "too_few_candidates", "all_alike", "no_test"]
"""Why there is no W, or no test of it. Texts: ``scoring.agreement.<caution>``."""


@dataclass(frozen=True, slots=True)
class GivenScore:
    """One reviewer's scores of a candidate, with the reviewer's name."""

    name: str
    version: ScoreVersion

    @property
    def total(self) -> int | None:
        """None where the reviewer abstained."""
        return self.version.content.total if self.version.state == "handed_in" else None


@dataclass(frozen=True, slots=True)
class CandidateScores:
    """``spread``: the sample standard deviation of the totals, NaN of fewer than two; ``mean``, ``median`` of none."""

    credit_code: str
    given: tuple[GivenScore, ...]
    mean: float
    median: float
    spread: float
    lowest: int | None
    highest: int | None

    @property
    def disagreement(self) -> float:
        """What is sorted by: the spread, below every number where there is none."""
        return -inf if isnan(self.spread) else self.spread


@dataclass(frozen=True, slots=True)
class ReviewerSeverity:
    """``difference``: the mean of own total minus the others' mean, over ``candidates`` that others scored too.

    Below 0 is severer than the others. NaN where nobody else scored the same.
    """

    reviewer: str
    name: str
    candidates: int
    difference: float


@dataclass(frozen=True, slots=True)
class ReviewPanelAgreement:
    """Kendall's W of the reviewers (``judges``) over the ``candidates`` that all of them scored; NaN: ``caution``."""

    judges: tuple[str, ...]
    candidates: int
    w: float
    p_value: float
    caution: AgreementCaution | None


@dataclass(frozen=True, slots=True)
class ReviewPanelResults:
    candidates: tuple[CandidateScores, ...]
    severities: tuple[ReviewerSeverity, ...]
    agreement: ReviewPanelAgreement


# What a panel meets about: a released round as somebody may know it.


@dataclass(frozen=True, slots=True)
class AgendaItem:
    """``away``: the names of those who leave before it opens. ``credit_code`` None: the viewer is one of them."""

    number: int
    credit_code: str | None
    away: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReviewPanelMeeting:
    """``criteria``: the sheet's, in its order, by code; ``official``: whether its wording is the commission's own.

    ``labels``: the candidates' names by credit code. ``leavings``: how often somebody leaves, in the agenda's order.
    ``decisions``: the latest of each candidate. ``names`` of who may be there, by account; ``reviewers``: those of them
    who had to score; ``officials``: who else noted or decided something. Who was in the room is not known.
    """

    round: ScoringRound
    sheet: Text
    official: bool
    criteria: Mapping[str, Text]
    most_points: int
    labels: Mapping[str, str]
    results: ReviewPanelResults
    agenda: tuple[AgendaItem, ...]
    leavings: int
    notes: tuple[ReviewPanelNote, ...]
    decisions: Mapping[str, ReviewPanelDecision]
    names: Mapping[str, str]
    reviewers: tuple[str, ...]
    officials: tuple[str, ...]

    def scores(self, credit_code: str) -> CandidateScores:
        """One candidate's. A code that is not in the round is a bug."""
        return next(candidate for candidate in self.results.candidates if candidate.credit_code == credit_code)

    def edition(self, credit_code: str) -> int:
        """That of the latest decision, 0 for none."""
        found = self.decisions.get(credit_code)
        return found.edition if found else 0

    def notes_on(self, credit_code: str) -> list[ReviewPanelNote]:
        return [note for note in self.notes if note.credit_code == credit_code]


@dataclass(frozen=True, slots=True)
class MeetingHeld:
    """What the store does not know of a meeting, as it was entered for the minutes and is kept nowhere; what is empty
    is left to be filled in. ``present``: the accounts of the reviewers who were there, None where nobody said.
    """

    place: str = ""
    day: date | None = None
    hours: str = ""
    chair: str = ""
    recorder: str = ""
    others: str = ""
    present: frozenset[str] | None = None

    def attendance(self, meeting: ReviewPanelMeeting) -> tuple[list[str], list[str]]:
        """The names of the reviewers who were there, or may have been, and of those who were not."""
        there = [item for item in meeting.reviewers if self.present is None or item in self.present]
        missing = [item for item in meeting.reviewers if item not in there]
        return [meeting.names[item] for item in there], [meeting.names[item] for item in missing]

    def away(self, meeting: ReviewPanelMeeting, item: AgendaItem) -> list[str]:
        """The names of those who leave before the item opens: who is absent anyhow does not."""
        there, missing = self.attendance(meeting)
        return [name for name in item.away if name in there or name not in missing]


# What in an application is worth a second look: a question to the factory, never a finding and never a verdict.


FlagCode = Literal[
    "round_numbers",
    "repeated_numbers",
    "at_bounds",
    "example_copied",
    "same_as_other",
    "outlier",
    "jump",
    "ai_share_without_models",
    "scenario_without_value",
    "cannot_yield",
]
FLAG_CODES: tuple[FlagCode, ...] = get_args(FlagCode)
"""Texts: ``flag.<code>``."""


@dataclass(frozen=True, slots=True)
class Flag:
    """``kpis`` are those it is about. ``chance``: how often a row of peers shows as much, NaN for a contradiction."""

    code: FlagCode
    kpis: tuple[str, ...]
    chance: float
    params: Mapping[str, str | float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FlagDismissal:
    """Somebody set a flag aside with a note, or (``dismissed`` False) took that back."""

    flag: FlagCode
    dismissed: bool
    note: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Screening:
    """``not_run`` are the comparisons that could not be made, with the code of the reason."""

    flags: tuple[Flag, ...]
    not_run: tuple[tuple[FlagCode, str], ...] = ()
