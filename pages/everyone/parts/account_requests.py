"""Requests for an account, one below the other, each with what speaks against it and the three acts."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import streamlit as st

from kpi import i18n
from kpi.errors import UserError
from kpi.model.account_request import AccountRequest, RequestOutcome
from kpi.model.language import Lang
from kpi.services.account_decisions import (
    OpenRequests,
    RequestChecks,
    account_request_proof,
    decide_account_request,
)
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


def request_list(context: PageContext, found: OpenRequests) -> None:
    """What can be decided now first; then what waits for the enterprise, which may be decided all the same."""
    if said := st.session_state.pop(_SAID, None):
        show_done(said)
    asked = sum(item.state == "asked" for item in found.requests)
    words = "none" if not found.requests else "sentence_asked" if asked else "sentence"
    html.sentence(translate(f"account_requests.{words}", count=len(found.requests) - asked, asked=asked))
    html.where(translate("account_requests.how"))
    for request in page_of(found.requests, "page", ROWS):
        with st.container(border=True):
            _request(context, request, found.checks(request))
            _acts(context, request)


def _request(context: PageContext, request: AccountRequest, checks: RequestChecks) -> None:
    lang = context.lang
    html.titled(translate("account_requests.of", enterprise=request.enterprise, code=request.credit_code))
    industry, district = (i18n.catalogue_name(name, lang) for name in (request.industry, request.district))
    at = format_datetime(request.asked_at)
    html.where(translate("account_requests.facts", industry=industry, district=district, at=at))
    html.clause(translate("account_requests.contact", contact=request.contact))
    against = [*_against(checks, lang)] or [translate("account_requests.nothing_against")]
    html.bullets([*against, *_said(request)])
    find = partial(account_request_proof, context.store, number=request.id)
    offer_sent_file(context, request.credit_code, find, f"proof-{request.id}", translate("account_requests.purpose"))


def _against(item: RequestChecks, lang: Lang) -> Iterator[str]:
    """What whoever decides has to look at."""
    between = i18n.text("number.list", lang)
    if item.persons:
        yield translate("account_requests.persons", persons=between.join(map(_named, item.persons)))
    if item.also_asked:
        yield translate("account_requests.also_asked", count=item.also_asked)
    if item.near:
        yield translate("account_requests.near", names=between.join(map(_named, item.near)))
    if item.differs:
        yield translate("account_requests.differs", name=item.registered)
    if item.registered == "":
        yield translate("account_requests.unregistered")


def _named(named: tuple[str, str]) -> str:
    """Somebody with the account, an enterprise with its code."""
    return translate("account_requests.named", name=named[0], code=named[1])


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
