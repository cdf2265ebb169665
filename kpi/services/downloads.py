"""What was carried away: every file that a page makes is noted in the audit trail with who took it and its hash."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Literal

from kpi.files.printable import plain_line
from kpi.model.viewer import Viewer
from kpi.services.authorization import requires
from kpi.services.unit_of_work import unit_of_work
from kpi.store.store import Store

TakenThing = Literal["result_report"]
"""What a file holds. Texts: ``page.audit.taken.<thing>``."""
LONGEST_SUBJECT = 80


@requires("keep_own_account")
def note_download(
    store: Store,
    viewer: Viewer,
    thing: TakenThing,
    subject: str,
    file_format: str,
    data: bytes,
    at: datetime | None = None,
) -> None:
    """Write down that the viewer was handed this file. The page reached what it holds through services of its own.

    ``subject`` says of what: a factory's "credit_code year", or a baseline's name. The file itself is not kept.
    """
    with unit_of_work(store, viewer.actor, at) as change:
        taken = {"taken": thing, "format": file_format, "sha256": hashlib.sha256(data).hexdigest()}
        change.audit("file_downloaded", plain_line(subject, LONGEST_SUBJECT), after=taken)
