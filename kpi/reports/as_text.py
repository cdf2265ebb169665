"""An answer as plain text for a terminal: the sentence, the clause, then a line per KPI."""

from __future__ import annotations

from kpi import i18n
from kpi.catalogue.catalogue import catalogue
from kpi.model.evaluation import Evaluation
from kpi.model.language import Lang
from kpi.model.publication import EnterpriseView


def as_text(answer: Evaluation | EnterpriseView, lang: Lang) -> str:
    """Answer first, then evidence."""
    head = i18n.headline(answer, lang)
    lines = [head.title, head.clause, ""]
    for kpi in answer.kpis:
        known = catalogue().kpi(kpi.code)
        word = i18n.verdict_word(kpi.verdict, lang).word
        value = i18n.kpi_number(kpi.value, known, lang, kpi.basis)
        lines.append(f"{kpi.code}  {known.short.in_(lang)}  {value}  {word}")
    return "\n".join(lines)
