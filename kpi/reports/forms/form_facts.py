"""Facts as a form of the notice shows them: as reported, a level as "L3", blank where nothing was reported."""

from __future__ import annotations

from kpi.model.application import Application

LIST_MARK = "、"
LEVEL = "maturity_level"


def form_fact(application: Application, code: str) -> str:
    fact = application.facts.get(code)
    if fact is None:
        return ""
    if isinstance(fact, tuple):
        return LIST_MARK.join(fact)
    return f"L{fact}" if code == LEVEL else str(fact)
