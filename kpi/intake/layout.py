"""What was recognised in a file, to be shown beside its data: each header and what it is, and what must be asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from kpi.model.application import CellReference
from kpi.model.problem import Problem

SheetKind = Literal["form", "across", "down", "list", "facts", "nothing"]
"""Our answer sheet; KPIs as columns; KPIs as rows; one KPI of one factory a row; facts only; none of these."""

MatchReason = Literal[
    "exact", "code", "bare", "alias", "brackets", "unit", "quantity", "similar", "word", "year", "answered", "unknown"
]
"""Why a text is taken for an item.

``exact`` the notice's name; ``code`` K01; ``bare`` without number or unit; ``alias`` a known other spelling: certain.
``brackets`` and ``unit``: the name fits, but not what its brackets say; ``quantity`` names what is measured
and not its change; ``similar`` is merely alike: these are asked. ``word`` and ``year`` are the table's own headings.
"""

QuestionTopic = Literal["header", "unit", "basis", "mark", "sheet", "direction"]

Ground = Literal["name", "unit", "ends", "range", "several", "format", "verb", "position"]
"""What speaks for a proposal: the ``name`` is alike or the same but for something; its ``unit`` is the KPI's; both
``ends`` of the change are stated; the numbers lie in the ``range`` of fractions; ``several`` columns do; the sheet's
``format`` shows it so; the ``verb`` says the KPI's own direction; the ``position`` leaves nothing else.
"""
FEWEST_GROUNDS = 2
"""So many grounds make a proposal one that may stand chosen until somebody says otherwise."""


@dataclass(frozen=True, slots=True)
class RecognisedHeader:
    """One header: its text with the path above it, and what it is taken for.

    ``item`` is a KPI's or a fact's code, a part (``value``, ``before`` ...), ``ignore``, or None where it was not
    recognised; for an open question it is the proposal. ``confidence`` is 0..1, and 1 - 0.95 are taken unasked.
    """

    key: str
    text: str
    cell: CellReference
    item: str | None
    confidence: float
    reason: MatchReason


@dataclass(frozen=True, slots=True)
class SheetLayout:
    """One sheet as understood; ``header_rows`` (1-based; for KPIs as rows the header's own) where a table stands."""

    sheet: str | None
    kind: SheetKind
    header_rows: tuple[int, ...] = ()
    headers: tuple[RecognisedHeader, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """What must be answered before the file can be used: ``answers.give(question, option)``.

    ``key`` holds for the same layout next year: header text without years, never a position. ``proposal`` is one of
    ``options`` and is never applied by itself; ``grounds`` speak for it. ``remembered`` is what was answered for an
    earlier file, and nothing in this one contradicts.
    """

    topic: QuestionTopic
    key: str
    problem: Problem
    proposal: str
    options: tuple[str, ...]
    grounds: tuple[Ground, ...] = ()
    remembered: str | None = None

    @property
    def preset(self) -> str | None:
        """What may stand chosen before anybody confirms it; None where too little speaks for anything."""
        return self.remembered or (self.proposal if len(self.grounds) >= FEWEST_GROUNDS else None)
