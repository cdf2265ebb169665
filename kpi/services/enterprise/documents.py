"""The application report of annex 4: the original kept, and checked against the notice."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType

from kpi import tables
from kpi.access.roles import Scope, scope_of
from kpi.annex4.check import check_report
from kpi.annex4.comments import Say, commented_report
from kpi.annex4.self_assessment import read_self_assessment
from kpi.catalogue.forms import document_limits
from kpi.errors import NotFound, UserError
from kpi.files.limits import is_pdf
from kpi.files.text import plain_line, printable_file_name
from kpi.model.application import Application, AttachedDocument, DocumentKind
from kpi.model.claims import ClaimEvidence, ClaimKey, Enquiry, EnquiryAnswer
from kpi.model.problem import DocumentReport
from kpi.model.times import shanghai_date
from kpi.model.viewer import Viewer
from kpi.services.application_audit import original_file, require_in_hand
from kpi.services.authorization import reads, requires
from kpi.services.claims import Claim, claims, ruled_claims
from kpi.services.sent_files import LONGEST_FILE_NAME, SentFile, keep_original, name_original, refuse_large
from kpi.services.unit_of_work import UnitOfWork, unit_of_work
from kpi.store.database import Cursor
from kpi.store.store import Store

# What the review asks an enterprise, and its answers.


LONGEST_ANSWER = 1000


@dataclass(frozen=True, slots=True)
class OwnEnquiry:
    """A question as its enterprise reads it: what is asked and when, never by whom. ``kpi`` may be
    ``WHOLE_APPLICATION``. ``withdrawn_because``: the question was taken back, and need not be answered.
    """

    id: str
    credit_code: str
    year: int
    kpi: str
    question: str
    at: datetime
    answers: tuple[EnquiryAnswer, ...]
    withdrawn_because: str | None
    waiting: bool


@reads("submit_own")
def own_enquiries(cursor: Cursor, viewer: Viewer) -> list[OwnEnquiry]:
    """All that the viewer's factories were asked, those without an answer first, then the latest first.

    Of an application that was reopened and discarded nothing is waited for: its questions are there again with it.
    """
    scope = scope_of(viewer)
    found = tables.enquiries.enquiries(cursor, scope.own)
    if found:
        there = {(worksheet.credit_code, worksheet.year) for worksheet in tables.sheets.worksheets(cursor, scope)}
        known = [draft.application for draft in tables.applications.drafts(cursor, scope)]
        known += [application.application for application in tables.applications.locked_applications(cursor, scope)]
        there |= {(item.credit_code, item.year) for item in known}
        found = [enquiry for enquiry in found if (enquiry.credit_code, enquiry.year) in there]
    own = [
        OwnEnquiry(
            enquiry.id,
            enquiry.credit_code,
            enquiry.year,
            enquiry.kpi,
            enquiry.question,
            enquiry.at,
            enquiry.answers,
            enquiry.withdrawal.reason if enquiry.withdrawal else None,
            enquiry.waiting,
        )
        for enquiry in reversed(found)
    ]
    return sorted(own, key=lambda own_enquiry: not own_enquiry.waiting)


@requires("fill_own")
def answer_enquiry(
    store: Store,
    viewer: Viewer,
    enquiry: str,
    answer: str,
    file: SentFile | None = None,
    at: datetime | None = None,
) -> None:
    """Answer a question, with a file where one is sent. A second answer stands beside the first, whose words stay.

    Possible after the lock: an answer changes no value.

    Raises:
        NotFound: no factory of the viewer's was asked so.
        UserError: the answer is empty, the question was taken back, or the file is larger than any upload may be.
    """
    said = plain_line(answer, LONGEST_ANSWER)
    if not said:
        raise UserError("answer_empty")
    refuse_large(file)
    with store.cursor() as cursor:
        _asked(cursor, viewer, enquiry)
    sha256 = keep_original(store, file)
    with unit_of_work(store, viewer.actor, at) as change:
        asked = _asked(change.cursor, viewer, enquiry)
        upload = name_original(change, store, file, sha256)
        tables.enquiries.add_enquiry_answer(
            change.cursor, enquiry, EnquiryAnswer(said, upload, viewer.account, change.at)
        )
        entry = {"kpi": asked.kpi, "sha256": hashlib.sha256(said.encode()).hexdigest(), "file": sha256}
        change.audit("enterprise_answered", f"{asked.credit_code} {asked.year}", after=entry)


def _asked(cursor: Cursor, viewer: Viewer, enquiry: str) -> Enquiry:
    found = [item for item in tables.enquiries.enquiries(cursor, scope_of(viewer).own) if item.id == enquiry]
    if not found:
        raise NotFound("enquiry")
    if found[0].withdrawal:
        raise UserError("question_withdrawn")
    return found[0]


# The enterprise shows what it claims: a start, a "not applicable", a group.


LONGEST_EVIDENCE = 200


@reads("submit_own")
def own_claims(cursor: Cursor, viewer: Viewer, credit_code: str, year: int) -> list[Claim]:
    """What the viewer's own application of that year claims, locked or not.

    Raises:
        NotFound: there is no such application.
    """
    [found] = claims(cursor, [_own_application(cursor, viewer, credit_code, year)])
    return found


@requires("fill_own")
def attach_evidence(
    store: Store,
    viewer: Viewer,
    credit_code: str,
    year: int,
    key: ClaimKey,
    evidence: str,
    file: SentFile | None = None,
    at: datetime | None = None,
) -> None:
    """Keep what shows a claim: words that name a document, and the document itself where it is sent.

    Possible after the lock too, because it changes no value. Nothing attached before is replaced.

    Raises:
        NotFound: the viewer has no such application, or it claims no such thing.
        UserError: no words are given, or the file is larger than any upload may be.
    """
    plain = plain_line(evidence, LONGEST_EVIDENCE)
    if not plain:
        raise UserError("claim_evidence_needed")
    refuse_large(file)
    with store.cursor() as cursor:
        _claimed(cursor, viewer, credit_code, year, key)
    sha256 = keep_original(store, file)
    with unit_of_work(store, viewer.actor, at) as change:
        claimed = _claimed(change.cursor, viewer, credit_code, year, key)
        upload = name_original(change, store, file, sha256)
        given = ClaimEvidence(key, claimed, plain, upload, viewer.account, change.at)
        tables.claims.add_claim_evidence(change.cursor, credit_code, year, given)
        entry = {"kind": key.kind, "item": key.item, "sha256": hashlib.sha256(plain.encode()).hexdigest()}
        change.audit("claim_evidence_attached", f"{credit_code} {year}", after={**entry, "file": sha256})


def _claimed(cursor: Cursor, viewer: Viewer, credit_code: str, year: int, key: ClaimKey) -> str:
    claimed = ruled_claims(cursor, _own_application(cursor, viewer, credit_code, year)).get(key)
    if claimed is None:
        raise NotFound("claim")
    return claimed


def _own_application(cursor: Cursor, viewer: Viewer, credit_code: str, year: int) -> Application:
    """The locked one where there is one, else the draft."""
    scope: Scope = scope_of(viewer)
    locked = [item.application for item in tables.applications.locked_applications(cursor, scope)]
    for application in (*locked, *(draft.application for draft in tables.applications.drafts(cursor, scope))):
        if (application.credit_code, application.year) == (credit_code, year):
            return application
    raise NotFound("application")


# The enterprise attaches what goes with its application: the annex 4 report, and the self-assessment report.


@reads("submit_own")
def own_documents(
    cursor: Cursor, viewer: Viewer, credit_code: str, year: int
) -> Mapping[DocumentKind, AttachedDocument]:
    """What is attached to the viewer's application of that year; nothing where there is none."""
    return tables.documents.attached_documents(cursor, scope_of(viewer), credit_code, year)


