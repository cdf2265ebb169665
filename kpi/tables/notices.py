"""The notices that administrators proposed and approved: each with the files of its folder."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from kpi.model.times import from_stored
from kpi.store.database import Cursor
from kpi.tables.sql_runner import fields_of, insert, query_rows

NoticeOutcome = Literal["approved", "withdrawn"]


@dataclass(frozen=True, slots=True)
class NoticeProposal:
    """A notice as it was proposed: its id, its year and the hash of what its files say. ``outcome``: None waits."""

    id: str
    notice: str
    year: int
    sha256: str
    proposed_by: str
    proposed_at: datetime
    outcome: NoticeOutcome | None = None
    reason: str | None = None
    noted_by: str | None = None
    noted_at: datetime | None = None


_OUTCOME = ("outcome", "reason", "noted_by", "noted_at")


def notice_proposals(cursor: Cursor) -> list[NoticeProposal]:
    """All that were ever proposed, the earliest first."""
    return [
        NoticeProposal(
            **row
            | {"proposed_at": from_stored(row["proposed_at"])}
            | {"noted_at": from_stored(row["noted_at"]) if row["noted_at"] else None}
        )
        for row in query_rows(cursor, "notice_proposals")
    ]


def notice_files(cursor: Cursor, proposal: str) -> dict[str, bytes]:
    """The files of a proposed notice by name. Raises ``KeyError`` where there is no such proposal."""
    for row in query_rows(cursor, "notice_files", {"proposal": proposal}):
        return {name: text.encode() for name, text in json.loads(row["files"]).items()}
    raise KeyError(proposal)


def add_notice_proposal(cursor: Cursor, proposal: NoticeProposal, files: Mapping[str, bytes]) -> None:
    texts = {name: files[name].decode() for name in sorted(files)}
    written = json.dumps(texts, ensure_ascii=False, separators=(",", ":"))
    insert(cursor, "notice_proposal", files=written, **fields_of(proposal, *_OUTCOME))


def add_notice_outcome(
    cursor: Cursor, proposal: str, outcome: NoticeOutcome, reason: str, noted_by: str, noted_at: datetime
) -> None:
    """What became of a proposal, once and for good."""
    insert(
        cursor,
        "notice_outcome",
        proposal=proposal,
        outcome=outcome,
        reason=reason,
        noted_by=noted_by,
        noted_at=noted_at,
    )
