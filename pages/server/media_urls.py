"""Addresses of downloads that tell nothing and cannot be worked out.

Streamlit names a file by a plain hash of its content: whoever guesses a content could ask whether somebody has it open.
"""

from __future__ import annotations

import hashlib
import secrets

from streamlit.runtime import memory_media_file_storage

_KEY = secrets.token_bytes(32)


def use_keyed_urls() -> None:
    """From now on addresses are made with a key that only this process has; the same file keeps the same address."""
    memory_media_file_storage._calculate_file_id = _keyed


def _keyed(data: bytes, mimetype: str, filename: str | None = None) -> str:
    made = hashlib.blake2b(key=_KEY, digest_size=32)
    for part in (mimetype.encode(), (filename or "").encode(), data):
        made.update(len(part).to_bytes(8, "big") + part)
    return made.hexdigest()
