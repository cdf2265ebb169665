"""Before the lock: what will decide, what is missing, and which KPIs can get no word, each with what it means."""

from __future__ import annotations

import streamlit as st

from kpi import i18n
from kpi.catalogue.catalogue import catalogue
from kpi.model.application import DOCUMENT_KINDS
from kpi.services.enterprise.before_lock import LockOutlook, LockPoint, LockPointKind
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html

FIXED_ON: dict[LockPointKind, str] = {
    "unmet": "conditions",
    "conditions": "conditions",
    "documents": "document",
    "factory_name": "sheet",
    "body": "sheet",
    "facts": "sheet",
    "not_reported": "sheet",
    "basis_mismatch": "sheet",
}
"""The enterprise's page where something can still be done about it."""
LISTED: tuple[LockPointKind, ...] = ("unmet", "conditions")
"""Whose names are whole phrases: each on a line of its own instead of within a sentence."""


def show_lock_outlook(context: PageContext, outlook: LockOutlook) -> None:
    """The baseline in a sentence, then a line a point, then the ways to fix what can be fixed."""
    st.subheader(translate("before_lock.title"), anchor=False)
    baseline = outlook.on.baseline
    html.clause(
        translate(
            "before_lock.decides",
            year=outlook.application.year,
            name=baseline.name,
            of=baseline.year,
            provenance=translate(f"provenance.{baseline.provenance}"),
            policy=outlook.on.policy.in_force_from.isoformat(),
        )
    )
    if not outlook.gaps:
        html.where(translate("before_lock.complete"))
        return
    html.open_points([_said(context, outlook, point) for point in outlook.gaps])
    with st.container(horizontal=True):
        for page in dict.fromkeys(FIXED_ON[point.kind] for point in outlook.gaps if point.kind in FIXED_ON):
            st.page_link(f"pages/enterprise/{page}.py", label=translate(f"before_lock.to_{page}"))


def _said(context: PageContext, outlook: LockOutlook, point: LockPoint) -> tuple[str, str]:
    names = [_name(context, item) for item in point.items]
    words = {
        "year": outlook.application.year,
        "baseline": outlook.on.baseline.year,
        "count": len(point.items),
        "names": i18n.text("number.list", context.lang).join(names),
    }
    what, means = (translate(f"before_lock.{form}.{point.kind}", **words) for form in ("point", "means"))
    if point.kind == "not_reported" and (needed := outlook.on.policy.clause_at_least):
        means = translate("before_lock.means.not_reported_at_least", needed=needed)
    return what, "\n".join([means, *names]) if point.kind in LISTED else means


def _name(context: PageContext, item: str) -> str:
    """A KPI, a fact, a document or a condition by its name; anything else as it is."""
    if item in DOCUMENT_KINDS:
        return translate(f"attachment.{item}")
    kpis = {kpi.code: kpi.short for kpi in catalogue().kpis}
    facts = {fact.code: fact.name for fact in catalogue().facts}
    known = kpis.get(item) or facts.get(item)
    return known.in_(context.lang) if known else i18n.condition_name(item, context.lang)
