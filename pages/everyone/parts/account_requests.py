"""Requests for an account, one below the other, each with what speaks against it and the three acts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

import streamlit as st

from kpi import i18n
from kpi.errors import UserError
from kpi.model.account_request import AccountRequest, RequestOutcome
from kpi.model.language import Lang
from kpi.services.account_decisions import RequestToDecide, account_request_proof, decide_account_request
from kpi.services.account_requests import LONGEST_WORDS
from pages.session.context import PageContext
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.acts import confirm_act, show_done, show_error
from pages.widgets.downloads import offer_sent_file
from pages.widgets.picker import page_of
from pages.widgets.tables import format_datetime

_SAID = "account-request-said"
ROWS = 10


def request_list(context: PageContext, found: Sequence[RequestToDecide]) -> None:
    """What can be decided now first; then what waits for the enterprise, which may be decided all the same."""
    if said := st.session_state.pop(_SAID, None):
        show_done(said)
    asked = sum(item.request.state == "asked" for item in found)
    words = "none" if not found else "sentence_asked" if asked else "sentence"
    html.sentence(translate(f"account_requests.{words}", count=len(found) - asked, asked=asked))
    html.where(translate("account_requests.how"))
    for item in page_of(found, "page", ROWS):
        with st.container(border=True):
            _request(context, item)
            _acts(context, item.request)


def _request(context: PageContext, item: RequestToDecide) -> None:
    request, lang = item.request, context.lang
    html.titled(translate("account_requests.of", enterprise=request.enterprise, code=request.credit_code))
    industry, district = (i18n.catalogue_name(name, lang) for name in (request.industry, request.district))
    at = format_datetime(request.asked_at)
    html.where(translate("account_requests.facts", industry=industry, district=district, at=at))
    html.clause(translate("account_requests.contact", contact=request.contact))
    against = [*_against(item, lang)] or [translate("account_requests.nothing_against")]
    html.bullets([*against, *_said(request)])
    find = partial(account_request_proof, context.store, number=request.id)
    offer_sent_file(context, request.credit_code, find, f"proof-{request.id}")


def _against(item: RequestToDecide, lang: Lang) -> Iterator[str]:
    """What whoever decides has to look at."""
    between = i18n.text("number.list", lang)
    if item.persons:
        yield translate("account_requests.persons", persons=between.join(item.persons))
    if item.also_asked:
        yield translate("account_requests.also_asked", count=item.also_asked)
    if item.near:
        named = [translate("account_requests.near_item", name=name, code=code) for name, code in item.near]
        yield translate("account_requests.near", names=between.join(named))
    if item.name_differs:
        yield translate("account_requests.differs", name=item.registered)
    if item.registered == "":
        yield translate("account_requests.unregistered")


def _said(request: AccountRequest) -> list[str]:
    """What was asked and answered, in the order of time."""
    return [translate(f"account_requests.said_{item.outcome}", words=item.reason) for item in request.answers]


def _acts(context: PageContext, request: AccountRequest) -> None:
    key = f"{request.id}-{len(request.answers)}"
    words = st.text_input(translate("account_requests.words"), max_chars=LONGEST_WORDS, key=f"words-{key}")
    named = {"enterprise": request.enterprise, "code": request.credit_code}
    with st.container(horizontal=True):
        means = translate("account_requests.grant_means", **named)
        if confirm_act(translate("account_requests.grant"), means, f"grant-{key}"):
            _decide(context, request, "granted", "")
        if st.button(translate("account_requests.ask"), key=f"ask-for-{key}"):
            _decide(context, request, "asked", words)
        means = translate("account_requests.refuse_means")
        if confirm_act(translate("account_requests.refuse"), means, f"refuse-{key}"):
            _decide(context, request, "refused", words)


def _decide(context: PageContext, request: AccountRequest, outcome: RequestOutcome, words: str) -> None:
    try:
        decide_account_request(context.store, context.viewer, request.id, outcome, words)
    except UserError as error:
        show_error(error)
        return
    st.session_state[_SAID] = translate(f"account_requests.done_{outcome}", enterprise=html.plain(request.enterprise))
    st.rerun()
