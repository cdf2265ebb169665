"""Upload: send the file there is, see what was recognised, answer what is asked, and take it into the answer sheet."""

import streamlit as st

from kpi.errors import NotFound
from kpi.files.limits import application_limits
from kpi.intake.answers import Answers
from kpi.intake.form.template import template
from kpi.intake.samples import SAMPLES, sample
from kpi.services.enterprise.uploads import ReceivedFile, read_again, receive_file
from pages.enterprise.parts.create_sheet import offer_answer_sheet
from pages.enterprise.parts.journey_steps import show_next_step, show_steps
from pages.enterprise.parts.questions import ask_questions
from pages.enterprise.parts.recognition import show_recognition
from pages.enterprise.parts.samples import offer_samples
from pages.session.language import translate
from pages.session.page_context import require_page
from pages.session.server_limits import server_limits
from pages.session.streamlit_internals import release_upload
from pages.widgets import html
from pages.widgets.ask_once import end_page
from pages.widgets.problem_list import problem_list

context = require_page("submit_own", "upload")
journey = show_steps(context, "upload")
st.text(translate("upload.how"))
st.download_button(
    translate("upload.template"),
    lambda: template(context.lang),
    file_name=translate("upload.template_name"),
    on_click="ignore",
)
largest = application_limits().file_megabytes
file = st.file_uploader(
    translate("upload.file"),
    key="file",
    help=translate("upload.help", limit=largest),
    max_upload_size=largest,
)
room = server_limits()
html.where(translate("upload.room", files=room.uploads_per_account, megabytes=room.upload_megabytes_per_account))
if file is not None and st.session_state.get("received_file") != file.file_id:
    with st.spinner(translate("upload.reading")):
        # Kept before it is read, and once a file: a rerun of the page sends nothing again.
        st.session_state["received"] = receive_file(context.store, context.viewer, file.name, file.getvalue())
        st.session_state["received_file"] = file.file_id
        release_upload(file)
        st.query_params["sent"] = st.session_state["received"].upload
    st.rerun()  # the steps above the page say what became of the file
# After a refresh the address still names the file; later, the last one that became no draft is there. Its original is
# read again.
if "received" not in st.session_state and (sent := st.query_params.get("sent") or journey.at("upload").upload):
    try:
        st.session_state["received"] = read_again(context.store, context.viewer, sent)
    except NotFound:
        st.query_params.pop("sent", None)
if name := offer_samples(opened="received" not in st.session_state):
    st.session_state["received"] = receive_file(context.store, context.viewer, SAMPLES[name], sample(name))
    st.query_params["sent"] = st.session_state["received"].upload
    st.rerun()  # the examples are folded: what was read comes next on the page

received: ReceivedFile | None = st.session_state.get("received")
if received is None:
    show_next_step(context, "upload")
    end_page()
reading = received.reading
reported = sum(value.state == "reported" for one in reading.applications for value in one.values.values())
blocking = sum(problem.blocks for problem in reading.problems)
said = "usable" if not blocking else "refused" if reading.applications or reading.questions else "nothing_read"
html.sentence(translate(f"upload.{said}", reported=reported, count=blocking))
html.where(translate("upload.kept", name=reading.file.name, sha256=reading.file.sha256[:12]))
show_recognition(context, reading)
answers: Answers | None = ask_questions(context, reading.questions, received.answers)
if answers is not None:
    st.session_state["received"] = read_again(context.store, context.viewer, received.upload, answers)
    st.rerun()
taken = offer_answer_sheet(context, received)
open_questions = [question.problem for question in reading.questions]
problem_list([problem for problem in reading.problems if problem not in open_questions])
if taken:  # else the next step would show what was there before this file
    show_next_step(context, "upload")
