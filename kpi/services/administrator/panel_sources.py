"""What is in for a year's panel: of each enterprise of the register every source, the one that is taken, and why."""

from __future__ import annotations

import csv
import hashlib
import io
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Literal, get_args

import pandas as pd

from kpi import tables
from kpi.access.roles import Scope
from kpi.baseline.registers import own_groups
from kpi.benchmark.peer_rank import NO_BASIS
from kpi.benchmark.stated_values import Stated, ValueDifference, stated_values, value_differences
from kpi.catalogue.catalogue import catalogue
from kpi.errors import NotFound, UserError
from kpi.files.text import plain_line
from kpi.model.application import Application
from kpi.model.campaign import PanelChoice
from kpi.model.evaluation import Provenance
from kpi.model.times import just_after
from kpi.model.viewer import Viewer
from kpi.policy.policy import Policy
from kpi.services.administrator.baseline_import import freeze_baseline, takes_second
from kpi.services.administrator.baseline_proposals import propose_baseline
from kpi.services.administrator.register import Register, find_register
from kpi.services.authorization import reads, reads_unscoped, requires
from kpi.services.preparation import File, IncomingBaseline
from kpi.services.unit_of_work import UnitOfWork, unit_of_work
from kpi.services.year import policy_of_year
from kpi.store.database import Cursor
from kpi.store.store import Store

SourceKind = Literal["application", "report", "earlier_application", "baseline"]
SOURCE_KINDS: tuple[SourceKind, ...] = get_args(SourceKind)
"""In the order in which they are preferred: what a company has vouched for last comes first. Texts:
``page.campaign.source_<kind>``.
"""
OF_THE_YEAR: tuple[SourceKind, ...] = ("application", "report")
LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class PanelSource:
    """What one source holds of an enterprise. ``baseline``: the name of the baseline that it is from, else "".

    ``industry`` is its own; ``document`` the SHA-256 of what it was read from: a file as sent, or a frozen baseline.
    """

    kind: SourceKind
    baseline: str
    industry: str
    group: str | None
    body: str | None
    values: Mapping[str, Stated]
    since: datetime
    document: str

    @property
    def key(self) -> str:
        """As a choice names it."""
        return f"{self.kind} {self.baseline}".strip()


@dataclass(frozen=True, slots=True)
class TakenSource:
    """What a panel takes of an enterprise. ``reason``: as somebody chose it, "" where the order of sources decides."""

    source: PanelSource
    reason: str


@dataclass(frozen=True, slots=True)
class PanelSources:
    """Every source by credit code, the preferred first. ``outside``: enterprises that the register does not have.

    ``barred``: whose values whoever reads this may not see.
    """

    register: Register
    sources: Mapping[str, tuple[PanelSource, ...]]
    choices: Mapping[str, PanelChoice]
    outside: tuple[str, ...]
    barred: frozenset[str] = frozenset()

    def taken(self) -> dict[str, TakenSource]:
        """What a panel takes, by credit code: as chosen, else the preferred source."""
        return {code: found for code in self.sources if (found := self._taken(code))}

    def taken_codes(self) -> frozenset[str]:
        return frozenset(self.taken())

    def left_out(self) -> dict[str, str]:
        """Of whom nothing is taken though there is a source: the reason that was given, by credit code."""
        return {
            code: choice.reason for code, choice in self.choices.items() if code in self.sources and not choice.source
        }

    def by_industry(self, policy: Policy) -> tuple[Counter[str], Counter[tuple[str, str]]]:
        """Enterprises that are taken by the register's industry, and values that are compared by industry and KPI."""
        industry = {item.credit_code: item.industry for item in self.register.enterprises}
        enterprises, values = Counter[str](), Counter[tuple[str, str]]()
        for code, found in self.taken().items():
            enterprises[industry[code]] += 1
            for kpi, (_, basis) in found.source.values.items():
                values[industry[code], kpi] += basis == policy.basis(kpi)
        return enterprises, values

    def differences(self) -> dict[str, list[ValueDifference]]:
        """Where an enterprise's report and application of the same year disagree, by credit code."""
        found = {}
        for code, sources in self.sources.items():
            own = {source.kind: source.values for source in sources if source.kind in OF_THE_YEAR}
            if len(own) == len(OF_THE_YEAR) and code not in self.barred:
                found[code] = value_differences(own["report"], own["application"])
        return {code: differing for code, differing in found.items() if differing}

    def _taken(self, code: str) -> TakenSource | None:
        sources, choice = self.sources[code], self.choices.get(code)
        if choice is None:
            return TakenSource(sources[0], "")
        if not choice.source:
            return None
        chosen = next((source for source in sources if source.key == choice.source), None)
        # What was chosen may be gone, or not among the kinds that are asked for: then the order decides.
        return TakenSource(chosen, choice.reason) if chosen else TakenSource(sources[0], "")


