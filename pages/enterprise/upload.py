"""Upload: send the file there is, see how it is read, answer what is asked, and take it into the answer sheet."""

from functools import partial

import streamlit as st

from kpi.catalogue.catalogue import Catalogue, notice_in_hand
from kpi.errors import NotFound
from kpi.files.limits import application_limits
from kpi.intake.answers import NO_ANSWERS
from kpi.intake.form.template import template
from kpi.intake.how_read import KpiReading
from kpi.intake.settings import sample, samples
from kpi.model.language import Lang
from kpi.services.enterprise.carry_over import carry_over, year_to_begin
from kpi.services.enterprise.journey import Journey
from kpi.services.enterprise.uploads import (
    ReceivedFile,
    answer_questions,
    forget_answers,
    kpi_readings,
    latest_year,
    read_again,
    receive_file,
)
from pages.enterprise.parts.journey import show_next_step, show_steps
from pages.enterprise.parts.people import is_others
from pages.enterprise.parts.reading_table import file_facts, reading_table
from pages.enterprise.parts.upload import (
    ask_questions,
    choose_application,
    grouped,
    numbers_of,
    offer_answer_sheet,
    offer_samples,
)
from pages.session.context import PageContext, require_page
from pages.session.language import translate
from pages.session.notice import context_of_year
from pages.session.server_limits import server_limits
from pages.session.streamlit_internals import release_upload
from pages.widgets import html
from pages.widgets.acts import end_page
from pages.widgets.documents import problem_items, problem_list

LEFT_OUT = ("header_not_read", "level_for_change", "summary_not_read")


def _template(lang: Lang, notice: Catalogue) -> bytes:
    with notice_in_hand(notice):
        return template(lang)


def _carry_over(context: PageContext, journey: Journey) -> None:
    """Where a later notice is in force, its year can be begun from what was reported before."""
    if journey.credit_code is None or journey.year is None:
        return
    code, before = journey.credit_code, journey.year
    if (into := year_to_begin(context.store, context.viewer, code, before)) is None:
        return
    html.where(translate("upload.carry_how", before=before, into=into))
    if st.button(translate("upload.carry", before=before, into=into), key="carry-over"):
        received = carry_over(context.store, context.viewer, code, before, into)
        st.session_state["received"] = received
        st.query_params["sent"] = received.upload
        st.rerun()


def _send(context: PageContext) -> None:
    """The template to fill in, and the place for a file; what is sent is kept and read, and the page begins again."""
    st.text(translate("upload.how"))
    st.download_button(
        translate("upload.template"),
        partial(_template, context.lang, context.notice),
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
    if name := offer_samples(opened="received" not in st.session_state):
        st.session_state["received"] = receive_file(context.store, context.viewer, samples()[name].name, sample(name))
        st.query_params["sent"] = st.session_state["received"].upload
        st.rerun()  # the examples are folded: what was read comes next on the page


def _answer(context: PageContext, received: ReceivedFile) -> None:
    """The questions, and what was answered before: for this file, which may be asked again, and for earlier ones."""
    if received.reading.questions:
        given = ask_questions(context, received.reading.questions, received.answers, received.remembered)
        if given is not None:
            st.session_state["received"] = answer_questions(context.store, context.viewer, received.upload, given)
            st.rerun()
    if received.answers != NO_ANSWERS and st.button(translate("ask.again"), key="ask-again", type="tertiary"):
        st.session_state["received"] = answer_questions(context.store, context.viewer, received.upload, NO_ANSWERS)
        st.rerun()
    if any(question.remembered for question in received.reading.questions) and st.button(
        translate("ask.forget"), key="ask-forget", type="tertiary", help=translate("ask.forget_how")
    ):
        forget_answers(context.store, context.viewer)
        st.session_state["received"] = read_again(context.store, context.viewer, received.upload)
        st.rerun()


def _headline(received: ReceivedFile, readings: tuple[KpiReading, ...]) -> None:
    """What is open, what is certain, what the file does not say and what of it is left out."""
    reading = received.reading
    faults = sum(problem.severity == "error" for problem in reading.problems)
    said = "usable" if not reading.blocked else "asked" if reading.questions else "faulty"
    counts = {
        state: sum(kpi_reading.state == state for kpi_reading in readings) for state in ("asked", "certain", "absent")
    }
    left_out = sum(problem.code in LEFT_OUT for problem in reading.problems)
    if not readings and not reading.questions:
        said = "nothing_read"
    groups = len(grouped(reading.questions))
    html.sentence(translate(f"upload.{said}", count=len(reading.questions), groups=groups, faults=faults, **counts))
    html.where(translate("upload.counts", left_out=left_out, **counts) if readings else file_facts(reading.file))


def _read(context: PageContext, received: ReceivedFile) -> bool:
    """How the file was read, and the way into the answer sheet; True once that is from this file."""
    which = choose_application(context, received) if received.reading.applications else 0
    readings = kpi_readings(context.store, context.viewer, received.upload, which) if received.upload else ()
    _headline(received, readings)
    with st.container(key="reading"):
        how, ask = st.columns([7, 5], gap="medium")
        with ask:
            _answer(context, received)
            taken = offer_answer_sheet(context, received, which)
        with how:
            if readings:
                reading_table(context, received.reading.file.name, readings, numbers_of(received.reading.questions))
            html.where(
                translate("upload.kept", name=received.reading.file.name, sha256=received.reading.file.sha256[:12])
            )
            html.where(file_facts(received.reading.file))
    asked = [question.problem for question in received.reading.questions]
    others = [problem for problem in received.reading.problems if problem not in asked]
    problem_list([problem for problem in others if problem.blocks])
    if reminders := [problem for problem in others if not problem.blocks]:
        with st.expander(translate("faults.warning", count=len(reminders))):
            problem_items(reminders)
    return taken


context = require_page("submit_own", "upload")
journey = show_steps(context, "upload")
if is_others(context, "fill"):
    show_next_step(context, "upload")
    end_page()
# After a refresh the address still names the file; later, the last one that became no draft is there. Its original is
# read again.
if "received" not in st.session_state and (sent := st.query_params.get("sent") or journey.at("upload").upload):
    try:
        st.session_state["received"] = read_again(context.store, context.viewer, sent)
    except NotFound:
        st.query_params.pop("sent", None)
received: ReceivedFile | None = st.session_state.get("received")
_carry_over(context, journey)
if received is None:
    _send(context)
    show_next_step(context, "upload")
    end_page()
# By the notice of the year that the file states, whatever the steps above are of.
with context_of_year(context, latest_year(received.reading) or context.notice.notice.year) as its:
    taken = _read(its, received)
with st.expander(translate("upload.another")):
    _send(context)
if taken:  # else the next step would show what was there before this file
    show_next_step(context, "upload")
