"""An administrator's view of the baselines: provenance, cells, and whether each supports a verdict."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from kpi import stats, tables
from kpi.access.roles import whole_programme
from kpi.baseline.publication import corrects_same_year
from kpi.benchmark.evaluation import evaluate_all
from kpi.benchmark.peer_rank import NO_BASIS
from kpi.benchmark.sealed_record import sealed_by_method, sealed_hash
from kpi.catalogue.catalogue import catalogue
from kpi.errors import NotFound, UserError
from kpi.files.text import plain_line
from kpi.model.application import load_application
from kpi.model.evaluation import Baseline, ClauseVerdict, MethodVersion
from kpi.model.publication import PublishedRow
from kpi.model.representation import Representation
from kpi.model.times import year_end
from kpi.model.viewer import Viewer
from kpi.policy.policy import Policy
from kpi.services.administrator.changed_verdicts import ChangedWords, changed_words
from kpi.services.authorization import reads, reads_unscoped, requires
from kpi.services.claims import rulings_for
from kpi.services.evaluation import baseline_in_force
from kpi.services.operation.verification import baseline_changed, decided_otherwise, placing_changed
from kpi.services.published import NewerBasis, newer_basis_than
from kpi.services.unit_of_work import unit_of_work
from kpi.services.year import begun_years, policy_of_year, policy_on
from kpi.store.database import Cursor
from kpi.store.store import Store
from kpi.tables.applications import SealedRecord
from kpi.tables.baselines import BaselineCell, BaselineDecision, CellChanges

# An administrator's view of the baselines: provenance, cells, and whether each supports a verdict.


@dataclass(frozen=True, slots=True)
class CellOverview:
    """One cell: how many records and groups, whether it can show "leading" at all, and its published band.

    ``carried_from`` names the earlier baseline whose published row is still valid, if not the cell's own.
    """

    industry: str
    kpi: str
    basis: str
    records: int
    groups: int
    can_decide: bool
    band: str | None
    carried_from: str | None


@dataclass(frozen=True, slots=True)
class BaselineOverview:
    """A baseline with its cells; ``needed``: so many groups to beat show "leading".

    ``in_force`` names the baseline that applications of this one's year are held against; None where none is of the
    home region. ``same_as`` are the other names under which its content is frozen. ``stand_for``: whom its peers stand
    for, by industry; empty where nobody counted.
    """

    baseline: Baseline
    in_force: str | None
    same_as: tuple[str, ...]
    needed: int
    cells: tuple[CellOverview, ...]
    stand_for: Mapping[str, Representation]


@reads_unscoped("see_baselines")
def baseline_overview(cursor: Cursor) -> list[BaselineOverview]:
    """All baselines, the one in force first."""
    return [_overview(cursor, baseline) for baseline in tables.baselines.baselines(cursor)]


def _overview(cursor: Cursor, baseline: Baseline) -> BaselineOverview:
    policy = policy_of_year(cursor, baseline.year)
    needed = stats.smallest_n(policy.leading_quantile, policy.alpha)
    published = {
        (row.table.industry, row.table.kpi): row for row in tables.baselines.published_rows(cursor, baseline.name)
    }
    cells = tuple(
        CellOverview(
            industry=cell.industry,
            kpi=cell.kpi,
            basis=cell.basis,
            records=cell.records,
            groups=cell.groups,
            can_decide=can_decide(cell, policy, needed),
            band=published[cell.industry, cell.kpi].table.band,
            carried_from=_carried_from(published[cell.industry, cell.kpi], baseline.name),
        )
        for cell in tables.baselines.cells(cursor, baseline.name)
    )
    same_as = tables.baselines.baselines_of_content(cursor, baseline.sha256, but=baseline.name)
    stand_for = tables.representation.representations(cursor, baseline.name)
    return BaselineOverview(baseline, _in_force(cursor, baseline.year), same_as, needed, cells, stand_for)


def _in_force(cursor: Cursor, year: int) -> str | None:
    try:
        return baseline_in_force(cursor, year_end(year)).name
    except UserError:
        return None


def can_decide(cell: tables.baselines.BaselineCell, policy: Policy, needed: int) -> bool:
    """One record a group is tested, ``needed`` at least; a record on another basis than the policy's is not a peer."""
    return cell.groups >= needed and cell.basis in (NO_BASIS, policy.basis(cell.kpi))


