"""The forms that post to routes of the app, as markup: signing in and out, and taking a role of a demonstration.

Cookies cannot be set any other way.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from html import escape
from urllib.parse import urlencode, urlsplit

import streamlit as st
from itsdangerous import BadSignature, URLSafeTimedSerializer

from kpi.model.viewer import Role
from kpi.reports.messages import EVENT, EVENT_NUMBER
from kpi.services.operation.demonstration import demonstration_roles
from pages.session.app_store import app_store
from pages.session.context import JOIN
from pages.session.language import current_lang, translate

SIGN_IN, SIGN_OUT, TAKE_ROLE = "/account/sign-in", "/account/sign-out", "/account/demonstration-role"
ENTER_CODE = "/account/code"
USE_LINK, ASK_FORM, SUPPLY_FORM = "/account/use-link", "/account/ask", "/account/supply"
FAILURES = frozenset({"wrong", "held", "form", "full", "store", "full_out", "store_out", "code_expired"})
CODE = "code"
"""What is asked beside the password, in the address: with ``TICKET``, the cookie that shows that it was right."""
TICKET = "duibiao_ticket"
JOINED = "joined"
"""What was done before the sign-in is shown: an account was made."""
FORM_LASTS_SECONDS = 3600
TYPED = "duibiao_typed"
"""The cookie with the account's name as typed, while a refused form is shown once more."""


SIGNED_BY = {"digest_method": hashlib.sha256}


def _signer() -> URLSafeTimedSerializer:
    # Its own choice would be SHA-1.
    return URLSafeTimedSerializer(app_store().folder.secret(), salt="form", signer_kwargs=SIGNED_BY)


def form_token() -> str:
    """A token that only this installation can make: a form without it, or an old one, is refused."""
    return _signer().dumps("form")


def form_token_holds(token: str) -> bool:
    """Whether the form is this installation's, and not older than an hour."""
    return _is_signed(token, FORM_LASTS_SECONDS)


def form_token_is_ours(token: str) -> bool:
    """Whether the form is this installation's, however long its page was open: for what opens nothing to anybody."""
    return _is_signed(token, None)


def _is_signed(token: str, lasts: int | None) -> bool:
    try:
        _signer().loads(token, max_age=lasts)
    except BadSignature:
        return False
    return True


def page_to_go_on_to(address: str, event: str) -> str:
    """The page that was asked for, and the event that a message's link names, as the forms keep them."""
    return f"{address}?{EVENT}={event}" if EVENT_NUMBER.fullmatch(event) else address


def page_gone_on_to(kept: str, pages: Collection[str]) -> tuple[str, str]:
    """Page and event of what a form sent back; "" for what is neither one of ``pages`` nor an event's number."""
    address, _, event = kept.partition(f"?{EVENT}=")
    return (address, event if EVENT_NUMBER.fullmatch(event) else "") if address in pages else ("", "")


def sign_in_form(address: str, failed: str, typed: str) -> str:
    """``address`` is the page to go on to. ``failed`` is why the try before did not succeed, one of ``FAILURES``, and
    ``typed`` the account's name in it, as after it was ``JOINED``; where ``failed`` is anything else the form is shown
    as for the first time.
    """
    message = translate(f"sign_in.{failed}") if failed in FAILURES | {JOINED} else ""
    look = 'role="status"' if failed == JOINED else 'class="kpi-error" role="alert"'
    note = f"<p {look}>{escape(message)}</p>" if message else ""
    return f"""<form class="kpi-form" method="post" action="{SIGN_IN}" target="_self">
        {note}
        <label for="kpi-account">{escape(translate("sign_in.name"))}</label>
        <input id="kpi-account" name="account" autocomplete="username" required maxlength="100"
               value="{escape(typed) if message else ""}">
        <label for="kpi-password">{escape(translate("sign_in.password"))}</label>
        <input id="kpi-password" name="secret_word" type="password" autocomplete="current-password"
               required maxlength="200">
        <input type="hidden" name="form_token" value="{escape(form_token())}">
        <input type="hidden" name="reader_lang" value="{current_lang()}">
        <input type="hidden" name="reader_page" value="{escape(address)}">
        <button type="submit">{escape(translate("sign_in.submit"))}</button>
        </form>"""


def code_form(address: str, failed: str) -> str:
    """The second step of signing in, where the account has a second factor; ``address`` and ``failed`` as above."""
    message = translate(f"sign_in.code_{failed}") if failed in ("wrong", "held") else ""
    message = message or (translate(f"sign_in.{failed}") if failed in FAILURES else "")
    note = f'<p class="kpi-error" role="alert">{escape(message)}</p>' if message else ""
    return f"""<form class="kpi-form" method="post" action="{ENTER_CODE}" target="_self">
        {note}
        <label for="kpi-code">{escape(translate("sign_in.code"))}</label>
        <input id="kpi-code" name="one_time_code" autocomplete="one-time-code" autocapitalize="none"
               spellcheck="false" required maxlength="40" autofocus>
        <input type="hidden" name="form_token" value="{escape(form_token())}">
        <input type="hidden" name="reader_lang" value="{current_lang()}">
        <input type="hidden" name="reader_page" value="{escape(address)}">
        <button type="submit">{escape(translate("sign_in.submit"))}</button>
        </form>
        <p class="kpi-caption">{escape(translate("sign_in.code_lost"))}</p>"""


def join_address(token: str) -> str:
    """Where whoever has the token makes an account, as an address to be sent: on the host that this page is read on."""
    here = urlsplit(st.context.url or "")
    return f"{here.scheme}://{here.netloc}{JOIN}?{urlencode({'token': token})}"


def sign_out_form() -> str:
    return f"""<form method="post" action="{SIGN_OUT}" target="_self" class="kpi-quiet">
        <input type="hidden" name="reader_lang" value="{current_lang()}">
        <button type="submit">{escape(translate("sign_out"))}</button>
        </form>"""


def role_buttons(held: Role | None) -> str:
    """The demonstration's roles, one click each, out of the one that is ``held``; a visitor reads what each is for."""
    label = translate("try_role.label" if held is None else "try_role.switch")
    buttons = "".join(_role_button(account.role, held) for account in demonstration_roles())
    return f"""<form method="post" action="{TAKE_ROLE}" target="_self" aria-label="{escape(label)}"
              class="kpi-roles{"" if held is None else " kpi-roles-small"}">
        <input type="hidden" name="form_token" value="{escape(form_token())}">
        <input type="hidden" name="reader_lang" value="{current_lang()}">
        {buttons}
        </form>"""


def _role_button(role: Role, held: Role | None) -> str:
    name, purpose = escape(translate(f"role.{role}")), escape(translate(f"try_role.{role}"))
    said = f"<strong>{name}</strong><span>{purpose}</span>" if held is None else name
    here = ' aria-current="true" disabled' if role == held else ""
    return f'<button name="demonstration_role" value="{role}"{here}>{said}</button>'
