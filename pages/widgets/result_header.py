"""The head of a result: the sentence, the clause, what it leans on, and the notice that nobody may miss."""

from __future__ import annotations

from kpi import charts, i18n
from kpi.model.evaluation import Answer
from kpi.model.publication import EnterpriseAnswer
from pages.session.language import words
from pages.session.page_context import Here
from pages.widgets import html


def head(here: Here, answer: Answer | EnterpriseAnswer) -> None:
    """Answer first."""
    if answer.baseline.illustrative:
        html.notice(words("illustrative"))
    said = i18n.headline(answer, here.lang)
    html.sentence(said.title)
    html.clause(said.clause)
    application = answer.application
    html.where(
        words(
            "result.where",
            factory=application.text("factory_name") or application.text("enterprise") or application.credit_code,
            where=charts.where_text(answer, here.lang),
            provenance=words(f"provenance.{answer.baseline.provenance}"),
            sha256=answer.baseline.sha256[:12],
            policy=answer.policy.in_force_from.isoformat(),
            quantile=answer.policy.leading_quantile,
            confidence=answer.policy.confidence,
        )
    )