@dataclass(frozen=True, slots=True)
class AssembledPanel:
    """The files that a panel of what is in comes to: it depends on nothing else, and can be made again.

    ``sources`` says where each enterprise came from, and why. ``sha256`` is of all of them, of which N is part.
    """

    panel: File
    sizes: File
    groups: File | None
    sources: File
    enterprises: int

    @property
    def sha256(self) -> str:
        files = [self.panel, self.sizes, *filter(None, [self.groups]), self.sources]
        return hashlib.sha256("".join(map(sha256_of, files)).encode()).hexdigest()


@reads("run_programme")
def panel_sources(
    cursor: Cursor, viewer: Viewer, year: int, kinds: Collection[SourceKind] = OF_THE_YEAR
) -> PanelSources:
    """What is in for the year's panel, of these kinds of sources; no values of whom the viewer has a conflict with.

    Raises:
        UserError: the year has no register.
    """
    return replace(_sources(cursor, year, kinds), barred=frozenset(viewer.barred))


@requires("run_programme")
def choose_source(
    store: Store, viewer: Viewer, year: int, credit_code: str, source: str, reason: str, at: datetime | None = None
) -> None:
    """Take that source of an enterprise (``PanelSource.key``), "" for none, whatever the order says.

    Raises:
        NotFound: the enterprise has no such source, or no source at all.
        UserError: no reason is given, or the year has no register.
    """
    said = plain_line(reason, LONGEST_REASON)
    with unit_of_work(store, viewer.actor, at) as change:
        known = _sources(change.cursor, year, SOURCE_KINDS).sources.get(credit_code, ())
        if not known or source not in ("", *(item.key for item in known)):
            raise NotFound("panel_source")
        if not said:
            raise UserError("reason_needed")
        before = tables.campaign.panel_choices(change.cursor, year).get(credit_code)
        at = just_after(change.at, before.chosen_at if before else None)
        choice = PanelChoice(credit_code, source, said, viewer.account, at)
        tables.campaign.add_panel_choice(change.cursor, year, choice)
        change.audit("panel_source_chosen", f"{credit_code} {year}", after={"source": source, "reason": said})


@reads_unscoped("run_programme")
def assembled_panel(cursor: Cursor, year: int, kinds: Collection[SourceKind] = OF_THE_YEAR) -> AssembledPanel:
    """The panel of what is in: the same files from the same sources, whoever asks and when.

    Raises:
        UserError: the year has no register, or nothing is in.
    """
    return assemble(_sources(cursor, year, kinds), year)


