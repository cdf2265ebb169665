"""Reviewers' scores: rounds, assignments, versions of a score, what the panel noted and decided."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Literal, get_args

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
class PanelNote:
    credit_code: str
    note: str
    written_by: str
    written_at: datetime


@dataclass(frozen=True, slots=True)
class PanelDecision:
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
