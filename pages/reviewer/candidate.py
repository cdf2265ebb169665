"""Candidate: one candidate's full result, counted."""

from kpi.services.reviewer.candidates import candidate_evaluation
from pages.reviewer.parts.claims import claim_named, clause_reasons, points_to_verify, ruling_forms, sensitivity
from pages.reviewer.parts.conflicts import ask_conflicts
from pages.reviewer.parts.evidence import evidence_of, sealed_documents_of
from pages.reviewer.parts.list import browse, candidate_label, candidates_of_industry
from pages.reviewer.parts.scores import link_to_scores
from pages.reviewer.parts.visit import visit_checklist
from pages.session.context import require_page
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.conditions import condition_table
from pages.widgets.downloads import offer_report
from pages.widgets.kpi_detail import counted_detail, folded_strip_table, result_header, show_strip
from pages.widgets.picker import pick_option

context = require_page("see_candidates", "candidate")
ask_conflicts(context)
by_code = candidates_of_industry(context)
credit_code = pick_option(
    translate("choose.candidate"), list(by_code), "candidate", lambda code: candidate_label(context, by_code[code])
)
year = by_code[credit_code].year
browse(context, credit_code, year)
link_to_scores(context, credit_code, year)
answer = candidate_evaluation(context.store, context.viewer, credit_code, year)
with html.together():
    result_header(context, answer)
clause_reasons(context, answer)
if claim_named():
    ruling_forms(context, credit_code, year)
offer_report(context, answer)
code = show_strip(context, answer)
folded_strip_table(context, answer)
counted_detail(context, answer, code)
evidence = evidence_of(context, credit_code, year, code)
sensitivity(context, answer)
screening = points_to_verify(context, credit_code, year)
if not claim_named():
    ruling_forms(context, credit_code, year)
sealed_documents_of(context, credit_code, year)
visit_checklist(context, evidence, screening, illustrative=answer.baseline.illustrative)
condition_table(context, answer)
html.where(translate("result.readings"))
