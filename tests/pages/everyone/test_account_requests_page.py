"""The page on which requests for an account are decided: what speaks against each, and an act in two presses."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

import pytest
from streamlit.testing.v1 import AppTest

from kpi.i18n import text
from kpi.model.account_request import AccountRequest, RequestState
from kpi.model.times import now
from kpi.services.account_links import usable_link
from kpi.services.account_requests import own_request
from kpi.services.operation.authentication import viewer_of
from tests.pages.app_runs import Office, downloads_offered, opened, strings
from tests.services.account_asking import ASKING, CONTACT, PDF, STRANGER, asked

BODY = "松江区"


def _ask(office: Office, **other: str) -> tuple[str, AccountRequest]:
    return asked(office.store, now() - timedelta(hours=1), STRANGER, **other)


def _press(test: AppTest, act: str, request: AccountRequest, answers: int = 0) -> AppTest:
    return test.button(key=f"{act}-{request.id}-{answers}").click().run()


def _state(office: Office, token: str) -> RequestState:
    request = own_request(office.store, token)
    assert request
    return request.state


@pytest.mark.parametrize("role", ["leader", "administrator"])
def test_whoever_may_decide_reads_it_and_grants_it(
    copied_office: Office, role: Literal["leader", "administrator"]
) -> None:
    token, request = _ask(copied_office)
    copied_office.sit(role)
    home = opened(f"{role}-home")
    assert text("page.home.account_requests", "zh", count=1) in "\n".join(strings(home))
    page = opened("account-requests")
    shown = "\n".join(strings(page))
    assert ASKING.enterprise in shown
    assert CONTACT in shown
    assert text("page.account_requests.nothing_against", "zh") in shown
    page = _press(page, "grant", request)
    assert not page.exception
    assert [item.value for item in page.success] == [
        text("page.account_requests.done_granted", "zh", enterprise=ASKING.enterprise)
    ]
    assert text("page.account_requests.none", "zh") in "\n".join(strings(page))
    assert usable_link(copied_office.store, token)


def test_a_refusal_needs_its_reason_and_a_question_its_words(copied_office: Office) -> None:
    token, request = _ask(copied_office)
    copied_office.sit("leader")
    page = opened("account-requests", "en")
    page = _press(page, "ask-for", request)
    assert text("error.request_asked_without_words.message", "en") in page.error[0].value.replace("\\", "")
    page = _press(page, "refuse", request)
    assert text("error.request_refused_without_words.message", "en") in page.error[0].value.replace("\\", "")
    page.text_input(key=f"words-{request.id}-0").input("Which site?")
    page = _press(page, "ask-for", request)
    assert _state(copied_office, token) == "asked"
    assert text("page.account_requests.said_asked", "en", words="Which site?") in "\n".join(strings(page))
    page.text_input(key=f"words-{request.id}-1").input("Not in this city")
    _press(page, "refuse", request, 1)
    assert _state(copied_office, token) == "refused"


def test_a_body_sees_no_other_district_and_warnings_where_there_are_any(copied_office: Office) -> None:
    enterprise = viewer_of(copied_office.store, copied_office.tokens["enterprise"])
    assert enterprise
    _ask(copied_office, credit_code=enterprise.scope[0])
    _ask(copied_office, enterprise="别区企业（虚构）", district="嘉定区")
    copied_office.sit("leader")
    shown = "\n".join(strings(opened("account-requests")))
    assert "别区企业" not in shown
    assert f"（{enterprise.account}）" in shown


def test_the_proof_is_handed_out_under_a_name_of_ours(copied_office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    _, request = _ask(copied_office)
    copied_office.sit("leader")
    offered = downloads_offered(monkeypatch)
    page = opened("account-requests")
    assert page.text_input(key=f"purpose-proof-{request.id}").value
    assert offered[f"proof-{request.id}"]() == PDF
    [button] = [node for node in page._tree if node.type == "download_button"]
    assert f"{request.credit_code}-{request.id[:8]}.pdf" in button.proto.label.replace("\u2060", "").replace("\\", "")
