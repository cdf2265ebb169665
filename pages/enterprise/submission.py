"""Submission: look over what will be locked, vouch for it, lock it; the receipt, the way it takes, and reopening."""

from kpi.services.enterprise.lock import own_objection_outcomes, own_results, own_steps
from pages.enterprise.parts.claim_evidence import remind_of_claims
from pages.enterprise.parts.discard import offer_discard, show_uncovered
from pages.enterprise.parts.journey_steps import own_of, show_next_step, show_steps
from pages.enterprise.parts.locking.lock_form import lock_if_clicked, offer_lock
from pages.enterprise.parts.locking.receipt import offer_reopening, show_receipt
from pages.enterprise.parts.locking.review import review
from pages.enterprise.parts.nothing_yet import stop_for_earlier_step
from pages.enterprise.parts.progress_steps import outcomes_of_objections, progress_steps
from pages.enterprise.parts.review_questions import review_questions
from pages.enterprise.parts.years_compared import years_table
from pages.session.language import translate
from pages.session.page_context import require_page
from pages.widgets import html
from pages.widgets.condition_list import condition_table
from pages.widgets.year_dates import show_window

context = require_page("submit_own", "submission")
lock_if_clicked(context)
journey = show_steps(context, "submit")
show_uncovered(context)
review_questions(context, journey.credit_code, journey.year)
results = own_results(context.store, context.viewer)
result = own_of(journey, [(one.answer.application, one) for one in results])
if result is None:
    stop_for_earlier_step(journey)

application = result.answer.application
taken = [
    step
    for step in own_steps(context.store, context.viewer)
    if (step.credit_code, step.year) == (application.credit_code, application.year)
]
progress_steps(taken, draft=result.locked_at is None)
if result.locked_at is not None:
    outcomes = own_objection_outcomes(context.store, context.viewer)
    own = (application.credit_code, application.year)
    outcomes_of_objections([one for one in outcomes if (one.credit_code, one.year) == own])
window = show_window(context, application.year)
if result.locked_at is None:
    review(context, result.answer)
    condition_table(context, result.answer)
    remind_of_claims(context, application.credit_code, application.year, locked=False)
    if window is None or window.taken:
        offer_lock(context, result)
    offer_discard(context, application.credit_code, application.year)
else:
    show_receipt(context, result.answer)
    remind_of_claims(context, application.credit_code, application.year, locked=True)
    if not result.against_reopening:
        offer_reopening(context, application.credit_code, application.year)
years_table(context, [one.answer for one in results if one.answer.application.credit_code == application.credit_code])
html.where(translate("result.readings"))
show_next_step(context, "submit")
