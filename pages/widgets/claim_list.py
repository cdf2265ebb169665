"""A claim as its enterprise and its reviewer read it: what is claimed, what shows it, how it was ruled on."""

from __future__ import annotations

from collections.abc import Sequence

from kpi import i18n
from kpi.catalogue.catalogue import catalogue
from kpi.services.claims import Claim
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html
from pages.widgets.datetime_format import format_datetime


def claims_title(found: Sequence[Claim]) -> str:
    return translate("claims.title", open=sum(claim.ruling is None for claim in found), all=len(found))


def claim_title(context: PageContext, claim: Claim) -> str:
    """What is claimed."""
    kind, item = claim.key.kind, claim.key.item
    if kind == "group":
        return translate("claims.group", claimed=claim.claimed)
    claimed = i18n.plain_number(float(claim.claimed)) if kind == "start" else claim.claimed
    kpi = catalogue().kpi(item).name.in_(context.lang)
    return translate(f"claims.{kind}", kpi=f"{item} {kpi}", claimed=claimed)


def claim_name(context: PageContext, claim: Claim) -> str:
    """What is claimed, and whether it has been ruled on."""
    state = claim.ruling.ruling if claim.ruling else "open"
    return f"{claim_title(context, claim)} · {translate(f'claims.{state}')}"


def claim_record(claim: Claim) -> None:
    """All evidence with its dates, and the ruling with its reason, or the one that was withdrawn."""
    if not claim.evidence:
        html.where(translate("claims.no_evidence"))
    for one in claim.evidence:
        at = format_datetime(one.attached_at)
        html.where(translate("claims.given", at=at, by=one.attached_by, evidence=one.evidence))
    if given := claim.ruling or claim.taken_back:
        html.where(
            translate(
                "claims.ruled",
                ruling=translate(f"claims.{given.ruling}"),
                by=given.ruled_by,
                at=format_datetime(given.ruled_at),
                reason=given.reason,
            )
        )
        if taken := given.withdrawn:
            at = format_datetime(taken.withdrawn_at)
            html.where(translate("claims.taken_back", by=taken.withdrawn_by, at=at, reason=taken.reason))
