"""Accounts from a file: shown first with every fault, then added all together or not at all."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from kpi import tables
from kpi.access.passwords import FirstPassword, generate_password
from kpi.catalogue.names import code_or_text, match_body, match_industry
from kpi.errors import InvalidFile, RowFault, UserError
from kpi.intake.lists import list_form, read_record_list
from kpi.intake.values.facts import listed_names
from kpi.model.times import now
from kpi.model.viewer import DUTIES, EnterpriseDuty, Role, Viewer
from kpi.services.administrator.accounts import (
    NewAccount,
    account_faults,
    duty_faults,
    insert_new,
    person_duty_faults,
    taken_faults,
)
from kpi.services.authorization import reads, requires
from kpi.services.operation.authentication import hash_password
from kpi.services.unit_of_work import unit_of_work
from kpi.store.database import Cursor
from kpi.store.store import Store


@dataclass(frozen=True, slots=True)
class AccountsPreview:
    """The accounts of a file in its order, and every row's faults."""

    accounts: tuple[NewAccount, ...]
    faults: tuple[RowFault, ...]


def _unreported(_share: float) -> None:
    """Nobody watches."""


@reads("manage_accounts")
def preview_accounts(cursor: Cursor, viewer: Viewer, name: str, data: bytes) -> AccountsPreview:
    """What a file would add. Nothing is kept.

    Raises:
        InvalidFile: it cannot be read as a list of accounts: all faults are reported.
    """
    return _preview(cursor, viewer, name, data)


@requires("manage_accounts")
def add_accounts(
    store: Store,
    viewer: Viewer,
    name: str,
    data: bytes,
    report: Callable[[float], None] = _unreported,
    at: datetime | None = None,
) -> list[FirstPassword]:
    """Add all of them in one transaction and return their first passwords, which are kept nowhere.

    ``report`` is given the share that is done.

    Raises:
        InvalidFile: it cannot be read as a list of accounts.
        UserError: some row cannot be an account: nothing is added.
    """
    with store.cursor() as cursor:
        preview = _preview(cursor, viewer, name, data)
    if preview.faults:
        raise UserError("accounts_faulty", count=len(preview.faults))
    given = []
    for done, new in enumerate(preview.accounts, start=1):
        # Slow by design, so before the transaction that others wait for.
        password = generate_password()
        given.append((new, password, hash_password(password)))
        report(done / len(preview.accounts))
    with unit_of_work(store, viewer.actor, at) as change:
        change.audit(
            "accounts_imported", "accounts", after={"items": len(given), "sha256": hashlib.sha256(data).hexdigest()}
        )
        for new, _password, password_hash in given:
            insert_new(change, viewer, new, password_hash)
    return [FirstPassword(new.name, new.display, new.role, new.scope, password) for new, password, _hash in given]


def _preview(cursor: Cursor, viewer: Viewer, name: str, data: bytes) -> AccountsPreview:
    reading, known = read_record_list("accounts", name, data), tables.accounts.accounts(cursor)
    accounts = [(record.row, _account(record.cells)) for record in reading.sound]
    faults = tuple(
        RowFault(row, error)
        for row, new in accounts
        for error in (
            *account_faults(new),
            *taken_faults(known, new),
            *duty_faults(cursor, viewer, new.role, new.scope),
            *person_duty_faults(cursor, new.duties, now()),
        )
    )
    if reading.problems:
        raise InvalidFile(reading.problems, faults)
    return AccountsPreview(tuple(new for _, new in accounts), faults)


def _account(cells: Mapping[str, str]) -> NewAccount:
    role = list_form("accounts").value(cells["role"]) or cells["role"]
    reach = tuple(_reach(role, listed_name) for listed_name in listed_names(cells["scope"]))
    if role in DUTIES:
        role, reach = "administrator", tuple(dict.fromkeys((role, *reach)))
    # What is no role stays as it was written, to be refused by name.
    named = tuple(list_form("accounts").value(duty) or duty for duty in listed_names(cells["duties"]))
    duties = cast(tuple[EnterpriseDuty, ...], named)
    return NewAccount(cells["account"], cells["display"], cast(Role, role), reach, duties=duties)


def _reach(role: str, written: str) -> str:
    """The notice's own name of a body or an industry, a duty, or a credit code; else as it was written."""
    if role in ("administrator", *DUTIES):
        return list_form("accounts").value(written) or written
    found = match_body(written) if role == "leader" else match_industry(written) if role == "reviewer" else None
    return found.name.zh if found else code_or_text(written)
