"""Files that stand beside words: an objection's, a reply's, a claim's. Kept whole before the words are."""

from __future__ import annotations

import uuid

from kpi import tables
from kpi.errors import UserError
from kpi.files.limits import application_limits
from kpi.files.text import printable_file_name
from kpi.services.unit_of_work import UnitOfWork
from kpi.store.store import Store

LONGEST_FILE_NAME = 120
SentFile = tuple[str, bytes]
"""A file as it was sent: its name and its bytes."""


def keep_original(store: Store, file: SentFile | None) -> str | None:
    """Keep the file itself, before the change that names it begins; its hash."""
    return store.folder.keep_original(file[1]) if file else None


def refuse_large(file: SentFile | None) -> None:
    """Raises ``UserError`` where a file is larger than any that is taken."""
    most = application_limits().file_bytes
    if file and len(file[1]) > most:
        raise UserError("evidence_too_large", most=most // 2**20)


def name_original(change: UnitOfWork, store: Store, file: SentFile | None, sha256: str | None) -> str | None:
    """Name an original, which was kept before the change began, in a row; the row's number."""
    if not (file and sha256):
        return None
    store.folder.keep_again(sha256, file[1])
    upload, name = uuid.uuid4().hex, printable_file_name(file[0], LONGEST_FILE_NAME)
    tables.applications.add_upload(change.cursor, upload, name, sha256, change.actor.account, change.at, 0)
    return upload
