"""The rows that the audit trail binds: by which columns each is named, and what of them, or beside them, is free."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from kpi.store.migrations import tables_changed_since

BOUND_SINCE = 26
"""The version of the tables from which on rows are bound."""
KEYS: Mapping[str, tuple[str, ...]] = {
    "account": ("name",),
    "account_scope": ("account", "reach"),
    "api_answer": ("account", "key"),
    "api_token": ("id",),
    "asked": ("credit_code", "year", "kind", "asked_at"),
    "attached_document": ("credit_code", "year", "kind", "attached_at"),
    "award": ("body",),
    "award_change": ("number",),
    "awarded": ("credit_code", "factory", "tier", "year", "source", "body"),
    "baseline": ("name",),
    "baseline_decision": ("number",),
    "baseline_recipe": ("baseline",),
    "body_deadline": ("year", "body", "set_at"),
    "claim_evidence": ("credit_code", "year", "kind", "item", "attached_at"),
    "claim_ruling": ("credit_code", "year", "kind", "item", "ruled_at"),
    "confirmed_answers": ("credit_code",),
    "conflict": ("reviewer", "credit_code"),
    "draft": ("credit_code", "year"),
    "enquiry": ("id",),
    "enquiry_answer": ("enquiry", "answered_at"),
    "enquiry_withdrawal": ("enquiry",),
    "evidence_finding": ("credit_code", "year", "kpi", "found_at"),
    "file_answers": ("account", "file_sha256"),
    "flag_dismissal": ("credit_code", "year", "flag", "dismissed_at"),
    "later_record": ("number",),
    "mark": ("name",),
    "nomination": ("body", "year", "credit_code"),
    "nomination_list": ("body", "year", "edition"),
    "objection": ("id",),
    "objection_addition": ("id",),
    "objection_answer": ("objection", "answered_at"),
    "panel_decision": ("round", "credit_code", "edition"),
    "panel_note": ("round", "credit_code", "written_at"),
    "policy_approval": ("change", "version"),
    "policy_change": ("change", "version"),
    "policy_withdrawal": ("change",),
    "programme_dates": ("year", "set_at"),
    "release": ("credit_code", "year"),
    "round_sheet": ("round", "edition"),
    "round_start": ("round",),
    "ruling_withdrawal": ("credit_code", "year", "kind", "item", "withdrawn_at"),
    "score_assignment": ("number",),
    "score_release": ("round",),
    "score_version": ("round", "credit_code", "reviewer", "version"),
    "scoring_round": ("id",),
    "sign_in": ("token_sha256",),
    "statement": ("credit_code", "year", "condition"),
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
    "failed_sign_in": "tries that failed, each written without an act: they make the next one wait, and nothing else",
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
