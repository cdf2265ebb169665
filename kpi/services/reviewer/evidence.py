"""What stands behind a candidate's values: the cell in the file as sent, the reviewer's finding, questions asked."""

from __future__ import annotations

import hashlib
import uuid
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from kpi import tables
from kpi.access.roles import Scope
from kpi.annex4.check import check_report, report_picture
from kpi.benchmark.sealed_record import sealed_documents
from kpi.catalogue.catalogue import catalogue
from kpi.eligibility.ai_use import AiUse
from kpi.errors import NotFound, UserError
from kpi.files.text import plain_line
from kpi.files.workbook import UnreadableFile
from kpi.intake.cell_view import CellView, cell_view
from kpi.model.application import Application, AttachedDocument, DocumentKind
from kpi.model.claims import WHOLE_APPLICATION, Enquiry, EnquiryWithdrawal, EvidenceFinding, Finding, reported_text
from kpi.model.problem import DocumentReport
from kpi.model.viewer import Viewer
from kpi.services import lifecycle
from kpi.services.application_audit import answers_of, original_file
from kpi.services.authorization import reads, requires
from kpi.services.downloads import stated_purpose
from kpi.services.enterprise.checks import ActedFor, acted_for
from kpi.services.reviewer.candidates import find_candidate
from kpi.services.scenario_accounts import scenario_use
from kpi.services.unit_of_work import UnitOfWork, unit_of_work
from kpi.store.database import Cursor
from kpi.store.store import Store
from kpi.tables.sheets import SheetChange

LONGEST_NOTE = 500
LONGEST_QUESTION = 500


@dataclass(frozen=True, slots=True)
class CandidateEvidence:
    """``reported``: what each KPI reports, as a finding names it. ``findings``: the one that holds for it, where there
    is one; ``earlier``: all others, of other values too, the latest first. ``changes``: what was changed on the page.
    ``acted``: who filled in, checked and confirmed for the enterprise.
    """

    application: Application
    reported: Mapping[str, str]
    findings: Mapping[str, EvidenceFinding]
    earlier: Mapping[str, tuple[EvidenceFinding, ...]]
    enquiries: tuple[Enquiry, ...]
    changes: tuple[SheetChange, ...]
    ai_use: AiUse
    acted: ActedFor

    def noted(self, kpi: str) -> int:
        """How many findings there are of a KPI, of other values too."""
        return len(self.earlier[kpi]) + (kpi in self.findings)

    def asked_about(self, kpi: str) -> list[Enquiry]:
        return [enquiry for enquiry in self.enquiries if enquiry.kpi == kpi]


@reads("see_candidates")
def candidate_evidence(cursor: Cursor, viewer: Viewer, credit_code: str, year: int) -> CandidateEvidence:
    """All that reviewers noted and asked of one candidate, and what was answered.

    Raises:
        NotFound: no such candidate within reach.
    """
    candidate = find_candidate(cursor, viewer, credit_code, year)
    application = candidate.application
    reported = {code: reported_text(value) for code, value in application.values.items()}
    noted = tables.enquiries.evidence_findings(cursor, credit_code, year)
    asked = tables.enquiries.enquiries(cursor, [credit_code], year)
    changes = tables.sheets.worksheet_changes(cursor, Scope(own=(credit_code,)), credit_code, year)
    use = scenario_use(cursor, application)
    findings = {finding.kpi: finding for finding in noted if finding.reported == reported.get(finding.kpi)}
    earlier = {
        code: tuple(finding for finding in reversed(noted) if finding.kpi == code and finding is not findings.get(code))
        for code in reported
    }
    acted = acted_for(cursor, candidate, changes)
    return CandidateEvidence(application, reported, findings, earlier, tuple(asked), tuple(changes), use, acted)


@dataclass(frozen=True, slots=True)
class FindingGiven:
    """What a reviewer found of one KPI's evidence. ``reported`` is the value as the reviewer saw it
    (``CandidateEvidence.reported``), ``seen`` how many findings of the KPI (``CandidateEvidence.noted``).
    """

    kpi: str
    reported: str
    finding: Finding | None
    note: str
    seen: int | None = None


