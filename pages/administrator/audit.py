"""Audit: who did what to what, whether the trail is whole, and whose values are changed strikingly often."""

import streamlit as st

from kpi import i18n
from kpi.services.administrator.audit import frequent_changes, read_audit
from pages.administrator.parts.audit import ask_filters, audit_row, offer_check, offer_export, say_how_far_checked
from pages.session.context import require_page
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.picker import page_of
from pages.widgets.tables import format_datetime

SHOWN = 200

context = require_page("see_audit", "audit")
listed = i18n.text("number.list", context.lang)
answer = st.container()
offer_check(context)
wanted = ask_filters(context)
trail = read_audit(context.store, context.viewer, SHOWN, wanted)
with answer:
    say_how_far_checked(trail, context.lang)

for change in frequent_changes(context.store, context.viewer):
    html.notice(
        translate(
            "audit.often_tried" if change.what_if else "audit.often",
            code=change.credit_code,
            year=change.year,
            different=change.different,
            accounts=listed.join(change.accounts),
            at=format_datetime(change.last_at),
        )
    )

columns = [translate(f"audit.{name}") for name in ("number", "at", "who", "what", "to_what", "change")]
if trail.acts:
    html.where(translate("audit.shown", shown=len(trail.acts), most=SHOWN))
    with st.container(key="trail"):
        html.table(
            columns,
            [audit_row(act, context.lang, whole=False) for act in page_of(trail.acts, "audit-page", looked_for=wanted)],
            numbers=(0, 1),
            form="brief",
        )
else:
    html.where(translate("audit.none_found"))
if context.viewer.barred:
    html.where(translate("audit.export_conflicted"))
else:
    offer_export(context, wanted, columns)
