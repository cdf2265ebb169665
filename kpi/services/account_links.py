"""Links by which an enterprise makes its own account, once."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime

from kpi import tables
from kpi.errors import UserError
from kpi.model.times import now, shanghai_date
from kpi.model.viewer import Actor, Viewer
from kpi.services.administrator.accounts import NewAccount, account_faults, insert_new, taken_faults
from kpi.services.operation.authentication import begin_attempt, hash_password, refuse_weak, token_sha256
from kpi.services.unit_of_work import UnitOfWork, unit_of_work
from kpi.services.year import policy_of_day
from kpi.store.store import Store
from kpi.tables.accounts import AccountLink


def issue_account_links(change: UnitOfWork, enterprises: Mapping[str, str], expires_at: datetime) -> dict[str, str]:
    """A new one for each of these enterprises, names by credit code, good until that moment: its token, by credit code,
    of which the store keeps the hash. Those of the same enterprises that were not used are good no longer.
    """
    tokens = {code: secrets.token_urlsafe(32) for code in enterprises}
    issued = [(token_sha256(token), code, enterprises[code]) for code, token in tokens.items()]
    tables.accounts.end_account_links(change.cursor, list(enterprises), change.at)
    tables.accounts.insert_account_links(change.cursor, issued, change.actor.account, change.at, expires_at)
    return tokens


# Asked without rights: whoever has the link's token, and no account yet
def usable_link(store: Store, token: str, at: datetime | None = None) -> AccountLink | None:
    """What the link is good for; None where it is unknown, used, or over: for whoever has it these are the same."""
    with store.cursor() as cursor:
        return tables.accounts.account_link(cursor, token_sha256(token), at or now())


# Asked without rights: the link's token is the right, once
def use_account_link(
    store: Store,
    token: str,
    name: str,
    display: str,
    password: str,
    repeated: str,
    at: datetime | None = None,
    address: str = "",
) -> None:
    """Make the enterprise's account with the password that its person chose, once. Names are tried slowly: whoever has
    a link does not find out who else has an account.

    Raises:
        UserError: the link is unknown, used, or over; the name is taken or invalid, the display name is, or the
            password, with all else that is wrong in ``also``; or too many names were tried.
    """
    since = at or now()
    link = usable_link(store, token, since)
    if link is None:
        raise UserError("link_over")
    bucket = f"link {token_sha256(token)}"
    if until := begin_attempt(store, bucket, since):
        raise UserError("tries_held", seconds=int((until - since).total_seconds()) + 1)
    new = NewAccount(name, display, "enterprise", (link.credit_code,))
    if faults := _faults(store, new, password, repeated):
        raise first_fault(faults)
    password_hash = hash_password(password)  # slow by design, so before others wait for it
    with unit_of_work(store, Actor(name, "enterprise", address), since) as change:
        if tables.accounts.account_link(change.cursor, token_sha256(token), since) is None:
            raise UserError("link_over")  # used meanwhile
        insert_new(change, Viewer(name, display, "enterprise", new.scope), new, password_hash, must_change=False)
        _refuse_crowd(change, link.credit_code)
        tables.accounts.mark_link_used(change.cursor, token_sha256(token), name, change.at)
        tables.accounts.end_account_links(change.cursor, [link.credit_code], change.at)
        tables.accounts.forget_failures(change.cursor, bucket)


def _refuse_crowd(change: UnitOfWork, credit_code: str) -> None:
    """Raises ``UserError`` where the enterprise has more people than policy allows, the new one counted."""
    known = (account for account in tables.accounts.accounts(change.cursor) if not account.disabled)
    people = sum(account.viewer.role == "enterprise" and credit_code in account.viewer.scope for account in known)
    most = policy_of_day(change.cursor, shanghai_date(change.at)).people_of_an_enterprise
    if people > most:
        raise UserError("people_too_many", credit_code=credit_code, most=most)


def _faults(store: Store, new: NewAccount, password: str, repeated: str) -> list[UserError]:
    faults = account_faults(new)
    with store.cursor() as cursor:
        faults += taken_faults(tables.accounts.accounts(cursor), new)
    try:
        refuse_weak(password, new.name, new.display)
    except UserError as error:
        faults.append(error)
    if password != repeated:
        faults.append(UserError("passwords_differ"))
    return faults


def first_fault(faults: Sequence[UserError]) -> UserError:
    """The first, with the others beside it."""
    faults[0].also = tuple(faults[1:])
    return faults[0]