@requires("run_programme")
def put_panel_forward(
    store: Store,
    viewer: Viewer,
    year: int,
    name: str,
    provenance: Provenance,
    source: str,
    kinds: Collection[SourceKind] = OF_THE_YEAR,
    seen: str | None = None,
    smaller_because: str = "",
    at: datetime | None = None,
) -> bool:
    """Bring what is in to a baseline as any panel: proposed to a second person, or frozen where one may do it alone.

    ``seen``: ``AssembledPanel.sha256`` as it was read. Returns whether it waits for a second person.

    Raises:
        InvalidPanel: the values have errors as a panel: all are reported.
        UserError: what is in has changed since ``seen``, nothing is in, or as ``propose_baseline`` and
            ``freeze_baseline``.
    """
    with store.cursor() as cursor:
        made = assemble(_sources(cursor, year, kinds), year)
    if seen not in (None, made.sha256):
        raise UserError("changed_since_read")
    incoming = IncomingBaseline(*made.panel, name, year, catalogue().notice.region.zh, provenance, source)
    with store.cursor() as cursor:
        waits = takes_second(cursor, incoming)
    files = incoming, made.sizes, made.groups, smaller_because
    kept = store.folder.keep_original(made.sources[1])

    def note_sources(change: UnitOfWork) -> None:
        store.folder.keep_again(kept, made.sources[1])
        tables.campaign.add_assembled_panel(change.cursor, year, sha256_of(made.panel), kept, viewer.account, change.at)
        noted = {"items": made.enterprises, "panel": sha256_of(made.panel), "sources": kept}
        change.audit("panel_assembled", f"{name} {year}", after=noted)

    if waits:
        propose_baseline(store, viewer, *files, at, beside=note_sources)
    else:
        freeze_baseline(store, viewer, *files, at, beside=note_sources)
    return waits


def sha256_of(file: File) -> str:
    return hashlib.sha256(file[1]).hexdigest()


def find_sources(
    cursor: Cursor, year: int, register: Register, kinds: Collection[SourceKind] = OF_THE_YEAR
) -> PanelSources:
    """As ``panel_sources``, for another service."""
    found: dict[str, list[PanelSource]] = {}
    outside = set[str]()
    known = {item.credit_code for item in register.enterprises}
    for code, source in _every_source(cursor, year, known, kinds):
        if code in known:
            found.setdefault(code, []).append(source)
        else:
            outside.add(code)
    ordered = {code: tuple(sorted(found[code], key=_preferred)) for code in sorted(found)}
    return PanelSources(register, ordered, tables.campaign.panel_choices(cursor, year), tuple(sorted(outside)))


def assemble(sources: PanelSources, year: int) -> AssembledPanel:
    """The files of a panel of what is taken, in the order of credit codes.

    Raises:
        UserError: nothing is in.
    """
    taken = sources.taken()
    if not taken:
        raise UserError("panel_nothing_in", year=year)
    registered = {item.credit_code: item for item in sources.register.enterprises}
    kpis = catalogue().kpis
    bases = [f"{kpi.code}_basis" for kpi in kpis if kpi.bases]
    panel = [["credit_code", "group", "industry", "sub_industry", "body", *(kpi.code for kpi in kpis), *bases]]
    origin = [["credit_code", "name", "source", "baseline", "document", "since", "reason"]]
    for code, found in taken.items():
        enterprise, source = registered[code], found.source
        values = [_number(source.values.get(kpi.code)) for kpi in kpis]
        stated = [_basis(source.values.get(kpi.code)) for kpi in kpis if kpi.bases]
        group = source.group if enterprise.group is None else enterprise.group
        own = [code, group or "", enterprise.industry, enterprise.sub_industry or "", source.body or ""]
        panel.append([*own, *values, *stated])
        since = source.since.isoformat()
        origin.append([code, enterprise.name, source.kind, source.baseline, source.document, since, found.reason])
    grouped = [[item.credit_code, item.group] for item in sources.register.enterprises if item.group]
    return AssembledPanel(
        panel=_file(f"panel-{year}.csv", panel),
        sizes=_file(f"register-{year}-sizes.csv", _sizes(sources, panel)),
        groups=_file(f"register-{year}-groups.csv", [["credit_code", "group"], *grouped]) if grouped else None,
        sources=_file(f"panel-{year}-sources.csv", origin),
        enterprises=len(taken),
    )


