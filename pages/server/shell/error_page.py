"""A refusal as a page of its own, in the reader's language: Streamlit has none, or only an English one."""

from __future__ import annotations

from html import escape

from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse

from kpi import i18n
from kpi.model.language import Lang


def refusal_page(reason: str, status: int, request: HTTPConnection, **params: str) -> HTMLResponse:
    """Why nothing is shown, and the way back. The words are ``page.refused.<reason>``."""
    lang = requested_language(request)
    message = escape(i18n.text(f"page.refused.{reason}", lang, **params))
    home = "" if reason == "host" else f'<p><a href="/?lang={lang}">{_words("home", lang)}</a></p>'
    return HTMLResponse(
        f'<!doctype html><html lang="{lang}"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" '
        f'content="light dark"><title>Duibiao</title><body style="font-family: sans-serif; margin: 15vh auto; '
        f'max-width: 36em; padding: 0 1em; line-height: 1.7"><p>{message}</p>{home}</body></html>',
        status_code=status,
    )


def requested_language(request: HTTPConnection) -> Lang:
    """As the address says; else as the browser asks first; else Chinese."""
    lang = request.query_params.get("lang") or request.headers.get("accept-language", "")[:2].lower()
    return "en" if lang == "en" else "zh"


def _words(key: str, lang: Lang) -> str:
    return escape(i18n.text(f"page.refused.{key}", lang))
