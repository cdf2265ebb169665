"""An application: the notice's facts and KPIs, each with its cell; as text to be kept, and its documents."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Literal, get_args

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
    """One factory's application for one year. ``values`` holds every code in the catalogue's order."""

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


# An application as text in the store, and back: the round trip is exact.


_VALUE = tuple(field.name for field in fields(ReportedValue))
_CELL = tuple(field.name for field in fields(CellReference))


def dump_application(application: Application) -> str:
    return json.dumps(
        {"facts": dict(application.facts), "values": [_value(value) for value in application.values.values()]},
        ensure_ascii=False,
        allow_nan=False,
    )


def _value(value: ReportedValue) -> dict[str, object]:
    # What ``asdict`` gives, without its deep copies: a lock writes an application down three times.
    cell = value.cell and {name: getattr(value.cell, name) for name in _CELL}
    return {name: getattr(value, name) for name in _VALUE} | {"cell": cell}


def load_application(text: str) -> Application:
    content = json.loads(text)
    facts: dict[str, FactValue] = {
        code: tuple(fact) if isinstance(fact, list) else fact for code, fact in content["facts"].items()
    }
    values = [
        ReportedValue(**(value | {"cell": CellReference(**value["cell"]) if value["cell"] else None}))
        for value in content["values"]
    ]
    return Application(facts, {value.code: value for value in values})


# Documents that go with an application, and are sealed with it.


DocumentKind = Literal["report", "self_assessment"]
DOCUMENT_KINDS: tuple[DocumentKind, ...] = get_args(DocumentKind)
"""Annex 4's application report (Word), and the maturity self-assessment (PDF). Texts: ``page.attachment.<kind>``."""


@dataclass(frozen=True, slots=True)
class SelfAssessment:
    """The day of the maturity self-assessment as typed, and what its PDF says; None where it says nothing clearly."""

    assessed_on: date | None
    has_text: bool
    level_in_text: int | None = None
    score_in_text: float | None = None
    date_in_text: date | None = None


@dataclass(frozen=True, slots=True)
class AttachedDocument:
    """A file as it was sent, by the number of its upload and the SHA-256 of its bytes.

    ``assessment`` is of a self-assessment whose PDF was read when it was sent.
    """

    kind: DocumentKind
    upload: str
    file_name: str
    sha256: str
    attached_by: str
    attached_at: datetime
    assessment: SelfAssessment | None = None
