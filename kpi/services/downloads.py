"""What was carried away: every file that a page makes is noted in the audit trail with who took it and its hash."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Literal

from kpi.errors import UserError
from kpi.files.text import plain_line
from kpi.model.viewer import Viewer
from kpi.services.authorization import requires
from kpi.services.unit_of_work import unit_of_work
from kpi.store.store import Store

TakenThing = Literal[
    "result_report",
    "comparison",
    "visit_checklist",
    "annex3",
    "annex4_skeleton",
    "commented_report",
    "panel_recipe",
    "gap_report",
    "advice_page",
    "receipt_report",
    "coverage_report",
    "baseline_report",
    "chart",
    "table",
    "panel_material",
    "panel_outliers",
    "own_scores",
    "timetable",
    "sent_file",
    "publicity_list",
    "final_list",
    "proposal_report",
    "list_record",
    "sealed_list",
    "accounts",
    "annex5",
    "objections",
    "placed_records",
    "sealed_records",
    "person_export",
]
"""What a file holds. Texts: ``page.audit.taken.<thing>``."""
PERSONAL: frozenset[TakenThing] = frozenset(
    {
        "accounts",
        "annex5",
        "objections",
        "panel_material",
        "panel_outliers",
        "placed_records",
        "person_export",
        "sealed_records",
        "sent_file",
    }
)
"""Names and contacts of persons, files that may hold them, enterprises' values or counts of them: who takes them says
what for."""
LONGEST_SUBJECT = LONGEST_PURPOSE = 200


def stated_purpose(purpose: str) -> str:
    """What somebody takes persons' data for, as the trail keeps it.

    Raises:
        UserError: ``purpose_missing``.
    """
    if not purpose.strip():
        raise UserError("purpose_missing")
    return plain_line(purpose, LONGEST_PURPOSE)


@requires("keep_own_account")
def note_download(
    store: Store,
    viewer: Viewer,
    thing: TakenThing,
    subject: str,
    file_format: str,
    data: bytes,
    at: datetime | None = None,
    purpose: str = "",
) -> None:
    """Write down that the viewer was handed this file. The page reached what it holds through services of its own.

    ``subject`` says of what: a factory's "credit_code year", or a baseline's name. The file itself is not kept.

    Raises:
        UserError: ``purpose_missing``, for what is ``PERSONAL``.
    """
    kept = stated_purpose(purpose) if thing in PERSONAL or purpose else ""
    with unit_of_work(store, viewer.actor, at) as change:
        taken = {"taken": thing, "format": file_format, "sha256": hashlib.sha256(data).hexdigest()}
        taken |= {"purpose": kept} if kept else {}
        change.audit("file_downloaded", plain_line(subject, LONGEST_SUBJECT), after=taken)
