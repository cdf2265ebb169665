"""Addresses of downloads that tell nothing, cannot be worked out, and serve the account alone that they were made for.

Streamlit names a file by a plain hash of its content: whoever guesses a content could ask whether somebody has it open,
and whoever has an address gets the file.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from contextvars import ContextVar

from streamlit.runtime import Runtime, memory_media_file_storage
from streamlit.runtime.media_file_manager import MediaFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx

from pages.server.sessions import session_account
from pages.session.addresses import MEDIA

_KEY = secrets.token_bytes(32)
_HALF = 16
"""Bytes: an address is a name of the content, and a mark of the account."""
_CLICKED: ContextVar[str] = ContextVar("session whose download was clicked", default="")


def use_keyed_urls() -> None:
    """From now on addresses are made with a key that only this process has; the same file keeps the same address."""
    memory_media_file_storage._calculate_file_id = _keyed
    MediaFileManager.execute_deferred = _execute_deferred  # type: ignore[method-assign]


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
    context = get_script_run_ctx(suppress_warning=True)
    session = context.session_id if context else _CLICKED.get()
    client = Runtime.instance().get_client(session) if session and Runtime.exists() else None
    return session_account(client) if client else ""


_execute = MediaFileManager.execute_deferred


def _execute_deferred(self: MediaFileManager, file_id: str) -> str:
    """A file that is made at the click is made outside the run of a page: whose click it is must be told."""
    entry = self._deferred_callables.get(file_id)
    token = _CLICKED.set(entry["session_id"] if entry else "")
    try:
        return _execute(self, file_id)
    finally:
        _CLICKED.reset(token)
