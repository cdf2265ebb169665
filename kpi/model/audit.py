"""An entry of the audit trail: who did what to what, when, from where, before and after."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

AuditAction = Literal[
    "account_added",
    "accounts_imported",
    "account_requested",
    "account_request_supplied",
    "account_request_decided",
    "account_disabled",
    "account_enabled",
    "api_token_added",
    "api_token_revoked",
    "scope_changed",
    "duties_changed",
    "conflict_declared",
    "conflict_withdrawn",
    "conflict_corrected",
    "password_changed",
    "password_reset",
    "second_factor_set_up",
    "second_factor_removed",
    "notification_address_set",
    "notification_address_confirmed",
    "notification_address_removed",
    "notifications_chosen",
    "notifications_sent_again",
    "calendar_address_made",
    "calendar_address_revoked",
    "signed_in",
    "signed_out",
    "sign_in_ended",
    "sign_ins_ended",
    "sign_ins_expired",
    "sign_ins_believed",
    "sign_in_held",
    "file_received",
    "file_answered",
    "answers_forgotten",
    "draft_accepted",
    "draft_discarded",
    "draft_checked",
    "document_checked",
    "document_attached",
    "document_opened",
    "file_downloaded",
    "sheet_changed",
    "values_tried",
    "application_locked",
    "application_reopened",
    "candidate_read",
    "candidate_compared",
    "no_conflict_stated",
    "candidates_sorted",
    "candidate_readings_lost",
    "step_taken",
    "step_undone",
    "year_dates_set",
    "body_deadline_set",
    "dates_proposed",
    "dates_withdrawn",
    "objection_recorded",
    "objection_added_to",
    "enterprise_informed",
    "enterprise_replied",
    "objection_answered",
    "objection_reopened",
    "condition_stated",
    "scenarios_accounted",
    "technology_listed",
    "statement_file_attached",
    "condition_ruled",
    "condition_appealed",
    "claim_evidence_attached",
    "claim_ruled",
    "ruling_withdrawn",
    "flag_dismissed",
    "flag_taken_up",
    "evidence_noted",
    "original_opened",
    "enterprise_asked",
    "enterprise_answered",
    "question_withdrawn",
    "round_opened",
    "round_started",
    "score_sheet_set",
    "reviewers_assigned",
    "reviewers_drawn",
    "score_saved",
    "score_handed_in",
    "score_abstained",
    "round_released",
    "panel_noted",
    "panel_decided",
    "appointment_set",
    "appointment_cancelled",
    "outreach_promised",
    "outreach_reported",
    "accounts_shared",
    "target_set",
    "target_removed",
    "awards_imported",
    "award_added",
    "award_corrected",
    "award_revoked",
    "list_saved",
    "list_put_forward",
    "list_withdrawn",
    "list_sent",
    "package_made",
    "register_taken_in",
    "enterprises_matched",
    "campaign_opened",
    "enterprises_invited",
    "report_refused",
    "baseline_reported",
    "panel_source_chosen",
    "panel_assembled",
    "baseline_frozen",
    "baseline_proposed",
    "baseline_withdrawn",
    "baseline_in_force",
    "policy_drafted",
    "policy_approved",
    "policy_withdrawn",
    "notice_chosen",
    "notice_proposed",
    "notice_approved",
    "notice_withdrawn",
    "demonstration_made",
    "audit_exported",
    "loss_acknowledged",
    "secret_rotated",
    "secret_lost",
    "contacts_deleted",
    "person_erased",
    "person_corrected",
    "old_contacts_deleted",
    "originals_deleted",
    "unnamed_originals_deleted",
    "backup_made",
    "store_restored",
    "store_upgraded",
]
AUDIT_ACTIONS: tuple[AuditAction, ...] = get_args(AuditAction)
"""Texts: ``page.audit.action.<action>``."""

CHANGES_NO_VERDICT: frozenset[AuditAction] = frozenset(
    {
        "signed_in",
        "signed_out",
        "sign_ins_expired",
        "file_received",
        "file_answered",
        "answers_forgotten",
        "values_tried",
        "duties_changed",
        "draft_checked",
        "scenarios_accounted",
        "candidate_read",
        "candidate_compared",
        "no_conflict_stated",
        "appointment_set",
        "appointment_cancelled",
        "outreach_promised",
        "outreach_reported",
        "accounts_shared",
        "target_set",
        "target_removed",
        "register_taken_in",
        "enterprises_matched",
        "campaign_opened",
        "enterprises_invited",
        "report_refused",
        "baseline_reported",
        "panel_source_chosen",
        "panel_assembled",
        "account_requested",
        "account_request_supplied",
        "account_request_decided",
    }
)
CHANGES_ITS_OWN: frozenset[AuditAction] = frozenset(
    {
        "sheet_changed",
        "draft_accepted",
        "condition_stated",
        "technology_listed",
        "statement_file_attached",
        "condition_ruled",
        "condition_appealed",
        "document_attached",
        "claim_evidence_attached",
        "application_locked",
    }
)
"""Acts about one application, which the act's subject begins with: they change nothing for another factory.

Whatever is in neither list, a new baseline say, or a ruling, may change the grounds of any lock.
"""


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """``before`` and ``after`` are JSON text or None, without KPI values, passwords or telephone numbers.

    ``bound`` is JSON, or None: which rows the act wrote, and keyed hashes of what they held (``row_binding.py``). Who
    reads the trail on a page has no use for it, and is not given it.
    """

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
    bound: str | None = None


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which entries are asked for; None is any. ``subject`` is a part of it, ``since`` included, ``before`` not."""

    actor: str | None = None
    action: str | None = None
    subject: str | None = None
    since: datetime | None = None
    before: datetime | None = None


EVERY_ENTRY = AuditFilter()


@dataclass(frozen=True, slots=True)
class CheckedTrail:
    """How far the audit trail has been checked while it was open: entries 1 to ``seq``, of which the last has ``mac``.

    Entries 1 to ``whole_seq`` were checked all together at ``whole_at``, those after them as they came. ``broken``
    names what was found not to be as written. ``keys`` are those by which it was checked.
    """

    seq: int
    mac: str
    whole_seq: int
    whole_at: datetime
    keys: tuple[bytes, ...]
    broken: tuple[str, ...]
