"""The head of a candidate's page: the answer, how far its review is, and the tabs with the act that opens one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from kpi import i18n
from kpi.catalogue.catalogue import catalogue
from kpi.model.application import DOCUMENT_KINDS, AttachedDocument, DocumentKind
from kpi.model.evaluation import Evaluation
from kpi.services.claims import Claim
from kpi.services.factory_years import FactoryYear, candidate_years
from kpi.services.reviewer.evidence import CandidateEvidence
from kpi.services.reviewer.screening import CandidateScreening
from pages.reviewer.parts.claims import claim_named, points_title
from pages.session.context import PageContext
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.conditions import claims_title
from pages.widgets.factory_years import kpi_address, show_years
from pages.widgets.kpi_detail import answer_card
from pages.widgets.layout import Tab, named_tabs, offer_tab
from pages.widgets.picker import YEAR

TABS = "held-tabs"
_IN_FULL = frozenset({"smallest_p", "expected_power"})
"""Reasons of the clause that the tab of the clause alone has."""


def candidate_tabs() -> Sequence[Tab]:
    """Whoever comes by an address that names a claim finds the evidence first."""
    names = ("overview", "kpis", "clause", "years", "evidence", "report", "visit")
    titles = {name: translate(f"candidate.tab_{name}") for name in names}
    return named_tabs(TABS, titles, "evidence" if claim_named() else None)


def offer_evidence(claims: Sequence[Claim]) -> None:
    """The acts on its evidence, beside the name: first the claims that wait for a ruling."""
    evidence = translate("candidate.tab_evidence")
    if waiting := sum(claim.ruling is None for claim in claims):
        offer_tab(TABS, evidence, translate("candidate.to_claims", count=waiting), "to-claims", type="primary")
    offer_tab(TABS, evidence, translate("enquiry.title"), "to-questions")


def show_clause_answer(context: PageContext, answer: Evaluation) -> None:
    """Whether the clause is met; below it what stands in the way, and what may not be concluded from it."""
    reasons = [i18n.reason_text(why, context.lang) for why in answer.clause.reasons if why.code not in _IN_FULL]
    answer_card(context, answer, translate("candidate.answer_of", year=answer.application.year), " ".join(reasons))


def candidate_years_shown(context: PageContext, credit_code: str) -> None:
    """All years of the candidate in reach; each word leads to that year's page of it."""

    def traced(year: FactoryYear, code: str) -> str:
        of = {YEAR: str(year.year), "industry": year.industry, "candidate": year.credit_code}
        return kpi_address("candidate", code, **of)

    show_years(context, candidate_years(context.store, context.viewer, credit_code), traced)


def show_standing(
    answer: Evaluation,
    evidence: CandidateEvidence,
    claims: Sequence[Claim],
    screening: CandidateScreening,
    documents: Mapping[DocumentKind, AttachedDocument],
) -> None:
    """How far its review is, a line each."""
    met = Counter(rule.state for rule in answer.eligibility)
    lines = [
        translate("candidate.conditions", fails=met["fails"], unknown=met["unknown"]),
        translate("candidate.documents", count=len(documents), of=len(DOCUMENT_KINDS)),
        points_title(screening),
        translate(
            "candidate.evidence",
            count=len(evidence.findings),
            of=len(catalogue().kpis),
            open=sum(enquiry.waiting for enquiry in evidence.enquiries),
        ),
    ]
    html.bullets([*([claims_title(claims)] if claims else []), *lines])
