"""The invented example application: shown on the template's example sheet, filled into the sample files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from kpi.catalogue import catalogue
from kpi.catalogue.data_files import Checked, load_toml
from kpi.intake.settings import DATA
from kpi.model.application import Basis

Written = str | int | float | None
"""What a sender would write into a cell; None is a blank."""


class _Value(Checked):
    value: Written = None
    basis: Basis | None = None
    before: float | int | None = None
    after: float | int | None = None
    note: str | None = None


class _Example(Checked):
    facts: dict[str, str | int | float]
    values: dict[str, _Value]


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the example: an item's code and what stands in the five answer columns."""

    code: str
    value: Written = None
    basis: Basis | None = None
    before: Written = None
    after: Written = None
    note: str | None = None


def example() -> Iterator[Line]:
    """Facts, then KPIs, in the catalogue's order."""
    told = _load()
    for fact in catalogue().facts:
        yield Line(fact.code, told.facts.get(fact.code))
    for kpi in catalogue().kpis:
        value = told.values[kpi.code]
        yield Line(kpi.code, value.value, value.basis, value.before, value.after, value.note)


@cache
def _load() -> _Example:
    return load_toml(DATA / "example.toml", _Example)
