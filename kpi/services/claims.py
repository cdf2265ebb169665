"""What an application claims, and how far a reviewer's ruling lets it count: for whoever decides or shows a verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kpi import tables
from kpi.benchmark.comparable_value import comparable_value
from kpi.benchmark.evaluation import claimed_group
from kpi.catalogue.catalogue import catalogue
from kpi.catalogue.names import code_or_text, is_valid
from kpi.model.application import Application
from kpi.model.claims import ClaimEvidence, ClaimKey, ClaimRuling, Rulings, claims_of, rulings_on
from kpi.model.evaluation import Baseline
from kpi.model.times import year_end
from kpi.policy.policy import Policy
from kpi.services.notices import under_notice_of
from kpi.services.year import policy_on
from kpi.store.database import Cursor
from kpi.tables.applications import LockedApplication


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim as it stands: what is claimed, the evidence for it (the latest last), and the ruling on it if any.

    ``taken_back``: the last ruling, where it was withdrawn and the claim is open again.
    """

    key: ClaimKey
    claimed: str
    evidence: tuple[ClaimEvidence, ...]
    ruling: ClaimRuling | None
    taken_back: ClaimRuling | None = None


def ruled_claims(cursor: Cursor, application: Application) -> dict[ClaimKey, str]:
    """What ``application`` claims and a reviewer is asked to rule on: only what a ruling could change.

    A start that leaves the bound within reach limits nothing, and a "not applicable" that policy lets leave nothing
    stays in the clause however it is ruled on.
    """
    with under_notice_of(cursor, application.year):
        return _ruled(application, policy_on(cursor, year_end(application.year)))


def _ruled(application: Application, policy: Policy) -> dict[ClaimKey, str]:
    return {key: claimed for key, claimed in claims_of(application).items() if _decides(application, key, policy)}


def _decides(application: Application, key: ClaimKey, policy: Policy) -> bool:
    if key.kind == "start":
        reported = application.values[key.item]
        return comparable_value(catalogue().kpi(key.item), reported, policy.basis(key.item)).limited_by_start
    return key.kind == "group" or key.item in policy.not_applicable_allowed(application.industry)


def claims(cursor: Cursor, applications: Sequence[Application]) -> list[list[Claim]]:
    """The claims of each application to be ruled on, however many there are by the same questions.

    What was attached or ruled when something else was claimed is left out. The caller reached the applications before.
    """
    if not applications:
        return []
    codes = sorted({application.credit_code for application in applications})
    years = {application.year for application in applications}
    only = min(years) if len(years) == 1 else None
    evidence = tables.claims.claim_evidence(cursor, codes, only)
    rulings = tables.claims.claim_rulings(cursor, codes, only)
    policies = {}
    for year in sorted(years):
        with under_notice_of(cursor, year):
            policies[year] = policy_on(cursor, year_end(year))
    ruled = []
    for application in applications:
        with under_notice_of(cursor, application.year):
            ruled.append(_ruled(application, policies[application.year]))
    return [
        _claims(
            claimed,
            evidence.get((application.credit_code, application.year), ()),
            rulings.get((application.credit_code, application.year), ()),
        )
        for application, claimed in zip(applications, ruled, strict=True)
    ]


def _claims(
    ruled: Mapping[ClaimKey, str], evidence: Sequence[ClaimEvidence], rulings: Sequence[ClaimRuling]
) -> list[Claim]:
    found = []
    for key, claimed in ruled.items():
        given = tuple(claim for claim in evidence if (claim.key, claim.claimed) == (key, claimed))
        last = next((ruling for ruling in reversed(rulings) if (ruling.key, ruling.claimed) == (key, claimed)), None)
        stands = last is not None and last.withdrawn is None
        found.append(Claim(key, claimed, given, last if stands else None, None if stands else last))
    return found


def rulings_for(cursor: Cursor, applications: Sequence[Application]) -> list[Rulings]:
    """How reviewers ruled on the claims of each application, by one question. The caller reached them before."""
    if not applications:
        return []
    given = tables.claims.claim_rulings(cursor, sorted({application.credit_code for application in applications}))
    return [
        rulings_on(application, given.get((application.credit_code, application.year), ()))
        for application in applications
    ]


def claim_holds_words(cursor: Cursor, application: Application, baseline: Baseline, rulings: Rulings) -> bool:
    """Whether a group is claimed, nobody ruled on it, and it may take peers away.

    Its factory gets no word until somebody rules: the difference of two answers would be a second question. A claim
    that names an enterprise by its code holds them whoever that is: else it would tell whether that firm is a peer.
    """
    if application.group is None or rulings.on("group") != "open":
        return False
    named = code_or_text(application.group)
    if is_valid(named):
        return named != application.credit_code
    without, with_claim = tables.peers.group_memberships(
        cursor,
        baseline.name,
        baseline.region,
        [
            (application.industry, application.credit_code, group)
            for group in (claimed_group(application, rulings), application.group)
        ],
    )
    return with_claim.members > without.members


def words_wait_for_group(cursor: Cursor, locked: LockedApplication) -> bool:
    """Whether the group claimed at the first lock, and still, is to be ruled on before its words are given out.

    A group claimed at a later lock changes none of the words. Were they held for it, lock after lock would tell of any
    name whether it is in the panel.
    """
    first = locked.first_application
    if locked.application.group != first.group:
        return False
    [rulings] = rulings_for(cursor, [first])
    return claim_holds_words(cursor, first, tables.baselines.baseline_named(cursor, locked.first_baseline), rulings)
