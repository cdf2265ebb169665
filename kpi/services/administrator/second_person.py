"""What takes two administrators: whoever confirms is not whoever began, nor of their making."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from functools import cache

from kpi import tables
from kpi.catalogue.schema import DATA, Checked, load_toml
from kpi.errors import UserError
from kpi.model.audit import AuditAction, AuditFilter
from kpi.model.viewer import CONSOLE
from kpi.store.database import Cursor
from kpi.tables.audit import ActsFrom
from kpi.tables.baselines import BaselineProposal

_HANDED_OUT: tuple[AuditAction, ...] = ("account_added", "password_reset")
_MOST = 10_000
"""Acts on accounts whose names hold this one's."""


class _TwoPeople(Checked):
    acts: frozenset[AuditAction]
    at_the_console: frozenset[AuditAction]


@cache
def _two_people() -> _TwoPeople:
    return load_toml(DATA / "accounts" / "two_people.toml", _TwoPeople)


def acts_of_two() -> frozenset[AuditAction]:
    """The acts of ``data/accounts/two_people.toml``."""
    return _two_people().acts


def console_acts(cursor: Cursor, since: datetime) -> list[ActsFrom]:
    """What the command line did past a second person's eyes since that moment, the latest first."""
    listed = _two_people().at_the_console
    return [done for done in tables.audit.acts_from(cursor, CONSOLE, since) if done.action in listed]


def against_confirming(
    cursor: Cursor, account: str, act: AuditAction, begun_by: Collection[str], begun_at: datetime
) -> UserError | None:
    """Why ``account`` may not confirm what others began; None where it may, or where ``act`` takes one person.

    Whoever handed out an account's last password may have used it since: the two are one person to us.
    """
    if act not in acts_of_two():
        return None
    if account in begun_by:
        return UserError("second_own")
    found = tables.accounts.account_named(cursor, account)
    if found and found.created_at > begun_at:
        return UserError("second_newer")
    giver = _password_giver(cursor, account)
    return UserError("second_made", who=giver) if giver and giver in begun_by else None


def freezing_hindrance(cursor: Cursor, account: str, proposal: BaselineProposal) -> UserError | None:
    """Why ``account`` may not confirm a proposed baseline: as ``against_confirming``, or its name is taken by now."""
    begun = [proposal.proposed_by]
    if hindered := against_confirming(cursor, account, "baseline_frozen", begun, proposal.proposed_at):
        return hindered
    known = {baseline.name for baseline in tables.baselines.baselines(cursor)}
    return UserError("baseline_name_taken", name=proposal.name) if proposal.name in known else None


def _password_giver(cursor: Cursor, account: str) -> str | None:
    """Who handed out its last password that it did not choose itself; None where the trail does not say."""
    given = [
        act
        for action in _HANDED_OUT
        for act in tables.audit.latest_audit_entries(cursor, _MOST, AuditFilter(action=action, subject=account))
        if act.subject == account
    ]
    return max(given, key=lambda act: act.seq).actor if given else None
