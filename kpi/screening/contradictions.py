"""What contradicts itself within one application: true or not, whatever the peers do."""

from __future__ import annotations

from collections.abc import Iterator
from math import nan

from kpi.catalogue.load import catalogue
from kpi.model.application import Application, ReportedValue
from kpi.model.screening import Flag
from kpi.screening.rules import ScreeningRules

WHOLE = 100.0
"""A share, in percent."""
ROUNDING = 1e-9


def contradiction_flags(application: Application, rules: ScreeningRules) -> Iterator[Flag]:
    values = application.values
    for rule in rules.contradictions:
        if (_number(values[rule.positive]) or 0) > 0 and _number(values[rule.zero]) == 0:
            yield Flag("ai_share_without_models", (rule.positive, rule.zero), nan)
    for unused in rules.unused_scenarios:
        if unused.scenario in application.scenarios and _number(values[unused.zero]) == 0:
            yield Flag("scenario_without_value", (unused.zero,), nan, {"scenario": unused.scenario})
    beyond = tuple(code for code, value in values.items() if _beyond_a_share(code, value))
    if beyond:
        yield Flag("cannot_yield", beyond, nan)


def _number(value: ReportedValue) -> float | None:
    return value.value if value.state == "reported" else None


def _beyond_a_share(code: str, value: ReportedValue) -> bool:
    """Whether the change, from the stated start, ends below 0 or above 100 % of a share."""
    kpi, change = catalogue().kpi(code), _number(value)
    if not kpi.of_share or change is None or value.before is None:
        return False
    signed = -change if kpi.reduces else change
    after = value.before + (signed if value.basis == "points" else value.before * signed / 100)
    return not -ROUNDING <= after <= WHOLE + ROUNDING
