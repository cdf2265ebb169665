"""A candidate's claims with their evidence, and the reviewer's ruling on each with a reason."""

from __future__ import annotations

import streamlit as st

from kpi.errors import NotFound, UserError
from kpi.model.claims import GivenRuling
from kpi.services.claims import Claim
from kpi.services.reviewer.claim_rulings import LONGEST_REASON, candidate_claims, evidence_file, rule_on_claim
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html
from pages.widgets.claim_list import claim_name, claim_record, claims_title
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
    if st.session_state.pop(SAVED, False):
        st.success(translate("claims.ruled_done"))
    for claim in found:
        with st.expander(html.plain(claim_name(context, claim))):
            claim_record(claim)
            _files(context, credit_code, year, claim)
            _ruling_form(context, credit_code, year, claim)


def _files(context: PageContext, credit_code: str, year: int, claim: Claim) -> None:
    for upload in [one.upload for one in claim.evidence if one.upload]:
        try:
            name, path = evidence_file(context.store, context.viewer, credit_code, year, upload)
        except NotFound as error:
            show_error(error)
            continue
        st.download_button(
            html.plain(translate("claims.download", name=name)),
            path.read_bytes,
            file_name=name,
            mime="application/octet-stream",
            on_click="ignore",
            key=f"claim-file-{upload}",
        )


def _ruling_form(context: PageContext, credit_code: str, year: int, claim: Claim) -> None:
    key = f"{credit_code}-{year}-{claim.key.kind}-{claim.key.item}"
    with st.form(f"ruling-{key}", border=False):
        ruling = st.radio(
            translate("claims.ruling"),
            _RULINGS,
            index=None,
            format_func=lambda one: translate(f"claims.rule_{one}"),
            horizontal=True,
            key=f"ruling-{key}-choice",
        )
        reason = st.text_input(translate("claims.reason"), max_chars=LONGEST_REASON, key=f"ruling-{key}-reason")
        if st.form_submit_button(translate("claims.rule")):
            try:
                if ruling is None:
                    raise UserError("ruling_needed")
                rule_on_claim(
                    context.store, context.viewer, credit_code, year, claim.key, claim.claimed, ruling, reason
                )
            except UserError as error:
                show_error(error)
            else:
                st.session_state[SAVED] = True
                st.rerun()
