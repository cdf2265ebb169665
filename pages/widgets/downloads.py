"""Taking a page's answer away: one row of buttons, a file made when it is asked for, and a word of it in the trail.

And a file that somebody sent, as it came.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePath

import streamlit as st

from kpi.catalogue.catalogue import notice_in_hand
from kpi.errors import NotFound
from kpi.model.evaluation import Evaluation
from kpi.model.publication import EnterpriseView
from kpi.model.viewer import Viewer
from kpi.reports.report_file import FORMS, write_report, write_summary
from kpi.services.downloads import LONGEST_PURPOSE, PERSONAL, TakenThing, note_download
from pages.session.context import PageContext
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.acts import show_error

DOCX_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_TYPES = {
    ".pdf": "application/pdf",
    ".docx": DOCX_TYPE,
    ".xlsx": XLSX_TYPE,
    ".html": "text/html",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".csv": "text/csv",
    ".json": "application/json",
    ".ics": "text/calendar",
}
ORDER = (".pdf", ".docx", ".xlsx", ".html")


@dataclass(frozen=True, slots=True)
class Offered:
    """One file to be taken away. ``make`` writes it when it is asked for.

    ``tag`` ends the name before the dot, where two files have one suffix.
    """

    suffix: str
    label: str
    make: Callable[[], bytes]
    tag: str = ""


def offer_files(
    context: PageContext,
    title: str,
    thing: TakenThing,
    subject: str,
    stem: str,
    files: Sequence[Offered],
    key: str = "",
    usual_purpose: str = "",
) -> None:
    """A button each. Nothing is made before one is pressed, which turns meanwhile; who took it stands in the trail.

    ``subject`` says of what, as the audit trail does; ``stem`` is the files' name without what follows the dot. ``key``
    distinguishes rows of the same thing on one page. Persons' data ask for their purpose first; ``usual_purpose`` is
    the answer that stands there already.
    """
    purpose = ask_purpose(f"purpose-{thing}{key}", thing, usual_purpose) if thing in PERSONAL else ""
    unsaid = thing in PERSONAL and not purpose
    with st.container(key=f"downloads-{thing}{key}", horizontal=True, vertical_alignment="center"):
        if title:
            html.where(title)
        for file in files:
            st.download_button(
                file.label,
                partial(taken_bytes, context, thing, subject, file, purpose),
                file_name=f"{stem}{file.tag}{file.suffix}",
                mime=_TYPES[file.suffix],
                on_click="ignore",
                disabled=unsaid,
                key=f"download-{thing}{key}-{file.tag}{file.suffix}",
            )


def taken_bytes(context: PageContext, thing: TakenThing, subject: str, one: Offered, purpose: str = "") -> bytes:
    """The file, noted in the trail as handed out."""
    with notice_in_hand(context.notice):
        data = one.make()
    note_download(context.store, context.reader_by_now(), thing, subject, one.suffix[1:], data, purpose=purpose)
    return data


def ask_purpose(key: str, thing: str, usual: str = "") -> str:
    """The field in which whoever takes persons' data says what for; "" until it is filled in.

    What was said last of the same ``thing`` stands in every field for it: one purpose is typed once a visit.
    """
    last, taken_over = f"purpose-of-{thing}", f"{key}-taken-over"
    said = st.session_state.get(last, usual)
    # Nothing is not put into a field that is drawn: the browser could put it there after the first letters are typed.
    if said and (key not in st.session_state or st.session_state.get(taken_over) != said):
        st.session_state[key] = st.session_state[taken_over] = said
    asked = st.text_input(
        translate("download.purpose"),
        max_chars=LONGEST_PURPOSE,
        key=key,
        help=translate("download.purpose_how"),
        on_change=_remember_purpose,
        args=(key, last, taken_over),
    )
    return asked.strip()


def _remember_purpose(key: str, last: str, taken_over: str) -> None:
    """Cleared, it stays in the other fields."""
    if said := st.session_state[key].strip():
        st.session_state[last] = st.session_state[taken_over] = said


def offer_report(
    context: PageContext, answer: Evaluation | EnterpriseView, *, pending: str = "", folded: bool = False
) -> None:
    """The report of an answer in each format, and one page of an enterprise's own with what is ``pending``; ``folded``
    into a menu where acts stand in a row.
    """
    application = answer.application
    stem = translate("download.name", code=application.credit_code, year=application.year)
    files = [
        Offered(
            suffix,
            translate(f"download.{FORMS[suffix].removeprefix('as_')}"),
            partial(write_report, answer, context.lang, f"{stem}{suffix}"),
        )
        for suffix in ORDER
    ]
    if isinstance(answer, EnterpriseView):
        make = partial(write_summary, answer, context.lang, pending)
        files.insert(0, Offered(".pdf", translate("download.summary"), make, tag=translate("download.summary_tag")))
    subject = f"{application.credit_code} {application.year}"
    title = translate("download.title")
    with st.popover(title) if folded else nullcontext():
        offer_files(context, "" if folded else title, "result_report", subject, stem, files)


Find = Callable[[Viewer | None], tuple[str, Path]]
"""Asks the service for a file's name and place."""


def offer_sent_file(context: PageContext, subject: str, find: Find, key: str, usual_purpose: str = "") -> None:
    """A button that hands out under its own name what somebody sent; where it is gone, that is said instead.

    ``find`` raises ``NotFound``; ``subject`` says of what, as the audit trail does. What a file holds nobody has read:
    its purpose is asked as that of persons' data; ``usual_purpose`` is the answer that stands there already.
    """
    try:
        name, _ = find(context.viewer)
    except NotFound as error:
        show_error(error)
        return
    purpose = ask_purpose(f"purpose-{key}", "sent_file", usual_purpose)
    st.download_button(
        html.plain(translate("download.sent", name=name)),
        partial(_sent_bytes, context, subject, find, purpose),
        file_name=name,
        mime="application/octet-stream",
        on_click="ignore",
        disabled=not purpose,
        key=key,
    )


def _sent_bytes(context: PageContext, subject: str, find: Find, purpose: str) -> bytes:
    """Asked for again, by whoever presses; noted in the trail as handed out."""
    viewer = context.reader_by_now()
    name, path = find(viewer)
    data = path.read_bytes()
    suffix = PurePath(name).suffix.removeprefix(".").lower()
    note_download(context.store, viewer, "sent_file", subject, suffix, data, purpose=purpose)
    return data