@requires("fill_own")
def attach_report(
    store: Store, viewer: Viewer, credit_code: str, year: int, upload: str, at: datetime | None = None
) -> None:
    """Attach the annex 4 report that was checked as ``upload``, whatever the check found.

    Raises:
        NotFound: the viewer has no such open application, or no such upload of a Word document.
        UserError: that year is locked.
    """
    with unit_of_work(store, viewer.actor, at) as change:
        require_in_hand(change.cursor, viewer, credit_code, year)
        name, original = original_file(store, change.cursor, upload, viewer.account)
        if not name.lower().endswith(".docx"):
            raise NotFound("upload")
        _attach(change, credit_code, year, "report", upload, original.name)


@requires("fill_own")
def attach_self_assessment(
    store: Store,
    viewer: Viewer,
    credit_code: str,
    year: int,
    name: str,
    data: bytes,
    assessed_on: date | None,
    at: datetime | None = None,
) -> None:
    """Keep and attach the PDF of the maturity self-assessment made on that day.

    Its content is kept as it is; what it says of level, score and day is kept beside it, to be held against what the
    enterprise says.

    Raises:
        NotFound: the viewer has no such open application.
        UserError: it is too large or no PDF, its day is missing or still to come, or that year is locked.
    """
    if assessed_on is None:
        raise UserError("self_assessment_undated")
    most = document_limits().self_assessment_bytes
    if len(data) > most:
        raise UserError("self_assessment_too_large", most=most // 1_000_000)
    if not is_pdf(data):
        raise UserError("self_assessment_no_pdf")
    with store.cursor() as cursor:
        require_in_hand(cursor, viewer, credit_code, year)
    read = read_self_assessment(data, assessed_on)
    sha256 = store.folder.keep_original(data)
    upload = uuid.uuid4().hex
    with unit_of_work(store, viewer.actor, at) as change:
        require_in_hand(change.cursor, viewer, credit_code, year)
        if assessed_on > shanghai_date(change.at):
            raise UserError("self_assessment_to_come", day=assessed_on.isoformat())
        shown = printable_file_name(name, LONGEST_FILE_NAME)
        store.folder.keep_again(sha256, data)
        tables.applications.add_upload(change.cursor, upload, shown, sha256, viewer.account, change.at, 0)
        tables.documents.add_self_assessment(change.cursor, upload, credit_code, year, read)
        dated = {"assessed_on": assessed_on.isoformat()}
        _attach(change, credit_code, year, "self_assessment", upload, sha256, dated)


def _attach(
    change: UnitOfWork,
    credit_code: str,
    year: int,
    kind: DocumentKind,
    upload: str,
    sha256: str,
    more: Mapping[str, str] = MappingProxyType({}),
) -> None:
    tables.documents.attach_document(change.cursor, credit_code, year, kind, upload, change.actor.account, change.at)
    change.audit("document_attached", f"{credit_code} {year}", after={"kind": kind, "sha256": sha256, **more})


Progress = Callable[[float], object]


@dataclass(frozen=True, slots=True)
class CheckedDocument:
    """``application`` is the one that the report was held against, None where there was none."""

    upload: str
    report: DocumentReport
    application: Application | None = None


@reads("submit_own")
def application_of_report(
    cursor: Cursor, viewer: Viewer, credit_code: str | None, year: int | None
) -> Application | None:
    """What a report of that factory and year is held against: its application as locked, else its draft, if any."""
    if credit_code is None or year is None:
        return None
    try:
        return _own_application(cursor, viewer, credit_code, year)
    except NotFound:
        return None


@requires("fill_own")
def check_document(
    store: Store,
    viewer: Viewer,
    name: str,
    data: bytes,
    progress: Progress | None = None,
    at: datetime | None = None,
    application: Application | None = None,
) -> CheckedDocument:
    """Keep the document, then check the stored file, so that 100 MB are not held twice.

    ``progress`` receives the share done, 0 to 1. The report is held against the viewer's ``application``, if given.
    """
    sha256 = store.folder.keep_original(data)
    report = check_report(name, store.folder.original(sha256), progress, application)
    upload = uuid.uuid4().hex
    with unit_of_work(store, viewer.actor, at) as change:
        store.folder.keep_again(sha256, data)
        tables.applications.add_upload(
            change.cursor, upload, report.name, sha256, viewer.account, change.at, len(report.faults)
        )
        change.audit("document_checked", upload, after={"sha256": sha256, "faults": len(report.faults)})
    return CheckedDocument(upload, report, application)


@requires("submit_own")
def check_again(
    store: Store,
    viewer: Viewer,
    upload: str,
    progress: Progress | None = None,
    application: Application | None = None,
) -> CheckedDocument:
    """Check an earlier document from its original, as ``check_document``.

    Raises:
        NotFound: the viewer has no such upload.
    """
    with store.cursor() as cursor:
        name, original = original_file(store, cursor, upload, viewer.account)
    return CheckedDocument(upload, check_report(name, original, progress, application), application)


@requires("submit_own")
def document_with_comments(store: Store, viewer: Viewer, checked: CheckedDocument, say: Say, author: str) -> bytes:
    """A copy of the checked document with its findings as Word comments in the words of ``say``; kept nowhere.

    Raises:
        NotFound: the viewer has no such upload.
        UserError: it cannot be read, or a part of it is damaged.
    """
    with store.cursor() as cursor:
        _, original = original_file(store, cursor, checked.upload, viewer.account)
    return commented_report(original, checked.report.findings, say, author)