@requires("see_candidates")
def note_findings(
    store: Store,
    viewer: Viewer,
    credit_code: str,
    year: int,
    findings: Sequence[FindingGiven],
    at: datetime | None = None,
) -> None:
    """Note that the evidence confirms, leaves in doubt or refutes values: all of these findings or none. Every reviewer
    of the candidate sees them; no verdict changes.

    Raises:
        NotFound: no such candidate within reach, or no such KPI.
        UserError: of some finding, each named: it or its note is missing, the value is another by now, or a colleague
            has noted a finding meanwhile.
    """
    with unit_of_work(store, viewer.actor, at) as change:
        values = find_candidate(change.cursor, viewer, credit_code, year).application.values
        noted = Counter(item.kpi for item in tables.enquiries.evidence_findings(change.cursor, credit_code, year))
        said = {item.kpi: plain_line(item.note, LONGEST_NOTE) for item in findings}
        for item in findings:
            if item.kpi not in values:
                raise NotFound("kpi", item.kpi[:40])
        lifecycle.refuse(
            [
                UserError(code, kpi=item.kpi)
                for item in findings
                if (code := _fault(item, said[item.kpi], reported_text(values[item.kpi]), noted[item.kpi]))
            ]
        )
        for item in findings:
            if item.finding:  # none is without one by now
                note = said[item.kpi]
                given = EvidenceFinding(item.kpi, item.reported, item.finding, note, viewer.account, change.at)
                tables.enquiries.add_evidence_finding(change.cursor, credit_code, year, given)
                after = {"kpi": item.kpi, "finding": item.finding, "note": note}
                change.audit("evidence_noted", f"{credit_code} {year}", after=after)


def _fault(given: FindingGiven, note: str, reported: str, noted: int) -> str:
    if given.finding is None:
        return "finding_needed"
    if not note:
        return "finding_needs_note"
    if reported != given.reported:
        return "value_changed"
    return "finding_changed" if given.seen not in (None, noted) else ""


@requires("see_candidates")
def ask_enterprise(
    store: Store,
    viewer: Viewer,
    credit_code: str,
    year: int,
    kpi: str,
    question: str,
    at: datetime | None = None,
) -> None:
    """Ask the enterprise about one KPI, or about the application (``WHOLE_APPLICATION``).

    It reads the question and its date, and nothing else: not who asks, and not what the reviewer noted.

    Raises:
        NotFound: no such candidate within reach, or no such KPI.
        UserError: the question is empty.
    """
    said = plain_line(question, LONGEST_QUESTION)
    if not said:
        raise UserError("question_empty")
    if kpi != WHOLE_APPLICATION and kpi not in {item.code for item in catalogue().kpis}:
        raise NotFound("kpi", kpi[:40])
    with unit_of_work(store, viewer.actor, at) as change:
        find_candidate(change.cursor, viewer, credit_code, year)
        asked = Enquiry(uuid.uuid4().hex, credit_code, year, kpi, said, viewer.account, change.at, ())
        tables.enquiries.add_enquiry(change.cursor, asked)
        entry = {"kpi": kpi, "sha256": hashlib.sha256(said.encode()).hexdigest()}
        change.audit("enterprise_asked", f"{credit_code} {year}", after=entry)


@requires("see_candidates")
def withdraw_question(
    store: Store, viewer: Viewer, credit_code: str, year: int, enquiry: str, reason: str, at: datetime | None = None
) -> None:
    """Take an own question back while it is unanswered. The enterprise reads that it need not answer, and why.

    Raises:
        NotFound: no such candidate within reach, or it was not asked so by the viewer.
        UserError: no reason is given, it is answered, or it was taken back before.
    """
    said = plain_line(reason, LONGEST_QUESTION)
    if not said:
        raise UserError("withdrawal_needs_reason")
    with unit_of_work(store, viewer.actor, at) as change:
        find_candidate(change.cursor, viewer, credit_code, year)
        asked = tables.enquiries.enquiries(change.cursor, [credit_code], year)
        found = next((item for item in asked if (item.id, item.by) == (enquiry, viewer.account)), None)
        if found is None:
            raise NotFound("enquiry")
        if found.answers:
            raise UserError("question_answered")
        if found.withdrawal:
            raise UserError("question_withdrawn")
        tables.enquiries.withdraw_enquiry(change.cursor, enquiry, EnquiryWithdrawal(said, viewer.account, change.at))
        entry = {
            "kpi": found.kpi,
            "sha256": hashlib.sha256(found.question.encode()).hexdigest(),
            "reason": said,
        }
        change.audit("question_withdrawn", f"{credit_code} {year}", after=entry)


@requires("see_candidates")
def answer_file(store: Store, viewer: Viewer, credit_code: str, year: int, upload: str) -> tuple[str, Path]:
    """Name and place of a file that the enterprise sent with an answer.

    Raises:
        NotFound: no such candidate within reach, or no such file among its answers.
    """
    with store.cursor() as cursor:
        find_candidate(cursor, viewer, credit_code, year)
        sent = {
            given.upload
            for enquiry in tables.enquiries.enquiries(cursor, [credit_code], year)
            for given in enquiry.answers
        }
        if upload not in sent:
            raise NotFound("upload")
        return original_file(store, cursor, upload, None)


