"""The head of a result: the sentence, the clause, what it leans on, and the notice that nobody may miss."""

from __future__ import annotations

from kpi import i18n
from kpi.charts.strip import where_text
from kpi.model.evaluation import Evaluation
from kpi.model.publication import EnterpriseView
from kpi.services.published import what_superseded
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html


def result_header(context: PageContext, answer: Evaluation | EnterpriseView) -> None:
    """Answer first."""
    if answer.baseline.illustrative:
        html.notice(translate("illustrative"))
    if answer.baseline.year < answer.application.year:
        html.notice(translate("result.earlier_baseline", year=answer.application.year, baseline=answer.baseline.year))
    said = i18n.headline(answer, context.lang)
    html.sentence(said.title)
    html.clause(said.clause)
    application = answer.application
    html.where(
        translate(
            "result.where",
            factory=i18n.factory_label(application, context.lang),
            year=application.year,
            where=where_text(answer, context.lang),
            provenance=translate(f"provenance.{answer.baseline.provenance}"),
            sha256=answer.baseline.sha256[:12],
            policy=answer.policy.in_force_from.isoformat(),
            quantile=answer.policy.leading_quantile,
            confidence=answer.policy.confidence,
        )
    )
    _superseded(context, answer)


def _superseded(context: PageContext, answer: Evaluation | EnterpriseView) -> None:
    """An old link shows what it always did, and says what has come since."""
    year, policy = answer.application.year, answer.policy.in_force_from
    found = what_superseded(context.store, context.viewer, answer.baseline.name, policy, year)
    if found.baseline:
        html.notice(translate("result.baseline_superseded", year=year, old=answer.baseline.name, new=found.baseline))
    if found.policy:
        html.where(translate("result.policy_superseded", old=policy.isoformat(), new=found.policy.isoformat()))
