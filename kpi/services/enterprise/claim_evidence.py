"""The enterprise shows what it claims: a start, a "not applicable", a group."""

from __future__ import annotations

import hashlib
import uuid
from datetime import datetime

from kpi import queries, records
from kpi.access.roles import Scope, scope_of
from kpi.errors import NotFound, UserError
from kpi.files.limits import application_limits
from kpi.files.text import plain_line, printable_file_name
from kpi.model.application import Application
from kpi.model.claims import ClaimEvidence, ClaimKey
from kpi.model.viewer import Viewer
from kpi.services.authorization import requires
from kpi.services.claims import Claim, claims, ruled_claims
from kpi.services.unit_of_work import unit_of_work
from kpi.store.cursor import Cursor
from kpi.store.store import Store

LONGEST_EVIDENCE = 200
LONGEST_FILE_NAME = 120


@requires("submit_own")
def own_claims(store: Store, viewer: Viewer, credit_code: str, year: int) -> list[Claim]:
    """What the viewer's own application of that year claims, locked or not.

    Raises:
        NotFound: there is no such application.
    """
    with store.cursor() as cursor:
        application = _own_application(cursor, viewer, credit_code, year)
        evidence = queries.claim_evidence(cursor, scope_of(viewer), credit_code, year)
        rulings = queries.claim_rulings(cursor, [credit_code], year)
        return claims(cursor, application, evidence, rulings.get((credit_code, year), ()))


@requires("submit_own")
def attach_evidence(
    store: Store,
    viewer: Viewer,
    credit_code: str,
    year: int,
    key: ClaimKey,
    evidence: str,
    file: tuple[str, bytes] | None = None,
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
    most = application_limits().file_bytes
    if file and len(file[1]) > most:
        raise UserError("evidence_too_large", most=most // 2**20)
    with store.cursor() as cursor:
        _claimed(cursor, viewer, credit_code, year, key)
    sha256 = store.folder.keep_original(file[1]) if file else None
    with unit_of_work(store, viewer.actor, at) as change:
        claimed = _claimed(change.cursor, viewer, credit_code, year, key)
        upload = uuid.uuid4().hex if file else None
        if file and upload and sha256:
            name = printable_file_name(file[0], LONGEST_FILE_NAME)
            store.folder.keep_again(sha256, file[1])
            records.add_upload(change.cursor, upload, name, sha256, viewer.account, change.at, 0)
        given = ClaimEvidence(key, claimed, plain, upload, viewer.account, change.at)
        records.add_claim_evidence(change.cursor, credit_code, year, given)
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
    locked = [one.application for one in queries.locked_applications(cursor, scope)]
    for application in (*locked, *(one.application for one in queries.drafts(cursor, scope))):
        if (application.credit_code, application.year) == (credit_code, year):
            return application
    raise NotFound("application")
