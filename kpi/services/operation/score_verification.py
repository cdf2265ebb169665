"""Score sheets and scores held against their hashes, and the hashes against the audit trail. No score is shown."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from kpi import queries
from kpi.benchmark.sealed_record import sealed_hash
from kpi.model.audit import AuditEntry
from kpi.store.cursor import Cursor

_SAVING = ("score_saved", "score_handed_in", "score_abstained")


def changed_scores(cursor: Cursor, acts: Sequence[AuditEntry]) -> Iterator[tuple[str, str]]:
    """Code and name of each sheet or score that is other than it was kept, or gone. ``acts``: the whole trail."""
    rounds = queries.scoring_rounds(cursor)
    sheets = {
        f"{one.round} {one.edition}": (one.sheet, one.sha256)
        for found in rounds
        for one in queries.round_sheets(cursor, found.id)
    }
    yield from _differing("score_sheet", sheets, _sheets_of(acts))
    scores = {
        f"{one.round} {one.credit_code} {one.reviewer} {one.version}": (one.content, one.sha256)
        for one in queries.kept_scores(cursor)
    }
    yield from _differing("score", scores, _scores_of(acts))


def _differing(code: str, kept: dict[str, tuple[str, str]], witnessed: dict[str, str]) -> Iterator[tuple[str, str]]:
    for name in sorted({*kept, *witnessed}):
        if name not in kept:
            yield f"{code}_missing", name
            continue
        content, sha256 = kept[name]
        if not sealed_hash(content) == sha256 == witnessed.get(name):
            yield f"{code}_changed", name


def _sheets_of(acts: Sequence[AuditEntry]) -> dict[str, str]:
    """The hash of each edition of a sheet, by round and edition, as the trail has it."""
    found = {}
    for act in acts:
        if act.action in ("round_opened", "score_sheet_set"):
            after = json.loads(act.after or "{}")
            found[f"{act.subject} {after.get('edition', 1)}"] = after["sheet"]
    return found


def _scores_of(acts: Sequence[AuditEntry]) -> dict[str, str]:
    """The hash of each version of a score, by round, candidate, reviewer and version, as the trail has it."""
    found = {}
    for act in acts:
        if act.action in _SAVING:
            after = json.loads(act.after or "{}")
            code = act.subject.split(" ")[0]
            found[f"{after['round']} {code} {act.actor} {after['version']}"] = after["sha256"]
    return found
