"""After the lock: which KPIs have no verdict, under the rule that withholds it."""

from __future__ import annotations

from kpi import i18n
from kpi.catalogue.catalogue import catalogue
from kpi.model.publication import EnterpriseView
from pages.session.context import PageContext
from pages.session.language import translate
from pages.widgets import html


def withheld_words(context: PageContext, answer: EnterpriseView) -> None:
    """A line a rule; nothing where every KPI that can be compared has its word."""
    by_rule: dict[str, list[str]] = {}
    for kpi in answer.kpis:
        for reason in kpi.reasons:
            if reason.code in i18n.WITHHELD:
                name = catalogue().kpi(kpi.code).short.in_(context.lang)
                by_rule.setdefault(i18n.reason_text(reason, context.lang), []).append(name)
    listed = i18n.text("number.list", context.lang)
    for rule, names in by_rule.items():
        html.notice(translate("withheld.line", reason=rule, count=len(names), names=listed.join(names)))
