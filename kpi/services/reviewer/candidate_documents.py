"""A reviewer opens the documents that were sealed with a candidate's application."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from kpi import queries
from kpi.access.scope import Scope
from kpi.benchmark.sealed_record import sealed_documents
from kpi.errors import NotFound
from kpi.model.attached_document import AttachedDocument, DocumentKind
from kpi.model.viewer import Viewer
from kpi.services.application_audit import original_file
from kpi.services.authorization import requires
from kpi.services.reviewer.candidates import find_candidate
from kpi.services.unit_of_work import unit_of_work
from kpi.store.cursor import Cursor
from kpi.store.store import Store


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
def open_candidate_document(
    store: Store, viewer: Viewer, credit_code: str, year: int, kind: DocumentKind, at: datetime | None = None
) -> Path:
    """The place of one of them; who opened it, and when, is in the trail.

    Raises:
        NotFound: no such candidate within reach, or no such document sealed with it.
    """
    with unit_of_work(store, viewer.actor, at) as change:
        found = _sealed(change.cursor, viewer, credit_code, year).get(kind)
        if found is None:
            raise NotFound("upload")
        _, place = original_file(store, change.cursor, found.upload, None)
        change.audit("document_opened", f"{credit_code} {year}", after={"kind": kind, "sha256": found.sha256})
    return place


def _sealed(cursor: Cursor, viewer: Viewer, credit_code: str, year: int) -> dict[DocumentKind, AttachedDocument]:
    sealed = sealed_documents(find_candidate(cursor, viewer, credit_code, year).record)
    found = queries.attached_documents(cursor, Scope(own=(credit_code,)), credit_code, year)
    return {kind: one for kind, one in found.items() if sealed.get(kind) == one.sha256}
