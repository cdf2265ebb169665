"""Checking that the store is complete and unchanged: originals, baselines, sealed records, audit trail.

Cells and published tables are recomputed, which takes as long as freezing.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from kpi import queries
from kpi.baseline.content_hash import baseline_sha256
from kpi.baseline.ownership_groups import own_groups, registered_groups
from kpi.benchmark.peer_rank import NO_BASIS
from kpi.benchmark.sealed_record import sealed_documents, sealed_hash
from kpi.model.application_text import load_application
from kpi.model.baseline import Baseline
from kpi.queries import AuditHead, SealedRecord
from kpi.services.administrator.audit_trail import (
    OTHER_SECRET,
    broken_entries,
    trail_with_marks,
    unwitnessed,
)
from kpi.services.operation.baseline_verification import changed_since_freeze
from kpi.services.operation.record_verification import decided_otherwise
from kpi.store.cursor import Cursor
from kpi.store.store import Store


@dataclass(frozen=True, slots=True)
class VerificationFinding:
    """Something that was changed or is missing; text: ``cli.finding.<code>``."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class VerificationReport:
    """What was checked, and the findings."""

    originals: int
    baselines: int
    releases: int
    acts: int
    findings: tuple[VerificationFinding, ...]

    @property
    def sound(self) -> bool:
        return not self.findings


def verify_store(store: Store, anchor: AuditHead | None = None) -> VerificationReport:
    """Read everything once more, every block of the database first.

    Originals that no row names are no fault: a kill may leave them.

    ``anchor`` is a head of this trail that was kept elsewhere: the trail must still hold that act.

    Raises:
        StoreUnavailable: the database itself is damaged.
    """
    store.refuse_damage()
    with store.cursor() as cursor:
        needed = queries.store_files(cursor)
        baselines = queries.baselines(cursor)
        releases = queries.sealed_records(cursor)
        acts, marks = trail_with_marks(store, cursor)
        broken = [baseline.name for baseline in baselines if _changed(cursor, baseline)]
        remade = [VerificationFinding(*found) for found in changed_since_freeze(cursor, baselines, broken)]
        whole = [release for release in releases if _as_sealed(release)]
        otherwise = decided_otherwise(cursor, whole, broken)
    documents = {sha256 for release in whole for sha256 in sealed_documents(release.record).values()}
    findings = [
        VerificationFinding("original_missing", sha256)
        for sha256 in sorted({*needed, *documents})
        if not store.folder.original(sha256).exists()
    ]
    originals = store.folder.originals()
    findings += [
        VerificationFinding("original_changed", path.name)
        for path in originals
        if hashlib.sha256(path.read_bytes()).hexdigest() != path.name
    ]
    findings += [VerificationFinding("baseline_changed", name) for name in broken]
    findings += remade
    findings += [
        VerificationFinding("record_changed", f"{release.credit_code} {release.year}")
        for release in releases
        if release not in whole
    ]
    findings += [VerificationFinding("record_decided_otherwise", f"{one.credit_code} {one.year}") for one in otherwise]
    findings += [
        VerificationFinding("secret_other" if name == OTHER_SECRET else "act_changed", name)
        for name in broken_entries(store, acts, marks)
    ]
    if anchor and all((act.seq, act.mac) != (anchor.seq, anchor.mac) for act in acts):
        findings.append(VerificationFinding("anchor_lost", str(anchor.seq)))
    findings += [
        VerificationFinding("record_unwitnessed", f"{one.credit_code} {one.year}")
        for one in unwitnessed(acts, releases)
    ]
    return VerificationReport(len(originals), len(baselines), len(releases), len(acts), tuple(findings))


def _changed(cursor: Cursor, baseline: Baseline) -> bool:
    observations = queries.observations(cursor, baseline.name)
    panel = observations.assign(
        group=observations["told_group"],
        basis=observations["basis"].mask(observations["basis"] == NO_BASIS, None),
    )
    register = queries.group_register(cursor, baseline.name)
    # Columns outside the hashed content: the region is the baseline's own, the owning groups follow from it.
    if (panel["region"] != baseline.region).any():
        return True
    if (own_groups(panel, register) != panel["own_group"]).any():
        return True
    if (registered_groups(register, panel) != register["own_group"]).any():
        return True
    sizes = queries.industry_sizes(cursor, baseline.name)
    try:
        return baseline_sha256(panel, sizes, baseline.region, baseline.year, register) != baseline.sha256
    except ValueError:  # a value that is not finite was never frozen
        return True


def _as_sealed(release: SealedRecord) -> bool:
    """Whether the record matches its seal, and the row matches the record."""
    if sealed_hash(release.record) != release.sha256:
        return False
    content = json.loads(release.record)
    if sealed_hash(release.application) != content["application"]:
        return False
    application = load_application(release.application)
    identity = (application.credit_code, application.year, application.industry, application.body)
    return identity == (release.credit_code, release.year, release.industry, release.body)
