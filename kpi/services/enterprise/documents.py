"""The application report of annex 4: the original kept, and checked against the notice."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from kpi import records
from kpi.annex4.check import check_report
from kpi.model.problem import DocumentReport
from kpi.model.viewer import Viewer
from kpi.services.application_audit import original_file
from kpi.services.authorization import requires
from kpi.services.unit_of_work import unit_of_work
from kpi.store.store import Store

Progress = Callable[[float], object]


@dataclass(frozen=True, slots=True)
class CheckedDocument:
    upload: str
    report: DocumentReport


@requires("submit_own")
def check_document(
    store: Store,
    viewer: Viewer,
    name: str,
    data: bytes,
    progress: Progress | None = None,
    at: datetime | None = None,
) -> CheckedDocument:
    """Keep the document, then check the stored file, so that 100 MB are not held twice.

    ``progress`` receives the share done, 0 to 1.
    """
    sha256 = store.folder.keep_original(data)
    report = check_report(name, store.folder.original(sha256), progress)
    upload = uuid.uuid4().hex
    with unit_of_work(store, viewer.actor, at) as change:
        store.folder.keep_again(sha256, data)
        records.add_upload(change.cursor, upload, report.name, sha256, viewer.account, change.at, len(report.faults))
        change.audit("document_checked", upload, after={"sha256": sha256, "faults": len(report.faults)})
    return CheckedDocument(upload, report)


@requires("submit_own")
def check_again(store: Store, viewer: Viewer, upload: str, progress: Progress | None = None) -> CheckedDocument:
    """Check an earlier document from its original.

    Raises:
        NotFound: the viewer has no such upload.
    """
    with store.cursor() as cursor:
        name, original = original_file(store, cursor, upload, viewer.account)
    return CheckedDocument(upload, check_report(name, original, progress))
