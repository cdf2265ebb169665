"""What a transaction writes: to which tables, and which rows of those that the audit trail binds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple, Self

from kpi.errors import UserError
from kpi.store.database import Cursor
from kpi.store.schema import table_names, tables_changed_since

# The rows that the audit trail binds: by which columns each is named, and what of them, or beside them, is free.


BOUND_SINCE = 26
"""The version of the tables from which on rows are bound."""
KEYS: Mapping[str, tuple[str, ...]] = {
    "account": ("name",),
    "account_link": ("token_sha256",),
    "account_request": ("id",),
    "account_request_answer": ("request", "answered_at"),
    "account_scope": ("account", "reach"),
    "api_answer": ("account", "key"),
    "api_token": ("id",),
    "appointment": ("credit_code", "year", "kind", "set_at"),
    "assembled_panel": ("year", "assembled_at"),
    "asked": ("credit_code", "year", "kind", "asked_at"),
    "attached_document": ("credit_code", "year", "kind", "attached_at"),
    "award": ("body",),
    "award_change": ("number",),
    "awarded": ("credit_code", "factory", "tier", "year", "source", "body"),
    "baseline": ("name",),
    "baseline_coverage": ("baseline", "industry", "district", "size"),
    "baseline_decision": ("number",),
    "baseline_origin": ("baseline", "industry"),
    "baseline_outcome": ("proposal",),
    "baseline_proposal": ("id",),
    "baseline_recipe": ("baseline",),
    "baseline_report": ("credit_code", "year", "reported_at"),
    "body_deadline": ("year", "body", "set_at"),
    "calendar_address": ("account",),
    "campaign": ("year", "opened_at"),
    "claim_evidence": ("credit_code", "year", "kind", "item", "attached_at"),
    "claim_ruling": ("credit_code", "year", "kind", "item", "ruled_at"),
    "condition_ruling": ("credit_code", "year", "condition", "ruled_at"),
    "confirmed_answers": ("credit_code",),
    "conflict": ("reviewer", "credit_code"),
    "core_technology": ("credit_code", "year", "position"),
    "dates_change": ("year", "body", "set_at", "event"),
    "draft": ("credit_code", "year"),
    "draft_check": ("credit_code", "year", "checked_at"),
    "enquiry": ("id",),
    "enquiry_answer": ("enquiry", "answered_at"),
    "enquiry_withdrawal": ("enquiry",),
    "enterprise_duty": ("account", "duty"),
    "evidence_finding": ("credit_code", "year", "kpi", "found_at"),
    "file_answers": ("account", "file_sha256"),
    "flag_dismissal": ("credit_code", "year", "flag", "dismissed_at"),
    "invitation": ("year", "credit_code", "invited_at"),
    "later_record": ("number",),
    "mark": ("name",),
    "nomination": ("body", "year", "credit_code"),
    "notification_address": ("account",),
    "notification_off": ("account", "kind"),
    "nomination_list": ("body", "year", "edition"),
    "notice_outcome": ("proposal",),
    "notice_proposal": ("id",),
    "objection": ("id",),
    "objection_addition": ("id",),
    "objection_answer": ("objection", "answered_at"),
    "objection_hearing": ("objection", "informed_at"),
    "objection_reply": ("id",),
    "outreach": ("id",),
    "outreach_done": ("outreach", "written_at"),
    "own_target": ("credit_code", "year", "kpi"),
    "panel_choice": ("year", "credit_code", "chosen_at"),
    "panel_decision": ("round", "credit_code", "edition"),
    "panel_note": ("round", "credit_code", "written_at"),
    "policy_approval": ("change", "version"),
    "policy_change": ("change", "version"),
    "policy_withdrawal": ("change",),
    "programme_dates": ("year", "set_at"),
    "recovery_code": ("account", "code_sha256"),
    "register_edition": ("year", "edition"),
    "registered_enterprise": ("year", "edition", "credit_code"),
    "release": ("credit_code", "year"),
    "report_refusal": ("year", "credit_code", "written_at"),
    "round_sheet": ("round", "edition"),
    "round_start": ("round",),
    "ruling_withdrawal": ("credit_code", "year", "kind", "item", "withdrawn_at"),
    "same_enterprise": ("first_code", "second_code", "written_at"),
    "scenario_account": ("credit_code", "year", "scenario"),
    "scenario_shared": ("credit_code", "year", "scenario"),
    "score_assignment": ("number",),
    "score_release": ("round",),
    "score_version": ("round", "credit_code", "reviewer", "version"),
    "scoring_round": ("id",),
    "second_factor": ("account",),
    "self_assessment": ("upload",),
    "sign_in": ("token_sha256",),
    "statement": ("credit_code", "year", "condition"),
    "statement_file": ("credit_code", "year", "condition", "attached_at"),
    "step": ("credit_code", "year", "state", "taken_at"),
    "upload": ("id",),
    "withdrawn": ("credit_code", "year", "reopened_at", "sha256"),
    "worksheet": ("credit_code", "year"),
    "worksheet_change": ("credit_code", "year", "version", "item", "field"),
}
"""The columns that name a row of each bound table. Where several rows may have one name, they are bound together: what
changes or removes one of them must do so to all.
"""

FREE: Mapping[str, str] = {
    "api_token.used_at": "when a token was last used, for its holder to see: nothing is decided by it",
    "delivery": "messages about what the trail holds, sent without an act: nothing is decided by them",
    "failed_sign_in": "tries that failed, each written without an act: they make the next one wait, and nothing else",
    "notification": "who was shown what of the trail, and has read it: nothing is decided by it",
    "audit": "its entries bind one another",
    "cell": "made again from the baseline's records and compared",
    "published": "made again from the baseline's records and the disclosure rules, and compared",
}
"""Operational tables, and columns of the bound ones, that no act binds, and why."""

Row = Mapping[str, Any]


class RowChange(NamedTuple):
    """``row`` stands in the table from now on; or, where it is ``gone``, what had its key stands there no more."""

    table: str
    row: Row
    gone: bool


def to_bind_again(before: int) -> list[str]:
    """The bound tables that are bound as they stand after an upgrade from that version: all of them where none was,
    else those that a later version changed.
    """
    if before < BOUND_SINCE:
        return list(KEYS)
    return sorted(KEYS.keys() & tables_changed_since(before))


# Which tables the statements of a transaction may have written to, so that what was read of them is asked again; and
# which rows of bound tables, so that the act in the audit trail binds them.
#
# Read off the statements themselves: whoever writes a new kind of change need not think of this. Where it is not plain,
# all tables count as written.


_ONLY_READS = re.compile(r"(\s|--.*)*(select|with|from|explain)\b", re.IGNORECASE)
_WRITES = frozenset({"insert", "update", "delete", "merge", "create", "alter", "drop", "truncate", "copy", "into"})
_CHANGE = re.compile(r"(?:\s|--.*\n)*(insert\s+into|update|delete\s+from)\s+(\w+)", re.IGNORECASE)
_HARMLESS = frozenset(
    {
        "begin",
        "commit",
        "description",
        "df",
        "fetchall",
        "fetchmany",
        "fetchnumpy",
        "fetchone",
        "register",
        "rollback",
        "unregister",
    }
)
"""What may be asked of a cursor besides statements without anything being written."""


@cache
def tables_named(statement: str) -> tuple[str, ...]:
    """The tables whose names stand in the statement, as a table or as anything else."""
    return tuple(sorted(table_names() & _words(statement)))


@cache
def only_reads(statement: str) -> bool:
    """Whether it plainly changes nothing."""
    said = re.sub(r"--.*", "", statement)
    return bool(_ONLY_READS.match(statement)) and not _words(said) & _WRITES


@cache
def changed_table(statement: str) -> tuple[str, str] | None:
    """Which bound table the statement changes, and whether by "insert", "update" or "delete"; None where it changes
    none of them.

    Raises:
        RuntimeError: it may change one by other means, and nobody would know which rows.
    """
    found = _CHANGE.match(statement)
    if found is not None:
        table = found[2].lower()
        return (table, found[1].split()[0].lower()) if table in KEYS else None
    if not only_reads(statement) and any(table in KEYS for table in tables_named(statement)):
        raise RuntimeError(f"not an insert, update or delete: {statement[:80]}")
    return None


def changes_made(table: str, how: str, rows: Sequence[Row]) -> list[RowChange]:
    """What a statement did to a table, by the rows that it returned: as they are now, or as they were when deleted."""
    gone = [] if how == "insert" else [RowChange(table, row, gone=True) for row in rows]
    added = [] if how == "delete" else [RowChange(table, row, gone=False) for row in rows]
    return [*gone, *added]


def _words(statement: str) -> set[str]:
    return set(re.findall(r"\w+", statement.lower()))


class WatchedCursor:
    """A transaction's cursor that notes which tables may have been written to by it.

    A text with a NUL in it is refused alike whichever engine has the table: PostgreSQL keeps none.
    """

    def __init__(self, cursor: Cursor) -> None:
        self._cursor = cursor
        self.written: set[str] = set()
        self._changes: list[RowChange] = []

    def execute(self, statement: str, values: object = None) -> Self:
        self._note(statement)
        if not only_reads(statement):
            _refuse_nul(values)
        if changed := changed_table(statement):
            self._execute_bound(statement, values, *changed)
        else:
            self._cursor.execute(statement, values)
        return self

    def take_changes(self) -> list[RowChange]:
        """What was changed in bound tables since this was last asked, in order."""
        taken, self._changes = self._changes, []
        return taken

    def _execute_bound(self, statement: str, values: object, table: str, how: str) -> None:
        self._cursor.execute(f"{statement}\nreturning *", values)
        names = [column[0] for column in self._cursor.description or ()]
        rows = [dict(zip(names, row, strict=True)) for row in self._cursor.fetchall()]
        self._changes += changes_made(table, how, rows)

    def executemany(self, statement: str, values: Any = None) -> Self:
        if changed_table(statement):
            for row in values or ():
                self.execute(statement, row)
            return self
        self._note(statement)
        for row in values or ():
            _refuse_nul(row)
        self._cursor.executemany(statement, values)
        return self

    def __getattr__(self, name: str) -> Any:
        if name not in _HARMLESS:
            self.everything()
        return getattr(self._cursor, name)

    def everything(self) -> None:
        """All tables may have been written to."""
        self.written |= table_names()

    def _note(self, statement: str) -> None:
        if only_reads(statement):
            return
        named: Iterable[str] = tables_named(statement)
        self.written |= set(named) or table_names()


def _refuse_nul(values: object) -> None:
    """Raises ``UserError`` where a text to be written holds U+0000."""
    for value in values.values() if isinstance(values, Mapping) else values if isinstance(values, Sequence) else ():
        if isinstance(value, list | tuple):
            _refuse_nul(value)
        elif isinstance(value, str) and "\0" in value:
            raise UserError("text_with_nul")
