"""A form on a page that was open for long: signing out works, and signing in says what happened and keeps the name."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from itsdangerous import URLSafeTimedSerializer
from websockets.exceptions import InvalidStatus

from kpi import i18n
from kpi.model.language import Lang
from kpi.store.folder import StoreFolder
from pages.session.sign_in_forms import SIGNED_BY
from tests.conftest import Served
from tests.pages.websocket_client import visit
from tests.server.http_client import FORM, ask, form, sign_in_form, signed_in

OWN = {"Sec-Fetch-Site": "same-origin"}


class _LongAgo(URLSafeTimedSerializer):
    """Signs as the app did when the page was opened: more than an hour ago."""

    class default_signer(URLSafeTimedSerializer.default_signer):  # noqa: N801 - the library's name
        def get_timestamp(self) -> int:
            return super().get_timestamp() - 3700


def _old_token(served: Served) -> str:
    return str(_LongAgo(StoreFolder(served.store).secret(), salt="form", signer_kwargs=SIGNED_BY).dumps("form"))


@pytest.mark.campaign
def test_a_role_of_the_demonstration_is_taken_from_a_page_however_old(served: Served) -> None:
    """The buttons on it did nothing, and said nothing to who was in another role."""
    fields = {"demonstration_role": "reviewer", "reader_lang": "en", "form_token": _old_token(served)}
    headers = FORM | OWN | {"Cookie": signed_in(served.url, "leader"), "Origin": served.url}
    answer = ask(served.url, "/account/demonstration-role", "POST", headers, urlencode(fields).encode())
    assert (answer.status, answer.headers["location"]) == (303, "/?lang=en")
    [cookie] = [cooky.split(";")[0] for cooky in answer.cookies if cooky.startswith("duibiao=")]
    assert "candidate" in visit(served.url, "my-account", cookie=cookie).menu


def _sign_out(served: Served, cookie: str, **fields: str) -> tuple[str, ...]:
    body = urlencode({"reader_lang": "zh", **fields}).encode()
    answer = ask(served.url, "/account/sign-out", "POST", FORM | OWN | {"Cookie": cookie, "Origin": served.url}, body)
    assert answer.status == 303
    return answer.cookies


@pytest.mark.campaign
@pytest.mark.parametrize("age", ["old", "none"])
def test_signing_out_ends_the_sign_in_however_old_the_page(served: Served, age: str) -> None:
    cookie, other = signed_in(served.url, "leader"), signed_in(served.url, "leader")
    said = i18n.text("page.sign_out", "zh")
    assert said in visit(served.url, cookie=cookie).text
    cookies = _sign_out(served, cookie, **({"form_token": _old_token(served)} if age == "old" else {}))
    assert any(cooky.startswith('duibiao="";') and "Max-Age=0" in cooky for cooky in cookies)
    with pytest.raises(InvalidStatus):
        visit(served.url, cookie=cookie)
    assert said in visit(served.url, cookie=other).text


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_expired_form_says_so_and_keeps_the_name_but_not_the_password(served: Served, lang: Lang) -> None:
    fields = {"account": '张"三<b>', "secret_word": "never to be seen again"}
    body = urlencode({"form_token": _old_token(served), "reader_lang": lang, **fields}).encode()
    answer = ask(served.url, "/account/sign-in", "POST", FORM | OWN, body)
    assert (answer.status, answer.headers["location"]) == (303, f"/?lang={lang}&failed=form")
    typed = "; ".join(cooky.split(";")[0] for cooky in answer.cookies)
    assert all("HttpOnly" in cooky and "Max-Age=120" in cooky for cooky in answer.cookies)
    shown = ask(served.url, f"/?lang={lang}&failed=form", headers={"Cookie": typed}).text
    assert i18n.text("page.sign_in.form", lang) in shown
    assert 'value="张&quot;三&lt;b&gt;"' in shown
    assert "never" not in shown + typed
    # Opened again, the field is empty.
    assert "张" not in ask(served.url, "/", headers={"Cookie": typed}).text


def test_a_wrong_password_keeps_the_name_and_signing_in_forgets_it(served: Served) -> None:
    wrong = form(served.url, account="leader", secret_word="not the right one")
    answer = ask(served.url, "/account/sign-in", "POST", FORM | OWN, wrong)
    assert [cooky.split(";")[0] for cooky in answer.cookies] == ["duibiao_typed=leader"]
    right = form(served.url, account="leader", secret_word="demo-leader")
    answer = ask(served.url, "/account/sign-in", "POST", FORM | OWN, right)
    assert any(cooky.startswith('duibiao_typed="";') for cooky in answer.cookies)


def test_signing_in_ends_the_sign_in_that_the_browser_had(served: Served) -> None:
    before = signed_in(served.url, "leader")
    headers = FORM | OWN | {"Cookie": before, "Origin": served.url}
    answer = ask(served.url, "/account/sign-in", "POST", headers, sign_in_form(served.url, "leader"))
    [cookie] = [cooky.split(";")[0] for cooky in answer.cookies if cooky.startswith("duibiao=")]
    with pytest.raises(InvalidStatus):
        visit(served.url, cookie=before)
    assert i18n.text("page.sign_out", "zh") in visit(served.url, cookie=cookie).text
