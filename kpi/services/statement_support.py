"""What stands beside an enterprise's statements: the list of core equipment and software, and a file for each."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import get_args

from kpi import tables
from kpi.access.roles import Scope, scope_of
from kpi.catalogue.catalogue import catalogue
from kpi.errors import NotFound, UserError
from kpi.files.text import plain_line
from kpi.model.claims import CoreTechnology, StatementFile, TechnologyKind, TechnologyList, TechnologySource
from kpi.model.times import just_after
from kpi.model.viewer import Viewer
from kpi.services.application_audit import original_file, require_in_hand
from kpi.services.authorization import reads, requires
from kpi.services.condition_rulings import locked_in_reach
from kpi.services.sent_files import SentFile, keep_original, name_original, refuse_large
from kpi.services.unit_of_work import unit_of_work
from kpi.store.database import Cursor
from kpi.store.store import Store

MOST_ROWS = 200
LONGEST_NAME = 100
"""Of an item, and of its maker."""


@dataclass(frozen=True, slots=True)
class StatementSupport:
    """``files``: the latest of each condition that the enterprise has stated, in the notice's order."""

    technology: TechnologyList
    files: Mapping[str, StatementFile]


@reads("submit_own")
def own_support(cursor: Cursor, viewer: Viewer, credit_code: str, year: int) -> StatementSupport:
    """Of the viewer's own factory; nothing where there is none of that year.

    Raises:
        NotFound: the factory is not the viewer's.
    """
    if credit_code not in scope_of(viewer).own:
        raise NotFound("application")
    return _support(cursor, credit_code, year)


@reads("rule_on_conditions")
def support_to_read(cursor: Cursor, viewer: Viewer, credit_code: str, year: int) -> StatementSupport:
    """Of a locked application, for whoever may rule on its conditions.

    Raises:
        NotFound: no such locked application within reach.
        UserError: a reviewer has not said whether it has a conflict of interest.
    """
    locked_in_reach(cursor, viewer, credit_code, year)
    return _support(cursor, credit_code, year)


@requires("rule_on_conditions")
def statement_file(store: Store, viewer: Viewer, credit_code: str, year: int, upload: str) -> tuple[str, Path]:
    """Name and place of a file beside a statement.

    Raises:
        NotFound: no such locked application within reach, or no such file beside its statements.
        UserError: as ``support_to_read``.
    """
    with store.cursor() as cursor:
        locked_in_reach(cursor, viewer, credit_code, year)
        if upload not in {file.upload for file in _support(cursor, credit_code, year).files.values()}:
            raise NotFound("upload")
        return original_file(store, cursor, upload, None)


@requires("fill_own")
def list_technology(
    store: Store,
    viewer: Viewer,
    credit_code: str,
    year: int,
    rows: Sequence[CoreTechnology],
    at: datetime | None = None,
    seen: Sequence[CoreTechnology] | None = None,
) -> bool:
    """Replace the list of core equipment and software, and return whether it changed; rows without a word are left out.

    ``seen``: what it was when these rows were written.

    Raises:
        NotFound: the viewer has no such open application, or its notice asks for no such list.
        UserError: the year is locked, there are too many rows or one lacks something, or a colleague has changed the
            list since.
    """
    plain = _checked(rows)
    if catalogue().technology_condition is None:
        raise NotFound("condition")
    with store.write_lock():
        with store.cursor() as cursor:
            require_in_hand(cursor, viewer, credit_code, year)
            before = tables.conditions.core_technology(cursor, credit_code, year).rows
        if before == plain:
            return False
        if seen is not None and before != tuple(seen):
            raise UserError("technology_changed")
        with unit_of_work(store, viewer.actor, at) as change:
            listed = TechnologyList(plain, viewer.account, change.at)
            tables.conditions.write_core_technology(change.cursor, credit_code, year, listed)
            change.audit("technology_listed", f"{credit_code} {year}", _traced(before), _traced(plain))
    return True


@requires("fill_own")
def attach_statement_file(
    store: Store,
    viewer: Viewer,
    credit_code: str,
    year: int,
    condition: str,
    file: SentFile,
    at: datetime | None = None,
) -> None:
    """Keep a file beside the enterprise's statement on a condition: from then on it stands in place of an earlier one.

    Raises:
        NotFound: the viewer has no such open application, or the condition does not rest on a statement.
        UserError: the year is locked, nothing is stated yet, or the file is larger than any upload may be.
    """
    refuse_large(file)
    with store.cursor() as cursor:
        _require_stated(cursor, viewer, credit_code, year, condition)
    sha256 = keep_original(store, file)
    with unit_of_work(store, viewer.actor, at) as change:
        _require_stated(change.cursor, viewer, credit_code, year, condition)
        upload = name_original(change, store, file, sha256) or ""
        given = StatementFile(condition, upload, file[0], viewer.account, change.at)
        last = tables.conditions.statement_files(change.cursor, credit_code, year).get(condition)
        if last:
            # The latest stands, also where a clock was put back or stood still.
            given = replace(given, attached_at=just_after(change.at, last.attached_at))
        tables.conditions.add_statement_file(change.cursor, credit_code, year, given)
        entry = {"condition": condition, "file": sha256}
        change.audit("statement_file_attached", f"{credit_code} {year}", after=entry)


def _support(cursor: Cursor, credit_code: str, year: int) -> StatementSupport:
    stated = tables.conditions.statements(cursor, Scope(own=(credit_code,)), credit_code, year)
    files = tables.conditions.statement_files(cursor, credit_code, year)
    standing = [item.code for item in catalogue().stated_conditions if item.code in stated and item.code in files]
    listed = tables.conditions.core_technology(cursor, credit_code, year)
    return StatementSupport(listed, {code: files[code] for code in standing})


def _require_stated(cursor: Cursor, viewer: Viewer, credit_code: str, year: int, condition: str) -> None:
    require_in_hand(cursor, viewer, credit_code, year)
    if condition not in {stated.code for stated in catalogue().stated_conditions}:
        raise NotFound("condition", condition[:40])
    if condition not in tables.conditions.statements(cursor, scope_of(viewer), credit_code, year):
        raise UserError("file_before_statement", rule=condition)


def _checked(rows: Sequence[CoreTechnology]) -> tuple[CoreTechnology, ...]:
    """On one line each, without what cannot be seen."""
    kept, faulty = [], []
    for number, row in enumerate(rows, start=1):
        plain = replace(row, name=plain_line(row.name, LONGEST_NAME), maker=plain_line(row.maker, LONGEST_NAME))
        known = plain.kind in get_args(TechnologyKind) and plain.source in get_args(TechnologySource)
        if known and plain.name and (plain.maker or plain.source == "own"):
            kept.append(plain)
        elif any(astuple(plain)):
            faulty.append(number)
    if faulty:
        raise UserError("technology_incomplete", row=faulty[0], count=len(faulty))
    if len(kept) > MOST_ROWS:
        raise UserError("technology_too_long", most=MOST_ROWS, count=len(kept))
    return tuple(kept)


def _traced(rows: Sequence[CoreTechnology]) -> dict[str, object]:
    """As recorded in the trail, without what is listed."""
    text = json.dumps([astuple(row) for row in rows], ensure_ascii=False)
    return {"items": len(rows), "sha256": hashlib.sha256(text.encode()).hexdigest()}
