"""The enterprise attaches what goes with its application: the annex 4 report, and the self-assessment report."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime

from kpi import queries, records
from kpi.access.roles import scope_of
from kpi.catalogue.forms import document_limits
from kpi.errors import NotFound, UserError
from kpi.files.limits import is_pdf
from kpi.files.text import printable_file_name
from kpi.model.application import AttachedDocument, DocumentKind
from kpi.model.viewer import Viewer
from kpi.services.application_audit import original_file, require_in_hand
from kpi.services.authorization import requires
from kpi.services.unit_of_work import UnitOfWork, unit_of_work
from kpi.store.store import Store

LONGEST_FILE_NAME = 120


@requires("submit_own")
def own_documents(store: Store, viewer: Viewer, credit_code: str, year: int) -> Mapping[DocumentKind, AttachedDocument]:
    """What is attached to the viewer's application of that year; nothing where there is none."""
    with store.cursor() as cursor:
        return queries.attached_documents(cursor, scope_of(viewer), credit_code, year)


@requires("submit_own")
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


@requires("submit_own")
def attach_self_assessment(
    store: Store, viewer: Viewer, credit_code: str, year: int, name: str, data: bytes, at: datetime | None = None
) -> None:
    """Keep and attach the PDF of the maturity self-assessment. Its content is kept as it is and never interpreted.

    Raises:
        NotFound: the viewer has no such open application.
        UserError: it is too large or no PDF, or that year is locked.
    """
    most = document_limits().self_assessment_bytes
    if len(data) > most:
        raise UserError("self_assessment_too_large", most=most // 1_000_000)
    if not is_pdf(data):
        raise UserError("self_assessment_no_pdf")
    with store.cursor() as cursor:
        require_in_hand(cursor, viewer, credit_code, year)
    sha256 = store.folder.keep_original(data)
    upload = uuid.uuid4().hex
    with unit_of_work(store, viewer.actor, at) as change:
        require_in_hand(change.cursor, viewer, credit_code, year)
        shown = printable_file_name(name, LONGEST_FILE_NAME)
        store.folder.keep_again(sha256, data)
        records.add_upload(change.cursor, upload, shown, sha256, viewer.account, change.at, 0)
        _attach(change, credit_code, year, "self_assessment", upload, sha256)


def _attach(change: UnitOfWork, credit_code: str, year: int, kind: DocumentKind, upload: str, sha256: str) -> None:
    records.attach_document(change.cursor, credit_code, year, kind, upload, change.actor.account, change.at)
    change.audit("document_attached", f"{credit_code} {year}", after={"kind": kind, "sha256": sha256})
