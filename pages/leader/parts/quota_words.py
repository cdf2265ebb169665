"""The body's places in words: how many, by which rule, how many are left, and until which day."""

from __future__ import annotations

from kpi import i18n
from kpi.model.programme import Deadline
from kpi.services.leader.recommendation import Quota
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html


def quota_words(context: PageContext, quota: Quota, deadline: Deadline | None) -> None:
    rule = i18n.text(f"recommend.rule.{quota.rule.code}", context.lang, **quota.rule.params)
    clause = quota.reference.in_(context.lang)
    counts = {"allowed": quota.allowed, "used": quota.used, "left": quota.left}
    html.where(translate("nomination.quota", rule=rule, clause=clause, **counts))
    if deadline:
        html.where(translate(f"nomination.closes_{deadline.state}", day=deadline.day, days=deadline.days_left))
