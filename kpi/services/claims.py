"""What an application claims, and how far a reviewer's ruling lets it count: for whoever decides or shows a verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kpi import queries
from kpi.benchmark.evaluation import claimed_group
from kpi.model.application import Application
from kpi.model.baseline import Baseline
from kpi.model.claims import ClaimEvidence, ClaimKey, ClaimRuling, Rulings, claims_of, rulings_on
from kpi.store.cursor import Cursor


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim as it stands: what is claimed, the evidence for it (the latest last), and the ruling on it if any."""

    key: ClaimKey
    claimed: str
    evidence: tuple[ClaimEvidence, ...]
    ruling: ClaimRuling | None


def claims(application: Application, evidence: Sequence[ClaimEvidence], rulings: Sequence[ClaimRuling]) -> list[Claim]:
    """The claims of ``application``. What was attached or ruled when something else was claimed is left out."""
    return [
        Claim(
            key,
            claimed,
            tuple(one for one in evidence if (one.key, one.claimed) == (key, claimed)),
            next((one for one in reversed(rulings) if (one.key, one.claimed) == (key, claimed)), None),
        )
        for key, claimed in claims_of(application).items()
    ]


def rulings_for(cursor: Cursor, applications: Sequence[Application]) -> list[Rulings]:
    """How reviewers ruled on the claims of each application, by one question. The caller reached them before."""
    if not applications:
        return []
    given = queries.claim_rulings(cursor, sorted({one.credit_code for one in applications}))
    return [rulings_on(one, given.get((one.credit_code, one.year), ())) for one in applications]


def claim_takes_peers_away(cursor: Cursor, application: Application, baseline: Baseline, rulings: Rulings) -> bool:
    """Whether a group is claimed, nobody ruled on it, and enterprises of it are among the peers.

    Its factory gets no word until somebody rules: the difference of two answers would be a second question.
    """
    if application.group is None or rulings.on("group") != "open":
        return False
    without, with_claim = (
        queries.own_standing(
            cursor, baseline.name, baseline.region, application.industry, application.credit_code, group
        )
        for group in (claimed_group(application, rulings), application.group)
    )
    return with_claim.members > without.members
