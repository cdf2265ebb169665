"""The register of enterprises of a year: taken in whole from a table, every fault and what it changes shown first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from kpi import tables
from kpi.catalogue.catalogue import catalogue
from kpi.catalogue.names import (
    is_valid,
    match_body,
    match_industry,
    match_sub_industry,
    nearest_name,
    normalise_credit_code,
)
from kpi.errors import InvalidFile, RowFault, UserError
from kpi.intake.lists import ListRecord, list_form, read_record_list
from kpi.intake.settings import comparable_word
from kpi.model.campaign import ENTERPRISE_SIZES, EnterpriseSize, RegisteredEnterprise, RegisterEdition
from kpi.model.viewer import Viewer
from kpi.services.authorization import reads_unscoped, requires
from kpi.services.unit_of_work import unit_of_work
from kpi.store.database import Cursor
from kpi.store.store import Store

Stratum = tuple[str, str | None, EnterpriseSize | None]
"""Industry, district and size: None where the register does not state it."""


@dataclass(frozen=True, slots=True)
class RegisterPreview:
    """A register as it would stand, in the file's order, beside the one that stands; None where there is none.

    ``added``, ``changed`` and ``gone``: enterprises by name. ``same_name``: names that several codes bear, each with
    its codes: one of them may be a duplicate.
    """

    enterprises: tuple[RegisteredEnterprise, ...]
    before: RegisterEdition | None
    added: tuple[str, ...]
    changed: tuple[str, ...]
    gone: tuple[str, ...]
    same_name: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Register:
    """A year's register as it stands."""

    edition: RegisterEdition
    enterprises: tuple[RegisteredEnterprise, ...]

    def strata(self) -> Counter[Stratum]:
        """How many enterprises there are of each industry, district and size."""
        return Counter((item.industry, item.district, item.size) for item in self.enterprises)


@reads_unscoped("run_programme")
def register_of_year(cursor: Cursor, year: int) -> Register | None:
    """As it was taken in last; None where the year has none."""
    return find_register(cursor, year)


@reads_unscoped("run_programme")
def preview_register(cursor: Cursor, year: int, name: str, data: bytes) -> RegisterPreview:
    """What taking in this table would come to. Nothing is kept.

    Raises:
        InvalidFile: it cannot be read as a register: all faults are reported.
    """
    return _preview(cursor, year, name, data)


@requires("run_programme")
def take_in_register(
    store: Store,
    viewer: Viewer,
    year: int,
    name: str,
    data: bytes,
    at: datetime | None = None,
    seen: int | None = None,
) -> RegisterEdition:
    """Let this table be the year's register from now on. What is frozen already keeps the register that it had.

    ``seen``: the edition that the preview was compared with, 0 for none.

    Raises:
        InvalidFile: it cannot be read as a register: all faults are reported.
        UserError: another register was taken in since ``seen``.
    """
    with store.cursor() as cursor:
        preview = _preview(cursor, year, name, data)
    sha256 = store.folder.keep_original(data)
    with unit_of_work(store, viewer.actor, at) as change:
        store.folder.keep_again(sha256, data)
        before = latest_edition(change.cursor, year)
        number = before.edition if before else 0
        if seen not in (None, number):
            raise UserError("changed_since_read")
        count = len(preview.enterprises)
        edition = RegisterEdition(year, number + 1, name, sha256, count, viewer.account, change.at)
        tables.campaign.add_register(change.cursor, edition, preview.enterprises)
        change.audit("register_taken_in", str(year), after={"items": count, "sha256": sha256})
    return edition


def find_register(cursor: Cursor, year: int) -> Register | None:
    """As ``register_of_year``, for another service."""
    edition = latest_edition(cursor, year)
    return Register(edition, tuple(tables.campaign.registered_enterprises(cursor, year))) if edition else None


def latest_edition(cursor: Cursor, year: int) -> RegisterEdition | None:
    return next(iter(tables.campaign.register_editions(cursor, year)), None)


def _preview(cursor: Cursor, year: int, name: str, data: bytes) -> RegisterPreview:
    reading = read_record_list("enterprises", name, data)
    rows = [(record.row, _faults(record)) for record in reading.sound]
    faults = (*(RowFault(row, error) for row, found in rows for error in found), *_repeated(reading.sound))
    if reading.problems or faults:
        raise InvalidFile(reading.problems, faults)
    enterprises = tuple(_enterprise(record) for record in reading.records)
    standing = find_register(cursor, year)
    known = {item.credit_code: item for item in standing.enterprises} if standing else {}
    codes = {item.credit_code for item in enterprises}
    return RegisterPreview(
        enterprises=enterprises,
        before=standing.edition if standing else None,
        added=tuple(item.name for item in enterprises if item.credit_code not in known),
        changed=tuple(item.name for item in enterprises if known.get(item.credit_code, item) != item),
        gone=tuple(item.name for code, item in known.items() if code not in codes),
        same_name=_same_names(enterprises),
    )


def _same_names(enterprises: Sequence[RegisteredEnterprise]) -> dict[str, tuple[str, ...]]:
    by_name: dict[str, list[RegisteredEnterprise]] = {}
    for item in enterprises:
        by_name.setdefault(comparable_word(item.name), []).append(item)
    several = [found for found in by_name.values() if len(found) > 1]
    return {found[0].name: tuple(item.credit_code for item in found) for found in several}


def _repeated(records: Sequence[ListRecord]) -> Iterator[RowFault]:
    """One code in several spellings, which the list itself takes for several."""
    first: dict[str, int] = {}
    for record in records:
        code = normalise_credit_code(record.cells["credit_code"])
        if first.setdefault(code, record.row) != record.row:
            yield RowFault(record.row, UserError("register_repeated", value=code, first=first[code]))


def _faults(record: ListRecord) -> list[UserError]:
    cells = record.cells
    found = []
    if not is_valid(normalise_credit_code(cells["credit_code"])):
        found.append(UserError("register_credit_code", value=cells["credit_code"]))
    if match_industry(cells["industry"]) is None:
        found.append(_unknown("register_industry", cells["industry"], nearest_name(cells["industry"], "industry")))
    if cells["sub_industry"] and match_sub_industry(cells["sub_industry"]) is None:
        found.append(UserError("register_sub_industry", value=cells["sub_industry"]))
    if cells["district"] and _district(cells["district"]) is None:
        found.append(_unknown("register_district", cells["district"], nearest_name(cells["district"], "district")))
    if cells["size"] and list_form("enterprises").value(cells["size"]) is None:
        found.append(UserError("register_size", value=cells["size"]))
    return found


def _unknown(code: str, value: str, near: str | None) -> UserError:
    return UserError(code, value=value, near=near or "")


def _district(text: str) -> str | None:
    body = match_body(text)
    return body.name.zh if body and body in catalogue().districts else None


def _enterprise(record: ListRecord) -> RegisteredEnterprise:
    cells, industry = record.cells, match_industry(record.cells["industry"])
    said = list_form("enterprises").value(cells["size"])
    return RegisteredEnterprise(
        credit_code=normalise_credit_code(cells["credit_code"]),
        name=" ".join(cells["name"].split()),
        industry=industry.name.zh if industry else "",
        sub_industry=match_sub_industry(cells["sub_industry"]) if cells["sub_industry"] else None,
        district=_district(cells["district"]) if cells["district"] else None,
        group=" ".join(cells["group"].split()) or None,
        size=next((size for size in ENTERPRISE_SIZES if size == said), None),
    )
