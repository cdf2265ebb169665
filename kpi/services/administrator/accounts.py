"""Managing accounts: by an administrator, on the page or the command line."""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import get_args

from kpi import tables
from kpi.access.passwords import generate_password
from kpi.catalogue.catalogue import catalogue
from kpi.catalogue.names import is_valid
from kpi.errors import NotFound, UserError
from kpi.files.text import plain_line
from kpi.model.times import now, shanghai_date
from kpi.model.viewer import CONSOLE, DUTIES, ENTERPRISE_DUTIES, SYSTEM, EnterpriseDuty, Role, Viewer
from kpi.services.authorization import reads, reads_unscoped, requires
from kpi.services.operation.authentication import account_bucket, hash_password, token_sha256
from kpi.services.own_calendar import end_calendar_address
from kpi.services.unit_of_work import UnitOfWork, unit_of_work
from kpi.services.year import policy_of_day
from kpi.store.database import Cursor
from kpi.store.store import Store
from kpi.tables.accounts import Account, SignIn, conflict_reasons
from kpi.tables.api import ApiToken

# Tokens by which an enterprise's own systems use the HTTP interface: added, listed and revoked by an administrator.


PREFIX = "duibiao_"
"""By which a token that has slipped into a repository or a log is recognised."""
LONGEST_DAYS = 366
LONGEST_LABEL = 60


@dataclass(frozen=True, slots=True)
class NewApiToken:
    """``token`` is shown once; the store keeps its hash."""

    id: str
    token: str
    expires_at: datetime


@requires("manage_accounts")
def add_token(
    store: Store, viewer: Viewer, account: str, days: int, label: str = "", at: datetime | None = None
) -> NewApiToken:
    """A token that stands for the account, with its role and scope as they are at each call, for so many days.

    Raises:
        NotFound: there is no such account.
        UserError: the account is disabled, or the days are not 1 to ``LONGEST_DAYS``.
    """
    if not 1 <= days <= LONGEST_DAYS:
        raise UserError("token_days", days=days, most=LONGEST_DAYS)
    since = at or now()
    new = NewApiToken(secrets.token_hex(4), PREFIX + secrets.token_urlsafe(32), since + timedelta(days=days))
    with unit_of_work(store, viewer.actor, since) as change:
        known = tables.accounts.account_named(change.cursor, account)
        if known is None:
            raise NotFound("account", account)
        if known.disabled:
            raise UserError("token_of_disabled", account=account)
        said = label.strip()[:LONGEST_LABEL]
        tables.api.insert_api_token(
            change.cursor, new.id, token_sha256(new.token), account, said, viewer.account, since, new.expires_at
        )
        details = {"token": new.id, "label": said, "expires_at": new.expires_at.isoformat()}
        change.audit("api_token_added", account, after=details)
    return new


@reads_unscoped("manage_accounts")
def list_tokens(cursor: Cursor, account: str | None = None) -> list[ApiToken]:
    """All tokens, or one account's, the latest first.

    Raises:
        NotFound: there is no such account.
    """
    if account is not None and tables.accounts.account_named(cursor, account) is None:
        raise NotFound("account", account)
    return tables.api.api_tokens(cursor, account)


@requires("manage_accounts")
def revoke_token(store: Store, viewer: Viewer, token_id: str, at: datetime | None = None) -> bool:
    """Refuse it from its next call on. Returns whether it was valid until then; nothing is done where it was not.

    Raises:
        NotFound: there is no such token.
    """
    with store.write_lock():
        with store.cursor() as cursor:
            found = next((api_token for api_token in tables.api.api_tokens(cursor) if api_token.id == token_id), None)
        if found is None:
            raise NotFound("api_token", token_id[:40])
        if found.revoked_at is not None:
            return False
        with unit_of_work(store, viewer.actor, at) as change:
            tables.api.end_api_token(change.cursor, token_id, change.at)
            change.audit("api_token_revoked", found.account, after={"token": token_id})
    return True


def revoke_all_tokens(change: UnitOfWork, account: str) -> int:
    """Refuse, for good, every token of an account that is not revoked yet, and its calendar's address; each with its
    entry. How many tokens they were.
    """
    end_calendar_address(change, account)
    found = [token for token in tables.api.api_tokens(change.cursor, account) if token.revoked_at is None]
    for api_token in found:
        tables.api.end_api_token(change.cursor, api_token.id, change.at)
        change.audit("api_token_revoked", account, after={"token": api_token.id})
    return len(found)


NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")
LONGEST_DISPLAY = 60
LONGEST_IDENTITY = 255


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account to add. ``scope``: see ``Viewer``. ``identity``: issuer and subject at another provider.

    ``duties`` are those of a person of an enterprise, all where none is named.
    """

    name: str
    display: str
    role: Role
    scope: tuple[str, ...]
    identity: tuple[str, str] | None = None
    duties: tuple[EnterpriseDuty, ...] = ()


@dataclass(frozen=True, slots=True)
class AccountReset:
    """``password`` is shown once. ``tokens``: how many of the HTTP interface were revoked with the old one."""

    password: str
    tokens: int


@reads_unscoped("manage_accounts")
def list_accounts(cursor: Cursor) -> list[Account]:
    """All accounts by name, without their password hashes."""
    return [replace(account, password_hash=None) for account in tables.accounts.accounts(cursor)]


@reads("manage_accounts")
def applicant_names(cursor: Cursor, viewer: Viewer) -> dict[str, str]:
    """The enterprises with locked applications by credit code, for a reviewer's reach; without one's own conflicts."""
    found = tables.stages.applications_in_hand(cursor, viewer.barred)
    return {application.credit_code: application.enterprise or application.credit_code for application in found}


@requires("manage_accounts")
def add_account(store: Store, viewer: Viewer, new: NewAccount, at: datetime | None = None) -> str:
    """Add it and return its initial password, which is shown once and must be changed at first sign-in.

    Raises:
        UserError: name taken or invalid, identity of another account, unknown role, a scope that does not fit it, or
            more duties than policy lets one administrator have.
    """
    _refuse(account_faults(new))
    password = generate_password()
    password_hash = hash_password(password)  # slow by design, so before others wait for it
    with unit_of_work(store, viewer.actor, at) as change:
        insert_new(change, viewer, new, password_hash)
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
            return end_account(change, name)


def end_account(change: UnitOfWork, name: str) -> int:
    """Let it in no more, with its entry. How many tokens were revoked with it."""
    tables.accounts.set_disabled(change.cursor, name, True)
    tables.accounts.end_sign_ins(change.cursor, name, change.at)
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
            tables.accounts.set_disabled(change.cursor, name, False)
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
        tables.accounts.set_password(change.cursor, name, password_hash, must_change=True)
        tables.accounts.end_sign_ins(change.cursor, name, change.at)
        tables.accounts.forget_account_failures(change.cursor, account_bucket(name))
        change.audit("password_reset", name)
        return AccountReset(password, revoke_all_tokens(change, name))


@requires("manage_accounts")
def remove_second_factor(store: Store, viewer: Viewer, name: str, at: datetime | None = None) -> None:
    """For whoever has lost it: the account signs in by its password, sets up another where policy asks one, and all of
    its sign-ins end. Its holder is to be identified as when the account was given out.

    Raises:
        NotFound: there is no such account, or it has no second factor.
        UserError: it is the viewer's own.
    """
    if name == viewer.account:
        raise UserError("own_second_factor")
    with unit_of_work(store, viewer.actor, at) as change:
        if _known(change.cursor, name).second_factor_at is None:
            raise NotFound("second_factor")
        tables.second_factors.delete_second_factor(change.cursor, name)
        tables.accounts.end_sign_ins(change.cursor, name, change.at)
        tables.accounts.forget_account_failures(change.cursor, account_bucket(name))
        change.audit("second_factor_removed", name)


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
        UserError: the scope does not fit its role, somebody has set another since, or it is of duties: the viewer's
            own, or more than policy lets one administrator have.
    """
    with store.write_lock():
        known = _as_it_is(store, name).viewer
        if seen is not None and set(seen) != set(known.scope):
            raise UserError("changed_since_read")
        _refuse(_scope_faults(known.role, scope))
        if set(scope) == set(known.scope):
            return
        if known.role == "administrator" and name == viewer.account:
            raise UserError("own_duties")
        with unit_of_work(store, viewer.actor, at) as change:
            _refuse(duty_faults(change.cursor, viewer, known.role, scope))
            tables.accounts.update_scope(change.cursor, name, scope)
            change.audit("scope_changed", name, {"scope": list(known.scope)}, {"scope": list(scope)})


