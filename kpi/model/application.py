"""An application: the facts of annex 3 and the 21 KPIs, each with its cell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Basis = Literal["relative", "points"]
"""How a change of a share is measured: in percent of the start, or in percentage points."""

ValueState = Literal["reported", "not_applicable", "not_reported"]
"""A number (0 is a number), a stated "不适用" with its reason, or a blank: all three differ."""

FactValue = str | int | float | tuple[str, ...]
"""One fact of annex 3; ``scenarios`` is a tuple of exact names."""


@dataclass(frozen=True, slots=True)
class CellReference:
    """The cell of a value in the file as sent: ``row`` is 1-based, headers counted."""

    file: str
    sheet: str | None
    row: int
    column: str

    def __str__(self) -> str:
        place = f"{self.column}{self.row}"
        return f"{self.sheet}!{place}" if self.sheet else place


@dataclass(frozen=True, slots=True)
class ReportedValue:
    """One KPI as reported: ``value`` in the KPI's unit, ``before``/``after`` in that of the measured quantity."""

    code: str
    state: ValueState
    value: float | None = None
    basis: Basis | None = None
    before: float | None = None
    after: float | None = None
    note: str | None = None
    year: int | None = None
    cell: CellReference | None = None


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Application:
    """One factory's application for one year. ``values`` holds all 21 codes in the catalogue's order."""

    facts: Mapping[str, FactValue]
    values: Mapping[str, ReportedValue]

    def text(self, fact: str) -> str | None:
        """The fact as text, or None where it was left blank."""
        answer = self.facts.get(fact)
        return None if answer is None else str(answer)

    @property
    def label(self) -> str:
        """The factory's name, else its enterprise's, else the credit code."""
        return self.text("factory_name") or self.text("enterprise") or self.text("credit_code") or ""

    @property
    def scenarios(self) -> tuple[str, ...]:
        """Those of annex 2 that it names, by exact Chinese name."""
        named = self.facts.get("scenarios")
        return named if isinstance(named, tuple) else ()

    @property
    def credit_code(self) -> str:
        return str(self.facts["credit_code"])

    @property
    def industry(self) -> str:
        return str(self.facts["industry"])

    @property
    def year(self) -> int:
        return int(str(self.facts["year"]))

    @property
    def group(self) -> str | None:
        return self.text("group")

    @property
    def body(self) -> str | None:
        return self.text("body")
