"""All writes to the store: a short list, in portable SQL. The caller holds the transaction."""

from kpi.records.accounts import (
    add_conflict,
    believe_sign_ins_from,
    count_failure,
    end_expired_sign_ins,
    end_sign_in,
    end_sign_ins,
    forget_account_failures,
    forget_failures,
    insert_account,
    remove_conflict,
    set_disabled,
    set_password,
    start_sign_in,
    update_scope,
)
from kpi.records.api import drop_api_answers, end_api_token, insert_api_token, keep_api_answer, note_token_use
from kpi.records.applications import accept_draft, add_locked_application, add_upload, log_probe
from kpi.records.attachments import attach_document
from kpi.records.audit import add_audit_entry
from kpi.records.baselines import add_baseline, add_baseline_decision
from kpi.records.claims import add_claim_evidence, add_claim_ruling, add_later_record
from kpi.records.conditions import set_awarded, state_condition, unstate_condition
from kpi.records.policy import add_policy_approval, add_policy_edition, add_policy_withdrawal
from kpi.records.programme import add_list_edition, nominate, set_award, set_mark
from kpi.records.screening import add_flag_dismissal
from kpi.records.workspace import (
    add_application_step,
    confirm_answers,
    drop_draft,
    drop_worksheet,
    keep_worksheet,
    log_sheet_changes,
    withdraw_lock,
)

__all__ = [
    "accept_draft",
    "add_application_step",
    "add_audit_entry",
    "add_baseline",
    "add_baseline_decision",
    "add_claim_evidence",
    "add_claim_ruling",
    "add_conflict",
    "add_flag_dismissal",
    "add_later_record",
    "add_list_edition",
    "add_locked_application",
    "add_policy_approval",
    "add_policy_edition",
    "add_policy_withdrawal",
    "add_upload",
    "attach_document",
    "believe_sign_ins_from",
    "confirm_answers",
    "count_failure",
    "drop_api_answers",
    "drop_draft",
    "drop_worksheet",
    "end_api_token",
    "end_expired_sign_ins",
    "end_sign_in",
    "end_sign_ins",
    "forget_account_failures",
    "forget_failures",
    "insert_account",
    "insert_api_token",
    "keep_api_answer",
    "keep_worksheet",
    "log_probe",
    "log_sheet_changes",
    "nominate",
    "note_token_use",
    "remove_conflict",
    "set_award",
    "set_awarded",
    "set_disabled",
    "set_mark",
    "set_password",
    "start_sign_in",
    "state_condition",
    "unstate_condition",
    "update_scope",
    "withdraw_lock",
]
