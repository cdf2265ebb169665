"""Audit: who did what to what, whether the trail is whole, and whose values are changed strikingly often."""

import streamlit as st

from kpi import i18n
from kpi.model.audit_entry import ACTIONS
from kpi.services.administrator.audit_trail import export_audit, often_changed, read_audit
from kpi.services.operation.authentication import still
from pages.administrator.parts.audit_rows import row
from pages.session.language import words
from pages.session.page_context import enter
from pages.widgets import html
from pages.widgets.datetime_format import moment
from pages.widgets.option_picker import pick

SHOWN = 200
EVERY = "every"

here = enter("see_audit", "audit")
listed = i18n.text("number.list", here.lang)
action = pick(words("audit.kind"), [EVERY, *ACTIONS], "action", lambda one: words(f"audit.action.{one}"))
trail = read_audit(here.store, here.viewer, SHOWN, action=action)
if trail.broken:
    st.error(words("audit.broken", acts=listed.join(trail.broken[:20])))
else:
    html.sentence(words("audit.whole", length=trail.length))

for one in often_changed(here.store, here.viewer):
    html.notice(
        words(
            "audit.often_tried" if one.what_if else "audit.often",
            code=one.credit_code,
            year=one.year,
            different=one.different,
            accounts=listed.join(one.accounts),
            at=moment(one.last_at),
        )
    )

html.table(
    [words(f"audit.{name}") for name in ("number", "at", "who", "what", "to_what", "change")],
    [row(act) for act in trail.acts],
    numbers=(0, 1),
    form="stacked",
)
st.download_button(
    words("audit.export"),
    lambda: export_audit(here.store, still(here.store, here.viewer.account, here.viewer.address)).encode(),
    file_name="audit.jsonl",
    mime="application/jsonl",
)
html.where(words("audit.export_how"))
