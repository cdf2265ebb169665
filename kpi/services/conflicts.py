"""Conflicts of interest: declared by oneself, which puts the enterprise out of one's reach; and why there is one."""

from __future__ import annotations

from datetime import datetime

from kpi import queries, records
from kpi.catalogue.names import is_valid
from kpi.errors import NotFound, UserError
from kpi.files.text import plain_line
from kpi.model.viewer import Viewer
from kpi.queries.accounts import conflict_reasons
from kpi.services.authorization import requires
from kpi.services.scoring_release import release_complete_rounds
from kpi.services.unit_of_work import unit_of_work
from kpi.store.store import Store

LONGEST_CONFLICT_REASON = 60


@requires("see_panel")
def declare_own_conflict(
    store: Store, viewer: Viewer, credit_code: str, reason: str, at: datetime | None = None
) -> None:
    """Step back from an enterprise, of a reviewer's reach or not. Another person can withdraw it, not oneself.

    A score that was given is no longer counted, and nobody waits for one.

    Raises:
        NotFound: the account is not in the store (the command line's own user).
        UserError: the credit code is invalid, no reason is given, or the conflict is known already.
    """
    said = plain_line(reason, LONGEST_CONFLICT_REASON)
    if not said:
        raise UserError("reason_needed")
    if not is_valid(credit_code):
        raise UserError("scope_does_not_fit", role="enterprise", reach=credit_code[:40])
    with unit_of_work(store, viewer.actor, at) as change:
        account = queries.account_named(change.cursor, viewer.account)
        if account is None:
            raise NotFound("account", viewer.account[:40])
        if credit_code in account.viewer.barred:
            raise UserError("conflict_known")
        records.add_conflict(change.cursor, viewer.account, credit_code, said, change.at)
        change.audit("conflict_declared", viewer.account, after={"credit_code": credit_code, "reason": said})
        release_complete_rounds(change)


@requires("manage_accounts")
def known_conflicts(store: Store, _: Viewer, name: str) -> dict[str, str]:
    """Why an account has a conflict of interest with an enterprise, by credit code; none where there is no account."""
    with store.cursor() as cursor:
        return conflict_reasons(cursor, name)


@requires("manage_accounts")
def correct_conflict_reason(
    store: Store, viewer: Viewer, name: str, credit_code: str, reason: str, read: str, at: datetime | None = None
) -> None:
    """Say otherwise why there is a conflict, which stands all the while. ``read`` is the reason as it was read.

    Raises:
        NotFound: there is no such conflict.
        UserError: it is the viewer's own, no reason is given, or somebody has corrected it since ``read``.
    """
    if name == viewer.account:
        raise UserError("own_conflict")
    said = plain_line(reason, LONGEST_CONFLICT_REASON)
    if not said:
        raise UserError("reason_needed")
    if said == read:
        return
    with unit_of_work(store, viewer.actor, at) as change:
        before = conflict_reasons(change.cursor, name).get(credit_code)
        if before is None:
            raise NotFound("conflict")
        if before != read:
            raise UserError("changed_since_read")
        records.correct_conflict(change.cursor, name, credit_code, said)
        change.audit(
            "conflict_corrected",
            name,
            before={"credit_code": credit_code, "reason": before},
            after={"credit_code": credit_code, "reason": said},
        )
