"""A person of the enterprise checks a draft: what was read then, and whether it is still that when it is locked."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from kpi import tables
from kpi.access.roles import Scope, scope_of
from kpi.errors import UserError
from kpi.model.application import Application, AttachedDocument, DocumentKind, dump_application
from kpi.model.claims import EnterpriseStatement
from kpi.model.times import just_after
from kpi.model.viewer import Viewer
from kpi.policy.policy import Policy
from kpi.services.authorization import reads, requires
from kpi.services.enterprise.drafts import kept_sheet, own_draft
from kpi.services.evaluation import evaluation_context
from kpi.services.unit_of_work import unit_of_work
from kpi.store.database import Cursor
from kpi.store.store import Store
from kpi.tables.applications import LockedApplication
from kpi.tables.sheets import DraftCheck, SheetChange


@dataclass(frozen=True, slots=True)
class ReadForCheck:
    """How a draft stands now: the hash of all that a lock would seal of it; and its last check, if there was one.

    ``changes`` of its sheet since then, the latest first: with none, it is a document or a statement that has changed.
    ``against_lock``: what keeps this person from locking it as it stands, but for what everybody sees before a lock.
    """

    sha256: str
    checked_by: str | None = None
    checked_at: datetime | None = None
    stands: bool = False
    changes: tuple[SheetChange, ...] = ()
    against_lock: tuple[UserError, ...] = ()


@reads("submit_own")
def draft_for_check(cursor: Cursor, viewer: Viewer, credit_code: str, year: int) -> ReadForCheck:
    """What there is to check, and whether it was.

    Raises:
        NotFound: there is no such draft in the viewer's scope.
        UserError: no policy covers that year.
    """
    sha256 = _sha256_now(cursor, viewer, credit_code, year)
    last = tables.sheets.last_check(cursor, scope_of(viewer), credit_code, year)
    against = tuple(against_lock(viewer, evaluation_context(cursor, year).policy, last, sha256))
    if last is None:
        return ReadForCheck(sha256, against_lock=against)
    since = tables.sheets.worksheet_changes(cursor, scope_of(viewer), credit_code, year, last.version)
    stands = last.sha256 == sha256
    return ReadForCheck(sha256, last.checked_by, last.checked_at, stands, () if stands else tuple(since), against)


@requires("check_own")
def check_draft(
    store: Store, viewer: Viewer, credit_code: str, year: int, seen: str | None = None, at: datetime | None = None
) -> None:
    """Say that the draft was checked as it is; ``seen`` is its hash as it was read. A later change unsays it.

    Raises:
        NotFound: there is no such draft in the viewer's scope.
        UserError: somebody has changed it since it was read.
    """
    with unit_of_work(store, viewer.actor, at) as change:
        cursor = change.cursor
        sha256 = _sha256_now(cursor, viewer, credit_code, year)
        if seen not in (None, sha256):
            raise UserError("changed_since_read")
        kept = kept_sheet(cursor, viewer, credit_code, year)
        last = tables.sheets.last_check(cursor, scope_of(viewer), credit_code, year)
        tables.sheets.add_check(
            cursor,
            credit_code,
            year,
            sha256,
            kept.version if kept else 0,
            viewer.account,
            just_after(change.at, last.checked_at if last else None),
        )
        change.audit("draft_checked", f"{credit_code} {year}", after={"sha256": sha256})


def checked_sha256(
    application: Application,
    documents: Mapping[DocumentKind, AttachedDocument],
    statements: Mapping[str, EnterpriseStatement],
) -> str:
    """Of all that a lock would seal of an enterprise's own: its values and facts, its documents, its statements."""
    read = [
        dump_application(application),
        sorted((kind, document.sha256) for kind, document in documents.items()),
        sorted((code, statement.holds, statement.evidence) for code, statement in statements.items()),
    ]
    return hashlib.sha256(json.dumps(read, ensure_ascii=False).encode()).hexdigest()


def against_lock(viewer: Viewer, policy: Policy, last: DraftCheck | None, sha256: str) -> list[UserError]:
    """What keeps this person from locking what has that hash: more duties than policy lets one have, or that nobody has
    checked it. Whoever checks as well does so by looking over what is locked.
    """
    held = len(viewer.enterprise_duties)
    if held > policy.duties_of_a_person:
        return [UserError("own_duties_too_many", held=held, most=policy.duties_of_a_person)]
    if "check" in viewer.enterprise_duties:
        return []
    if last is None:
        return [UserError("not_checked")]
    return [] if last.sha256 == sha256 else [UserError("changed_since_check")]


@dataclass(frozen=True, slots=True)
class ActedFor:
    """Who filled in, checked and locked an application for its enterprise, by the names of their accounts.

    ``names`` are those of everybody of that enterprise by account. ``checked`` is blank where the one who locked it
    checked it too.
    """

    names: Mapping[str, str]
    filled: tuple[str, ...]
    checked: str
    confirmed: str


def acted_for(cursor: Cursor, locked: LockedApplication, changes: Sequence[SheetChange]) -> ActedFor:
    """Of what is locked, with the changes of its sheet, for a caller who has it in scope."""
    code, year = locked.application.credit_code, locked.application.year
    own = Scope(own=(code,))
    people = [account.viewer for account in tables.accounts.enterprise_people(cursor, [code])]
    names = {person.account: person.name for person in people}
    sent = [upload.sent_by for upload in tables.applications.uploads(cursor, None, locked.upload)]
    filled = dict.fromkeys([*sent, *(change.changed_by for change in reversed(changes))])
    last = tables.sheets.last_check(cursor, own, code, year)
    documents = tables.documents.attached_documents(cursor, own, code, year)
    statements = tables.conditions.statements(cursor, own, code, year)
    stood = last is not None and last.sha256 == checked_sha256(locked.application, documents, statements)
    return ActedFor(
        names,
        tuple(names.get(account, account) for account in filled),
        names.get(last.checked_by, last.checked_by) if last and stood else "",
        names.get(locked.locked_by, locked.locked_by),
    )


def _sha256_now(cursor: Cursor, viewer: Viewer, credit_code: str, year: int) -> str:
    application = own_draft(cursor, viewer, credit_code, year).application
    documents = tables.documents.attached_documents(cursor, scope_of(viewer), credit_code, year)
    statements = tables.conditions.statements(cursor, scope_of(viewer), credit_code, year)
    return checked_sha256(application, documents, statements)
