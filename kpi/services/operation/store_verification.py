"""Checking that the store is complete and unchanged: originals, baselines, sealed records, scores, audit trail, and
every row that an act of it wrote.

Cells, published tables and what placing reads are recomputed, which takes as long as freezing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from kpi import queries
from kpi.baseline.parts import parts_of_original
from kpi.benchmark.sealed_record import sealed_application, sealed_documents, sealed_hash
from kpi.model.application import load_application
from kpi.model.audit import AuditEntry
from kpi.model.lifecycle import ApplicationState, outside_the_table
from kpi.model.times import now, shanghai_date
from kpi.queries import AuditHead, SealedRecord
from kpi.services.administrator.audit_trail import unwitnessed
from kpi.services.operation.baseline_verification import baseline_changed, changed_since_freeze, placing_changed
from kpi.services.operation.contact_deletion import DeletedContacts, deleted_contacts
from kpi.services.operation.record_verification import decided_otherwise
from kpi.services.operation.score_verification import changed_scores
from kpi.services.operation.unnamed_originals import unnamed_originals
from kpi.services.row_binding import changed_rows, first_binding_act
from kpi.services.trail_check import NO_HEAD, OTHER_SECRET, broken_entries, trail_with_marks
from kpi.store.remains import ABANDONED_SECONDS
from kpi.store.store import Store
from kpi.store.store_folder import sha256_of_file

BRING_FORWARD = ("store_upgraded", "store_restored")
"""The acts that may bring a store forward whose rows were not bound before."""


@dataclass(frozen=True, slots=True)
class VerificationFinding:
    """Something that was changed or is missing; text: ``cli.finding.<code>``."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class DeletionNote:
    """The contacts of an application, by "credit_code year", were deleted by policy on that day: no fault."""

    name: str
    day: str


@dataclass(frozen=True, slots=True)
class StageNote:
    """An application, by "credit_code year", was moved as no row of the table of its life allows: no fault, as it may
    be from before there was the table. It is read as it is.
    """

    name: str
    before: ApplicationState
    after: ApplicationState


@dataclass(frozen=True, slots=True)
class VerificationReport:
    """What was checked, the findings, what policy had deleted, and which stages are outside the table."""

    originals: int
    baselines: int
    releases: int
    acts: int
    findings: tuple[VerificationFinding, ...]
    contacts_deleted: tuple[DeletionNote, ...] = ()
    unnamed_originals: int = 0
    """Files that nothing names, an hour after they were kept: until then somebody may be about to name them."""
    stages_outside: tuple[StageNote, ...] = ()
    rows_bound_since: str | None = None
    """The day on which an upgrade bound the rows that stood: of what was changed before, only what the other checks
    look at is found. None where rows were bound from the first act on."""

    @property
    def sound(self) -> bool:
        return not self.findings