def _carried_from(row: PublishedRow, name: str) -> str | None:
    return None if row.computed_from == name else row.computed_from


# Two frozen baselines compared: what moved, cell by cell, and whose words would change and why.


@dataclass(frozen=True, slots=True)
class ComparedCell:
    """A cell of either baseline: how its records changed, and its snapshot in each, None where it is not there."""

    changes: CellChanges
    before: BaselineCell | None
    after: BaselineCell | None

    @property
    def moved(self) -> bool:
        """Whether anything of it is another: a record, its value, its group or its basis."""
        changes = self.changes
        return bool(changes.added or changes.removed or changes.changed or changes.regrouped)


@dataclass(frozen=True, slots=True)
class BaselineComparison:
    """``words``: of the ``applications`` locked for ``year``, judged against each; None where nothing is locked."""

    before: Baseline
    after: Baseline
    cells: tuple[ComparedCell, ...]
    year: int | None
    applications: int
    words: ChangedWords


@reads("see_baselines")
def compare_baselines(cursor: Cursor, viewer: Viewer, before: str, after: str) -> BaselineComparison:
    """The records, cells and lines of two baselines, and the latest locked applications judged against each.

    Raises:
        NotFound: there is no baseline of that name.
        UserError: no policy is in force, or a register is smaller than its known peers.
    """
    old, new = tables.baselines.baseline_named(cursor, before), tables.baselines.baseline_named(cursor, after)
    cells = tuple(_cells(cursor, old, new))
    year, applications, words = _words(cursor, viewer, old, new)
    return BaselineComparison(old, new, cells, year, applications, words)


def _cells(cursor: Cursor, old: Baseline, new: Baseline) -> list[ComparedCell]:
    known = [
        {
            (cell.region, cell.industry, cell.kpi, cell.basis): cell
            for cell in tables.baselines.cells(cursor, baseline.name)
        }
        for baseline in (old, new)
    ]
    found = []
    for changes in tables.baselines.baseline_changes(cursor, old.name, new.name):
        key = (changes.region, changes.industry, changes.kpi, changes.basis)
        found.append(ComparedCell(changes, known[0].get(key), known[1].get(key)))
    return found


def _words(cursor: Cursor, viewer: Viewer, old: Baseline, new: Baseline) -> tuple[int | None, int, ChangedWords]:
    locked = [
        application.application
        for application in tables.applications.locked_applications(cursor, whole_programme(viewer))
    ]
    if not locked or {old.region, new.region} != {catalogue().notice.region.zh}:
        return None, 0, ChangedWords()
    year = begun_years(cursor, {item.year for item in locked})[-1]
    judged = [item for item in locked if item.year == year]
    day = year_end(year)
    policy, rulings = policy_on(cursor, day), rulings_for(cursor, judged)
    answers = [evaluate_all(cursor, judged, baseline, policy, day, rulings) for baseline in (old, new)]
    return year, len(judged), changed_words(*answers)


# Verdicts of a year decided once more, each from the snapshot, policy, method and rulings that its record names.


@dataclass(frozen=True, slots=True)
class ReproducedVerdict:
    """A sealed verdict. ``policy`` is the last day on which that policy changed; ``same``: decided again today it comes
    out to the last bit.
    """

    credit_code: str
    factory: str
    year: int
    baseline: str
    policy: date
    method: MethodVersion
    clause: ClauseVerdict
    sealed_at: datetime
    sha256: str
    same: bool
    superseded: NewerBasis


@reads_unscoped("see_baselines")
def sealed_years(cursor: Cursor) -> list[int]:
    """The years that have sealed verdicts, the latest first."""
    return sorted(
        {record.year for record in tables.applications.sealed_records(cursor) if record.application}, reverse=True
    )


@reads_unscoped("see_baselines")
def sealed_texts(cursor: Cursor, credit_code: str, year: int) -> list[str]:
    """The sealed records of a factory's verdicts of a year, of reopened locks and later ones too, in that order.

    They hold counts of peers: whoever takes them says what for (``note_download``).

    Raises:
        NotFound: there is none.
    """
    known = [
        sealed
        for sealed in tables.applications.sealed_records(cursor)
        if (sealed.credit_code, sealed.year) == (credit_code, year)
    ]
    if not known:
        raise NotFound("application", f"{credit_code} {year}")
    return [record.record for record in sorted(known, key=lambda record: record.sealed_at)]


