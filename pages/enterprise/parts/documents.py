"""What goes with the application and is sealed with it: the annex 4 report, and the self-assessment report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import streamlit as st

from kpi import i18n
from kpi.access.roles import allows
from kpi.catalogue.catalogue import report_form, requirements
from kpi.catalogue.forms import document_limits
from kpi.errors import UserError
from kpi.model.language import Lang
from kpi.model.publication import EnterpriseView
from kpi.model.times import now, shanghai_date
from kpi.reports.annex4 import annex4_docx
from kpi.reports.forms import annex3_docx
from kpi.services.claims import Claim
from kpi.services.conditions import own_checklists
from kpi.services.enterprise.documents import (
    LONGEST_EVIDENCE,
    CheckedDocument,
    application_of_report,
    attach_evidence,
    attach_report,
    attach_self_assessment,
    own_claims,
    own_documents,
)
from kpi.services.enterprise.journey import Journey
from kpi.services.enterprise.lock import own_results
from kpi.services.enterprise.what_if import what_if
from pages.enterprise.parts.journey import is_over, own_of
from pages.session.context import PageContext
from pages.session.language import translate
from pages.session.streamlit_internals import release_upload
from pages.widgets import html
from pages.widgets.acts import show_error
from pages.widgets.conditions import claim_name, claim_record, claims_title
from pages.widgets.documents import document_list, self_assessment_remarks
from pages.widgets.downloads import Offered, offer_files

# What the enterprise claims and a reviewer rules on: the state of each, and evidence attached to it.


SAVED = "claim-evidence-saved"


def claims_to_show(context: PageContext, credit_code: str, year: int, *, locked: bool) -> list[Claim]:
    """Those that evidence is still to be sent for; none where the application is over."""
    found = own_claims(context.store, context.viewer, credit_code, year)
    if locked and is_over(context, credit_code, year):
        return []
    return [claim for claim in found if claim.ruling is None]


def remind_of_claims(context: PageContext, credit_code: str, year: int, *, locked: bool) -> None:
    """What is still to be shown, and the way there; nothing where no claim is open, or the application is over.

    That a group may hold the verdicts is said before the lock: after it the result says which are held, and why.
    """
    found = claims_to_show(context, credit_code, year, locked=locked)
    if not found:
        return
    with html.together():
        html.where(claims_reminder(found, context.lang))
        if not locked and any(claim.key.kind == "group" for claim in found):
            html.notice(translate("claims.held"))
    st.page_link("pages/enterprise/conditions.py", label=translate("claims.to_evidence"))


def claims_reminder(found: Sequence[Claim], lang: Lang) -> str:
    """How many claims need evidence, and which: KPIs by their codes."""
    group = i18n.text("page.result.claim_group", lang)
    names = [group if claim.key.kind == "group" else claim.key.item for claim in found]
    listed = i18n.text("number.list", lang).join(dict.fromkeys(names))
    return i18n.text("page.claims.reminder", lang, count=len(found), names=listed)


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
            if allows(context.viewer, "fill_own"):
                _attach_form(context, credit_code, year, claim)


def _attach_form(context: PageContext, credit_code: str, year: int, claim: Claim) -> None:
    form = f"claim-{credit_code}-{year}-{claim.key.kind}-{claim.key.item}"
    key = f"{form}-{st.session_state.get(form, 0)}"
    with st.form(key, border=False):
        evidence = st.text_input(
            translate("claims.evidence"),
            max_chars=LONGEST_EVIDENCE,
            placeholder=translate("claims.evidence_hint"),
            key=f"{key}-evidence",
        )
        sent = st.file_uploader(translate("claims.file"), key=f"{key}-file")
        if st.form_submit_button(translate("claims.attach")):
            file = (sent.name, sent.getvalue()) if sent else None
            try:
                attach_evidence(context.store, context.viewer, credit_code, year, claim.key, evidence, file)
            except UserError as error:
                show_error(error)
            else:
                st.session_state[SAVED] = True
                # Empty after its own success alone: what was sent is not sent again, and other forms keep their words.
                st.session_state[form] = st.session_state.get(form, 0) + 1
                st.rerun()


# The notice's own forms filled in from the application: annex 3, and a skeleton of annex 4.


def offer_notice_forms(context: PageContext, journey: Journey) -> None:
    """Nothing before there is an application to fill them in from."""
    results = own_results(context.store, context.viewer)
    result = own_of(journey, [(own_result.answer.application, own_result) for own_result in results])
    if result is None:
        return
    answer = result.answer
    name = {"code": answer.application.credit_code, "year": answer.application.year}
    st.subheader(translate("forms.title"), anchor=False)
    html.where(translate("forms.how", pictures=requirements().pictures.least))
    annex3 = Offered(".docx", translate("forms.annex3"), partial(_annex3, answer))
    offer_files(context, "", "annex3", _subject(answer), translate("forms.annex3_file", **name), [annex3])
    if not st.button(translate("forms.annex4_make")):
        return
    bar = st.progress(0.0, translate("forms.annex4_making"))
    made = annex4_file(context, answer, bar.progress)
    bar.empty()
    annex4 = Offered(".docx", translate("forms.annex4"), lambda: made)
    offer_files(context, "", "annex4_skeleton", _subject(answer), translate("forms.annex4_file", **name), [annex4])


def _annex3(answer: EnterpriseView) -> bytes:
    return annex3_docx(answer.application, _warning(answer))


def annex4_file(context: PageContext, answer: EnterpriseView, report: Callable[[float], object]) -> bytes:
    """The skeleton of annex 4 as a Word document; ``report`` receives the share done."""
    gaps = what_if(context.store, context.viewer, answer, {}).own
    of = answer.application.credit_code, answer.application.year
    own = own_checklists(context.store, context.viewer)
    accounts = [item.ai_use.accounts for item in own if (item.application.credit_code, item.application.year) == of]
    return annex4_docx(answer, gaps, _warning(answer), report, *accounts)


def _warning(answer: EnterpriseView) -> str:
    return i18n.text("report.illustrative.short", "zh") if answer.baseline.illustrative else ""


def _subject(answer: EnterpriseView) -> str:
    return f"{answer.application.credit_code} {answer.application.year}"


# What goes with the application and is sealed with it: the annex 4 report, and the self-assessment report.


def attach_documents(context: PageContext, journey: Journey, checked: CheckedDocument | None) -> None:
    """Nothing before there is an application to attach to; once it is locked, only what was attached."""
    if journey.credit_code is None or journey.year is None or journey.at("conditions").state == "blocked":
        return
    code, year = journey.credit_code, journey.year
    title = translate("attachment.title", year=year)
    st.subheader(title, anchor=False)
    found = own_documents(context.store, context.viewer, code, year)
    document_list(context, f"{title} {code}", found)
    own = application_of_report(context.store, context.viewer, code, year)
    self_assessment_remarks(context, found.get("self_assessment"), own)
    if journey.at("submit").state == "done":
        html.where(translate("attachment.sealed" if found else "attachment.sealed_none"))
        return
    if not allows(context.viewer, "fill_own"):
        return
    html.where(translate("attachment.how"))
    attached = found["report"].upload if "report" in found else None
    if (
        checked
        and checked.upload != attached
        and st.button(html.plain(translate("attachment.attach_report", name=checked.report.name)), type="primary")
    ):
        attach_report(context.store, context.viewer, code, year, checked.upload)
        st.rerun()
    form = f"self-assessment-{code}-{year}"
    key = f"{form}-{st.session_state.get(form, 0)}"
    today = shanghai_date(now())
    day = st.date_input(translate("attachment.day"), None, max_value=today, format="YYYY-MM-DD", key=f"{key}-day")
    sent = st.file_uploader(
        translate("attachment.file", level=report_form().self_assessment_level),
        key=key,
        disabled=day is None,
        help=translate("attachment.help", limit=document_limits().self_assessment_bytes // 1_000_000),
    )
    if sent is None:
        return
    if st.session_state.get("self_assessment_file") != (sent.file_id, day):
        st.session_state["self_assessment_file"] = sent.file_id, day
        st.session_state["self_assessment_refused"] = None
        try:
            with st.spinner(translate("attachment.reading")):
                attach_self_assessment(context.store, context.viewer, code, year, sent.name, sent.getvalue(), day)
        except UserError as error:
            st.session_state["self_assessment_refused"] = error
        else:
            release_upload(sent)
            st.session_state[form] = st.session_state.get(form, 0) + 1  # what was sent is not sent again
            st.rerun()
    if refused := st.session_state["self_assessment_refused"]:  # for as long as the file stands above it
        show_error(refused)
