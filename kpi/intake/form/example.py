"""The invented example application: shown on the template's example sheet, filled into the sample files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from kpi.catalogue.data_files import Checked, load_toml
from kpi.catalogue.load import catalogue
from kpi.intake.settings import INTAKE_DATA
from kpi.model.application import Basis

ExampleValue = str | int | float | None
"""What a sender would write into a cell; None is a blank."""


class _Value(Checked):
    value: ExampleValue = None
    basis: Basis | None = None
    before: float | int | None = None
    after: float | int | None = None
    note: str | None = None


class _Example(Checked):
    facts: dict[str, str | int | float]
    values: dict[str, _Value]


@dataclass(frozen=True, slots=True)
class ExampleRow:
    """One row of the example: an item's code and what stands in the five answer columns."""

    code: str
    value: ExampleValue = None
    basis: Basis | None = None
    before: ExampleValue = None
    after: ExampleValue = None
    note: str | None = None


def example() -> Iterator[ExampleRow]:
    """Facts, then KPIs, in the catalogue's order."""
    example = _load()
    for fact in catalogue().facts:
        yield ExampleRow(fact.code, example.facts.get(fact.code))
    for kpi in catalogue().kpis:
        value = example.values[kpi.code]
        yield ExampleRow(kpi.code, value.value, value.basis, value.before, value.after, value.note)


@cache
def _load() -> _Example:
    return load_toml(INTAKE_DATA / "example.toml", _Example)
