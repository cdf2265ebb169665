"""Candidates side by side, and their order with its uncertainty: one answer for page and command line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from kpi import queries
from kpi.benchmark.comparison import OrderSettings, compare_candidates
from kpi.benchmark.evaluation import accepted_not_applicable, evaluate_all
from kpi.errors import UserError
from kpi.model.application import Application
from kpi.model.comparison import Comparison
from kpi.services.claims import rulings_for
from kpi.services.evaluation import EvaluationContext
from kpi.store.cursor import Cursor


def compare_applications(
    cursor: Cursor, applications: Sequence[Application], on: EvaluationContext, settings: OrderSettings
) -> Comparison:
    """The authority's comparison, in the given order. The caller reached the applications before.

    Raises:
        UserError: one factory twice, or several industries or years.
    """
    _refuse_incomparable(applications)
    rulings = rulings_for(cursor, applications)
    # Without the notice's conditions: no comparison shows them, and they are asked for one by one.
    answers = evaluate_all(cursor, applications, on.baseline, on.policy, on.as_of, rulings)
    leaving = [accepted_not_applicable(one, on.policy, ruled) for one, ruled in zip(applications, rulings, strict=True)]
    known = queries.reference_set(cursor, on.baseline.name, on.baseline.region, applications[0].industry)
    return compare_candidates(answers, leaving, known, on.policy, settings)


def _refuse_incomparable(applications: Sequence[Application]) -> None:
    codes = Counter(one.credit_code for one in applications)
    if twice := [code for code, count in codes.items() if count > 1]:
        raise UserError("compare_twice", codes="、".join(twice))
    kinds = {f"{one.industry} {one.year}" for one in applications}
    if len(kinds) > 1:
        raise UserError("compare_mixed", kinds="、".join(sorted(kinds)))
