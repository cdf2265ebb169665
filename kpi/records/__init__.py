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
from kpi.records.programme import nominate, set_award, set_mark

__all__ = [
    "accept_draft",
    "add_account",
    "add_act",
    "add_baseline",
    "add_release",
    "add_upload",
    "count_failure",
    "declare_conflict",
    "end_sign_in",
    "end_sign_ins",
    "forget_account_failures",
    "forget_failures",
    "log_asked",
    "nominate",
    "set_award",
    "set_disabled",
    "set_mark",
    "set_password",
    "set_scope",
    "start_sign_in",
    "withdraw_conflict",
]
