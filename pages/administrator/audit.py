"""Audit: who did what to what, whether the trail is whole, and whose values are changed strikingly often."""

import streamlit as st

from kpi import wording
from kpi.model.audit import ACTIONS
from kpi.services.auditing import export_audit, often_changed, read_audit
from kpi.services.signing_in import still
from pages.parts import html
from pages.parts.acts import row
from pages.parts.language import words
from pages.parts.moments import moment
from pages.parts.page import enter
from pages.parts.pick import pick

SHOWN = 200
EVERY = "every"

here = enter("see_audit", "audit")
listed = wording.text("number.list", here.lang)
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
