"""Candidate: one candidate's full result, counted; its name and the acts on it stay in view above the tabs."""

import streamlit as st

from kpi import i18n
from kpi.services.reviewer.candidates import candidate_evaluation, reported_otherwise
from kpi.services.reviewer.claims import candidate_claims
from kpi.services.reviewer.evidence import candidate_documents, candidate_evidence
from kpi.services.reviewer.screening import screen_candidate
from kpi.services.statement_support import support_to_read
from pages.reviewer.parts.claims import clause_reasons, points_to_verify, ruling_forms, sensitivity
from pages.reviewer.parts.evidence import evidence_in_full, evidence_in_short, say_who_acted, sealed_documents_of
from pages.reviewer.parts.list import browse, candidate_label, candidates_of_industry
from pages.reviewer.parts.scores import link_to_scores
from pages.reviewer.parts.standing import (
    candidate_tabs,
    candidate_years_shown,
    offer_evidence,
    show_clause_answer,
    show_standing,
)
from pages.reviewer.parts.visit import visit_checklist
from pages.session.context import require_page
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.conditions import condition_table, link_to_rulings
from pages.widgets.conflicts import ask_conflicts
from pages.widgets.differences import show_differences
from pages.widgets.downloads import offer_report
from pages.widgets.kpi_detail import (
    counted_detail,
    how_to_read_the_strip,
    result_basis,
    result_notices,
    show_peers,
    show_strip,
    strip_table,
)
from pages.widgets.layout import answer_row, in_columns
from pages.widgets.picker import pick_option
from pages.widgets.scenario_accounts import show_accounts
from pages.widgets.statement_support import show_support

context = require_page("see_candidates", "candidate")
ask_conflicts(context)
with st.container(key="held"):
    of, which, acts = st.columns((9, 12, 35))
    with of, st.container(horizontal=True):
        by_code = candidates_of_industry(context)
    with which:
        credit_code = pick_option(
            translate("choose.candidate"),
            list(by_code),
            "candidate",
            lambda code: candidate_label(context, by_code[code]),
        )
year = by_code[credit_code].year
asked = context.store, context.viewer, credit_code, year
answer, evidence, claims = candidate_evaluation(*asked), candidate_evidence(*asked), candidate_claims(*asked)
screening, documents = screen_candidate(*asked), candidate_documents(*asked)
with acts, st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
    browse(context, credit_code, year)
    offer_evidence(claims)
    link_to_scores(context, credit_code, year, translate("title.scores"))
    offer_report(context, answer, folded=True)
with st.container(), html.together():
    result_notices(context, answer)
overview, numbers, clause, years, proofs, report, visit = candidate_tabs()
with overview:
    said, ahead = answer_row()
    with said:
        show_clause_answer(context, answer)
    with ahead:
        show_standing(answer, evidence, claims, screening, documents)
    picture, detail = in_columns("places")
with numbers:
    table, counted = in_columns("numbers")
with picture, st.container(border=True, key="places"):
    code = show_strip(context, answer)
    show_peers(context, answer)
with detail, st.container(border=True, key="detail", height="stretch"):
    counted_detail(context, answer, code, counted)
    evidence_in_short(context, code, evidence)
with table:
    strip_table(context, answer)
with clause:
    html.clause(i18n.headline(answer, context.lang).clause)
    clause_reasons(context, answer)
    sensitivity(context, answer)
    with html.together():
        result_basis(context, answer)
        how_to_read_the_strip(context, answer)
        html.where(translate("result.readings"))
if years.open:
    with years:
        candidate_years_shown(context, credit_code)
with proofs:
    ruling_forms(context, credit_code, year, claims)
    evidence_in_full(context, code, evidence)
    show_differences(context, answer.application, reported_otherwise(*asked))
with report:
    say_who_acted(context, evidence.acted)
    sealed_documents_of(context, answer.application, documents)
    condition_table(context, answer)
    show_support(context, answer.application, support_to_read(*asked))
    link_to_rulings(credit_code, year)
    show_accounts(context, answer.application, evidence.ai_use)
with visit:
    points_to_verify(context, credit_code, year, screening)
    visit_checklist(context, evidence, screening, illustrative=answer.baseline.illustrative)
