"""Submission: look over what will be locked, vouch for it, lock it; the receipt, the way it takes, and reopening."""

from kpi.services.enterprise.lock import own_objection_outcomes, own_results, own_stages
from pages.enterprise.parts.documents import remind_of_claims
from pages.enterprise.parts.hearings import show_hearings
from pages.enterprise.parts.journey import (
    offer_discard,
    outcomes_of_objections,
    own_of,
    review_questions,
    show_next_step,
    show_steps,
    show_uncovered,
    stages_reached,
    stop_for_earlier_step,
)
from pages.enterprise.parts.last_year import show_changes_since
from pages.enterprise.parts.lock import lock_if_clicked, offer_lock, offer_reopening, review, show_receipt
from pages.enterprise.parts.people import is_others, show_check
from pages.session.context import require_page
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.conditions import condition_table
from pages.widgets.picker import show_window

context = require_page("submit_own", "submission")
lock_if_clicked(context)
journey = show_steps(context, "submit")
show_uncovered(context)
show_hearings(context, journey.credit_code, journey.year)
review_questions(context, journey.credit_code, journey.year)
results = own_results(context.store, context.viewer)
result = own_of(journey, [(item.answer.application, item) for item in results])
if result is None:
    stop_for_earlier_step(journey)

application = result.answer.application
taken = [
    stage
    for stage in own_stages(context.store, context.viewer)
    if (stage.credit_code, stage.year) == (application.credit_code, application.year)
]
stages_reached(taken, draft=result.locked_at is None)
if result.locked_at is not None:
    outcomes = own_objection_outcomes(context.store, context.viewer)
    own = (application.credit_code, application.year)
    outcomes_of_objections([outcome for outcome in outcomes if (outcome.credit_code, outcome.year) == own])
window = show_window(context, application.year)
if result.locked_at is None:
    review(context, result.answer)
    condition_table(context, result.answer)
    remind_of_claims(context, application.credit_code, application.year, locked=False)
    show_changes_since(context, application.credit_code, application.year)
    checked = show_check(context, application.credit_code, application.year)
    if not is_others(context, "confirm") and checked and (window is None or window.taken):
        offer_lock(context, result)
    offer_discard(context, application.credit_code, application.year)
else:
    show_receipt(context, result.answer)
    remind_of_claims(context, application.credit_code, application.year, locked=True)
    if not result.against_reopening and not is_others(context, "confirm"):
        offer_reopening(context, application.credit_code, application.year)
html.where(translate("result.readings"))
show_next_step(context, "submit")