@requires("manage_accounts")
def set_person_duties(
    store: Store,
    viewer: Viewer,
    name: str,
    duties: Sequence[EnterpriseDuty],
    at: datetime | None = None,
    seen: Sequence[EnterpriseDuty] | None = None,
) -> None:
    """What a person of an enterprise does there, from its next click on. ``seen``: what they did when this was made up.

    Raises:
        NotFound: there is no such account, or it is no enterprise's.
        UserError: no duty is named, or more than policy lets one person have; or somebody has set others since.
    """
    with unit_of_work(store, viewer.actor, at) as change:
        known = _known(change.cursor, name)
        if known.viewer.role != "enterprise":
            raise NotFound("account", name[:40])
        change_duties(change, known.viewer, duties, seen)


def change_duties(
    change: UnitOfWork, person: Viewer, duties: Sequence[EnterpriseDuty], seen: Sequence[EnterpriseDuty] | None = None
) -> None:
    """Within the caller's change, with its entry; those that the person has already change nothing.

    Raises:
        UserError: as ``set_person_duties``.
    """
    before = person.enterprise_duties
    if seen is not None and set(seen) != set(before):
        raise UserError("changed_since_read")
    if not duties:
        raise UserError("duty_missing")
    after = [duty for duty in ENTERPRISE_DUTIES if duty in duties]
    if not set(after) <= set(before):  # fewer than before are on the way to as many as policy allows
        _refuse(person_duty_faults(change.cursor, after, change.at))
    if after != list(before):
        tables.accounts.update_enterprise_duties(change.cursor, person.account, after)
        change.audit("duties_changed", person.account, {"duties": list(before)}, {"duties": after})


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
        _examiner(change, name)
        enter_conflict(change, name, credit_code, reason)


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
        tables.accounts.remove_conflict(change.cursor, name, credit_code)
        change.audit("conflict_withdrawn", name, before={"credit_code": credit_code})


def _known(cursor: Cursor, name: str) -> Account:
    account = tables.accounts.account_named(cursor, name)
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
    if new.duties and (new.role != "enterprise" or not set(new.duties) <= set(ENTERPRISE_DUTIES)):
        faults.append(UserError("duty_does_not_fit"))
    return [*faults, *_scope_faults(new.role, new.scope)]


def taken_faults(known: Sequence[Account], new: NewAccount) -> list[UserError]:
    """The product's own name in the trail is nobody's, and an identity opens one account."""
    faults = []
    if new.name in {SYSTEM.account, *(account.viewer.account for account in known)}:
        faults.append(UserError("account_exists", name=new.name))
    faults += [
        UserError("identity_taken", name=account.viewer.account)
        for account in known
        if new.identity and new.identity == (account.issuer, account.subject)
    ]
    return faults


def insert_new(
    change: UnitOfWork, viewer: Viewer, new: NewAccount, password_hash: str, *, must_change: bool = True
) -> None:
    """Write a checked account, with its entry; ``must_change``: its password, at first sign-in.

    Raises:
        UserError: its name or identity is taken, or it would combine more duties than policy allows.
    """
    _refuse(taken_faults(tables.accounts.accounts(change.cursor), new))
    _refuse(duty_faults(change.cursor, viewer, new.role, new.scope))
    _refuse(person_duty_faults(change.cursor, new.duties, change.at))
    tables.accounts.insert_account(
        change.cursor,
        new.name,
        new.display,
        new.role,
        new.scope,
        password_hash,
        demonstration=False,
        created_at=change.at,
        must_change=must_change,
        identity=new.identity,
    )
    details: dict[str, object] = {"role": new.role, "scope": list(new.scope), "elsewhere": new.identity is not None}
    if new.duties:
        tables.accounts.update_enterprise_duties(change.cursor, new.name, new.duties)
        details["duties"] = list(new.duties)
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


