"""The people of an enterprise: who fills in, who checks, who confirms; invited, given other duties, and let go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from kpi import tables
from kpi.access.passwords import generate_password
from kpi.access.roles import scope_of
from kpi.errors import NotFound, UserError
from kpi.model.times import shanghai_date
from kpi.model.viewer import EnterpriseDuty, Viewer
from kpi.services.administrator.accounts import NewAccount, account_faults, change_duties, end_account, insert_new
from kpi.services.authorization import reads, requires
from kpi.services.operation.authentication import hash_password
from kpi.services.unit_of_work import UnitOfWork, unit_of_work
from kpi.services.year import policy_of_day
from kpi.store.database import Cursor
from kpi.store.store import Store


@dataclass(frozen=True, slots=True)
class Person:
    """Who acts for one of the viewer's enterprises, as its people see them.

    ``codes`` are those of the viewer's. ``within``: the account reaches no other enterprise, so that the viewer's may
    decide on it. ``gone``: it is let in no more.
    """

    account: str
    name: str
    codes: tuple[str, ...]
    duties: tuple[EnterpriseDuty, ...]
    within: bool
    gone: bool


@reads("submit_own")
def own_people(cursor: Cursor, viewer: Viewer) -> list[Person]:
    """Everybody of the viewer's enterprises, the first account first; also who has left, for what they did."""
    return _people(cursor, viewer)


@requires("confirm_own")
def invite_person(
    store: Store,
    viewer: Viewer,
    name: str,
    display: str,
    duties: Sequence[EnterpriseDuty],
    codes: Sequence[str],
    at: datetime | None = None,
) -> str:
    """Add an account for these of the viewer's enterprises and return its initial password, which is shown once.

    Raises:
        UserError: an enterprise is not the viewer's, or has as many people as policy allows; no duty is named, or more
            than policy lets one person have; the name is taken or invalid.
    """
    new = NewAccount(name, display, "enterprise", tuple(codes), duties=tuple(duties))
    for code in codes:
        if code not in viewer.scope:
            raise UserError("not_your_enterprise", credit_code=code[:40])
    if not duties:
        raise UserError("duty_missing")
    for fault in account_faults(new):
        raise fault
    password = generate_password()
    password_hash = hash_password(password)  # slow by design, so before others wait for it
    with unit_of_work(store, viewer.actor, at) as change:
        _still_confirming(change, viewer)
        most = policy_of_day(change.cursor, shanghai_date(change.at)).people_of_an_enterprise
        for code in codes:
            if sum(code in person.codes and not person.gone for person in _people(change.cursor, viewer)) >= most:
                raise UserError("people_too_many", credit_code=code, most=most)
        insert_new(change, viewer, new, password_hash)
    return password


@requires("confirm_own")
def set_duties(
    store: Store,
    viewer: Viewer,
    account: str,
    duties: Sequence[EnterpriseDuty],
    at: datetime | None = None,
    seen: Sequence[EnterpriseDuty] | None = None,
) -> None:
    """Give another person of the viewer's enterprises these duties. ``seen``: what they were when this was made up.

    Raises:
        NotFound: no such person of the viewer's enterprises alone.
        UserError: it is the viewer; no duty is named, or more than policy lets one person have; or somebody has set
            others since.
    """
    with unit_of_work(store, viewer.actor, at) as change:
        change_duties(change, _another(change, viewer, account), duties, seen)


@requires("confirm_own")
def end_person(store: Store, viewer: Viewer, account: str, at: datetime | None = None) -> None:
    """Let a person who leaves in no more, from the next click on. What they did stays under their name.

    Whoever confirms stays; they hand over before they leave.

    Raises:
        NotFound: no such person of the viewer's enterprises alone.
        UserError: it is the viewer.
    """
    with unit_of_work(store, viewer.actor, at) as change:
        end_account(change, _another(change, viewer, account).account)


@requires("confirm_own")
def hand_over(
    store: Store, viewer: Viewer, account: str, duties: Sequence[EnterpriseDuty], at: datetime | None = None
) -> bool:
    """Give duties of the viewer's to another person and give them up, in one act; with the last one the viewer leaves.

    Returns whether the viewer's account is ended by it.

    Raises:
        NotFound: no such person, or one who does not reach all of the viewer's enterprises.
        UserError: the viewer does not have them, none is named, or the other would have more than policy allows.
    """
    with unit_of_work(store, viewer.actor, at) as change:
        other = _another(change, viewer, account)
        if not set(viewer.scope) <= set(other.scope):
            raise NotFound("person")
        mine = _still_confirming(change, viewer)
        if not duties or not set(duties) <= set(mine.enterprise_duties):
            raise UserError("duty_missing")
        change_duties(change, other, [*other.enterprise_duties, *duties])
        if left := [duty for duty in mine.enterprise_duties if duty not in duties]:
            change_duties(change, mine, left)
        else:
            end_account(change, mine.account)
        return not left


def _people(cursor: Cursor, viewer: Viewer) -> list[Person]:
    own = scope_of(viewer).own
    return [
        Person(
            account.viewer.account,
            account.viewer.name,
            tuple(code for code in account.viewer.scope if code in own),
            account.viewer.enterprise_duties,
            set(account.viewer.scope) <= set(own),
            account.disabled,
        )
        for account in tables.accounts.enterprise_people(cursor, own)
    ]


def _another(change: UnitOfWork, viewer: Viewer, name: str) -> Viewer:
    """Nobody decides on their own account, nor on one that acts for an enterprise of others too."""
    _still_confirming(change, viewer)
    if name == viewer.account:
        raise UserError("own_person")
    own = scope_of(viewer).own
    for account in tables.accounts.enterprise_people(change.cursor, own):
        if account.viewer.account == name and not account.disabled and set(account.viewer.scope) <= set(own):
            return account.viewer
    raise NotFound("person")


def _still_confirming(change: UnitOfWork, viewer: Viewer) -> Viewer:
    """The viewer as stored by now: of two who let each other go in one moment, one stays."""
    kept = tables.accounts.account_named(change.cursor, viewer.account)
    if kept is None or kept.disabled or "confirm" not in kept.viewer.enterprise_duties:
        raise UserError("duty_needed_confirm")
    return kept.viewer
