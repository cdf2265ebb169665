"""The evidence of one KPI's value: its cell, the file, what can be asked for, the reviewer's finding, questions."""

from __future__ import annotations

from dataclasses import dataclass, replace

import streamlit as st

from kpi.catalogue.catalogue import catalogue
from kpi.errors import NotFound, UserError
from kpi.model.claims import FINDINGS, EvidenceFinding, Finding
from kpi.services.reviewer.evidence import LONGEST_NOTE, CandidateEvidence, candidate_evidence, note_finding
from pages.reviewer.parts.enquiries import ask_and_read_answers
from pages.reviewer.parts.original_file import open_in_place
from pages.session.language import translate
from pages.session.page_context import PageContext, current_viewer
from pages.widgets import html
from pages.widgets.ask_once import entries, keep_press, press_answered
from pages.widgets.change_history import change_history
from pages.widgets.data_files import about_application, show_table, typed_table
from pages.widgets.datetime_format import format_datetime
from pages.widgets.error_message import show_error
from pages.widgets.folded import opened_box

SAVED, REFUSED = "finding-saved", "finding-refused"


@dataclass(frozen=True, slots=True)
class _FindingOn:
    """What a finding is about, as it stood on the page. Another number of findings is another, empty form."""

    credit_code: str
    year: int
    kpi: str
    reported: str
    noted: int

    @property
    def form(self) -> str:
        return f"finding-{self.credit_code}-{self.year}-{self.kpi}-{self.noted}"

    @property
    def choice(self) -> str:
        return f"{self.form}-choice"

    @property
    def note(self) -> str:
        return f"{self.form}-note"


@dataclass(frozen=True, slots=True)
class _Refused:
    """A press that was refused, and what stood in the form."""

    on: _FindingOn
    entered: tuple[Finding | None, str]
    error: UserError


def evidence_of(context: PageContext, credit_code: str, year: int, kpi: str) -> CandidateEvidence:
    """Of the KPI that is open, then all 21 at a glance; answers what was found of the candidate."""
    found = candidate_evidence(context.store, context.viewer, credit_code, year)
    known = catalogue().kpi(kpi)
    st.subheader(translate("evidence.title"), anchor=False)
    html.clause(_progress(found))
    html.where(translate("evidence.how", kpi=f"{kpi} {known.name.in_(context.lang)}"))
    if st.session_state.pop(SAVED, False):
        st.success(translate("evidence.saved"))
    table = typed_table(
        [translate("detail.what"), translate("detail.said")],
        [
            [translate("evidence.where"), _where(found, kpi)],
            [translate("evidence.suggested"), known.evidence.in_(context.lang)],
            [translate("evidence.finding"), _said(found.findings.get(kpi))],
        ],
    )
    about = about_application(context, found.application, translate("evidence.title"))
    show_table(context, replace(about, kpis=[kpi]), table, "evidence")
    if found.application.values[kpi].cell is not None:
        open_in_place(context, credit_code, year, kpi)
    change_history(context, f"{credit_code} {year} {kpi}", [one for one in found.changes if one.item == kpi])
    if earlier := found.earlier[kpi]:
        html.where(translate("evidence.earlier"))
        html.bullets([_said(one) for one in earlier])
    with st.container(key="evidence-forms"):
        _finding_form(context, credit_code, year, kpi, found)
        ask_and_read_answers(context, credit_code, year, kpi, found.enquiries)
    if box := opened_box(translate("evidence.overview"), "evidence"):
        with box:
            table = typed_table(
                [translate(f"evidence.column_{name}") for name in ("kpi", "finding", "note", "questions")],
                [_row(context, found, one.code) for one in catalogue().kpis],
            )
            show_table(context, replace(about, title=translate("evidence.overview")), table, "findings", form="stacked")
    return found


def _progress(found: CandidateEvidence) -> str:
    given = [one.finding for one in found.findings.values()]
    counts = {f"{name}": given.count(name) for name in FINDINGS}
    waiting = sum(one.waiting for one in found.enquiries)
    return translate("evidence.progress", **counts, asked=len(found.enquiries), open=waiting)


def _where(found: CandidateEvidence, kpi: str) -> str:
    value = found.application.values[kpi]
    if value.cell is not None:
        return translate("evidence.cell", file=value.cell.file, cell=str(value.cell))
    return translate("evidence.blank" if value.state == "not_reported" else "evidence.typed")


def _said(one: EvidenceFinding | None) -> str:
    if one is None:
        return translate("evidence.none")
    finding = translate(f"evidence.{one.finding}")
    return translate("evidence.found", finding=finding, by=one.by, at=format_datetime(one.at), note=one.note)


def _row(context: PageContext, found: CandidateEvidence, kpi: str) -> list[str]:
    one, asked = found.findings.get(kpi), found.asked_about(kpi)
    waiting = sum(each.waiting for each in asked)
    return [
        f"{kpi} {catalogue().kpi(kpi).short.in_(context.lang)}",
        translate(f"evidence.{one.finding}" if one else "evidence.none"),
        one.note if one else "",
        translate("evidence.questions_of", asked=len(asked), open=waiting) if asked else "",
    ]


def _finding_form(context: PageContext, credit_code: str, year: int, kpi: str, found: CandidateEvidence) -> None:
    on = _FindingOn(credit_code, year, kpi, found.reported[kpi], found.noted(kpi))
    refused: _Refused | None = st.session_state.get(REFUSED)
    if refused is None or (refused.on.credit_code, refused.on.year, refused.on.kpi) != (credit_code, year, kpi):
        refused = None
    else:
        st.session_state.pop(REFUSED)
        # Into the form of what holds now, where a colleague has noted something meanwhile.
        st.session_state[on.choice], st.session_state[on.note] = refused.entered
    with entries(on.form):
        st.radio(
            translate("evidence.finding"),
            FINDINGS,
            index=None,
            format_func=lambda one: translate(f"evidence.{one}"),
            horizontal=True,
            key=on.choice,
            on_change="ignore",
        )
        st.text_input(translate("evidence.note"), max_chars=LONGEST_NOTE, key=on.note, on_change="ignore")
        # Before the page is drawn again, which has another form where a colleague has noted something meanwhile.
        st.button(translate("evidence.save"), on_click=_save_finding, args=(context, on), key=on.form)
    if refused:
        press_answered()
        show_error(refused.error, over_the_page=True)


def _save_finding(context: PageContext, on: _FindingOn) -> None:
    """Knowing of the value and the findings that stood on the page."""
    finding: Finding | None = st.session_state[on.choice]
    note: str = st.session_state[on.note]
    about = on.credit_code, on.year, on.kpi, on.reported
    try:
        if finding is None:
            raise UserError("finding_needed")
        note_finding(context.store, current_viewer(), *about, finding, note, seen=on.noted)
    except UserError as error:
        keep_press({translate("evidence.note"): on.note})
        if not isinstance(error, NotFound):  # else no page has its form, and it would be said on a later one
            st.session_state[REFUSED] = _Refused(on, (finding, note), error)
    else:
        st.session_state[SAVED] = True
