"""The evidence of one KPI's value: its cell, the file, what can be asked for, the reviewer's finding, questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from html import escape
from typing import Literal, get_args

import streamlit as st

from kpi import i18n
from kpi.catalogue.catalogue import catalogue
from kpi.errors import NotFound, UserError
from kpi.intake.cell_view import CellView
from kpi.model.application import Application, AttachedDocument, DocumentKind
from kpi.model.claims import FINDINGS, WHOLE_APPLICATION, Enquiry, EvidenceFinding
from kpi.model.problem import DocumentReport
from kpi.services.enterprise.checks import ActedFor
from kpi.services.reviewer.evidence import (
    LONGEST_NOTE,
    LONGEST_QUESTION,
    CandidateEvidence,
    FindingGiven,
    answer_file,
    ask_enterprise,
    candidate_report_picture,
    check_candidate_report,
    note_findings,
    open_original,
    take_candidate_document,
    withdraw_question,
)
from pages.reviewer.parts.standing import TABS
from pages.session.context import PageContext, current_viewer
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.acts import confirm_act, entries, form_button, keep_press, press_answered, show_done, show_error
from pages.widgets.documents import document_list, findings, pictures, say_checked, self_assessment_remarks, summary
from pages.widgets.downloads import ask_purpose, offer_sent_file
from pages.widgets.entry_rows import begin_row, row_basis, row_choice, row_outdated, row_saved, row_text
from pages.widgets.layout import in_columns, offer_tab
from pages.widgets.tables import about_application, change_history, format_datetime, offer_data, show_table, typed_table

# Questions to the enterprise, with its answers and the files that came with them, and the form that asks another.


ENQUIRY_SAVED = "enterprise-asked"
About = Literal["kpi", "all"]


def ask_and_read_answers(context: PageContext, credit_code: str, year: int, kpi: str, asked: Sequence[Enquiry]) -> None:
    """What was asked about this KPI and about the whole application; other KPIs have theirs beside them."""
    html.clause(translate("enquiry.title"))
    if done := st.session_state.pop(ENQUIRY_SAVED, ""):
        st.success(translate(f"enquiry.{done}"))
    for enquiry in asked:
        if enquiry.kpi in (kpi, WHOLE_APPLICATION):
            _enquiry(context, enquiry)
    _form(context, credit_code, year, kpi)


def about(context: PageContext, kpi: str) -> str:
    """What a question is about, in words."""
    if kpi == WHOLE_APPLICATION:
        return translate("enquiry.whole")
    return f"{kpi} {catalogue().kpi(kpi).name.in_(context.lang)}"


def _enquiry(context: PageContext, one: Enquiry) -> None:
    at = format_datetime(one.at)
    lines = [about(context, one.kpi), translate("enquiry.asked_by", at=at, by=one.by, question=one.question)]
    lines += [
        translate("enquiry.answered_by", at=format_datetime(given.at), by=given.by, answer=given.answer)
        for given in one.answers
    ]
    if one.withdrawal:
        back = one.withdrawal
        lines.append(translate("enquiry.withdrawn_by", at=format_datetime(back.at), by=back.by, reason=back.reason))
    html.bullets([*lines, translate("enquiry.waiting")] if one.waiting else lines)
    # Answered while its form stood on this page: what is typed in it stays.
    begun = bool(one.answers) and bool(st.session_state.get(_why_key(one)))
    if (one.waiting or begun) and one.by == context.viewer.account:
        _withdraw(context, one, begun)
    for upload in [given.upload for given in one.answers if given.upload]:
        _file(context, one, upload)


def _why_key(one: Enquiry) -> str:
    return f"withdraw-why-{one.id}"


def _withdraw(context: PageContext, one: Enquiry, answered: bool) -> None:
    with st.expander(translate("enquiry.withdraw"), expanded=answered):
        # Always there, so that what is below keeps its place and what is typed in it.
        with st.container():
            if answered:
                html.notice(translate("enquiry.answered_meanwhile"))
        reason = st.text_input(translate("enquiry.withdraw_why"), max_chars=LONGEST_QUESTION, key=_why_key(one))
        if not confirm_act(
            translate("enquiry.withdraw"), translate("enquiry.withdraw_means"), key=f"withdraw-{one.id}"
        ):
            return
        try:
            withdraw_question(context.store, context.viewer, one.credit_code, one.year, one.id, reason)
        except UserError as error:
            show_error(error)
        else:
            st.session_state[ENQUIRY_SAVED] = "withdrawn"
            st.rerun()


def _file(context: PageContext, one: Enquiry, upload: str) -> None:
    find = partial(answer_file, context.store, credit_code=one.credit_code, year=one.year, upload=upload)
    offer_sent_file(context, f"{one.credit_code} {one.year}", find, f"answer-file-{upload}")


def _form(context: PageContext, credit_code: str, year: int, kpi: str) -> None:
    # Empty again once another was asked here; not when a colleague asks one, by which what is being written would go.
    times = f"asked-{credit_code}-{year}-{kpi}"
    key = f"ask-{credit_code}-{year}-{kpi}-{st.session_state.get(times, 0)}"
    with entries(key):
        chosen: About = st.radio(
            translate("enquiry.about"),
            get_args(About),
            format_func=lambda item: translate(f"enquiry.about_{item}"),
            horizontal=True,
            key=f"{key}-about",
            on_change="ignore",
        )
        question = st.text_input(
            translate("enquiry.question"), max_chars=LONGEST_QUESTION, key=f"{key}-question", on_change="ignore"
        )
        html.where(translate("enquiry.how"))
        if form_button(translate("enquiry.ask"), {translate("enquiry.question"): f"{key}-question"}, key):
            try:
                asked = kpi if chosen == "kpi" else WHOLE_APPLICATION
                ask_enterprise(context.store, context.viewer, credit_code, year, asked, question)
            except UserError as error:
                show_error(error)
            else:
                st.session_state[times] = st.session_state.get(times, 0) + 1
                st.session_state[ENQUIRY_SAVED] = "asked"
                st.rerun()


# The file as the enterprise sent it, opened in place at the cell of one KPI. Everything in it is escaped.


OPENED = "original-opened"
"""What is open: of which candidate and KPI, and what was read. One at a time: opening is an act, not to be repeated."""


def open_in_place(context: PageContext, credit_code: str, year: int, kpi: str) -> None:
    """A button that opens it, and then what stands around the cell."""
    at = (credit_code, year, kpi)
    opened: tuple[tuple[str, int, str], CellView] | None = st.session_state.get(OPENED)
    if opened is None or opened[0] != at:
        if not st.button(translate("evidence.open"), key="open-original"):
            return
        try:
            view = open_original(context.store, context.viewer, credit_code, year, kpi)
        except UserError as error:
            show_error(error)
            return
        st.session_state[OPENED] = at, view
        st.rerun()
    view = opened[1]
    where = f"{view.sheet}!{view.column}{view.row}" if view.sheet else f"{view.column}{view.row}"
    html.clause(translate("evidence.opened", file=view.file, where=where))
    html.element(_table(view))
    if view.own_only:
        html.where(translate("evidence.own_only"))
    if view.masked:
        html.where(translate("evidence.masked"))
    if st.button(translate("evidence.close"), key="close-original"):
        del st.session_state[OPENED]
        st.rerun()


# Without files: a look into the enterprise's own file, some rows around a cell
def _table(view: CellView) -> str:
    """Rows by number and columns by letter, as a spreadsheet shows them."""
    head = "".join(f'<th scope="col">{escape(letter)}</th>' for letter in view.columns)
    body = "".join(
        f'<tr><th scope="row">{number}</th>{"".join(_cell(view, number, *at) for at in _lettered(view, texts))}</tr>'
        for number, texts in view.rows
    )
    label = escape(translate("evidence.opened", file=view.file, where=f"{view.column}{view.row}"))
    table = f'<table class="kpi-file" aria-label="{label}"><thead><tr><td></td>{head}</tr></thead><tbody>{body}</tbody>'
    return f'<div class="kpi-table-box kpi-plain" tabindex="0">{table}</table></div>'


def _lettered(view: CellView, texts: tuple[str, ...]) -> list[tuple[str, str]]:
    return list(zip(view.columns, texts, strict=True))


def _cell(view: CellView, number: int, letter: str, text: str) -> str:
    here = ' class="here"' if (number, letter) == (view.row, view.column) else ""
    return f"<td{here}>{escape(text)}</td>"


SAVED, REFUSED = "findings-saved", "findings-refused"
_WIDTHS = (5, 6, 5)


def evidence_in_short(context: PageContext, kpi: str, found: CandidateEvidence) -> None:
    """Of the KPI that is open: what can be asked for, and what was found of its evidence."""
    with html.together():
        html.titled(translate("evidence.title"))
        html.where(translate("evidence.asked_for", evidence=catalogue().kpi(kpi).evidence.in_(context.lang)))
        html.where(translate("evidence.so_far", finding=_said(found.findings.get(kpi))))
    offer_tab(TABS, translate("candidate.tab_evidence"), translate("evidence.to_table"), "to-findings")


def evidence_in_full(context: PageContext, kpi: str, found: CandidateEvidence) -> None:
    """All KPIs with a finding each to fill in, saved by one press; beside them the evidence of the one that is open,
    its cell in the file, and the questions asked.
    """
    credit_code, year = found.application.credit_code, found.application.year
    about = about_application(context, found.application, translate("evidence.overview"))
    every, one = in_columns("evidence", (8, 4))
    with every:
        html.titled(translate("evidence.overview"))
        html.where(_progress(found))
        _findings_to_fill_in(context, found)
        table = typed_table(
            [translate(f"evidence.column_{name}") for name in ("kpi", "finding", "note", "questions")],
            [_row(context, found, item.code) for item in catalogue().kpis],
        )
        offer_data(context, about, "findings", table=table)
    with one, st.container(border=True):
        html.titled(f"{kpi} {catalogue().kpi(kpi).name.in_(context.lang)}")
        html.where(translate("evidence.how"))
        table = typed_table(
            [translate("detail.what"), translate("detail.said")],
            [
                [translate("evidence.where"), _where(found, kpi)],
                [translate("evidence.suggested"), catalogue().kpi(kpi).evidence.in_(context.lang)],
                [translate("evidence.column_finding"), _said(found.findings.get(kpi))],
            ],
        )
        title = translate("evidence.title")
        show_table(context, replace(about, title=title, kpis=[kpi]), table, "evidence")
        if found.application.values[kpi].cell is not None:
            open_in_place(context, credit_code, year, kpi)
        changes = [change for change in found.changes if change.item == kpi]
        change_history(context, f"{credit_code} {year} {kpi}", changes, found.acted.names)
        if earlier := found.earlier[kpi]:
            html.where(translate("evidence.earlier"))
            html.bullets([_said(item) for item in earlier])
        ask_and_read_answers(context, credit_code, year, kpi, found.enquiries)


def _findings_to_fill_in(context: PageContext, found: CandidateEvidence) -> None:
    with entries("findings"):
        for item in catalogue().kpis:
            _finding_to_fill_in(context, found, item.code)
        # Before the page is drawn again, which knows what a colleague has noted meanwhile.
        save = translate("evidence.save")
        st.button(save, on_click=_save_findings, args=(context, found), key="save-findings", type="primary")
    refused: tuple[tuple[str, int], UserError] | None = st.session_state.pop(REFUSED, None)
    if refused is not None and refused[0] == (found.application.credit_code, found.application.year):
        press_answered()
        show_error(refused[1], over_the_page=True)
    saved: int | None = st.session_state.pop(SAVED, None)
    if saved:
        show_done(translate("evidence.saved", count=saved))
    elif saved == 0:
        html.notice(translate("evidence.nothing"))


def _fields(found: CandidateEvidence, kpi: str) -> tuple[str, str]:
    """The keys of its finding and its note."""
    of = f"finding-{found.application.credit_code}-{found.application.year}-{kpi}"
    return f"{of}-choice", f"{of}-note"


def _finding_to_fill_in(context: PageContext, found: CandidateEvidence, kpi: str) -> None:
    """One row: the KPI, which a press opens beside, with its value and what was found last; a finding, and its note."""
    item, value = catalogue().kpi(kpi), found.application.values[kpi]
    label, (finding, words) = f"{kpi} {item.short.in_(context.lang)}", _fields(found, kpi)
    basis = begin_row({finding: None, words: ""}, (found.reported[kpi], found.noted(kpi)))
    number = i18n.kpi_number(value.value, item, context.lang, value.basis)
    what, choice, note = st.columns(_WIDTHS, vertical_alignment="center")
    with what:
        named = html.plain(f"{label} · {number}")
        st.button(named, type="tertiary", key=f"open-{finding}", on_click=_open_kpi, args=(kpi,))
        said = [_said(found.findings[kpi])] if kpi in found.findings else []
        if asked := found.asked_about(kpi):
            waiting = sum(each.waiting for each in asked)
            said.append(translate("evidence.questions_of", asked=len(asked), open=waiting))
        if said:
            html.where(" · ".join(said))
        if basis.outdated:
            html.notice(translate("evidence.outdated"))
    asked_for = translate("evidence.finding", kpi=html.plain(label))
    with choice:
        row_choice(asked_for, FINDINGS, lambda said: translate(f"evidence.{said}"), finding)
    hint, noted = translate("evidence.note_here"), translate("evidence.note", kpi=html.plain(label))
    with note:
        row_text(noted, LONGEST_NOTE, words, placeholder=hint, label_visibility="collapsed")


def _open_kpi(kpi: str) -> None:
    st.session_state["kpi"] = kpi


def _save_findings(context: PageContext, found: CandidateEvidence) -> None:
    """Knowing of the values and the findings that stood on the page when each was entered."""
    of = found.application.credit_code, found.application.year
    fields = {item.code: _fields(found, item.code) for item in catalogue().kpis}
    entered = {
        kpi: (st.session_state[finding], st.session_state[words])
        for kpi, (finding, words) in fields.items()
        if st.session_state[finding] or st.session_state[words].strip()
    }
    given = []
    for kpi, said in entered.items():
        reported, seen = row_basis(fields[kpi][0]).holds
        given.append(FindingGiven(kpi, reported, *said, seen))
    try:
        if given:
            note_findings(context.store, current_viewer(), *of, given)
    except UserError as error:
        keep_press({f"{kpi} {translate('evidence.column_note')}": fields[kpi][1] for kpi in entered})
        if not isinstance(error, NotFound):  # else no page has its fields, and it would be said on a later one
            st.session_state[REFUSED] = of, error
        for fault in (error, *error.also):
            if fault.code in ("value_changed", "finding_changed"):
                row_outdated(fields[str(fault.params["kpi"])][0])
    else:
        st.session_state[SAVED] = len(given)
        for kpi in entered:
            row_saved(*fields[kpi])


def _progress(found: CandidateEvidence) -> str:
    given = [finding.finding for finding in found.findings.values()]
    counts = {f"{name}": given.count(name) for name in FINDINGS}
    waiting = sum(enquiry.waiting for enquiry in found.enquiries)
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


# The sealed annex 4 report held against the notice, with its pictures beside what was found of them.


CHECKED = "candidate-report"
"""The check of one sealed report, by its hash. Opening it is an act, and a check takes seconds: it is kept."""


def report_check(context: PageContext, credit_code: str, year: int, sha256: str) -> None:
    """Checked when it is asked for."""
    at = (credit_code, year, sha256)
    kept: tuple[tuple[str, int, str], DocumentReport] | None = st.session_state.get(CHECKED)
    if kept is not None and kept[0] == at:
        report = kept[1]
    elif st.button(translate("attachment.check"), key="check-report"):
        bar = st.progress(0.0, translate("document.checking"))
        report = check_candidate_report(context.store, context.viewer, credit_code, year, bar.progress)
        bar.empty()
        st.session_state[CHECKED] = at, report
    else:
        return
    say_checked(report)
    html.where(translate("attachment.check_reading"))
    beside, shown = st.columns([3, 2], gap="medium") if report.pictures else (st.container(), None)
    with beside:
        summary(context, report)
        findings(context, report)
    if shown is not None:
        with shown:
            _picture(context, credit_code, year, report)
    pictures(context, report)


def _picture(context: PageContext, credit_code: str, year: int, report: DocumentReport) -> None:
    """One at a time: annex 4 asks for large ones."""
    words = {
        picture.number: translate("attachment.picture_name", number=picture.number, caption=picture.caption)
        for picture in report.pictures
    }
    number = st.selectbox(
        translate("attachment.picture"), list(words), index=None, format_func=words.__getitem__, key="report-picture"
    )
    if number is None:
        return
    shown = candidate_report_picture(context.store, context.viewer, credit_code, year, number)
    if shown is None or not _drawn(*shown, words[number]):
        html.where(translate("attachment.picture_not_shown"))


def _drawn(kind: str, data: bytes, caption: str) -> bool:
    """Whether it could be shown: a picture whose head is whole may be damaged further on."""
    try:
        st.image(data, caption=html.plain(caption), output_format="PNG" if kind == "PNG" else "JPEG")
    except OSError:
        return False
    return True


# A candidate's sealed documents, each to be taken; who took one and what for stands in the audit trail.


_TYPES: dict[DocumentKind, str] = {
    "report": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "self_assessment": "application/pdf",
}


def say_who_acted(context: PageContext, acted: ActedFor) -> None:
    """Who filled in, checked and confirmed for the enterprise, by name."""
    listed = i18n.text("number.list", context.lang)
    checked = acted.checked or i18n.NO_NUMBER
    html.where(translate("people.acted", filled=listed.join(acted.filled), checked=checked, confirmed=acted.confirmed))


def sealed_documents_of(
    context: PageContext, application: Application, found: Mapping[DocumentKind, AttachedDocument]
) -> None:
    credit_code, year = application.credit_code, application.year
    title = translate("attachment.title", year=year)
    st.subheader(title, anchor=False)
    document_list(context, f"{title} {credit_code}", found)
    self_assessment_remarks(context, found.get("self_assessment"), application)
    if found:
        purpose = ask_purpose(f"purpose-documents-{credit_code}-{year}", "sent_file")
        with st.container(horizontal=True):
            for kind, item in found.items():
                _download(context, credit_code, year, kind, item, purpose)
    if "report" in found:
        report_check(context, credit_code, year, found["report"].sha256)


def _download(
    context: PageContext, credit_code: str, year: int, kind: DocumentKind, one: AttachedDocument, purpose: str
) -> None:
    st.download_button(
        html.plain(translate("attachment.open", name=one.file_name)),
        partial(_content, context, credit_code, year, kind, purpose),
        file_name=one.file_name,
        mime=_TYPES[kind],
        on_click="ignore",
        disabled=not purpose,
        key=f"document-{credit_code}-{year}-{kind}",
    )


def _content(context: PageContext, credit_code: str, year: int, kind: DocumentKind, purpose: str) -> bytes:
    """Read when it is asked for, and not before."""
    viewer = context.reader_by_now()
    return take_candidate_document(context.store, viewer, credit_code, year, kind, purpose).read_bytes()
