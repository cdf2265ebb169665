"""Why a word would be another against another baseline, or by another policy."""

from __future__ import annotations

from collections.abc import Sequence

from kpi.i18n.texts import text
from kpi.model.language import Lang


def verdict_change_reason(why: Sequence[str], lang: Lang) -> str:
    """All that moved for one KPI."""
    return text("changed_because.separator", lang).join(text(f"changed_because.{one}", lang) for one in why)


def clause_change_reason(kpis: Sequence[str], lang: Lang) -> str:
    """By which main KPIs the clause changes, or that it is by the rule."""
    if not kpis:
        return text("changed_because.rule", lang)
    return text("changed_because.main_kpis", lang, count=len(kpis), kpis=text("number.list", lang).join(kpis))
