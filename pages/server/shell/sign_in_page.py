"""The sign-in as the server draws it alone: what whoever comes without a sign-in is shown at every page's address."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from urllib.parse import unquote, urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse

from kpi import i18n
from kpi.errors import UserError
from kpi.model.language import Lang
from kpi.reports.messages import EVENT
from kpi.services.operation.authentication import viewer_of
from pages.server.shell.plain_page import plain_page
from pages.session.app_store import app_store, is_demonstration_app
from pages.session.context import COOKIE
from pages.session.language import in_language, translate
from pages.session.sign_in_forms import CODE, TICKET, TYPED, page_to_go_on_to
from pages.session.streamlit_internals import identity_provider_configured
from pages.widgets.sign_in import sign_in_body


def is_stranger(cookies: Mapping[str, str]) -> bool:
    """Whether the app would show the sign-in alone. Another provider's button works in the app only, and what is wrong
    with the store is said there.
    """
    if identity_provider_configured():
        return False
    try:
        return viewer_of(app_store(), cookies.get(COOKIE)) is None
    except UserError:
        return False


def sign_in_page(request: Request, lang: Lang) -> HTMLResponse:
    """With the way to the other language, and the page that was asked for kept for afterwards."""
    asked, typed = request.query_params, unquote(request.cookies.get(TYPED, ""))
    failed = asked.get("failed") or asked.get("done", "")
    with in_language(lang):
        mark = f'<span class="kpi-badge" role="note">{escape(translate("demonstration"))}</span>'
        head = f"{mark if is_demonstration_app() else ''}{_other_language(request.query_params, lang)}"
        code = asked.get("step") == CODE and TICKET in request.cookies
        address = page_to_go_on_to(request.url.path.strip("/"), asked.get(EVENT, ""))
        body = sign_in_body(address, failed, typed, code=code)
        title = f"{translate('title.sign_in')} · {translate('product')}"
        return plain_page(lang, title, f"<header>{head}</header><main>{body}</main>")


def _other_language(asked: Mapping[str, str], lang: Lang) -> str:
    other: Lang = "zh" if lang == "en" else "en"
    address = escape("?" + urlencode({**asked, "lang": other}))
    return f'<a href="{address}" hreflang="{other}">{escape(i18n.text("page.language", other))}</a>'