def _sources(cursor: Cursor, year: int, kinds: Collection[SourceKind]) -> PanelSources:
    register = find_register(cursor, year)
    if register is None:
        raise UserError("campaign_without_register", year=year)
    return find_sources(cursor, year, register, kinds)


def _preferred(source: PanelSource) -> tuple[int, float, str]:
    return SOURCE_KINDS.index(source.kind), -source.since.timestamp(), source.baseline


def _every_source(
    cursor: Cursor, year: int, known: Collection[str], kinds: Collection[SourceKind]
) -> list[tuple[str, PanelSource]]:
    policy = policy_of_year(cursor, year)
    files = {upload.id: upload.file_sha256 for upload in tables.applications.uploads(cursor, None)}
    found = []
    if "report" in kinds:
        for code, report in tables.campaign.reports(cursor, year).items():
            document = files.get(report.upload, "")
            found.append((code, _source("report", report.application, report.reported_at, document, policy)))
    years: dict[SourceKind, int] = {"application": year, "earlier_application": year - 1}
    for kind in years.keys() & set(kinds):
        for locked in tables.applications.locked_applications(cursor, Scope(everything=True), year=years[kind]):
            document = files.get(locked.upload, "")
            source = _source(kind, locked.application, locked.locked_at, document, policy)
            found.append((locked.application.credit_code, source))
    if "baseline" in kinds:
        found += _of_baselines(cursor, year, known)
    return found


def _source(kind: SourceKind, application: Application, since: datetime, document: str, policy: Policy) -> PanelSource:
    values = stated_values(application, policy)
    return PanelSource(kind, "", application.industry, application.group, application.body, values, since, document)


def _of_baselines(cursor: Cursor, year: int, known: Collection[str]) -> list[tuple[str, PanelSource]]:
    """What baselines of the region hold of these enterprises: of this year or the one before, and of no invented one
    that ships.
    """
    region = catalogue().notice.region.zh
    found = []
    for baseline in tables.baselines.baselines(cursor):
        if baseline.shipped or baseline.region != region or baseline.year not in (year, year - 1):
            continue
        records = tables.freezing.records_of_enterprises(cursor, baseline.name, sorted(known))
        for code, rows in records.groupby("credit_code", sort=True, observed=True):
            first = rows.iloc[0]
            values: dict[str, Stated] = {
                str(row.kpi): (float(row.value), None if row.basis == NO_BASIS else row.basis)
                for row in rows.itertuples()
            }
            source = PanelSource(
                "baseline",
                baseline.name,
                str(first["industry"]),
                None if pd.isna(first["group"]) else str(first["group"]),
                None if pd.isna(first["body"]) else str(first["body"]),
                values,
                baseline.imported_at,
                baseline.sha256,
            )
            found.append((str(code), source))
    return found


def _sizes(sources: PanelSources, panel: Sequence[Sequence[str]]) -> list[list[str]]:
    """N of the exact test: the register's enterprises and groups, by industry."""
    enterprises = sources.register.enterprises
    stated = {row[0]: row[1] for row in panel[1:]}
    records = pd.DataFrame(
        [(item.credit_code, item.group or stated.get(item.credit_code) or None) for item in enterprises],
        columns=["credit_code", "group"],
    )
    owners = own_groups(records)
    counted = pd.DataFrame({"industry": [item.industry for item in enterprises], "owner": owners})
    region = catalogue().notice.region.zh
    rows = counted.groupby("industry")["owner"].agg(["size", "nunique"])
    return [
        ["region", "industry", "size", "groups"],
        *([region, str(row.Index), str(row.size), str(row.nunique)] for row in rows.itertuples()),
    ]


def _number(stated: Stated | None) -> str:
    """Exact, and never as 1e-07."""
    return "" if stated is None else format(Decimal(repr(stated[0])), "f")


def _basis(stated: Stated | None) -> str:
    return (stated[1] or "") if stated else ""


def _file(name: str, rows: Sequence[Sequence[str]]) -> File:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return name, out.getvalue().encode()
