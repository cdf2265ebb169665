"""A reviewer opens the documents that were sealed with a candidate's application."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from kpi import queries
from kpi.access.roles import Scope
from kpi.annex4.check import check_report, report_picture
from kpi.benchmark.sealed_record import sealed_documents
from kpi.errors import NotFound
from kpi.files.workbook import UnreadableFile
from kpi.model.application import AttachedDocument, DocumentKind
from kpi.model.problem import DocumentReport
from kpi.model.viewer import Viewer
from kpi.services.application_audit import original_file
from kpi.services.authorization import requires
from kpi.services.downloads import stated_purpose
from kpi.services.reviewer.candidates import find_candidate
from kpi.services.unit_of_work import UnitOfWork, unit_of_work
from kpi.store.cursor import Cursor
from kpi.store.store import Store

Progress = Callable[[float], object]


@requires("see_candidates")
def candidate_documents(
    store: Store, viewer: Viewer, credit_code: str, year: int
) -> Mapping[DocumentKind, AttachedDocument]:
    """Those that the record of the lock seals.

    Raises:
        NotFound: no such candidate within reach.
    """
    with store.cursor() as cursor:
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
    """The sealed annex 4 report held against the notice, as its enterprise could; that it was opened is in the trail.

    ``progress`` receives the share done, 0 to 1.

    Raises:
        NotFound: no such candidate within reach, or no report is sealed with it.
    """
    with unit_of_work(store, viewer.actor, at) as change:
        place = _opened(store, change, viewer, credit_code, year, "report", {})
    with store.cursor() as cursor:
        name = _sealed(cursor, viewer, credit_code, year)["report"].file_name
    return check_report(name, place, progress)


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
    found = queries.attached_documents(cursor, Scope(own=(credit_code,)), credit_code, year)
    return {kind: one for kind, one in found.items() if sealed.get(kind) == one.sha256}
