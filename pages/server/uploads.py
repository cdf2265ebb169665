"""Files that visitors send: kept on disk until a page has taken them, so much for an account and so much in all.

Streamlit keeps them in memory, any number of them, until the garbage of a session that has ended is collected.
"""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO

import streamlit as st
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec

from kpi.logs import RefusalReason
from kpi.services.operation.settings import Limits
from pages.server.sessions import session_account
from pages.session.context import UPLOAD
from pages.session.streamlit_internals import client_of

MEGABYTE = 1_000_000
NO_CHARACTER = "\ufffd"
"""In the place of a NUL in a file's name, over which Streamlit ends the whole page."""
Key = tuple[str, str]
"""Session and file, as the address of an upload names them."""


@dataclass(frozen=True, slots=True)
class _OnDisk:
    """A file without a name: whatever ends this process frees its place."""

    name: str
    type: str
    file: IO[bytes]
    size: int


class DiskUploads(MemoryUploadedFileManager):
    """Streamlit's uploads on disk. Safe from any thread."""

    def __init__(self, endpoint: str, limits: Limits) -> None:
        super().__init__(endpoint)
        self.limits = limits
        self._kept: dict[Key, _OnDisk] = {}
        self._taken: dict[Key, tuple[str, int]] = {}
        """Of the files kept: whose room they take, and how much."""
        self._coming: dict[Key, tuple[str, int]] = {}
        self._unwanted: set[Key] = set()
        """On their way to sessions that have ended."""
        self._guarded = threading.Lock()

    def reserve(self, key: Key, account: str, size: int) -> bool:
        """Room for a file that is about to come, to be given back by ``settle``.

        False where the account or all of them together have too much, or where the same file is coming already.
        """
        with self._guarded:
            if key in self._coming:
                return False
            others = [held for other, held in (*self._taken.items(), *self._coming.items()) if other != key]
            own = [other for name, other in others if name == account]
            free = (
                len(own) < self.limits.uploads_per_account
                and sum(own) + size <= self.limits.upload_megabytes_per_account * MEGABYTE
                and sum(other for _, other in others) + size <= self.limits.upload_megabytes * MEGABYTE
            )
            if free:
                self._coming[key] = (account, size)
            return free

    def settle(self, key: Key) -> None:
        """The sender is done: room is given back unless the file has come."""
        with self._guarded:
            self._coming.pop(key, None)
            self._unwanted.discard(key)

    def add_file(self, session_id: str, file: UploadedFileRec) -> None:
        key = (session_id, file.file_id)
        on_disk = tempfile.TemporaryFile()  # noqa: SIM115 - it lives until it is removed
        on_disk.write(file.data)
        on_disk.flush()
        with self._guarded:
            if key in self._unwanted:
                on_disk.close()
                return
            if before := self._kept.get(key):
                before.file.close()
            self._kept[key] = _OnDisk(file.name.replace("\0", NO_CHARACTER), file.type, on_disk, len(file.data))
            if key in self._coming:
                self._taken[key] = self._coming[key]

    def get_files(self, session_id: str, file_ids: Sequence[str]) -> list[UploadedFileRec]:
        with self._guarded:
            found = [(number, self._kept.get((session_id, number))) for number in file_ids]
            return [UploadedFileRec(number, item.name, item.type, _read(item.file)) for number, item in found if item]

    def remove_file(self, session_id: str, file_id: str) -> None:
        with self._guarded:
            self._let_go((session_id, file_id))

    def remove_session_files(self, session_id: str) -> None:
        with self._guarded:
            for key in [key for key in self._kept if key[0] == session_id]:
                self._let_go(key)
            self._unwanted |= {key for key in self._coming if key[0] == session_id}

    def _let_go(self, key: Key) -> None:
        if one := self._kept.pop(key, None):
            one.file.close()
        self._taken.pop(key, None)


def _read(file: IO[bytes]) -> bytes:
    file.seek(0)
    return file.read()


class UploadGate:
    """What an upload must state before it is let in."""

    def __init__(self, app: ASGIApp, uploads: DiskUploads) -> None:
        self.app = app
        self.uploads = uploads

    async def serve(self, scope: Scope, receive: Receive, send: Send, account: str) -> RefusalReason | None:
        """Pass the upload, or its taking back, on; why not, where nothing has been answered.

        Only whose page it is sends files to it, also where somebody else has its number.
        """
        session_id, _, file_id = scope["path"].removeprefix(f"{UPLOAD}/").partition("/")
        page = client_of(session_id)
        if page is None or session_account(page) != account:
            return "path"
        if scope["method"] != "PUT":
            await self.app(scope, receive, send)
            return None
        length = Headers(scope=scope).get("content-length", "")
        if (
            not (length.isascii() and length.isdecimal())
            or int(length) > st.get_option("server.maxUploadSize") * 1024 * 1024
        ):
            return "size"
        key = (session_id, file_id)
        if not self.uploads.reserve(key, account, int(length)):
            return "quota"
        try:
            await self.app(scope, receive, send)
        finally:
            self.uploads.settle(key)
        return None
