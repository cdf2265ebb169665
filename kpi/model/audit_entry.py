"""An entry of the audit trail: who did what to what, when, from where, before and after."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

AuditAction = Literal[
    "account_added",
    "account_disabled",
    "account_enabled",
    "api_token_added",
    "api_token_revoked",
    "scope_changed",
    "conflict_declared",
    "conflict_withdrawn",
    "password_changed",
    "password_reset",
    "signed_in",
    "signed_out",
    "sign_in_ended",
    "sign_in_held",
    "file_received",
    "draft_accepted",
    "draft_discarded",
    "document_checked",
    "document_attached",
    "document_opened",
    "file_downloaded",
    "sheet_changed",
    "application_locked",
    "application_reopened",
    "candidate_read",
    "candidates_sorted",
    "candidate_readings_lost",
    "step_taken",
    "condition_stated",
    "claim_evidence_attached",
    "claim_ruled",
    "flag_dismissed",
    "flag_taken_up",
    "awards_imported",
    "list_saved",
    "list_put_forward",
    "list_withdrawn",
    "list_sent",
    "package_made",
    "baseline_frozen",
    "baseline_in_force",
    "policy_drafted",
    "policy_approved",
    "policy_withdrawn",
    "demonstration_made",
    "audit_exported",
    "loss_acknowledged",
    "secret_rotated",
    "secret_lost",
    "backup_made",
    "store_restored",
    "store_upgraded",
]
AUDIT_ACTIONS: tuple[AuditAction, ...] = get_args(AuditAction)
"""Texts: ``page.audit.action.<action>``."""


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """``before`` and ``after`` are JSON text or None, without KPI values, passwords or telephone numbers."""

    seq: int
    done_at: datetime
    actor: str
    role: str
    address: str
    action: str
    subject: str
    before: str | None
    after: str | None
    previous: str
    mac: str
