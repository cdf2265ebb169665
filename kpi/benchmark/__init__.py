"""From a factory's values to a verdict: everything in ``docs/method.md``, one module a step.

``basis``       the value on the basis that policy fixes
``placing``     k, e, n and the lines, of all candidates by one question
``judging``     the verdict on one KPI: an exact test and an honest third answer
``clause``      the verdict on the factory
``sensitivity`` the clause under other readings
``composite``   group scores, for order and display only
``answering``   all of it as one frozen answer
``publishing``  what everybody may know of a cell, made once at freeze
``rival_view``  what an enterprise may see: the one function that makes its view
``record``      the sealed record of a released verdict
"""

from kpi.benchmark.answering import answer, answers
from kpi.benchmark.rival_view import rival_view

__all__ = ["answer", "answers", "rival_view"]
