"""The values of an application as a panel takes them, and where two statements of one factory differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kpi.benchmark.comparable_value import comparable_value
from kpi.catalogue.catalogue import catalogue
from kpi.model.application import Application, Basis
from kpi.policy.policy import Policy

Stated = tuple[float, Basis | None]
"""A value in the KPI's unit, and its basis."""


@dataclass(frozen=True, slots=True)
class ValueDifference:
    """A KPI of which a report and an application of one year say different things; None: it says nothing."""

    kpi: str
    reported: Stated | None
    applied: Stated | None


def stated_values(application: Application, policy: Policy) -> dict[str, Stated]:
    """By KPI code, on the basis that policy compares where that can be known; what is blank or not applicable is left
    out.
    """
    found: dict[str, Stated] = {}
    for kpi in catalogue().kpis:
        reported = application.values.get(kpi.code)
        if reported is None or reported.state != "reported" or reported.value is None:
            continue
        compared = comparable_value(kpi, reported, policy.basis(kpi.code))
        # On the other basis alone it is no peer's value by this policy, and may be by the next.
        usable = compared.settled is None
        found[kpi.code] = (compared.value, compared.basis) if usable else (float(reported.value), reported.basis)
    return found


def value_differences(reported: Mapping[str, Stated], applied: Mapping[str, Stated]) -> list[ValueDifference]:
    """In the catalogue's order."""
    pairs = [(kpi.code, reported.get(kpi.code), applied.get(kpi.code)) for kpi in catalogue().kpis]
    return [ValueDifference(code, before, now) for code, before, now in pairs if before != now]