def duty_faults(cursor: Cursor, viewer: Viewer, role: str, scope: Sequence[str]) -> list[UserError]:
    """Whether an administrator would combine more duties than policy lets one account; none named is all of them.

    The command line may: whoever reaches the server has all of them anyway, and homes list such accounts.
    """
    held = len(scope or DUTIES)
    if role != "administrator" or held == 1 or viewer.address == CONSOLE:
        return []
    most = _most_duties(cursor, now())
    return [UserError("duties_too_many", held=held, most=most)] if held > most else []


def person_duty_faults(cursor: Cursor, duties: Sequence[EnterpriseDuty], at: datetime) -> list[UserError]:
    """Whether a person of an enterprise would be given more duties than policy lets one have."""
    if len(duties) <= 1:
        return []
    most = policy_of_day(cursor, shanghai_date(at)).duties_of_a_person
    return [UserError("person_duties_too_many", held=len(duties), most=most)] if len(duties) > most else []


def combined_duties(cursor: Cursor, at: datetime) -> list[Account]:
    """The administrators in use that combine more duties than policy lets one account."""
    most = _most_duties(cursor, at)
    found = tables.accounts.accounts(cursor)
    return [account for account in found if not account.disabled and len(account.viewer.duties) > most]


def _most_duties(cursor: Cursor, at: datetime) -> int:
    """One on a day that has no policy: whoever puts policy right needs a home and an account by then."""
    try:
        return policy_of_day(cursor, shanghai_date(at)).duties_in_one_account
    except UserError:
        return 1


def _reach_fits(role: Role, reach: str) -> bool:
    if role == "administrator":
        return reach in DUTIES
    if role == "leader":
        return reach in {body.name.zh for body in catalogue().bodies}
    if role == "reviewer" and reach in {industry.name.zh for industry in catalogue().industries}:
        return True
    return role in ("enterprise", "reviewer") and is_valid(reach)


def _plain(text: str, longest: int = LONGEST_DISPLAY) -> str:
    """Without invisible characters: a displayed name must not change the text direction of others."""
    kept = "".join(char for char in text if unicodedata.category(char)[0] != "C")
    return kept.strip()[:longest]


# Conflicts of interest: declared by oneself, which puts the enterprise out of one's reach; and why there is one.


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
        enter_conflict(change, viewer.account, credit_code, said)


def enter_conflict(change: UnitOfWork, name: str, credit_code: str, reason: str) -> None:
    """Write a conflict of interest of an account, with its entry; raises as ``declare_own_conflict``."""
    if credit_code in _known(change.cursor, name).viewer.barred:
        raise UserError("conflict_known")
    tables.accounts.add_conflict(change.cursor, name, credit_code, reason, change.at)
    change.audit("conflict_declared", name, after={"credit_code": credit_code, "reason": reason})


@reads_unscoped("manage_accounts")
def known_conflicts(cursor: Cursor, name: str) -> dict[str, str]:
    """Why an account has a conflict of interest with an enterprise, by credit code; none where there is no account."""
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
        tables.accounts.correct_conflict(change.cursor, name, credit_code, said)
        change.audit(
            "conflict_corrected",
            name,
            before={"credit_code": credit_code, "reason": before},
            after={"credit_code": credit_code, "reason": said},
        )


# Where an account is signed in, and ending it there: for an administrator to whom a lost device was reported.


@reads_unscoped("manage_accounts")
def list_account_sign_ins(cursor: Cursor, name: str, at: datetime | None = None) -> list[SignIn]:
    """Where it is signed in by a password, the latest first.

    Raises:
        NotFound: there is no such account.
    """
    _known(cursor, name)
    return tables.accounts.sign_ins(cursor, name, at or now())


@requires("manage_accounts")
def end_account_sign_ins(store: Store, viewer: Viewer, name: str, at: datetime | None = None) -> None:
    """End all of its sign-ins, here and by another provider; its password stays.

    Raises:
        NotFound: there is no such account, or it is nowhere signed in; by another provider it may be at any time.
    """
    with unit_of_work(store, viewer.actor, at) as change:
        account = _known(change.cursor, name)
        if account.issuer is None and not tables.accounts.sign_ins(change.cursor, name, at or now()):
            raise NotFound("sign_in")
        tables.accounts.end_sign_ins(change.cursor, name, change.at)
        change.audit("sign_ins_ended", name)
