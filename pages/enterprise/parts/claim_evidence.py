"""What the enterprise claims and a reviewer rules on: the state of each, and evidence attached to it."""

from __future__ import annotations

import streamlit as st

from kpi.errors import UserError
from kpi.services.claims import Claim
from kpi.services.enterprise.documents import LONGEST_EVIDENCE, attach_evidence, own_claims
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html
from pages.widgets.claim_list import claim_name, claim_record, claims_title
from pages.widgets.error_message import show_error

SAVED = "claim-evidence-saved"


def remind_of_claims(context: PageContext, credit_code: str, year: int, *, locked: bool) -> None:
    """What is still to be shown, and the way there; nothing where no claim is open.

    That a group may hold the verdicts is said before the lock: after it the result says which are held, and why.
    """
    found = [one for one in own_claims(context.store, context.viewer, credit_code, year) if one.ruling is None]
    if not found:
        return
    with html.together():
        html.where(translate("claims.reminder", open=len(found)))
        if not locked and any(claim.key.kind == "group" for claim in found):
            html.notice(translate("claims.held"))
    st.page_link("pages/enterprise/conditions.py", label=translate("claims.to_evidence"))


def claim_evidence_forms(context: PageContext, credit_code: str, year: int, *, locked: bool) -> None:
    """Nothing where nothing is claimed."""
    found = own_claims(context.store, context.viewer, credit_code, year)
    if not found:
        return
    st.subheader(claims_title(found), anchor=False)
    html.where(translate("claims.own_how"))
    if not locked and any(claim.key.kind == "group" and claim.ruling is None for claim in found):
        html.notice(translate("claims.held"))
    if st.session_state.pop(SAVED, False):
        st.success(translate("claims.attached"))
    for claim in found:
        with st.expander(html.plain(claim_name(context, claim))):
            claim_record(claim)
            _attach_form(context, credit_code, year, claim)


def _attach_form(context: PageContext, credit_code: str, year: int, claim: Claim) -> None:
    key = f"{credit_code}-{year}-{claim.key.kind}-{claim.key.item}"
    with st.form(f"claim-{key}", border=False):
        evidence = st.text_input(
            translate("claims.evidence"),
            max_chars=LONGEST_EVIDENCE,
            placeholder=translate("claims.evidence_hint"),
            key=f"claim-evidence-{key}",
        )
        sent = st.file_uploader(translate("claims.file"), key=f"claim-file-{key}")
        if st.form_submit_button(translate("claims.attach")):
            file = (sent.name, sent.getvalue()) if sent else None
            try:
                attach_evidence(context.store, context.viewer, credit_code, year, claim.key, evidence, file)
            except UserError as error:
                show_error(error)
            else:
                st.session_state[SAVED] = True
                st.rerun()
