"""All that is ever written: a short list, in portable SQL. The caller holds the one transaction."""

from kpi.records.accounts import (
    add_account,
    count_failure,
    declare_conflict,
    end_sign_in,
    end_sign_ins,
    forget_account_failures,
    forget_failures,
    set_disabled,
    set_password,
    set_scope,
    start_sign_in,
    withdraw_conflict,
)
from kpi.records.applications import accept_draft, add_release, add_upload, log_asked
from kpi.records.audit import add_act
from kpi.records.baselines import add_baseline
from kpi.records.conditions import set_awarded, state_condition, unstate_condition
from kpi.records.programme import nominate, set_award, set_mark
from kpi.records.workspace import (
    confirm_answers,
    drop_draft,
    keep_worksheet,
    log_sheet_changes,
    take_step,
    withdraw_release,
)

__all__ = [
    "accept_draft",
    "add_account",
    "add_act",
    "add_baseline",
    "add_release",
    "add_upload",
    "confirm_answers",
    "count_failure",
    "declare_conflict",
    "drop_draft",
    "end_sign_in",
    "end_sign_ins",
    "forget_account_failures",
    "forget_failures",
    "keep_worksheet",
    "log_asked",
    "log_sheet_changes",
    "nominate",
    "set_award",
    "set_awarded",
    "set_disabled",
    "set_mark",
    "set_password",
    "set_scope",
    "start_sign_in",
    "state_condition",
    "take_step",
    "unstate_condition",
    "withdraw_conflict",
    "withdraw_release",
]
