"""What the server alone draws for whoever has no account yet: making one by a link, once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from urllib.parse import urlencode

from starlette.responses import HTMLResponse

from kpi import i18n
from kpi.access.passwords import LONGEST, SHORTEST
from kpi.errors import UserError
from kpi.model.language import Lang
from kpi.tables.accounts import AccountLink
from pages.server.shell.plain_page import plain_page
from pages.session.context import JOIN
from pages.session.language import current_lang, in_language, translate
from pages.session.sign_in_forms import USE_LINK, form_token

LONGEST_FIELD = 200


@dataclass(frozen=True, slots=True)
class Sent:
    """A form as it came: what was typed, but for passwords, and everything that is wrong with it."""

    typed: Mapping[str, str]
    error: UserError


def join_page(lang: Lang, token: str, link: AccountLink | None, sent: Sent | None = None) -> HTMLResponse:
    """The account's name, its person, and a password twice; or that the link is good no longer."""
    with in_language(lang):
        if link is None:
            return _page(JOIN, {"token": token}, "join", said_error(UserError("link_over")), status=404)
        fields = (
            _field("account", sent, autocomplete="username", longest=40),
            _field("display", sent, autocomplete="name", longest=60),
            _field("secret_word", None, autocomplete="new-password", longest=LONGEST, kind="password"),
            _field("repeated", None, autocomplete="new-password", longest=LONGEST, kind="password"),
        )
        what = translate("join.what", enterprise=link.enterprise, code=link.credit_code, shortest=SHORTEST)
        body = f"<p>{escape(what)}</p>{_form(USE_LINK, token, fields, sent, 'join')}"
        return _page(JOIN, {"token": token}, "join", body, status=422 if sent else 200)


def _form(action: str, token: str, fields: Sequence[str], sent: Sent | None, words: str) -> str:
    return f"""<form class="kpi-form" method="post" action="{action}">
        {said_error(sent.error) if sent else ""}{"".join(fields)}
        <input type="hidden" name="token" value="{escape(token)}">
        <input type="hidden" name="form_token" value="{escape(form_token())}">
        <input type="hidden" name="reader_lang" value="{current_lang()}">
        <button type="submit">{escape(translate(f"{words}.submit"))}</button>
        </form>"""


def _field(name: str, sent: Sent | None, *, autocomplete: str, longest: int, kind: str = "text") -> str:
    """``sent``: what was typed before; of a password nothing is."""
    typed = escape(sent.typed.get(name, "")) if sent else ""
    return f"""<label for="kpi-{name}">{escape(translate(f"join.{name}"))}</label>
        <input id="kpi-{name}" name="{name}" type="{kind}" autocomplete="{autocomplete}" required maxlength="{longest}"
               value="{typed}">"""


def said_error(error: UserError) -> str:
    """An error and all that is beside it: what is wrong, and what to do."""
    said = (" ".join(i18n.page_error_message(item, current_lang())) for item in (error, *error.also))
    return f'<div role="alert">{"".join(f"""<p class="kpi-error">{escape(item)}</p>""" for item in said)}</div>'


def _page(address: str, query: Mapping[str, str], words: str, body: str, *, status: int) -> HTMLResponse:
    lang = current_lang()
    other: Lang = "zh" if lang == "en" else "en"
    switch = escape(f"{address}?{urlencode({**query, 'lang': other})}")
    head = f'<a href="{switch}" hreflang="{other}">{escape(i18n.text("page.language", other))}</a>'
    title = translate(f"{words}.title")
    body = f'<div class="kpi-sign-in"><h2>{escape(title)}</h2>{body}</div>'
    page = f"<header>{head}</header><main>{body}</main>"
    return plain_page(lang, f"{title} · {translate('product')}", page, status=status)
