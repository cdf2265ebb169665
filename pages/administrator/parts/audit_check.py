"""How far the trail has been checked, and checking all of it where somebody asks for that."""

from __future__ import annotations

import streamlit as st

from kpi import i18n
from kpi.model.language import Lang
from kpi.services.administrator.audit import AuditTrail, check_audit
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html
from pages.widgets.datetime_format import format_datetime

NAMED = 20
"""So many entries that are not as written are named."""


def say_how_far_checked(trail: AuditTrail, lang: Lang) -> None:
    """Nothing is called sound that was not checked."""
    check = trail.check
    if check is None:
        html.notice(translate("audit.not_checked", length=trail.length))
        return
    if check.broken:
        listed = i18n.text("number.list", lang)
        st.error(translate("audit.broken", acts=listed.join(_name(one) for one in check.broken[:NAMED])))
    elif trail.unchecked:
        html.notice(translate("audit.partly", length=trail.length, until=check.seq, unchecked=trail.unchecked))
    else:
        html.sentence(translate("audit.whole", length=trail.length))
    html.where(translate("audit.checked_when", whole=check.whole_seq, at=format_datetime(check.whole_at)))


def offer_check(context: PageContext) -> None:
    """A button; the check shows how far it is."""
    if not st.button(translate("audit.check_all"), key="audit-check"):
        return
    bar = st.progress(0.0, translate("audit.checking"))

    def report(share: float) -> None:
        bar.progress(share, translate("audit.checking"))

    check_audit(context.store, context.viewer, report)
    bar.empty()


def _name(broken: str) -> str:
    return broken if broken.isdecimal() else translate(f"audit.broken_{broken}")
