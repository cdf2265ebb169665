"""A store to try everything on: fictitious enterprises, printed passwords, invented awards and scores.

Only in a store marked as a demonstration, which is served on the loopback address only.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address

from kpi import tables
from kpi.catalogue.catalogue import catalogue, kept_per_notice, notice_in_hand
from kpi.errors import NotFound, UserError
from kpi.intake.lists import read_awarded
from kpi.model.times import now
from kpi.model.viewer import SYSTEM, Actor, Role, Viewer
from kpi.services.notices import chosen_notice, illustrative_file
from kpi.services.operation.authentication import CodeNeeded, SignedIn, SignInRefused, hash_password, sign_in
from kpi.services.shipped_baseline import ensure_baseline
from kpi.services.unit_of_work import UnitOfWork, unit_of_work
from kpi.store.database import Cursor
from kpi.store.store import Store


@dataclass(frozen=True, slots=True)
class DemonstrationAccount:
    """A demonstration account; its password is no secret."""

    name: str
    password: str
    display: str
    role: Role
    scope: tuple[str, ...]


@kept_per_notice()
def demonstration_accounts() -> tuple[DemonstrationAccount, ...]:
    """One of each role, then two more reviewers: a panel scores. These sign in by name; one click takes a role, not a
    person. The enterprise is the first of the demonstration's candidates, the leader its body's.
    """
    candidates = _candidates()
    first = candidates[0]
    industries = tuple(dict.fromkeys(candidate["industry"] for candidate in candidates))[:_INDUSTRIES_REVIEWED]
    of_roles: tuple[tuple[str, str, Role, tuple[str, ...]], ...] = (
        ("enterprise", first["enterprise"], "enterprise", (first["credit_code"],)),
        ("reviewer", "演示评审员", "reviewer", industries),
        ("leader", f"演示推荐单位 · {first['body']}", "leader", (first["body"],)),
        ("administrator", "演示管理员", "administrator", ()),
        ("reviewer2", "演示评审员乙", "reviewer", industries),
        ("reviewer3", "演示评审员丙", "reviewer", industries),
    )
    return tuple(
        DemonstrationAccount(name, f"demo-{name}", display, role, scope) for name, display, role, scope in of_roles
    )


_INDUSTRIES_REVIEWED = 3


def demonstration_roles() -> tuple[DemonstrationAccount, ...]:
    """The account that one click takes, by role."""
    first: dict[Role, DemonstrationAccount] = {}
    for account in demonstration_accounts():
        first.setdefault(account.role, account)
    return tuple(first.values())


def _candidates() -> list[dict[str, str]]:
    with illustrative_file("applications").open(encoding="utf-8-sig", newline="") as rows:
        return list(csv.DictReader(rows))


# Asked without rights: whether the store is a demonstration: everybody sees the badge
def is_demonstration(store: Store) -> bool:
    with store.cursor() as cursor:
        return tables.lists.holds_demonstration(cursor)


# Asked without rights: nobody is anybody yet: the public password of a demonstration, on no other store
def take_role(
    store: Store, role: str, at: datetime | None = None, address: str = "", device: str = ""
) -> SignedIn | SignInRefused:
    """Sign in the demonstration's account of ``role`` without anything typed: its password is public anyway.

    Raises:
        NotFound: the store is no demonstration, or there is no such role.
    """
    account = next((item for item in demonstration_roles() if item.role == role), None)
    if account is None or not is_demonstration(store):
        raise NotFound("page")
    outcome = sign_in(store, account.name, account.password, at, address, device)
    # None of these accounts can set up a second factor.
    return SignInRefused() if isinstance(outcome, CodeNeeded) else outcome


def loopback(address: str | None) -> bool:
    """Whether only this machine reaches that address; a server without one listens on all."""
    try:
        return ip_address(address or "").is_loopback
    except ValueError:
        return address == "localhost"


# Asked without rights: asked where a server is started
def refuse_public(store: Store, address: str | None) -> None:
    """Raises ``UserError`` if a demonstration, with public passwords, would be served to other machines."""
    if is_demonstration(store):
        refuse_public_demonstration(address)


def refuse_public_demonstration(address: str | None) -> None:
    """As ``refuse_public``, before there is a store."""
    if not loopback(address):
        raise UserError("demonstration_not_public", address=address or "0.0.0.0")  # noqa: S104 - to be named


def ensure_demonstration(store: Store, at: datetime | None = None) -> None:
    """Fill an empty store; leave a demonstration store as it is.

    Raises:
        UserError: the store has accounts of its own or an official baseline, and must not become a demonstration.
    """
    if is_demonstration(store):
        return
    with store.cursor() as cursor:
        _refuse_in_use(cursor)
    # A store that was killed as it was made keeps the notice it was begun with.
    with notice_in_hand(chosen_notice(store) or catalogue()):
        _demonstrate(store, at or now())


def _demonstrate(store: Store, since: datetime) -> None:
    # Here and not above: a verdict takes a second to load, and a server asks here at every start.
    from kpi.services.operation.demonstration_applications import lock_demonstration_applications
    from kpi.services.operation.demonstration_scoring import score_demonstration

    ensure_baseline(store, to_try=True)
    original = store.folder.keep_original(illustrative_file("applications").read_bytes())
    with store.write_lock():
        # Of several processes that start at once on a shared store one makes it.
        if is_demonstration(store):
            return
        with unit_of_work(store, SYSTEM, since) as change:
            cursor = change.cursor
            _refuse_in_use(cursor)
            for account in demonstration_accounts():
                password_hash = hash_password(account.password)
                tables.accounts.insert_account(
                    cursor, account.name, account.display, account.role, account.scope, password_hash, True, since
                )
            _set_awards(change)
            own = {code for account in demonstration_roles() if account.role == "enterprise" for code in account.scope}
            year = lock_demonstration_applications(change, original, but_not=own)
            reviewers = [
                Viewer(item.name, item.display, item.role, item.scope)
                for item in demonstration_accounts()
                if item.role == "reviewer"
            ]
            if catalogue().illustrative("scoring"):
                score_demonstration(change, reviewers, Actor("administrator", "administrator"), year)
            tables.lists.set_mark(cursor, tables.lists.DEMONSTRATION, "true")
            change.audit(
                "demonstration_made",
                tables.lists.DEMONSTRATION,
                after={"accounts": [account.name for account in demonstration_accounts()]},
            )


def _refuse_in_use(cursor: Cursor) -> None:
    if tables.accounts.accounts(cursor):
        raise UserError("store_in_use")
    for baseline in tables.baselines.baselines(cursor):
        if baseline.provenance == "official":
            raise UserError("demonstration_of_official", name=baseline.name)


def _set_awards(change: UnitOfWork) -> None:
    """The list, and how many of it each body has."""
    awarded = illustrative_file("awarded")
    reading = read_awarded(awarded.name, awarded.read_bytes())
    tables.awards.set_awarded(change.cursor, reading.awards)
    tables.awards.set_awards(change.cursor, reading.by_body or {})
