"""All that is ever written: a short list, in portable SQL. The caller holds the one transaction."""

from kpi.records.accounts import add_account, end_sign_in, start_sign_in
from kpi.records.applications import accept_draft, add_release, add_upload
from kpi.records.baselines import add_baseline
from kpi.records.programme import nominate, set_award, set_mark

__all__ = [
    "accept_draft",
    "add_account",
    "add_baseline",
    "add_release",
    "add_upload",
    "end_sign_in",
    "nominate",
    "set_award",
    "set_mark",
    "start_sign_in",
]
