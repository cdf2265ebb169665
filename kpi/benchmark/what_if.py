"""What if other values had been reached: the enterprise's own view, made again from moved values.

Made by the one function that makes the view, from the same published table: moving values can tell an enterprise
nothing that the table does not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import inf, isfinite, isnan, nan
from typing import Literal

from kpi.benchmark.comparable_value import comparable_value
from kpi.benchmark.enterprise_view import enterprise_view
from kpi.catalogue.catalogue import catalogue
from kpi.catalogue.schema import Kpi, from_before_after
from kpi.model.application import Application, Basis, ReportedValue
from kpi.model.publication import EnterpriseView
from kpi.policy.policy import Policy


@dataclass(frozen=True, slots=True)
class Lever:
    """What is moved of a KPI: its value on policy's ``basis``, or its end where its start is known and stays.

    ``start`` is where it stands, None if nowhere; ``low`` and ``high`` are physical bounds, None where there is none.
    """

    code: str
    moves: Literal["value", "after"]
    basis: Basis | None
    start: float | None
    before: float | None
    low: float | None
    high: float | None

    def allows(self, value: float) -> bool:
        low, high = self.low, self.high
        return isfinite(value) and (low is None or value >= low) and (high is None or value <= high)


def levers(application: Application, policy: Policy) -> dict[str, Lever]:
    """The lever of each KPI, by code. What is said not to apply has none."""
    return {
        kpi.code: _lever(kpi, reported, policy.basis(kpi.code))
        for kpi in catalogue().kpis
        if (reported := application.values[kpi.code]).state != "not_applicable"
    }


def apply_moves(application: Application, moves: Mapping[str, float], policy: Policy) -> Application:
    """The application with these levers moved. A lever left where it stands changes nothing.

    Raises:
        ValueError: a KPI has no lever, or its lever cannot go there.
    """
    known = levers(application, policy)
    if unknown := [code for code, value in moves.items() if code not in known or not known[code].allows(value)]:
        raise ValueError(f"no such move: {', '.join(unknown)}")
    moved = {code: _moved(known[code], application.values[code], value) for code, value in moves.items()}
    return replace(application, values={**application.values, **moved})


def what_if_view(answer: EnterpriseView, application: Application, policy: Policy) -> EnterpriseView:
    """The view of ``application`` on the ground of ``answer``. No word is released for a value nobody has reached."""
    return enterprise_view(
        application=application,
        published={kpi.code: kpi.published for kpi in answer.kpis},
        baseline=answer.baseline,
        policy=policy,
        used=answer.policy,
        as_of=answer.as_of,
    )


def _lever(kpi: Kpi, reported: ReportedValue, basis: Basis | None) -> Lever:
    before, after = reported.before, reported.after
    if before is not None and after is not None and not isnan(from_before_after(kpi, before, after, basis)):
        return Lever(kpi.code, "after", basis, after, before, 0.0, 100.0 if kpi.of_share else None)
    own = comparable_value(kpi, reported, basis)
    start = None if isnan(own.value) else own.value
    low, _ = kpi.bounds(basis)
    top = min(own.ceiling, inf if isnan(own.attainable) else own.attainable)
    # What was reported stays possible, even where it does not fit its own start.
    high = max(top, -inf if start is None else start)
    return Lever(kpi.code, "value", basis, start, reported.before, low, high if isfinite(high) else None)


def _moved(lever: Lever, reported: ReportedValue, value: float) -> ReportedValue:
    """The value as it would have been reported; it stands in no file."""
    if value == lever.start:
        return reported
    if lever.moves == "value":
        return replace(reported, state="reported", value=float(value), basis=lever.basis, after=None, cell=None)
    before = nan if lever.before is None else lever.before
    gain = from_before_after(catalogue().kpi(lever.code), before, value, lever.basis)
    return replace(reported, state="reported", value=gain, basis=lever.basis, after=float(value), cell=None)
