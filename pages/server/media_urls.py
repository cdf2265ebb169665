"""Addresses of downloads: they give nothing away, cannot be guessed, and serve the account that they were made for.

Streamlit names a file by a plain hash of its content: anyone who guesses a content could ask whether somebody has it
open, and anyone who has an address gets the file.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from contextvars import ContextVar

from pages.server.sessions import session_account
from pages.session.context import MEDIA
from pages.session.streamlit_internals import client_of, name_media_by, running_session, tell_whose_click

_KEY = secrets.token_bytes(32)
_HALF = 16
"""Bytes: an address is a name of the content, and a mark of the account."""
_CLICKED: ContextVar[str] = ContextVar("session whose download was clicked", default="")


def use_keyed_urls() -> None:
    """From now on addresses are made with a key that only this process has; the same file keeps the same address."""
    name_media_by(_keyed)
    tell_whose_click(_CLICKED)


def made_for(path: str, account: str) -> bool:
    """Whether this is the path of a download that was made for the account."""
    number = path.removeprefix(f"{MEDIA}/").partition(".")[0]
    return hmac.compare_digest(number[2 * _HALF :].encode(), _mark(number[: 2 * _HALF], account).encode())


def _keyed(data: bytes, mimetype: str, filename: str | None = None) -> str:
    account = _reader()
    made = hashlib.blake2b(key=_KEY, digest_size=_HALF)
    for part in (account.encode(), mimetype.encode(), (filename or "").encode(), data):
        made.update(len(part).to_bytes(8, "big") + part)
    return made.hexdigest() + _mark(made.hexdigest(), account)


def _mark(name: str, account: str) -> str:
    return hashlib.blake2b(f"{name} {account}".encode(), key=_KEY, digest_size=_HALF, person=b"account").hexdigest()


def _reader() -> str:
    """Whose page is being run, or whose click is being answered; "" where it is nobody's."""
    session = running_session() or _CLICKED.get()
    client = client_of(session) if session else None
    return session_account(client) if client else ""
