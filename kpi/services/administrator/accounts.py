"""Managing accounts: by an administrator, on the page or the command line."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import get_args

from kpi import queries, records
from kpi.access.passwords import generate_password
from kpi.catalogue.catalogue import catalogue
from kpi.catalogue.names import is_valid
from kpi.errors import NotFound, UserError
from kpi.model.viewer import SYSTEM, Role, Viewer
from kpi.queries import Account
from kpi.services.administrator.api_tokens import revoke_all_tokens
from kpi.services.authorization import requires
from kpi.services.operation.authentication import hash_password
from kpi.services.operation.sign_in_attempts import account_bucket
from kpi.services.scoring_release import release_complete_rounds
from kpi.services.unit_of_work import UnitOfWork, unit_of_work
from kpi.store.cursor import Cursor
from kpi.store.store import Store

NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")
LONGEST_DISPLAY = 60
LONGEST_IDENTITY = 255


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account to add. ``scope``: see ``Viewer``. ``identity``: issuer and subject at another provider."""

    name: str
    display: str
    role: Role
    scope: tuple[str, ...]
    identity: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class AccountReset:
    """``password`` is shown once. ``tokens``: how many of the HTTP interface were revoked with the old one."""

    password: str
    tokens: int


@requires("manage_accounts")
def list_accounts(store: Store, _: Viewer) -> list[Account]:
    """All accounts by name, without their password hashes."""
    with store.cursor() as cursor:
        return [replace(account, password_hash=None) for account in queries.accounts(cursor)]


@requires("manage_accounts")
def add_account(store: Store, viewer: Viewer, new: NewAccount, at: datetime | None = None) -> str:
    """Add it and return its initial password, which is shown once and must be changed at first sign-in.

    Raises:
        UserError: name taken or invalid, identity of another account, unknown role, or a scope that does not fit it.
    """
    _refuse(account_faults(new))
    password = generate_password()
    password_hash = hash_password(password)  # slow by design, so before others wait for it
    with unit_of_work(store, viewer.actor, at) as change:
        insert_new(change, new, password_hash)
    return password


@requires("manage_accounts")
def disable_account(store: Store, viewer: Viewer, name: str, at: datetime | None = None) -> int | None:
    """Disable it, effective at its next click. Returns how many tokens of the HTTP interface were revoked: all it had;
    None where it was disabled already, and nothing is done.

    Raises:
        NotFound: there is no such account.
        UserError: it is the viewer's own.
    """
    if name == viewer.account:
        raise UserError("own_account")
    with store.write_lock():
        if _as_it_is(store, name).disabled:
            return None
        with unit_of_work(store, viewer.actor, at) as change:
            records.set_disabled(change.cursor, name, True)
            records.end_sign_ins(change.cursor, name, change.at)
            change.audit("account_disabled", name, {"disabled": False}, {"disabled": True})
            return revoke_all_tokens(change, name)


@requires("manage_accounts")
def enable_account(store: Store, viewer: Viewer, name: str, at: datetime | None = None) -> bool:
    """Enable it again. Returns whether it was disabled; nothing is done where it was not.

    Raises:
        NotFound: there is no such account.
    """
    with store.write_lock():
        if not _as_it_is(store, name).disabled:
            return False
        with unit_of_work(store, viewer.actor, at) as change:
            records.set_disabled(change.cursor, name, False)
            change.audit("account_enabled", name, {"disabled": True}, {"disabled": False})
            revoke_all_tokens(change, name)  # of an account that was disabled when that revoked none
    return True


@requires("manage_accounts")
def reset_account(store: Store, viewer: Viewer, name: str, at: datetime | None = None) -> AccountReset:
    """Give it a new initial password, end its sign-ins and tokens, and reset its count of wrong passwords.

    Whoever knew the old one may have had a token, which needs no password.

    Raises:
        NotFound: there is no such account.
    """
    password = generate_password()
    password_hash = hash_password(password)  # slow by design, so before others wait for it
    with unit_of_work(store, viewer.actor, at) as change:
        _known(change.cursor, name)
        records.set_password(change.cursor, name, password_hash, must_change=True)
        records.end_sign_ins(change.cursor, name, change.at)
        records.forget_account_failures(change.cursor, account_bucket(name))
        change.audit("password_reset", name)
        return AccountReset(password, revoke_all_tokens(change, name))


@requires("manage_accounts")
def set_scope(
    store: Store,
    viewer: Viewer,
    name: str,
    scope: Sequence[str],
    at: datetime | None = None,
    seen: Sequence[str] | None = None,
) -> None:
    """Set its scope, effective at its next click; the one that it has already changes nothing.

    ``seen`` is the one that it had when this was made up.

    Raises:
        NotFound: there is no such account.
        UserError: the scope does not fit its role, or somebody has set another since.
    """
    with store.write_lock():
        known = _as_it_is(store, name).viewer
        if seen is not None and set(seen) != set(known.scope):
            raise UserError("changed_since_read")
        _refuse(_scope_faults(known.role, scope))
        if set(scope) == set(known.scope):
            return
        with unit_of_work(store, viewer.actor, at) as change:
            records.update_scope(change.cursor, name, scope)
            change.audit("scope_changed", name, {"scope": list(known.scope)}, {"scope": list(scope)})


