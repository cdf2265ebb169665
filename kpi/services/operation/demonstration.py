"""A store to try everything on: fictitious enterprises, printed passwords, invented awards and scores.

Only in a store marked as a demonstration, which is served on the loopback address only.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address

from kpi import tables
from kpi.catalogue.schema import DATA
from kpi.errors import NotFound, UserError
from kpi.intake.lists import read_awarded
from kpi.model.times import now
from kpi.model.viewer import SYSTEM, Actor, Role, Viewer
from kpi.services.operation.authentication import SignedIn, SignInRefused, hash_password, sign_in
from kpi.services.shipped_baseline import ensure_baseline
from kpi.services.unit_of_work import UnitOfWork, unit_of_work
from kpi.store.database import Cursor
from kpi.store.store import Store

SAMPLES = DATA / "samples"
AWARDED = SAMPLES / "demo-awarded.csv"


@dataclass(frozen=True, slots=True)
class DemonstrationAccount:
    """A demonstration account; its password is no secret."""

    name: str
    password: str
    display: str
    role: Role
    scope: tuple[str, ...]


ACCOUNTS = (
    DemonstrationAccount("enterprise", "demo-enterprise", "演示企业001（虚构）", "enterprise", ("91000000MA9990001E",)),
    DemonstrationAccount("reviewer", "demo-reviewer", "演示评审员", "reviewer", ("高端装备", "汽车", "电子信息")),
    DemonstrationAccount("leader", "demo-leader", "演示推荐单位 · 松江区", "leader", ("松江区",)),
    DemonstrationAccount("administrator", "demo-administrator", "演示管理员", "administrator", ()),
)

COLLEAGUES = tuple(
    DemonstrationAccount(f"reviewer{number}", f"demo-reviewer{number}", display, "reviewer", ACCOUNTS[1].scope)
    for number, display in ((2, "演示评审员乙"), (3, "演示评审员丙"))
)
"""Two more reviewers: a panel scores. They sign in by name; one click takes a role, not a person."""
EVERY_ACCOUNT = (*ACCOUNTS, *COLLEAGUES)


def is_demonstration(store: Store) -> bool:
    with store.cursor() as cursor:
        return tables.lists.holds_demonstration(cursor)


def take_role(
    store: Store, role: str, at: datetime | None = None, address: str = "", device: str = ""
) -> SignedIn | SignInRefused:
    """Sign in the demonstration's account of ``role`` without anything typed: its password is public anyway.

    Raises:
        NotFound: the store is no demonstration, or there is no such role.
    """
    account = next((item for item in ACCOUNTS if item.role == role), None)
    if account is None or not is_demonstration(store):
        raise NotFound("page")
    return sign_in(store, account.name, account.password, at, address, device)


def loopback(address: str | None) -> bool:
    """Whether only this machine reaches that address; a server without one listens on all."""
    try:
        return ip_address(address or "").is_loopback
    except ValueError:
        return address == "localhost"


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
    # Here and not above: a verdict takes a second to load, and a server asks here at every start.
    from kpi.services.operation.demonstration_applications import APPLICATIONS, lock_demonstration_applications
    from kpi.services.operation.demonstration_scoring import score_demonstration

    ensure_baseline(store)
    since = at or now()
    original = store.folder.keep_original(APPLICATIONS.read_bytes())
    with store.write_lock():
        # Of several processes that start at once on a shared store one makes it.
        if is_demonstration(store):
            return
        with unit_of_work(store, SYSTEM, since) as change:
            cursor = change.cursor
            _refuse_in_use(cursor)
            for account in EVERY_ACCOUNT:
                password_hash = hash_password(account.password)
                tables.accounts.insert_account(
                    cursor, account.name, account.display, account.role, account.scope, password_hash, True, since
                )
            _set_awards(change)
            own = {code for account in ACCOUNTS if account.role == "enterprise" for code in account.scope}
            year = lock_demonstration_applications(change, original, but_not=own)
            reviewers = [
                Viewer(item.name, item.display, item.role, item.scope)
                for item in EVERY_ACCOUNT
                if item.role == "reviewer"
            ]
            score_demonstration(change, reviewers, Actor("administrator", "administrator"), year)
            tables.lists.set_mark(cursor, tables.lists.DEMONSTRATION, "true")
            change.audit(
                "demonstration_made",
                tables.lists.DEMONSTRATION,
                after={"accounts": [account.name for account in EVERY_ACCOUNT]},
            )


def _refuse_in_use(cursor: Cursor) -> None:
    if tables.accounts.accounts(cursor):
        raise UserError("store_in_use")
    for baseline in tables.baselines.baselines(cursor):
        if baseline.provenance == "official":
            raise UserError("demonstration_of_official", name=baseline.name)


def _set_awards(change: UnitOfWork) -> None:
    """The list, and how many of it each body has."""
    reading = read_awarded(AWARDED.name, AWARDED.read_bytes())
    tables.awards.set_awarded(change.cursor, reading.awards)
    tables.awards.set_awards(change.cursor, reading.by_body or {})
