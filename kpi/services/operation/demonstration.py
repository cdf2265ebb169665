"""A store to try everything on: fictitious enterprises, four accounts whose passwords are printed, invented awards.

Only in a store marked as a demonstration, which is served on the loopback address only.
"""

from __future__ import annotations

import csv
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address

from kpi import queries, records
from kpi.benchmark.sealed_record import seal
from kpi.catalogue.data_files import DATA
from kpi.catalogue.load import catalogue
from kpi.errors import NotFound, UserError
from kpi.intake.award_list import read_awarded
from kpi.model.application import Application, Basis, CellReference, FactValue, ReportedValue
from kpi.model.evaluation import Evaluation
from kpi.model.times import now
from kpi.model.viewer import SYSTEM, Role
from kpi.services.evaluation import evaluation_context, full_evaluations
from kpi.services.operation.authentication import SignedIn, SignInRefused, hash_password, sign_in
from kpi.services.shipped_baseline import ensure_baseline
from kpi.services.unit_of_work import UnitOfWork, unit_of_work
from kpi.store.store import Store

SAMPLES = DATA / "samples"
APPLICATIONS = SAMPLES / "demo-applications.csv"
AWARDED = SAMPLES / "demo-awarded.csv"
MARK = "demonstration"
BASES: dict[str, Basis] = {"relative": "relative", "points": "points"}


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


def is_demonstration(store: Store) -> bool:
    with store.cursor() as cursor:
        return queries.marks(cursor).get(MARK) == "true"


def take_role(
    store: Store, role: str, at: datetime | None = None, address: str = "", device: str = ""
) -> SignedIn | SignInRefused:
    """Sign in the demonstration's account of ``role`` without anything typed: its password is public anyway.

    Raises:
        NotFound: the store is no demonstration, or there is no such role.
    """
    account = next((one for one in ACCOUNTS if one.role == role), None)
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
    if is_demonstration(store) and not loopback(address):
        raise UserError("demonstration_not_public", address=address or "0.0.0.0")  # noqa: S104 - to be told


def ensure_demonstration(store: Store, at: datetime | None = None) -> None:
    """Fill an empty store; leave a demonstration store as it is.

    Raises:
        UserError: the store has accounts of its own, and must not become a demonstration.
    """
    if is_demonstration(store):
        return
    with store.cursor() as cursor:
        if queries.accounts(cursor):
            raise UserError("store_in_use")
    ensure_baseline(store)
    since = at or now()
    original = store.folder.keep_original(APPLICATIONS.read_bytes())
    with unit_of_work(store, SYSTEM, since) as change:
        cursor = change.cursor
        for account in ACCOUNTS:
            password_hash = hash_password(account.password)
            records.insert_account(
                cursor, account.name, account.display, account.role, account.scope, password_hash, True, since
            )
        _set_awards(change)
        _lock_all(change, original)
        records.set_mark(cursor, MARK, "true")
        change.audit("demonstration_made", MARK, after={"accounts": [account.name for account in ACCOUNTS]})


def _set_awards(change: UnitOfWork) -> None:
    """The list, and how many of it each body has: its rows name the body beside what every such list has."""
    records.set_awarded(change.cursor, read_awarded(AWARDED.name, AWARDED.read_bytes()).awards)
    with AWARDED.open(encoding="utf-8") as file:
        for body, count in Counter(row["body"] for row in csv.DictReader(file)).items():
            records.set_award(change.cursor, body, count)


def _lock_all(change: UnitOfWork, original: str) -> None:
    cursor, at = change.cursor, change.at
    own = {code for account in ACCOUNTS if account.role == "enterprise" for code in account.scope}
    # The demonstration enterprise uploads its own file: that is what the demonstration is for.
    applications = [application for application in demonstration_applications() if application.credit_code not in own]
    year = applications[0].year
    on = evaluation_context(cursor, year)
    upload = uuid.uuid4().hex
    records.add_upload(cursor, upload, APPLICATIONS.name, original, MARK, at, 0)
    answers = full_evaluations(cursor, applications, on)
    for answer in answers:
        record, sha256 = seal(answer)
        records.add_locked_application(cursor, answer.application, upload, MARK, at, on.baseline.name, record, sha256)
        change.audit("application_locked", f"{answer.application.credit_code} {year}", after={"record": sha256})
    _put_forward(change, answers, year)


def _put_forward(change: UnitOfWork, answers: Iterable[Evaluation], year: int) -> None:
    """Each body puts half of its candidates forward; whoever fails a condition is not among them."""
    by_body = defaultdict(list)
    for answer in answers:
        by_body[answer.application.body or ""].append(answer)
    for body, candidates in by_body.items():
        eligible = [one for one in candidates if all(rule.state != "fails" for rule in one.eligibility)]
        chosen = [one.application.credit_code for one in eligible[: (len(candidates) + 1) // 2]]
        records.nominate(change.cursor, body, year, chosen)
        for code in chosen:
            records.add_application_step(change.cursor, code, year, "put_forward", MARK, change.at)
            change.audit("step_taken", f"{code} {year}", {"state": "submitted"}, {"state": "put_forward"})


def demonstration_applications() -> list[Application]:
    """The fictitious applications that ship, in the file's order."""
    with APPLICATIONS.open(encoding="utf-8-sig") as file:
        return [_application(row, number) for number, row in enumerate(csv.DictReader(file), start=2)]


def _application(row: dict[str, str], number: int) -> Application:
    facts = {fact.code: _fact(fact.kind, row[fact.code]) for fact in catalogue().facts if row.get(fact.code)}
    values = {kpi.code: _value(kpi.code, row, number, int(row["year"])) for kpi in catalogue().kpis}
    return Application(facts, values)


def _fact(kind: str, text: str) -> FactValue:
    if kind == "integer":
        return int(text)
    if kind == "number":
        return float(text)
    return tuple(part.strip() for part in text.split(";")) if kind == "list" else text


def _value(code: str, row: dict[str, str], number: int, year: int) -> ReportedValue:
    cell = CellReference(APPLICATIONS.name, None, number, code)
    text = row.get(code)
    if not text:
        return ReportedValue(code, "not_reported", year=year, cell=cell)
    basis: Basis | None = BASES.get(row.get(f"{code}_basis", ""))
    return ReportedValue(code, "reported", float(text), basis, year=year, cell=cell)