@requires("see_candidates")
def open_original(
    store: Store, viewer: Viewer, credit_code: str, year: int, kpi: str, at: datetime | None = None
) -> CellView:
    """The file as it was sent, at the cell of one KPI; who opened it, and when, is in the trail.

    Raises:
        NotFound: no such candidate within reach, or its value stands in no cell of a file.
        UserError: the file cannot be opened.
    """
    with store.cursor() as cursor:
        locked = find_candidate(cursor, viewer, credit_code, year)
        name, place = original_file(store, cursor, locked.upload, None)
        answers = answers_of(cursor, locked.upload)
    application = locked.application
    value = application.values.get(kpi)
    if value is None or value.cell is None:
        raise NotFound("cell")
    data = place.read_bytes()
    try:
        view = cell_view(name, data, value.cell, application, _personal(application), answers)
    except UnreadableFile as refused:
        raise UserError("original_unreadable") from refused
    if view is None:
        raise NotFound("cell")
    with unit_of_work(store, viewer.actor, at) as change:
        find_candidate(change.cursor, viewer, credit_code, year)
        entry = {"kpi": kpi, "file": hashlib.sha256(data).hexdigest()}
        change.audit("original_opened", f"{credit_code} {year}", after=entry)
    return view


def _personal(application: Application) -> set[str]:
    """Names and numbers of the persons whom the application names."""
    codes = [fact.code for fact in catalogue().facts if fact.person or fact.kind == "phone"]
    return {text for code in codes if (text := application.text(code))}


# A reviewer opens the documents that were sealed with a candidate's application.


Progress = Callable[[float], object]


@reads("see_candidates")
def candidate_documents(
    cursor: Cursor, viewer: Viewer, credit_code: str, year: int
) -> Mapping[DocumentKind, AttachedDocument]:
    """Those that the record of the lock seals.

    Raises:
        NotFound: no such candidate within reach.
    """
    return _sealed(cursor, viewer, credit_code, year)


@requires("see_candidates")
def take_candidate_document(
    store: Store,
    viewer: Viewer,
    credit_code: str,
    year: int,
    kind: DocumentKind,
    purpose: str,
    at: datetime | None = None,
) -> Path:
    """The place of one of them, to be taken away; who took it, when and what for is in the trail.

    Raises:
        NotFound: no such candidate within reach, or no such document sealed with it.
        UserError: no purpose is stated; such documents may name persons.
    """
    with unit_of_work(store, viewer.actor, at) as change:
        return _opened(store, change, viewer, credit_code, year, kind, {"purpose": stated_purpose(purpose)})


@requires("see_candidates")
def check_candidate_report(
    store: Store,
    viewer: Viewer,
    credit_code: str,
    year: int,
    progress: Progress | None = None,
    at: datetime | None = None,
) -> DocumentReport:
    """The sealed annex 4 report held against the notice and the application, as its enterprise could; that it was
    opened is in the trail.

    ``progress`` receives the share done, 0 to 1.

    Raises:
        NotFound: no such candidate within reach, or no report is sealed with it.
    """
    with unit_of_work(store, viewer.actor, at) as change:
        place = _opened(store, change, viewer, credit_code, year, "report", {})
    with store.cursor() as cursor:
        name = _sealed(cursor, viewer, credit_code, year)["report"].file_name
        application = find_candidate(cursor, viewer, credit_code, year).application
    return check_report(name, place, progress, application)


@requires("see_candidates")
def candidate_report_picture(
    store: Store, viewer: Viewer, credit_code: str, year: int, number: int
) -> tuple[str, bytes] | None:
    """Kind and bytes of a picture of the sealed report, by the check's number; None where a page cannot show it.

    Raises:
        NotFound: no such candidate within reach, or no report is sealed with it.
    """
    with store.cursor() as cursor:
        found = _sealed(cursor, viewer, credit_code, year).get("report")
        if found is None:
            raise NotFound("upload")
        _, place = original_file(store, cursor, found.upload, None)
    try:
        return report_picture(place, number)
    except UnreadableFile:
        return None


def _opened(
    store: Store,
    change: UnitOfWork,
    viewer: Viewer,
    credit_code: str,
    year: int,
    kind: DocumentKind,
    more: Mapping[str, str],
) -> Path:
    """The document's place, noted in the trail with ``more``. Raises as ``check_candidate_report``."""
    found = _sealed(change.cursor, viewer, credit_code, year).get(kind)
    if found is None:
        raise NotFound("upload")
    _, place = original_file(store, change.cursor, found.upload, None)
    change.audit("document_opened", f"{credit_code} {year}", after={"kind": kind, "sha256": found.sha256, **more})
    return place


def _sealed(cursor: Cursor, viewer: Viewer, credit_code: str, year: int) -> dict[DocumentKind, AttachedDocument]:
    sealed = sealed_documents(find_candidate(cursor, viewer, credit_code, year).record)
    found = tables.documents.attached_documents(cursor, Scope(own=(credit_code,)), credit_code, year)
    return {kind: item for kind, item in found.items() if sealed.get(kind) == item.sha256}
