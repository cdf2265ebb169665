"""What the server alone draws for whoever has no account yet: asking for one, what became of that, and making it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from urllib.parse import urlencode

from starlette.responses import HTMLResponse

from kpi import i18n
from kpi.access.passwords import LONGEST, SHORTEST
from kpi.catalogue.catalogue import catalogue
from kpi.errors import UserError
from kpi.i18n import catalogue_name
from kpi.model.account_request import AccountRequest
from kpi.model.language import Lang
from kpi.model.times import shanghai_date
from kpi.services.account_requests import LONGEST_CONTACT, LONGEST_NAME, LONGEST_WORDS, request_limits
from kpi.tables.accounts import AccountLink
from pages.server.shell.plain_page import plain_page
from pages.session.context import ASK, JOIN
from pages.session.language import current_lang, in_language, translate
from pages.session.sign_in_forms import ASK_FORM, SUPPLY_FORM, USE_LINK, form_token

LONGEST_FIELD = 400


@dataclass(frozen=True, slots=True)
class Sent:
    """A form as it came: what was typed, but for passwords and files, and everything that is wrong with it."""

    typed: Mapping[str, str]
    error: UserError


def join_page(lang: Lang, token: str, link: AccountLink | None, sent: Sent | None = None) -> HTMLResponse:
    """The account's name, its person, and a password twice; or that the link is good no longer."""
    with in_language(lang):
        if link is None:
            return _page(JOIN, {"token": token}, "join", said_error(UserError("link_over")), status=404)
        fields = (
            _field("account", sent, longest=40, autocomplete="username"),
            _field("display", sent, longest=60, autocomplete="name"),
            _field("secret_word", None, longest=LONGEST, autocomplete="new-password", kind="password"),
            _field("repeated", None, longest=LONGEST, autocomplete="new-password", kind="password"),
        )
        what = translate("join.what", enterprise=link.enterprise, code=link.credit_code, shortest=SHORTEST)
        body = f"<p>{escape(what)}</p>{_form(USE_LINK, token, fields, sent, 'join')}"
        return _page(JOIN, {"token": token}, "join", body, status=422 if sent else 200)


def ask_page(lang: Lang, sent: Sent | None = None) -> HTMLResponse:
    """What an enterprise says of itself to get an account."""
    with in_language(lang):
        fields = (
            _field("credit_code", sent, longest=40),
            _field("enterprise", sent, longest=LONGEST_NAME, autocomplete="organization"),
            _choice(
                "industry",
                sent,
                [(item.name.zh, catalogue_name(item.name.zh, lang)) for item in catalogue().industries],
            ),
            _choice(
                "district", sent, [(item.name.zh, catalogue_name(item.name.zh, lang)) for item in catalogue().bodies]
            ),
            _field("contact", sent, longest=LONGEST_CONTACT),
            _proof(needed=True),
        )
        body = f"<p>{escape(translate('ask_account.what'))}</p>{_form(ASK_FORM, '', fields, sent, 'ask_account')}"
        return _page(ASK, {}, "ask_account", body, status=422 if sent else 200)


def request_page(lang: Lang, token: str, request: AccountRequest, sent: Sent | None = None) -> HTMLResponse:
    """What became of a request, for whoever has its token; where something was asked, the place to answer it."""
    with in_language(lang):
        said = {"enterprise": request.enterprise, "code": request.credit_code, "day": shanghai_date(request.asked_at)}
        lines = [translate("own_request.what", **said), translate(f"own_request.{request.state}")]
        if request.state in ("asked", "refused"):
            lines.append(translate(f"own_request.{request.state}_words", words=request.last_words))
        if request.is_open:
            lines.append(translate("own_request.keep"))
        body = "".join(f"<p>{escape(line)}</p>" for line in lines)
        if request.state == "asked":
            fields = (_field("words", sent, longest=LONGEST_WORDS, needed=False), _proof(needed=False))
            body += _form(SUPPLY_FORM, token, fields, sent, "own_request")
        return _page(JOIN, {"token": token}, "own_request", body, status=422 if sent else 200)


def said_error(error: UserError) -> str:
    """An error and all that is beside it: what is wrong, and what to do."""
    said = (" ".join(i18n.page_error_message(item, current_lang())) for item in (error, *error.also))
    return f'<div role="alert">{"".join(f"""<p class="kpi-error">{escape(item)}</p>""" for item in said)}</div>'


def _form(action: str, token: str, fields: Sequence[str], sent: Sent | None, words: str) -> str:
    return f"""<form class="kpi-form" method="post" action="{action}" enctype="multipart/form-data">
        {said_error(sent.error) if sent else ""}{"".join(fields)}
        <input type="hidden" name="token" value="{escape(token)}">
        <input type="hidden" name="form_token" value="{escape(form_token())}">
        <input type="hidden" name="reader_lang" value="{current_lang()}">
        <button type="submit">{escape(translate(f"{words}.submit"))}</button>
        </form>"""


def _field(
    name: str, sent: Sent | None, *, longest: int, autocomplete: str = "off", kind: str = "text", needed: bool = True
) -> str:
    """``sent``: what was typed before; of a password nothing is."""
    typed = escape(sent.typed.get(name, "")) if sent else ""
    return f"""{_label(name)}<input id="kpi-{name}" name="{name}" type="{kind}" autocomplete="{autocomplete}"
               maxlength="{longest}" value="{typed}"{" required" if needed else ""}>"""


def _choice(name: str, sent: Sent | None, options: Iterable[tuple[str, str]]) -> str:
    """Of names by the notice's Chinese ones; nothing is chosen beforehand."""
    chosen = sent.typed.get(name, "") if sent else ""
    listed = "".join(
        f'<option value="{escape(value)}"{" selected" if value == chosen else ""}>{escape(shown)}</option>'
        for value, shown in [("", ""), *options]
    )
    return f'{_label(name)}<select id="kpi-{name}" name="{name}" required>{listed}</select>'


def _proof(*, needed: bool) -> str:
    label = _label("proof", most=request_limits().proof_megabytes)
    kinds = ".pdf,.png,.jpg,.jpeg"
    return f'{label}<input id="kpi-proof" name="proof" type="file" accept="{kinds}"{" required" if needed else ""}>'


def _label(name: str, **params: object) -> str:
    return f'<label for="kpi-{name}">{escape(translate(f"newcomer.{name}", **params))}</label>'


def _page(address: str, query: Mapping[str, str], words: str, body: str, *, status: int) -> HTMLResponse:
    lang = current_lang()
    other: Lang = "zh" if lang == "en" else "en"
    switch = escape(f"{address}?{urlencode({**query, 'lang': other})}")
    head = f'<a href="{switch}" hreflang="{other}">{escape(i18n.text("page.language", other))}</a>'
    title, home = translate(f"{words}.title"), escape(translate("newcomer.to_sign_in"))
    body = f'<div class="kpi-sign-in"><h2>{escape(title)}</h2>{body}<p><a href="/?lang={lang}">{home}</a></p></div>'
    page = f"<header>{head}</header><main>{body}</main>"
    return plain_page(lang, f"{title} · {translate('product')}", page, status=status)
