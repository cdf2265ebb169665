"""From a factory's values to a verdict: everything in ``docs/method.md``, one module a step.

``comparable_value``  the value on the basis that policy fixes
``peer_rank``   k, e, n and the lines, of all candidates by one question
``verdict``     the verdict on one KPI: an exact test and an honest third answer
``clause``      the verdict on the factory, also under other readings
``evaluation``  all of it as one frozen answer
``what_would_decide``  what an open KPI still lacks
``gap``         the way to leading, also with other values
``comparison``  candidates in one reference set: the composite and its order, never a verdict
``enterprise_view``  what an enterprise may see: the one function that makes its view
``sealed_record``  the sealed record of a released verdict
``words_from_counts``  a second reading of the method, from counts alone
``record_check``  a sealed record checked from its text alone; ``record_content`` what it must hold,
``record_suppositions`` what it can mean where it holds less

Whoever decides or checks a verdict elsewhere needs no store, and only the names that are imported here: the exact test
of one count, the word of a KPI and of the clause from counts, and the check of a record.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kpi.benchmark.record_check import check_record
    from kpi.benchmark.words_from_counts import CountedKpi, LeadingLine, exact_test, verdict_on_clause, verdict_on_kpi
    from kpi.model.evaluation import TestedCounts

__all__ = [
    "CountedKpi",
    "LeadingLine",
    "TestedCounts",
    "check_record",
    "exact_test",
    "verdict_on_clause",
    "verdict_on_kpi",
]


def __getattr__(name: str) -> Any:
    """Imported when it is asked for: most who import a module of this package need none of it, and it loads SciPy."""
    if name not in __all__:
        raise AttributeError(name)
    from kpi.benchmark import record_check, words_from_counts
    from kpi.model import evaluation

    home = next(module for module in (record_check, words_from_counts, evaluation) if hasattr(module, name))
    return getattr(home, name)