@requires("manage_accounts")
def declare_conflict(
    store: Store, viewer: Viewer, name: str, credit_code: str, reason: str, at: datetime | None = None
) -> None:
    """Exclude an enterprise's applications from a reviewer or administrator with a conflict of interest.

    A score that was given is no longer counted, and nobody waits for one.

    Raises:
        NotFound: there is no such account, or it is neither a reviewer's nor an administrator's.
        UserError: the credit code is invalid, no reason is given, or the conflict is known already.
    """
    reason = _plain(reason)
    if not reason:
        raise UserError("reason_needed")
    _refuse(_scope_faults("enterprise", [credit_code]))
    with unit_of_work(store, viewer.actor, at) as change:
        if credit_code in _examiner(change, name).viewer.barred:
            raise UserError("conflict_known")
        records.add_conflict(change.cursor, name, credit_code, reason, change.at)
        change.audit("conflict_declared", name, after={"credit_code": credit_code, "reason": reason})
        release_complete_rounds(change)


@requires("manage_accounts")
def withdraw_conflict(store: Store, viewer: Viewer, name: str, credit_code: str, at: datetime | None = None) -> None:
    """Withdraw the conflict.

    Raises:
        NotFound: there is no such account, or no such conflict.
        UserError: it is the viewer's own.
    """
    if name == viewer.account:
        raise UserError("own_conflict")
    with unit_of_work(store, viewer.actor, at) as change:
        if credit_code not in _examiner(change, name).viewer.barred:
            raise NotFound("conflict")
        records.remove_conflict(change.cursor, name, credit_code)
        change.audit("conflict_withdrawn", name, before={"credit_code": credit_code})


def _known(cursor: Cursor, name: str) -> Account:
    account = queries.account_named(cursor, name)
    if account is None:
        raise NotFound("account", name[:40])
    return account


def _as_it_is(store: Store, name: str) -> Account:
    with store.cursor() as cursor:
        return _known(cursor, name)


def _examiner(change: UnitOfWork, name: str) -> Account:
    account = _known(change.cursor, name)
    if account.viewer.role not in ("reviewer", "administrator"):
        raise NotFound("account", name[:40])
    return account


def account_faults(new: NewAccount) -> list[UserError]:
    """Everything that keeps it from being an account, whoever else has one."""
    faults = []
    if not NAME.fullmatch(new.name):
        faults.append(UserError("account_name_invalid", name=new.name.strip()[:40]))
    if not new.display or new.display != _plain(new.display):
        faults.append(UserError("display_name_invalid"))
    if new.identity and not all(
        0 < len(part) <= LONGEST_IDENTITY and part == _plain(part, LONGEST_IDENTITY) for part in new.identity
    ):
        faults.append(UserError("identity_invalid"))
    if new.role not in get_args(Role):
        return [*faults, UserError("role_unknown", role=str(new.role)[:40])]
    return [*faults, *_scope_faults(new.role, new.scope)]


def taken_faults(known: Sequence[Account], new: NewAccount) -> list[UserError]:
    """The product's own name in the trail is nobody's, and an identity opens one account."""
    faults = []
    if new.name in {SYSTEM.account, *(one.viewer.account for one in known)}:
        faults.append(UserError("account_exists", name=new.name))
    faults += [
        UserError("identity_taken", name=one.viewer.account)
        for one in known
        if new.identity and new.identity == (one.issuer, one.subject)
    ]
    return faults


def insert_new(change: UnitOfWork, new: NewAccount, password_hash: str) -> None:
    """Write a checked account, with its entry; the password must be changed at first sign-in.

    Raises:
        UserError: its name or identity is taken.
    """
    _refuse(taken_faults(queries.accounts(change.cursor), new))
    records.insert_account(
        change.cursor,
        new.name,
        new.display,
        new.role,
        new.scope,
        password_hash,
        demonstration=False,
        created_at=change.at,
        must_change=True,
        identity=new.identity,
    )
    details = {"role": new.role, "scope": list(new.scope), "elsewhere": new.identity is not None}
    change.audit("account_added", new.name, after=details)


def _refuse(faults: Sequence[UserError]) -> None:
    if faults:
        raise faults[0]


def _scope_faults(role: Role, scope: Sequence[str]) -> list[UserError]:
    faults = [
        UserError("scope_does_not_fit", role=role, reach=reach[:40]) for reach in scope if not _reach_fits(role, reach)
    ]
    if len(set(scope)) != len(scope) or (role in ("enterprise", "leader") and not scope):
        faults.append(UserError("scope_needed", role=role))
    if role == "leader" and len(scope) > 1:
        faults.append(UserError("one_body_only"))
    return faults


def _reach_fits(role: Role, reach: str) -> bool:
    if role == "leader":
        return reach in {body.name.zh for body in catalogue().bodies}
    if role == "reviewer" and reach in {industry.name.zh for industry in catalogue().industries}:
        return True
    return role in ("enterprise", "reviewer") and is_valid(reach)


def _plain(text: str, longest: int = LONGEST_DISPLAY) -> str:
    """Without invisible characters: a displayed name must not change the text direction of others."""
    kept = "".join(char for char in text if unicodedata.category(char)[0] != "C")
    return kept.strip()[:longest]
