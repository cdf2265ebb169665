"""An answer as a strip may draw it: a value of which the published table tells nothing has no place to draw."""

from __future__ import annotations

from dataclasses import replace
from math import nan

from kpi.model.evaluation import Answer
from kpi.model.publication import EnterpriseAnswer, EnterpriseKpi, Place

_NOT_DRAWN = Place(nan, nan, nan)


def drawable(answer: Answer | EnterpriseAnswer) -> Answer | EnterpriseAnswer:
    """A bracket of 0 to 100 % would be drawn as a mark at 50 %, which says what nobody knows."""
    if isinstance(answer, Answer):
        return answer
    return replace(answer, kpis=tuple(kpi if told(kpi) else replace(kpi, place=_NOT_DRAWN) for kpi in answer.kpis))


def told(kpi: EnterpriseKpi) -> bool:
    """Whether the published table narrows the place at all."""
    return kpi.state == "reported" and kpi.place.high - kpi.place.low < 1.0
