"""Reading the audit trail: for the administrator, and to verify the store."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from kpi import tables
from kpi.errors import UserError
from kpi.model.audit import EVERY_ENTRY, AuditEntry, AuditFilter, CheckedTrail
from kpi.model.times import now, shanghai_date
from kpi.model.viewer import Viewer
from kpi.services.audit_trail import check_every_entry, check_new_entries, unwatched
from kpi.services.authorization import reads, reads_unscoped, requires
from kpi.services.downloads import stated_purpose
from kpi.services.signatures import sign_anchor
from kpi.services.unit_of_work import unit_of_work
from kpi.services.year import policy_of_day
from kpi.store.database import Cursor
from kpi.store.store import Store
from kpi.tables.applications import SealedRecord
from kpi.tables.audit import FrequentProbe

MOST_ENTRIES = 1_000_000
"""More than a sheet of a workbook holds are not exported as a table; the whole trail as JSON Lines has no limit."""


@dataclass(frozen=True, slots=True)
class AuditTrail:
    """The latest entries, how many there are, and how far they have been checked."""

    acts: list[AuditEntry]
    length: int
    check: CheckedTrail | None

    @property
    def unchecked(self) -> int:
        """How many entries, the latest, have not been checked since the store was opened."""
        return self.length - (self.check.seq if self.check else 0)


@requires("see_audit")
def read_audit(
    store: Store, viewer: Viewer, limit: int, wanted: AuditFilter = EVERY_ENTRY, at: datetime | None = None
) -> AuditTrail:
    """The latest entries of those asked for, without those of a conflict of interest, and a check of what is new."""
    check, length = check_new_entries(store, at or now())
    with store.cursor() as cursor:
        acts = tables.audit.latest_audit_entries(cursor, limit, wanted)
    return AuditTrail([act for act in acts if not _names(act, viewer.barred)], length, check)


@requires("see_audit")
def check_audit(
    store: Store, _: Viewer, report: Callable[[float], None] = unwatched, at: datetime | None = None
) -> CheckedTrail:
    """Check the whole trail. ``report`` is given the share that is done.

    Raises:
        StoreUnavailable: the secret is missing.
    """
    return check_every_entry(store, at or now(), report)


def _names(act: AuditEntry, barred: Collection[str]) -> bool:
    """Whether an act is about one of these enterprises; that there is a conflict of interest is no secret."""
    if act.action in ("conflict_declared", "conflict_withdrawn", "conflict_corrected"):
        return False
    return any(code in part for code in barred for part in (act.subject, act.before or "", act.after or ""))


@reads_unscoped("see_audit")
def audit_accounts(cursor: Cursor) -> list[str]:
    """Every account that has acted, by name."""
    return tables.audit.audit_actors(cursor)


@requires("see_audit")
def take_audit_entries(
    store: Store, viewer: Viewer, wanted: AuditFilter, purpose: str, at: datetime | None = None
) -> list[AuditEntry]:
    """Every entry of those asked for, the latest first, to be carried away: the export itself is one of the trail.

    Without those of a conflict of interest. The trail names persons, so what it is taken for is kept.

    Raises:
        UserError: no purpose is stated.
    """
    stated = stated_purpose(purpose)
    with unit_of_work(store, viewer.actor, at) as change:
        change.audit("audit_exported", viewer.account, after={"purpose": stated})
    with store.cursor() as cursor:
        acts = tables.audit.latest_audit_entries(cursor, MOST_ENTRIES, wanted)
    return [act for act in acts if not _names(act, viewer.barred)]


@requires("see_audit")
def export_audit(store: Store, viewer: Viewer, purpose: str, at: datetime | None = None) -> str:
    """The whole trail as JSON Lines, including the export itself as the last entry.

    Kept elsewhere it is an anchor: earlier entries cannot be changed unnoticed, not even with the key.

    Raises:
        UserError: the viewer has a conflict of interest, and a part of the trail would be no trail; or no purpose is
            stated: the trail names persons.
    """
    if viewer.barred:
        raise UserError("export_conflicted")
    stated = stated_purpose(purpose)
    with unit_of_work(store, viewer.actor, at) as change:
        change.audit("audit_exported", viewer.account, after={"purpose": stated})
    with store.cursor() as cursor:
        acts = tables.audit.audit_entries(cursor)
    lines = [asdict(act) | {"done_at": act.done_at.isoformat()} for act in acts]
    return "".join(json.dumps(line, ensure_ascii=False, sort_keys=True) + "\n" for line in lines)


@reads("see_audit")
def frequent_changes(cursor: Cursor, viewer: Viewer, at: datetime | None = None) -> list[FrequentProbe]:
    """Factories that changed one KPI, or ran what-ifs, more often than the policy's limits within its period."""
    moment = at or now()
    rules = policy_of_day(cursor, shanghai_date(moment)).disclosure
    since = moment - timedelta(days=rules.alert_days)
    found = tables.audit.frequent_probes(cursor, since, rules.alert_values, rules.alert_what_ifs)
    return [probe for probe in found if probe.credit_code not in viewer.barred]


@requires("see_audit")
def take_signed_anchor(store: Store, _: Viewer, at: datetime | None = None) -> str:
    """How far the trail goes, with the hash of all of it, signed: to be kept elsewhere by who audits. It names nobody.

    Raises:
        StoreUnavailable: acts are missing, or the secret is.
        UserError: there is no act yet.
    """
    return sign_anchor(store, at or now())


def unwitnessed(acts: Sequence[AuditEntry], sealed_records: Sequence[SealedRecord]) -> list[SealedRecord]:
    """Sealed verdicts not in the trail: created or resealed outside the product."""
    witnessed = {
        (act.subject, record)
        for act in acts
        if act.action in ("application_locked", "claim_ruled", "ruling_withdrawn")
        for record in _records(act)
    }
    return [
        sealed for sealed in sealed_records if (f"{sealed.credit_code} {sealed.year}", sealed.sha256) not in witnessed
    ]


def _records(act: AuditEntry) -> list[object]:
    """The seals in the entry, or none if they were overwritten."""
    try:
        content = json.loads(act.after or "")
    except ValueError:
        return []
    if not isinstance(content, dict):
        return []
    several = content.get("records", [])
    return [content.get("record"), *(several if isinstance(several, list) else [])]
