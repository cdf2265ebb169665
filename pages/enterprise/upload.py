"""Upload: send the file, see every fault beside its cell, mend the file or accept it, see the estimate, lock it."""

import streamlit as st

from kpi.intake.template import template
from kpi.services.receiving import receive
from kpi.services.submissions import own_results
from kpi.services.workspace import accept
from pages.parts import html
from pages.parts.faults import faults
from pages.parts.language import words
from pages.parts.locking import offer_lock
from pages.parts.page import enter

here = enter("submit_own", "upload")
st.text(words("upload.how"))
st.download_button(
    words("upload.template"),
    lambda: template(here.lang),
    file_name=words("upload.template_name"),
    on_click="ignore",
)
file = st.file_uploader(
    words("upload.file"), type=["xlsx", "csv"], key="file", help=words("upload.help"), max_upload_size=20
)
if file is not None and st.session_state.get("received_file") != file.file_id:
    with st.spinner(words("upload.reading")):
        # Kept before it is read, and once a file: a rerun of the page sends nothing again.
        st.session_state["received"] = receive(here.store, here.viewer, file.name, file.getvalue())
        st.session_state["received_file"] = file.file_id

received = st.session_state.get("received")
if file is not None and received is not None:
    reading = received.reading
    reported = sum(value.state == "reported" for one in reading.applications for value in one.values.values())
    html.sentence(words("upload.usable" if received.usable else "upload.refused", reported=reported))
    html.where(words("upload.kept", name=reading.file.name, sha256=reading.file.sha256[:12]))
    faults(reading.problems)
    if received.usable and st.button(words("upload.accept"), type="primary"):
        accept(here.store, here.viewer, received)
        st.session_state["accepted"] = received.upload

drafts = [result for result in own_results(here.store, here.viewer) if result.locked_at is None]
for draft in drafts:
    st.divider()
    offer_lock(here, draft)
