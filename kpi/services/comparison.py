"""Candidates side by side, and their order with its uncertainty: one answer for page and command line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from kpi import queries
from kpi.benchmark.comparison import OrderSettings, compare_candidates
from kpi.benchmark.evaluation import accepted_not_applicable
from kpi.errors import UserError
from kpi.model.application import Application
from kpi.model.comparison import Comparison
from kpi.model.problem import listed
from kpi.services.claims import rulings_for
from kpi.services.evaluation import EvaluationContext, decided_answers, deciding_contents
from kpi.store.cursor import Cursor
from kpi.store.moment import kept_piece_of


def compare_applications(
    cursor: Cursor, applications: Sequence[Application], on: EvaluationContext, settings: OrderSettings
) -> Comparison:
    """The authority's comparison, in the given order. The caller reached the applications before.

    Raises:
        UserError: one factory twice, or several industries or years.
    """
    _refuse_incomparable(applications)
    rulings = rulings_for(cursor, applications)

    def compare() -> Comparison:
        # Without the notice's conditions: no comparison shows them, and they are asked for one by one.
        answers = decided_answers(cursor, applications, on, rulings)
        left_out = [
            accepted_not_applicable(one, on.policy, ruled) for one, ruled in zip(applications, rulings, strict=True)
        ]
        known = queries.reference_set(cursor, on.baseline.name, on.baseline.region, applications[0].industry)
        return compare_candidates(answers, left_out, known, on.policy, settings)

    weights = None if settings.weights is None else tuple(settings.weights.items())
    decided_by = tuple(deciding_contents(applications, on, rulings))
    return kept_piece_of(("comparison", decided_by, settings.seed, settings.draws, weights), compare, _room)


def _room(found: Comparison) -> int:
    """The draws take the most."""
    return found.draws.group_weights.nbytes + found.draws.kpi_weights.nbytes + found.draws.places.nbytes


def _refuse_incomparable(applications: Sequence[Application]) -> None:
    codes = Counter(one.credit_code for one in applications)
    if twice := [code for code, count in codes.items() if count > 1]:
        raise UserError("compare_twice", codes=listed(twice))
    kinds = {f"{one.industry} {one.year}" for one in applications}
    if len(kinds) > 1:
        raise UserError("compare_mixed", kinds=listed(sorted(kinds)))