@reads_unscoped("see_baselines")
def reproduce_verdicts(cursor: Cursor, year: int) -> list[ReproducedVerdict]:
    """All sealed verdicts of a year, by factory and time. Nothing is written.

    None is the same where the snapshot, or what was counted along it at freeze, is not what was frozen.
    """
    sealed = [
        record for record in tables.applications.sealed_records(cursor) if record.year == year and record.application
    ]
    intact = [record for record in sealed if sealed_hash(record.record) == record.sha256]
    named = {record.baseline for record in intact}
    baselines = [baseline for baseline in tables.baselines.baselines(cursor) if baseline.name in named]
    changed = {
        baseline.name
        for baseline in baselines
        if baseline_changed(cursor, baseline) or placing_changed(cursor, baseline)
    }
    otherwise = {_key(record) for record in decided_otherwise(cursor, intact, sorted(changed))}
    known = {_key(record) for record in intact if record.baseline not in changed} - otherwise
    found = [_verdict(cursor, record, _key(record) in known) for record in sealed]
    return sorted(found, key=lambda item: (item.credit_code, item.sealed_at))


def _key(record: SealedRecord) -> tuple[str, datetime]:
    return record.credit_code, record.sealed_at


def _verdict(cursor: Cursor, record: SealedRecord, same: bool) -> ReproducedVerdict:
    content, application = json.loads(record.record), load_application(record.application)
    policy = date.fromisoformat(content["policy"]["in_force_from"])
    return ReproducedVerdict(
        credit_code=record.credit_code,
        factory=application.text("factory_name") or application.text("enterprise") or "",
        year=record.year,
        baseline=record.baseline,
        policy=policy,
        method=sealed_by_method(record.record).version,
        clause=content["clause"],
        sealed_at=record.sealed_at,
        sha256=record.sha256,
        same=same,
        superseded=newer_basis_than(cursor, record.baseline, policy, record.year),
    )


# Which baseline of a year is in force: by decision, with a reason, in the trail.


LONGEST_REASON = 200


def may_be_in_force(baseline: Baseline) -> bool:
    """Whether it can be decided upon: of the home region, and no invented one that ships, which gives way for good."""
    return baseline.region == catalogue().notice.region.zh and not baseline.shipped


@requires("run_programme")
def put_baseline_in_force(
    store: Store, viewer: Viewer, name: str, reason: str, at: datetime | None = None, seen: int | None = None
) -> None:
    """Decide that of its year this baseline is in force: applications locked from now on are judged against it.

    Verdicts that are sealed stay as they are. ``seen`` is how many decisions there were when this one was made up.

    Raises:
        NotFound: there is no baseline of that name.
        UserError: no reason is given, it is of another region, it is the illustrative one that ships, somebody has
            decided since, or the same was decided in these words.
    """
    said = plain_line(reason, LONGEST_REASON)
    if not said:
        raise UserError("decision_needs_reason")
    with unit_of_work(store, viewer.actor, at) as change:
        baseline = tables.baselines.baseline_named(change.cursor, name)
        if not may_be_in_force(baseline):
            raise UserError("baseline_not_for_force", name=name)
        decided = tables.baselines.baseline_decisions(change.cursor)
        if seen not in (None, len(decided)):
            raise UserError("baseline_decided_meanwhile")
        of_year = [item for item in tables.baselines.baselines(change.cursor) if corrects_same_year(item, baseline)]
        before = next((item.name for item in of_year), name)
        stands = next((decision for decision in reversed(decided) if decision.name == before), None)
        if stands and (stands.name, stands.reason) == (name, said):
            raise UserError("baseline_decided_already", name=name)
        tables.baselines.add_baseline_decision(change.cursor, name, said, viewer.account, change.at)
        change.audit("baseline_in_force", name, before={"baseline": before}, after={"reason": said})


@reads_unscoped("see_baselines")
def list_baseline_decisions(cursor: Cursor) -> list[BaselineDecision]:
    """All decisions, the latest first."""
    return list(reversed(tables.baselines.baseline_decisions(cursor)))
