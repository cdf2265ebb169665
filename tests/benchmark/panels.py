"""Small invented panels, brought in as files through the service, and applications to hold against them."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kpi.catalogue.catalogue import catalogue
from kpi.catalogue.names import check_digit
from kpi.model.application import Application, Basis, ReportedValue
from kpi.model.evaluation import Baseline, Provenance
from kpi.services.freeze import import_baseline
from kpi.services.preparation import IncomingBaseline
from kpi.store.store import Store

INDUSTRY = "高端装备"
CODES = tuple(kpi.code for kpi in catalogue().kpis)
TWO_BASES = tuple(kpi.code for kpi in catalogue().kpis if kpi.bases)
MAIN = ("K08", "K10", "K11", "K15", "K16", "K17")


HOME_REGION = catalogue().notice.region.zh


def credit_code(number: int) -> str:
    """A fictitious code of division 000000 with the right check digit (GB 32100-2015)."""
    first17 = f"91000000MA{number:07d}"
    return first17 + check_digit(first17)


def seeded(seed: int | str) -> random.Random:
    """Chance that is the same on every run."""
    return random.Random(seed)


@dataclass(frozen=True, slots=True)
class Record:
    """One value of one enterprise as its panel states it; ``group`` None where it names none."""

    credit_code: str
    group: str | None
    industry: str
    kpi: str
    value: float
    basis: Basis | None = None


def stated_basis(kpi: str) -> Basis | None:
    """The policy's basis of a KPI: relative where there are two ways."""
    return "relative" if kpi in TWO_BASES else None


def records(
    values: Mapping[str, Sequence[float]], groups: Sequence[str | None] = (), industry: str = INDUSTRY, first: int = 1
) -> list[Record]:
    """Enterprise i has the i-th value of each KPI; ``groups`` names its group, short lists leave the rest alone."""
    named = {place: group for place, group in enumerate(groups) if group}
    return [
        Record(credit_code(first + place), named.get(place), industry, kpi, value, stated_basis(kpi))
        for kpi, row in values.items()
        for place, value in enumerate(row)
    ]


def as_csv(rows: Iterable[Record]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["credit_code", "group", "industry", "body", "kpi", "value", "basis"])
    for row in rows:
        writer.writerow([row.credit_code, row.group or "", row.industry, "", row.kpi, repr(row.value), row.basis or ""])
    return out.getvalue().encode()


def sizes_csv(
    sizes: Mapping[str, int], region: str = HOME_REGION, groups_in_all: Mapping[str, int] | None = None
) -> bytes:
    """``groups_in_all``: how many groups the register counts, by industry."""
    groups = groups_in_all or {}
    lines = [f"{region},{industry},{size},{groups.get(industry, '')}" for industry, size in sizes.items()]
    return "\n".join(["region,industry,size,groups", *lines]).encode()


def freeze(
    store: Store,
    name: str,
    rows: Iterable[Record],
    sizes: Mapping[str, int] | None = None,
    provenance: Provenance = "panel",
    year: int = 2025,
    groups_in_all: Mapping[str, int] | None = None,
    registered: Mapping[str, str] | None = None,
) -> Baseline:
    """The panel imported as a file is. A second one of a year is its correction, and publishes as such.

    ``registered``: a register of groups beside it, by credit code.
    """
    incoming = IncomingBaseline(f"{name}.csv", as_csv(rows), name, year, HOME_REGION, provenance, "invented for a test")
    register = ("sizes.csv", sizes_csv(sizes, groups_in_all=groups_in_all)) if sizes else None
    lines = [f"{code},{group}" for code, group in (registered or {}).items()]
    groups = ("groups.csv", "\n".join(["credit_code,group", *lines]).encode()) if lines else None
    return import_baseline(store, incoming, register, groups=groups)


def application(
    values: Mapping[str, float | ReportedValue],
    code: str = credit_code(9_000_001),
    group: str | None = None,
    industry: str = INDUSTRY,
) -> Application:
    """An application with these values stated on the policy's basis, and blanks for the rest."""
    facts: dict[str, str | int] = {"credit_code": code, "industry": industry, "year": 2025}
    if group:
        facts["group"] = group
    values_by_kpi = {kpi: ReportedValue(kpi, "not_reported") for kpi in CODES}
    for kpi, value in values.items():
        values_by_kpi[kpi] = (
            value if isinstance(value, ReportedValue) else ReportedValue(kpi, "reported", value, stated_basis(kpi))
        )
    return Application(facts, values_by_kpi)
