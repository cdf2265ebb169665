"""A candidate's claims with their evidence, and the reviewer's ruling on each, given or taken back with a reason."""

from __future__ import annotations

from functools import partial

import streamlit as st

from kpi.errors import UserError
from kpi.model.claims import ClaimRuling, GivenRuling
from kpi.services.claims import Claim
from kpi.services.reviewer.claims import (
    LONGEST_REASON,
    candidate_claims,
    evidence_file,
    rule_on_claim,
    withdraw_ruling,
)
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html
from pages.widgets.ask_once import ask_once
from pages.widgets.claim_list import claim_name, claim_record, claim_title, claims_title
from pages.widgets.datetime_format import format_datetime
from pages.widgets.downloads import offer_sent_file
from pages.widgets.error_message import show_error

SAVED = "claim-ruled"
_RULINGS: tuple[GivenRuling, ...] = ("accepted", "refused")


def ruling_forms(context: PageContext, credit_code: str, year: int) -> None:
    """Nothing where nothing is claimed."""
    found = candidate_claims(context.store, context.viewer, credit_code, year)
    if not found:
        return
    st.subheader(claims_title(found), anchor=False)
    html.where(translate("claims.reviewer_how"))
    if said := st.session_state.pop(SAVED, None):
        st.success(translate(f"claims.{said}"))
    for claim in found:
        with st.expander(html.plain(claim_name(context, claim))):
            claim_record(claim)
            _files(context, credit_code, year, claim)
            _ruling_form(context, credit_code, year, claim)
            if claim.ruling:
                _withdrawal(context, credit_code, year, claim, claim.ruling)


def _files(context: PageContext, credit_code: str, year: int, claim: Claim) -> None:
    for upload in [one.upload for one in claim.evidence if one.upload]:
        find = partial(evidence_file, context.store, credit_code=credit_code, year=year, upload=upload)
        offer_sent_file(context, f"{credit_code} {year}", find, f"claim-file-{upload}")


def _ruling_form(context: PageContext, credit_code: str, year: int, claim: Claim) -> None:
    # Empty again once it was ruled.
    key = f"{credit_code}-{year}-{claim.key.kind}-{claim.key.item}-{claim.ruling.ruled_at if claim.ruling else ''}"
    ruling = st.radio(
        translate("claims.ruling"),
        _RULINGS,
        index=None,
        format_func=lambda one: translate(f"claims.rule_{one}"),
        horizontal=True,
        key=f"ruling-{key}-choice",
    )
    reason = st.text_input(translate("claims.reason"), max_chars=LONGEST_REASON, key=f"ruling-{key}-reason")
    if not ask_once(translate("claims.rule"), _consequence(context, claim, ruling), key=f"ruling-{key}-sure"):
        return
    try:
        if ruling is None:
            raise UserError("ruling_needed")
        on = (context.store, context.viewer, credit_code, year, claim.key, claim.claimed)
        rule_on_claim(*on, ruling, reason, seen=claim.ruling.ruled_at if claim.ruling else "open")
    except UserError as error:
        show_error(error)
    else:
        st.session_state[SAVED] = "ruled_done"
        st.rerun()


def _withdrawal(context: PageContext, credit_code: str, year: int, claim: Claim, ruling: ClaimRuling) -> None:
    """Below the form for another ruling: the claim is open again."""
    key = f"unrule-{credit_code}-{year}-{claim.key.kind}-{claim.key.item}-{ruling.ruled_at}"
    reason = st.text_input(translate("claims.withdraw_reason"), max_chars=LONGEST_REASON, key=f"{key}-reason")
    means = translate(
        "claims.withdraw_means",
        claim=claim_title(context, claim),
        ruling=translate(f"claims.{ruling.ruling}"),
        by=ruling.ruled_by,
        at=format_datetime(ruling.ruled_at),
    )
    if not ask_once(translate("claims.withdraw"), f"{means}\n{translate('claims.withdraw_stays')}", key=key):
        return
    try:
        withdraw_ruling(context.store, context.viewer, credit_code, year, claim.key, ruling.ruled_at, reason)
    except UserError as error:
        show_error(error)
    else:
        st.session_state[SAVED] = "withdrawn_done"
        st.rerun()


def _consequence(context: PageContext, claim: Claim, ruling: GivenRuling | None) -> str:
    if ruling is None:
        return translate("claims.rule_first")
    means = translate(f"claims.rule_means_{ruling}", claim=claim_title(context, claim))
    return f"{means}\n{translate('claims.rule_stands')}"
