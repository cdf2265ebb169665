"""Audit: who did what to what, whether the trail is whole, and whose values are changed strikingly often."""

import streamlit as st

from kpi import i18n
from kpi.model.audit_entry import AUDIT_ACTIONS
from kpi.services.administrator.audit_trail import export_audit, frequent_changes, read_audit
from kpi.services.operation.authentication import current_account
from pages.administrator.parts.audit_rows import audit_row
from pages.session.language import translate
from pages.session.page_context import require_page
from pages.widgets import html
from pages.widgets.datetime_format import format_datetime
from pages.widgets.option_picker import pick_option

SHOWN = 200
EVERY = "every"

context = require_page("see_audit", "audit")
listed = i18n.text("number.list", context.lang)
action = pick_option(
    translate("audit.kind"), [EVERY, *AUDIT_ACTIONS], "action", lambda one: translate(f"audit.action.{one}")
)
trail = read_audit(context.store, context.viewer, SHOWN, action=action)
if trail.broken:
    st.error(translate("audit.broken", acts=listed.join(trail.broken[:20])))
else:
    html.sentence(translate("audit.whole", length=trail.length))

for one in frequent_changes(context.store, context.viewer):
    html.notice(
        translate(
            "audit.often_tried" if one.what_if else "audit.often",
            code=one.credit_code,
            year=one.year,
            different=one.different,
            accounts=listed.join(one.accounts),
            at=format_datetime(one.last_at),
        )
    )

html.table(
    [translate(f"audit.{name}") for name in ("number", "at", "who", "what", "to_what", "change")],
    [audit_row(act) for act in trail.acts],
    numbers=(0, 1),
    form="stacked",
)
st.download_button(
    translate("audit.export"),
    lambda: export_audit(
        context.store, current_account(context.store, context.viewer.account, context.viewer.address)
    ).encode(),
    file_name="audit.jsonl",
    mime="application/jsonl",
)
html.where(translate("audit.export_how"))
