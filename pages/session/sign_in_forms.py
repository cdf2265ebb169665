"""The forms that post to routes of the app, as markup: signing in and out, and taking a role of a demonstration.

Cookies cannot be set any other way.
"""

from __future__ import annotations

from html import escape
from urllib.parse import urlencode, urlsplit

import streamlit as st
from itsdangerous import BadSignature, URLSafeTimedSerializer

from kpi.model.viewer import Role
from kpi.services.operation.demonstration import demonstration_roles
from pages.session.app_store import app_store
from pages.session.context import JOIN
from pages.session.language import current_lang, translate

SIGN_IN, SIGN_OUT, TAKE_ROLE = "/account/sign-in", "/account/sign-out", "/account/demonstration-role"
USE_LINK, ASK_FORM, SUPPLY_FORM = "/account/use-link", "/account/ask", "/account/supply"
FAILURES = frozenset({"wrong", "held", "form", "full", "store", "full_out", "store_out"})
JOINED = "joined"
"""What was done before the sign-in is shown: an account was made."""
FORM_LASTS_SECONDS = 3600
TYPED = "duibiao_typed"
"""The cookie with the account's name as typed, while a refused form is shown once more."""


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(app_store().folder.secret(), salt="form")


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
