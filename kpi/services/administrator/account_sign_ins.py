"""Where an account is signed in, and ending it there: for an administrator to whom a lost device was reported."""

from __future__ import annotations

from datetime import datetime

from kpi import queries, records
from kpi.errors import NotFound
from kpi.model.times import now
from kpi.model.viewer import Viewer
from kpi.queries import Account, SignIn
from kpi.services.authorization import requires
from kpi.services.unit_of_work import unit_of_work
from kpi.store.cursor import Cursor
from kpi.store.store import Store


@requires("manage_accounts")
def list_account_sign_ins(store: Store, _: Viewer, name: str, at: datetime | None = None) -> list[SignIn]:
    """Where it is signed in by a password, the latest first.

    Raises:
        NotFound: there is no such account.
    """
    with store.cursor() as cursor:
        _known(cursor, name)
        return queries.sign_ins(cursor, name, at or now())


@requires("manage_accounts")
def end_account_sign_ins(store: Store, viewer: Viewer, name: str, at: datetime | None = None) -> None:
    """End all of its sign-ins, here and by another provider; its password stays.

    Raises:
        NotFound: there is no such account, or it is nowhere signed in; by another provider it may be at any time.
    """
    with unit_of_work(store, viewer.actor, at) as change:
        account = _known(change.cursor, name)
        if account.issuer is None and not queries.sign_ins(change.cursor, name, at or now()):
            raise NotFound("sign_in")
        records.end_sign_ins(change.cursor, name, change.at)
        change.audit("sign_ins_ended", name)


def _known(cursor: Cursor, name: str) -> Account:
    account = queries.account_named(cursor, name)
    if account is None:
        raise NotFound("account", name[:40])
    return account
