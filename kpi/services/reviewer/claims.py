"""A reviewer rules on what a candidate claims, or takes a ruling back; after the lock each seals one more record."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from kpi import tables
from kpi.access.roles import scope_of
from kpi.benchmark.sealed_record import seal, sealed_by_method, sealed_documents
from kpi.errors import NotFound, UserError
from kpi.files.text import plain_line
from kpi.model.claims import ClaimKey, ClaimRuling, GivenRuling, RulingWithdrawal, claims_of, rulings_on
from kpi.model.times import just_after
from kpi.model.viewer import Viewer
from kpi.services.application_audit import original_file
from kpi.services.authorization import reads, requires
from kpi.services.claims import Claim, claims, ruled_claims
from kpi.services.evaluation import evaluation_context, full_evaluation
from kpi.services.reviewer.candidates import CandidateEntry, candidate_entry, find_candidate
from kpi.services.reviewer.conflicts import undeclared
from kpi.services.unit_of_work import UnitOfWork, unit_of_work
from kpi.store.database import Cursor
from kpi.store.store import Store
from kpi.tables.applications import CandidateRecord, LockedApplication

LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class ListedClaim:
    """A claim beside others' claims. ``since``: when it was ruled on; where it is open, since when it can be."""

    candidate: CandidateEntry
    claim: Claim
    since: datetime


@reads("see_candidates")
def listed_claims(cursor: Cursor, viewer: Viewer) -> list[ListedClaim]:
    """Every claim within reach: the open ones, the longest open first; then those ruled on, the latest first.

    Nothing of a candidate of which the viewer has not yet said that there is no conflict of interest.
    """
    reached = tables.applications.locked_applications(cursor, scope_of(viewer))
    found = claims_without_conflict(cursor, reached, undeclared(cursor, viewer))
    waiting = sorted((item for item in found if item.claim.ruling is None), key=lambda item: item.since)
    ruled = sorted((item for item in found if item.claim.ruling), key=lambda item: item.since, reverse=True)
    return [*waiting, *ruled]


def claims_without_conflict(
    cursor: Cursor, reached: Sequence[LockedApplication], asked: Collection[CandidateRecord]
) -> list[ListedClaim]:
    """The claims of those ``reached``, but for candidates on whose conflicts the reviewer is still ``asked``."""
    keys = {(record.credit_code, record.year) for record in asked}
    read = [locked for locked in reached if (locked.application.credit_code, locked.application.year) not in keys]
    claimed = claims(cursor, [locked.application for locked in read])
    return [
        ListedClaim(candidate_entry(locked), claim, _since(locked, claim))
        for locked, found in zip(read, claimed, strict=True)
        for claim in found
    ]


def _since(locked: LockedApplication, claim: Claim) -> datetime:
    if claim.ruling:
        return claim.ruling.ruled_at
    taken = claim.taken_back and claim.taken_back.withdrawn
    return max(locked.locked_at, taken.withdrawn_at) if taken else locked.locked_at


@reads("see_candidates")
def candidate_claims(cursor: Cursor, viewer: Viewer, credit_code: str, year: int) -> list[Claim]:
    """What a candidate claims, with its evidence and the rulings.

    Raises:
        NotFound: no such candidate within reach.
    """
    return _claims(cursor, viewer, credit_code, year)


@requires("see_candidates")
def evidence_file(store: Store, viewer: Viewer, credit_code: str, year: int, upload: str) -> tuple[str, Path]:
    """Name and place of a file attached to a claim.

    Raises:
        NotFound: no such candidate within reach, or no such file among its evidence.
    """
    with store.cursor() as cursor:
        attached = {
            evidence.upload for claim in _claims(cursor, viewer, credit_code, year) for evidence in claim.evidence
        }
        if upload not in attached:
            raise NotFound("upload")
        return original_file(store, cursor, upload, None)