def verify_store(store: Store, anchor: AuditHead | None = None) -> VerificationReport:
    """Read everything once more as of one moment, every block of the database first. Others may go on working.

    Originals that nothing names are no fault, and counted after an hour: a kill may leave them.

    ``anchor`` is a head of this trail that was kept elsewhere: the trail must still hold that act.

    Raises:
        StoreUnavailable: the database itself is damaged.
    """
    store.refuse_damage()
    with store.cursor() as cursor:
        acts, marks = trail_with_marks(store, cursor)
        needed = queries.store_files(cursor)
        baselines = queries.baselines(cursor)
        releases = queries.sealed_records(cursor)
        broken = [baseline.name for baseline in baselines if baseline_changed(cursor, baseline)]
        remade = [VerificationFinding(*found) for found in changed_since_freeze(cursor, baselines, broken, acts)]
        misplaced = [one.name for one in baselines if one.name not in broken and placing_changed(cursor, one)]
        deleted = deleted_contacts(acts)
        whole = [release for release in releases if _as_sealed(release, deleted)]
        otherwise = decided_otherwise(cursor, whole, [*broken, *misplaced])
        unnamed = unnamed_originals(store, cursor, now() - timedelta(seconds=ABANDONED_SECONDS))
        outside = tuple(
            StageNote(f"{code} {year}", *step)
            for (code, year), states in queries.written_stages(cursor).items()
            for step in outside_the_table(states)
        )
        scores = [VerificationFinding(*found) for found in changed_scores(cursor, acts)]
        broken_acts = broken_entries(store, acts, marks)
        # By another secret no row fits: that one finding says it.
        rows = changed_rows(cursor, acts, marks.keys) if broken_acts != [OTHER_SECRET] else []
    documents = {sha256 for release in whole for sha256 in sealed_documents(release.record).values()}
    files = (store.folder.original(baseline.original_sha256) for baseline in baselines)
    parts = {sha256 for file in files for sha256 in parts_of_original(file)}
    originals = store.folder.originals()
    changed = [path.name for path in originals if not _as_named(path)]
    missing = {one for one in {*needed, *documents, *parts} - deleted.files if not store.folder.original(one).exists()}
    if missing:
        missing -= _deleted_since(store, acts)
    findings = [VerificationFinding("original_missing", sha256) for sha256 in sorted(missing)]
    findings += [VerificationFinding("original_changed", name) for name in changed]
    findings += [VerificationFinding("baseline_changed", name) for name in broken]
    findings += remade
    findings += [VerificationFinding("placing_changed", name) for name in misplaced]
    findings += [
        VerificationFinding("record_changed", f"{release.credit_code} {release.year}")
        for release in releases
        if release not in whole
    ]
    findings += [VerificationFinding("record_decided_otherwise", f"{one.credit_code} {one.year}") for one in otherwise]
    findings += scores
    findings += [
        VerificationFinding({OTHER_SECRET: "secret_other", NO_HEAD: "head_missing"}.get(name, "act_changed"), name)
        for name in broken_acts
    ]
    findings += [VerificationFinding(row.code, row.name) for row in rows]
    if anchor and all((act.seq, act.mac) != (anchor.seq, anchor.mac) for act in acts):
        findings.append(VerificationFinding("anchor_lost", str(anchor.seq)))
    findings += [
        VerificationFinding("record_unwitnessed", f"{one.credit_code} {one.year}")
        for one in unwitnessed(acts, releases)
    ]
    gone = tuple(DeletionNote(subject, day.isoformat()) for subject, day in sorted(deleted.days.items()))
    counted = len(originals), len(baselines), len(releases), len(acts)
    return VerificationReport(*counted, tuple(findings), gone, len(unnamed), outside, _rows_bound_since(acts))


def _rows_bound_since(acts: Sequence[AuditEntry]) -> str | None:
    first = first_binding_act(acts)
    return shanghai_date(first.done_at).isoformat() if first and first.action in BRING_FORWARD else None


def _as_sealed(release: SealedRecord, deleted: DeletedContacts) -> bool:
    """Whether the record matches its seal, and the row matches the record but for contacts that policy had deleted."""
    if sealed_hash(release.record) != release.sha256:
        return False
    subject = f"{release.credit_code} {release.year}"
    if sealed_application(release.record) not in deleted.sealed_as(subject, sealed_hash(release.application)):
        return False
    application = load_application(release.application)
    identity = (application.credit_code, application.year, application.industry, application.body)
    return identity == (release.credit_code, release.year, release.industry, release.body)


def _as_named(original: Path) -> bool:
    """Whether a file is what its name says; one that is deleted while it is looked at is missing at most."""
    try:
        return sha256_of_file(original) == original.name
    except FileNotFoundError:
        return True


def _deleted_since(store: Store, acts: Sequence[AuditEntry]) -> frozenset[str]:
    """Files that were deleted with old contacts after ``acts``: the act that names them is kept before they go."""
    with store.cursor() as cursor:
        return deleted_contacts(queries.audit_entries(cursor, acts[-1].seq if acts else 0)).files
