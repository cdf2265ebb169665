"""Submission: look over what will be locked, vouch for it, lock it; the receipt, the way it takes, and reopening."""

import streamlit as st

from kpi.services.submissions import own_results, own_steps
from pages.parts import html
from pages.parts.conditions import conditions
from pages.parts.language import words
from pages.parts.locking import offer_lock
from pages.parts.page import enter
from pages.parts.pick import pick
from pages.parts.receipts import offer_reopening, show_receipt
from pages.parts.review import review
from pages.parts.steps import steps
from pages.parts.years import years

here = enter("submit_own", "submission")
results = own_results(here.store, here.viewer)
if not results:
    st.info(words("submission.none"))
    st.page_link("pages/enterprise/sheet.py", label=words("submission.to_sheet"))
    st.stop()

by_key = {f"{one.answer.application.credit_code} {one.answer.application.year}": one for one in results}
key = pick(words("sheet.which"), list(by_key), "sheet", str) if len(by_key) > 1 else next(iter(by_key))
result = by_key[key]
application = result.answer.application
taken = [
    step
    for step in own_steps(here.store, here.viewer)
    if (step.credit_code, step.year) == (application.credit_code, application.year)
]
steps(taken, draft=result.locked_at is None)
if result.locked_at is None:
    review(here, result.answer)
    conditions(here, result.answer.eligibility)
    offer_lock(here, result)
else:
    show_receipt(here, application.credit_code, application.year)
    offer_reopening(here, application.credit_code, application.year, taken)
years(here, [one.answer for one in results if one.answer.application.credit_code == application.credit_code])
html.where(words("result.readings"))