@requires("rule_on_claims")
def rule_on_claim(
    store: Store,
    viewer: Viewer,
    credit_code: str,
    year: int,
    key: ClaimKey,
    claimed: str,
    ruling: GivenRuling,
    reason: str,
    at: datetime | None = None,
    seen: datetime | Literal["open"] | None = None,
) -> None:
    """Accept or refuse a claim, with a reason. Every lock that claims it is decided again and sealed once more.

    The same values, baseline, policy and method as at the lock: only the ruling is new (``docs/method.md`` 7).
    ``claimed`` is the claim as the reviewer saw it; ``seen``, when the ruling that stood was given, or that none was.

    Raises:
        NotFound: no such candidate within reach, or it claims no such thing.
        UserError: no reason is given, the claim has changed or was ruled on meanwhile, or the register is too small to
            decide by.
    """
    plain = plain_line(reason, LONGEST_REASON)
    if not plain:
        raise UserError("ruling_needs_reason")
    with unit_of_work(store, viewer.actor, at) as change:
        application = find_candidate(change.cursor, viewer, credit_code, year).application
        stands = ruled_claims(change.cursor, application).get(key)
        if stands is None:
            raise NotFound("claim")
        if stands != claimed:
            raise UserError("claim_changed")
        ruled = next(claim.ruling for claim in _claims(change.cursor, viewer, credit_code, year) if claim.key == key)
        if seen not in (None, ruled.ruled_at if ruled else "open"):
            raise UserError("ruled_meanwhile")
        given = ClaimRuling(key, claimed, ruling, plain, viewer.account, _moment(change, credit_code, year))
        tables.claims.add_claim_ruling(change.cursor, credit_code, year, given)
        sealed = _seal_again(change, credit_code, year, key, claimed, given.ruled_at)
        entry = {"kind": key.kind, "item": key.item, "ruling": ruling, "reason": plain}
        change.audit("claim_ruled", f"{credit_code} {year}", after={**entry, "records": sealed})


@requires("rule_on_claims")
def withdraw_ruling(
    store: Store,
    viewer: Viewer,
    credit_code: str,
    year: int,
    key: ClaimKey,
    ruled_at: datetime,
    reason: str,
    at: datetime | None = None,
) -> None:
    """Take the ruling on a claim back, with a reason: the claim is open again, as if nobody had ruled on it.

    Every lock that claims it is decided again and sealed once more; ruling and withdrawal stay on record.
    ``ruled_at`` names the ruling as the reviewer saw it.

    Raises:
        NotFound: no such candidate within reach, or no ruling on such a claim.
        UserError: no reason is given, or it was ruled on again meanwhile.
    """
    plain = plain_line(reason, LONGEST_REASON)
    if not plain:
        raise UserError("unruling_needs_reason")
    with unit_of_work(store, viewer.actor, at) as change:
        stands = next(
            (claim.ruling for claim in _claims(change.cursor, viewer, credit_code, year) if claim.key == key), None
        )
        if stands is None:
            raise NotFound("ruling")
        if stands.ruled_at != ruled_at:
            raise UserError("ruling_changed")
        taken = RulingWithdrawal(plain, viewer.account, _moment(change, credit_code, year))
        tables.claims.add_ruling_withdrawal(change.cursor, credit_code, year, key, taken)
        sealed = _seal_again(change, credit_code, year, key, stands.claimed, taken.withdrawn_at)
        of_claim = {"kind": key.kind, "item": key.item}
        before = {**of_claim, "ruling": stands.ruling, "reason": stands.reason}
        change.audit(
            "ruling_withdrawn", f"{credit_code} {year}", before, {**of_claim, "reason": plain, "records": sealed}
        )


def _moment(change: UnitOfWork, credit_code: str, year: int) -> datetime:
    """After every ruling and withdrawal so far: the latest counts, also where a clock was put back or stood still."""
    given = tables.claims.claim_rulings(change.cursor, [credit_code], year).get((credit_code, year), ())
    withdrawn = [item.withdrawn.withdrawn_at for item in given if item.withdrawn is not None]
    return just_after(change.at, *(item.ruled_at for item in given), *withdrawn)


def _claims(cursor: Cursor, viewer: Viewer, credit_code: str, year: int) -> list[Claim]:
    [found] = claims(cursor, [find_candidate(cursor, viewer, credit_code, year).application])
    return found


def _seal_again(
    change: UnitOfWork, credit_code: str, year: int, key: ClaimKey, claimed: str, at: datetime
) -> list[str]:
    """The seals of the new records. A lock whose method knows no rulings stays as it was decided."""
    cursor, seals = change.cursor, []
    ruled = tables.claims.claim_rulings(cursor, [credit_code], year)[credit_code, year]
    for lock in tables.claims.locks(cursor, credit_code, year):
        method = sealed_by_method(lock.record)
        if claims_of(lock.application).get(key) != claimed or not method.rules_claims:
            continue
        rulings = rulings_on(lock.application, ruled)
        on = evaluation_context(cursor, year, lock.baseline)
        answer = full_evaluation(cursor, lock.application, on, rulings, method)
        record, sha256 = seal(answer, rulings, sealed_documents(lock.record), notice=on.notice.edition)
        tables.claims.add_later_record(cursor, credit_code, year, lock.sha256, record, sha256, change.actor.account, at)
        seals.append(sha256)
    return seals
