"""An answer as a strip may draw it: without a place where the published table does not narrow it."""

from __future__ import annotations

from dataclasses import replace
from math import nan

from kpi.model.evaluation import Evaluation
from kpi.model.publication import EnterpriseKpiView, EnterpriseView, PublishedPlace

_NOT_DRAWN = PublishedPlace(nan, nan, nan)


def drawable_evaluation(answer: Evaluation | EnterpriseView) -> Evaluation | EnterpriseView:
    """A range of 0 to 100 % would be drawn as a mark at 50 %, which nobody knows."""
    if isinstance(answer, Evaluation):
        return answer
    return replace(answer, kpis=tuple(kpi if is_placed(kpi) else replace(kpi, place=_NOT_DRAWN) for kpi in answer.kpis))


def is_placed(kpi: EnterpriseKpiView) -> bool:
    """Whether the published table narrows the place at all."""
    return kpi.state == "reported" and kpi.place.high - kpi.place.low < 1.0
