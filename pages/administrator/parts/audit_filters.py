"""Which entries of the trail are looked for: kind, account, object, and days in Shanghai."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import streamlit as st

from kpi.model.audit import AUDIT_ACTIONS, AuditFilter
from kpi.model.times import SHANGHAI
from kpi.services.administrator.audit import audit_accounts
from pages.administrator.parts.audit_rows import object_named
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets.option_picker import pick_option
from pages.widgets.round_label import round_named

EVERY = "every"
LONGEST_SUBJECT = 120


def ask_filters(context: PageContext) -> AuditFilter:
    """What was chosen; everything until then."""
    left, right = st.columns(2)
    with left:
        action = pick_option(
            translate("audit.kind"), [EVERY, *AUDIT_ACTIONS], "action", lambda one: translate(f"audit.action.{one}")
        )
    with right:
        actor = pick_option(
            translate("audit.account"),
            [EVERY, *audit_accounts(context.store, context.viewer)],
            "actor",
            lambda one: translate("audit.every_account") if one == EVERY else one,
        )
    left, middle, right = st.columns((2, 1, 1))
    subject = left.text_input(translate("audit.object"), max_chars=LONGEST_SUBJECT, key="audit-object").strip()
    with middle:
        since = _day("since")
    with right:
        until = _day("until")
    return AuditFilter(
        actor=None if actor == EVERY else actor,
        action=None if action == EVERY else action,
        subject=round_named(subject) or object_named(subject) or subject or None,
        since=_begins(since) if since else None,
        before=_begins(until + timedelta(days=1)) if until else None,
    )


def _day(name: str) -> date | None:
    picked = st.date_input(translate(f"audit.{name}"), None, format="YYYY-MM-DD", key=f"audit-{name}")
    return picked if isinstance(picked, date) else None


def _begins(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)
