"""Every path that is answered at all: our pages and routes, and of Streamlit's own those that its page needs."""

from __future__ import annotations

from pages.session.page_registry import PAGES, SIGN_IN_PAGE
from pages.session.streamlit_internals import identity_provider_configured

MEDIA, UPLOAD, ACCOUNT, STREAM = "/media", "/_stcore/upload_file", "/account", "/_stcore/stream"
HEALTH, HOST_CONFIG, STATIC = "/_stcore/health", "/_stcore/host-config", "/static"
LIVE, READY, METRICS = "/livez", "/readyz", "/metrics"
CONNECTION_SCRIPT, WORDS_SCRIPT = "/connection.js", "/words.js"
TARGETS_SCRIPT, SPOKEN_SCRIPT, ROWS_SCRIPT = "/targets.js", "/spoken.js", "/rows.js"
HISTORY_SCRIPT, PICTURES_SCRIPT, SERVER_SCRIPT = "/history.js", "/pictures.js", "/server.js"
GRID_SCRIPT = "/grid.js"
API = "/api/v1"
PAGE_ADDRESSES = frozenset({"/", "/home", *(f"/{page.address}" for page in (*PAGES, SIGN_IN_PAGE))})

_ALONE = frozenset(
    {
        HEALTH,
        LIVE,
        READY,
        METRICS,
        API,
        HOST_CONFIG,
        STREAM,
        CONNECTION_SCRIPT,
        GRID_SCRIPT,
        WORDS_SCRIPT,
        TARGETS_SCRIPT,
        SPOKEN_SCRIPT,
        ROWS_SCRIPT,
        HISTORY_SCRIPT,
        PICTURES_SCRIPT,
        SERVER_SCRIPT,
        "/favicon.png",
        "/manifest.json",
    }
)
_FOLDERS = (STATIC, MEDIA, UPLOAD, ACCOUNT, API)
_SIGN_IN_ELSEWHERE = frozenset({"/auth/login", "/auth/logout", "/oauth2callback"})


def known_area(path: str) -> str | None:
    """The path without what is particular to a request, or None where nothing is: Streamlit's own metrics, its
    interface for agents and its components among them.
    """
    if path in _ALONE or (path.rstrip("/") or "/") in PAGE_ADDRESSES:
        return path.rstrip("/") or "/"
    if path in _SIGN_IN_ELSEWHERE and identity_provider_configured():
        return path
    return next((folder for folder in _FOLDERS if path.startswith(f"{folder}/")), None)
