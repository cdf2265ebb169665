"""Operation: whether all is well, when the last backup was made and one now, load and errors, who is signed in."""

from functools import partial

import streamlit as st

from kpi.access.roles import allows
from kpi.reports.content import About
from kpi.services.administrator.home import operation_overview
from pages.administrator.parts.operation import (
    figure_rows,
    last_backup_line,
    offer_backup,
    process_rows,
    state_sentence,
)
from pages.administrator.parts.outbox import outbox_section
from pages.session.context import require_page
from pages.session.language import translate
from pages.session.process_figures import process_figures
from pages.widgets import html
from pages.widgets.tables import format_datetime, show_table, typed_table

context = require_page("see_operation", "operation")
place = st.empty()
st.subheader(translate("operation.backup"), anchor=False)
backup = st.container()
with backup:
    offer_backup(context)
overview = operation_overview(context.store, context.viewer)
with place:
    html.sentence(state_sentence(overview.state))
with backup:
    html.where(last_backup_line(overview.state))

names = [translate("detail.what"), translate("detail.said")]
st.subheader(translate("operation.store"), anchor=False)
about = partial(About, subject=translate("title.operation"))
stored = typed_table(names, figure_rows(overview.state))
show_table(context, about(translate("operation.store")), stored, "operation-store", form="narrow")
html.where(translate("operation.contacts", until=overview.contacts_until, following=overview.contacts_until + 1))
if allows(context.viewer, "see_audit"):
    st.page_link("pages/administrator/audit.py", label=translate("operation.to_audit"))

outbox_section(context)

st.subheader(translate("operation.process"), anchor=False)
running = typed_table(names, process_rows(process_figures()))
show_table(context, about(translate("operation.process")), running, "operation-process", form="narrow")

st.subheader(translate("operation.signed_in", count=len(overview.signed_in)), anchor=False)
signed_in = typed_table(
    [translate(f"operation.{name}") for name in ("account", "role", "sign_ins", "latest")],
    [
        [
            f"{item.account}\n{item.display}",
            translate(f"role.{item.role}"),
            str(item.sign_ins),
            format_datetime(item.latest),
        ]
        for item in overview.signed_in
    ],
    numbers=(2,),
)
show_table(
    context, about(translate("operation.signed_in_name")), signed_in, "signed-in", form="stacked", thing="accounts"
)
html.where(translate("operation.signed_in_how"))
