"""What every answer asks of the browser: to take nothing from elsewhere, to show us in no frame, to keep no data."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pages.server.shell.plain_page import chosen_theme_script
from pages.session.context import API, CALENDAR, PUBLISHED
from pages.session.streamlit_internals import host_allowed, page_template

PLAIN = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not no-referrer: browsers would then send "Origin: null" with our own forms.
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), "
    "magnetometer=(), microphone=(), midi=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Permitted-Cross-Domain-Policies": "none",
}
OPEN = (PUBLISHED, f"{API}{PUBLISHED}")
"""Where an answer may be kept by anybody, if it says so: it is nobody's in particular."""
TWO_YEARS = "max-age=63072000"


class SecurityHeaders:
    """ASGI middleware that sets the headers of every HTTP answer, refusals too; a websocket passes untouched."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def headed(message: Message) -> None:
            if message["type"] == "http.response.start":
                _set(MutableHeaders(scope=message), scope)
            await send(message)

        await self.app(scope, receive, headed)


def _set(headers: MutableHeaders, scope: Scope) -> None:
    secure = scope["scheme"] == "https"
    for name, value in PLAIN.items():
        headers[name] = value
    headers["Content-Security-Policy"] = content_security_policy(_host(scope), secure)
    if scope["path"].startswith(OPEN) and headers.get("Cache-Control", "").startswith("public"):
        headers["Cross-Origin-Resource-Policy"] = "cross-origin"  # a figure on another site's page
    elif not scope["path"].startswith("/static/") and not _of_a_calendar(headers, scope):
        headers["Cache-Control"] = "no-store"
    if secure:
        headers["Strict-Transport-Security"] = TWO_YEARS
        _secure_cookies(headers)


def _of_a_calendar(headers: MutableHeaders, scope: Scope) -> bool:
    """Which a calendar keeps, and asks about again: it is not sent once more while it is the same."""
    return scope["path"].startswith(f"{CALENDAR}/") and headers.get("Cache-Control", "").startswith("private")


def _secure_cookies(headers: MutableHeaders) -> None:
    """Streamlit marks its cookies Secure only where it speaks TLS itself, not behind a proxy that does."""
    cookies = headers.getlist("set-cookie")
    del headers["set-cookie"]
    for cookie in cookies:
        marked = "secure" in [part.strip().lower() for part in cookie.split(";")[1:]]
        headers.append("set-cookie", cookie if marked else f"{cookie}; Secure")


def _host(scope: Scope) -> str | None:
    """The host the browser asked for, if it is one of ours: any other must not get into a header."""
    host = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"host"), None)
    return host if host_allowed(host) else None


def content_security_policy(host: str | None, secure: bool) -> str:
    """The content security policy: nothing from elsewhere, no plug-in, no frame, no script but Streamlit's own files.

    Nothing makes code from text, WebAssembly included: Streamlit's arithmetic of large numbers does without it.
    The websocket is named beside ``'self'`` for browsers that take that as HTTP alone. Inline styles are how
    Streamlit and Plotly draw; inline scripts run only if they stand in Streamlit's page as installed, or are the one by
    which the sign-in is light or dark.
    """
    socket = f" {'wss' if secure else 'ws'}://{host}" if host else ""
    return "; ".join(
        (
            "default-src 'self'",
            " ".join(("script-src 'self'", *_inline_scripts())),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            f"connect-src 'self'{socket}",
            "object-src 'none'",
            "frame-src 'none'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "form-action 'self'",
        )
    )


@cache
def _inline_scripts() -> tuple[str, ...]:
    """The hashes of the scripts that stand in Streamlit's own page, and of the one in the sign-in."""
    scripts = [*re.findall(r"<script>(.*?)</script>", page_template(), re.DOTALL), chosen_theme_script()]
    return tuple(
        f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'" for script in scripts
    )
