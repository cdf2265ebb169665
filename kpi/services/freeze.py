"""Importing a baseline: checked like any upload, then frozen - records, cells, published table - or not at all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from kpi import tables
from kpi.baseline.publication import corrects_same_year, republish
from kpi.baseline.recipe import PanelRecipe, RowAccount, recipe_bytes
from kpi.errors import UserError
from kpi.model.evaluation import Baseline
from kpi.model.problem import Problem
from kpi.model.publication import PublishedRow
from kpi.model.times import now
from kpi.model.viewer import SYSTEM, Actor
from kpi.policy.policy import Policy
from kpi.services.notices import under_notice_of
from kpi.services.preparation import (
    Cluster,
    ComputedBaseline,
    File,
    FreezeTask,
    IncomingBaseline,
    Report,
    refuse_much_smaller,
)
from kpi.services.tasks import HERE, TaskRunner
from kpi.services.unit_of_work import AuditDetails, UnitOfWork, unit_of_work
from kpi.services.year import policy_of_year
from kpi.store.database import Cursor
from kpi.store.store import Store
from kpi.tables.baselines import BaselineContent, observation_table
from kpi.tables.representation import KnownEnterprises, PanelMembers
from kpi.tables.sql_runner import BoundRecords

if TYPE_CHECKING:
    import pandas as pd


# The panel that a new one follows: far fewer enterprises than it has are seldom the same enterprises.


@dataclass(frozen=True, slots=True)
class EarlierPanel:
    """``much_smaller``: the new one is so much smaller than this that policy asks for a reason."""

    name: str
    enterprises: int
    much_smaller: bool


def earlier_panel(
    cursor: Cursor, incoming: IncomingBaseline | Baseline, enterprises: int, policy: Policy
) -> EarlierPanel | None:
    """The latest panel of the region up to that year, but for the one that ships: it describes nobody.

    To count its enterprises takes seconds where it is large.
    """
    name = earlier_panel_name(cursor, incoming)
    if name is None:
        return None
    before = sum(tables.lists.baseline_enterprises(cursor, name, incoming.region).values())
    return EarlierPanel(name, before, enterprises < policy.panel_least_share * before)


def earlier_panel_name(cursor: Cursor, incoming: IncomingBaseline | Baseline) -> str | None:
    """Which panel ``earlier_panel`` is of, without looking into it."""
    known = (
        baseline.name
        for baseline in tables.baselines.baselines(cursor)
        if baseline.region == incoming.region
        and baseline.year <= incoming.year
        and not baseline.shipped
        and baseline.name != incoming.name
    )
    return None if incoming.shipped else next(known, None)


# Importing a baseline: checked like any upload, then frozen - records, cells, published table - or not at all.


@dataclass(frozen=True, slots=True)
class ImportedBaseline:
    """A baseline just frozen, what became of its panel's rows, and warnings."""

    baseline: Baseline
    rows: RowAccount
    warnings: tuple[Problem, ...]


Within = Callable[[UnitOfWork, Baseline], AuditDetails]
"""What belongs to a freezing beside the baseline: it may refuse, and write; what it returns is noted of the act."""


def nothing_more(_: UnitOfWork, __: Baseline) -> AuditDetails:
    """Of a freezing that takes one person."""
    return {}


def import_baseline(
    store: Store,
    incoming: IncomingBaseline,
    sizes: File | None = None,
    at: datetime | None = None,
    by: Actor = SYSTEM,
    groups: File | None = None,
) -> Baseline:
    """As ``import_files``: the baseline alone."""
    return import_files(store, incoming, sizes, at, by, groups).baseline


def import_files(
    store: Store,
    incoming: IncomingBaseline,
    sizes: File | None = None,
    at: datetime | None = None,
    by: Actor = SYSTEM,
    groups: File | None = None,
    smaller_because: str = "",
    runner: TaskRunner = HERE,
    engine: str | None = None,
    within: Within = nothing_more,
) -> ImportedBaseline:
    """Check and freeze. Importing the same content under the same name again changes nothing.

    ``smaller_because`` is kept in the trail: why the panel is much smaller than an earlier one. ``runner``: where it
    is computed, and to whom progress is reported; stopped before "writing", nothing is left. Where ``engine`` names a
    Spark cluster, as ``spark://HOST:PORT``, its workers compute what is published. ``within`` as ``freeze``.

    Raises:
        InvalidPanel: a file has errors: those of all files are reported.
        UserError: a baseline of that name has other content, the panel is much smaller than the one before and
            nobody says why, or the cluster cannot be used or gave up.
    """
    moment = at or now()
    before = before_reading(store, incoming, by, smaller_because, moment)
    known = before.known
    cluster = Cluster(engine, store.folder.incoming()) if engine else None
    task = FreezeTask(incoming, sizes, groups, before.policy, known.sha256 if known else None, before.follows, cluster)
    with under_notice_of(store, incoming.year):
        computed = runner.run(task)
    if known:
        return ImportedBaseline(known, computed.prepared.rows, computed.prepared.warnings)
    runner.report("writing", 0)
    baseline = Baseline(
        name=incoming.name,
        region=incoming.region,
        year=incoming.year,
        provenance=incoming.provenance,
        sha256=computed.prepared.sha256,
        source=incoming.source,
        original_sha256=store.folder.keep_original(incoming.data),
        imported_at=moment,
        shipped=incoming.shipped,
        groups_sha256=store.folder.keep_original(groups[1]) if groups else None,
    )
    originals = (incoming.data, *([groups[1]] if groups else []))
    held = _HeldBaseline(computed, incoming.recipe, smaller_because, originals)
    with under_notice_of(store, incoming.year):
        frozen = freeze(store, baseline, held, before, by, runner.report, within)
    return ImportedBaseline(frozen, computed.prepared.rows, computed.prepared.warnings)


@dataclass(frozen=True, slots=True)
class BeforeReading:
    """What is known before a panel is read: its year's policy, the baseline that has its name already, and ``follows``
    as ``FreezeTask`` has it."""

    policy: Policy
    known: Baseline | None
    follows: tuple[str, int] | None


def before_reading(
    store: Store, incoming: IncomingBaseline, by: Actor, smaller_because: str, moment: datetime
) -> BeforeReading:
    """Asked before anything is read.

    Raises:
        UserError: as ``refuse_official_demonstration``; or the baseline of that name is described otherwise, and so
            has other content.
    """
    with store.cursor() as asking:
        refuse_official_demonstration(asking, incoming)
        policy = policy_of_year(asking, incoming.year, moment)
        known = _of_that_name(asking, incoming)
        # What the product does by itself has nobody to give a reason.
        unexplained = by != SYSTEM and not smaller_because
        earlier = earlier_panel(asking, incoming, 0, policy) if unexplained else None
    return BeforeReading(policy, known, (earlier.name, earlier.enterprises) if earlier else None)


def refuse_official_demonstration(cursor: Cursor, incoming: IncomingBaseline | Baseline) -> None:
    """Raises ``UserError`` where official figures would come into a demonstration, which anybody may read."""
    if incoming.provenance == "official" and tables.lists.holds_demonstration(cursor):
        raise UserError("official_in_demonstration")


class Freezing(Protocol):
    """What is frozen under a baseline's name. ``content`` may leave the records to ``add_rest``."""

    @property
    def content(self) -> BaselineContent: ...

    @property
    def published(self) -> Sequence[PublishedRow]: ...

    @property
    def recipe(self) -> PanelRecipe | None: ...

    @property
    def smaller_because(self) -> str: ...

    @property
    def enterprises(self) -> int:
        """How many there are in the panel."""

    def compared(self) -> BoundRecords:
        """The records, to be read once and compared with earlier ones."""

    def cells(self, cursor: Cursor) -> pd.DataFrame:
        """The snapshot of the records' cells."""

    def add_rest(self, cursor: Cursor, baseline: str) -> None:
        """Write the records that are not in ``content``."""

    def keep_again(self, store: Store) -> None:
        """Keep the originals within the change that names them: they may have been deleted since they were kept."""


@dataclass(frozen=True)
class _HeldBaseline:
    """A baseline whose records are all held in memory."""

    computed: ComputedBaseline
    recipe: PanelRecipe | None
    smaller_because: str
    originals: Sequence[bytes]

    @property
    def content(self) -> BaselineContent:
        return self.computed.prepared.content

    @property
    def published(self) -> Sequence[PublishedRow]:
        return self.computed.published

    @property
    def enterprises(self) -> int:
        return int(self.content.observations["credit_code"].nunique())

    def compared(self) -> BoundRecords:
        return observation_table(self.content.observations)

    def cells(self, cursor: Cursor) -> pd.DataFrame:
        return tables.freezing.freeze_cells(cursor, observation_table(self.content.observations))

    def add_rest(self, cursor: Cursor, baseline: str) -> None:
        """They are in ``content``."""

    def keep_again(self, store: Store) -> None:
        for data in self.originals:
            store.folder.keep_original(data)


def freeze(
    store: Store,
    baseline: Baseline,
    freezing: Freezing,
    before: BeforeReading,
    by: Actor,
    report: Report,
    within: Within = nothing_more,
) -> Baseline:
    """Write a baseline with all that is computed of it, in one transaction; the one there is if it is the same.

    ``within`` is asked in that transaction, before anything of it is written.

    Raises:
        UserError: a baseline of that name has other content, the panel is much smaller than one that was frozen since
            ``before`` and nobody says why, or the store has become a demonstration.
    """
    policy = before.policy
    # Computed before anybody is kept from writing: a panel takes seconds.
    with store.cursor() as asking:
        earlier = _corrected(asking, baseline)
        published = republish(asking, freezing.compared(), freezing.published, earlier, policy)
        cells = freezing.cells(asking)
        known_enterprises = _known_enterprises(asking, baseline.year)
    report("writing", 0.25)
    members: list[PanelMembers] = []

    def write_records(cursor: Cursor) -> None:
        tables.baselines.add_baseline_records(
            cursor, baseline.name, freezing.content, lambda share: report("writing", (1 + share) / 4)
        )
        freezing.add_rest(cursor, baseline.name)
        report("writing", 0.5)
        tables.placing.add_placing(
            cursor, baseline.name, baseline.year, lambda share: report("writing", (1 + share) / 2)
        )
        # Here, where the records lie: elsewhere they cannot be asked for before the change is kept.
        codes = known_enterprises.codes()
        members.append(tables.representation.panel_members(cursor, baseline.name, baseline.region, codes))

    with store.frozen_ahead(baseline.name, write_records) as frozen, store.write_lock():
        if known := _frozen_before(store, baseline):
            return known
        with unit_of_work(store, by, baseline.imported_at) as change:
            cursor = change.cursor
            refuse_official_demonstration(cursor, baseline)
            more = within(change, baseline)
            if by != SYSTEM and not freezing.smaller_because:
                _refuse_smaller(cursor, baseline, freezing.enterprises, before)
            freezing.keep_again(store)
            if list(by_now := _corrected(cursor, baseline)) != list(earlier):
                # Another correction of the year was frozen meanwhile, or put in force.
                published = republish(cursor, freezing.compared(), freezing.published, by_now, policy)
            tables.baselines.add_baseline(cursor, baseline, cells, published)
            frozen.keep(cursor)
            coverage, origins = known_enterprises.coverage(members[-1]), known_enterprises.origins(members[-1])
            tables.representation.add_representation(cursor, baseline.name, coverage, origins)
            at = list(policy.published_quantiles)
            entry = {"sha256": baseline.sha256, "year": baseline.year, "quantiles": at}
            if baseline.groups_sha256:
                entry |= {"groups": baseline.groups_sha256}
            if freezing.recipe:
                text = recipe_bytes(freezing.recipe).decode()
                tables.baselines.add_baseline_recipe(cursor, baseline.name, freezing.recipe.name, text)
                entry |= {"recipe": freezing.recipe.name}
            if freezing.smaller_because:
                entry |= {"smaller_because": freezing.smaller_because}
            change.audit("baseline_frozen", baseline.name, after=entry | dict(more))
    return baseline


def _known_enterprises(cursor: Cursor, year: int) -> KnownEnterprises:
    """Of whom it can be said, when a baseline of that year is frozen, where they come from."""
    register = tuple(tables.campaign.registered_enterprises(cursor, year))
    return KnownEnterprises(register, **tables.representation.applicant_codes(cursor))


def _refuse_smaller(cursor: Cursor, baseline: Baseline, enterprises: int, before: BeforeReading) -> None:
    """Of the panel that this one follows by now, where that is not the one that it was compared with."""
    compared = before.follows[0] if before.follows else None
    if earlier_panel_name(cursor, baseline) == compared:
        return
    if earlier := earlier_panel(cursor, baseline, enterprises, before.policy):
        refuse_much_smaller((earlier.name, earlier.enterprises), enterprises, before.policy)


def _corrected(cursor: Cursor, baseline: Baseline) -> dict[str, list[PublishedRow]]:
    """What the baselines publish that this one corrects, by name, the one in force first."""
    return {
        item.name: tables.baselines.published_rows(cursor, item.name)
        for item in tables.baselines.baselines(cursor)
        if corrects_same_year(item, baseline)
    }


def _of_that_name(cursor: Cursor, incoming: IncomingBaseline) -> Baseline | None:
    known = next((baseline for baseline in tables.baselines.baselines(cursor) if baseline.name == incoming.name), None)
    if known and (known.region, known.year, known.provenance) != (incoming.region, incoming.year, incoming.provenance):
        raise UserError("baseline_exists", name=known.name)
    return known


def _frozen_before(store: Store, baseline: Baseline) -> Baseline | None:
    """The baseline of that name, if its content is the same: another import may have frozen it meanwhile.

    Raises:
        UserError: it has other content.
    """
    with store.cursor() as cursor:
        for known in tables.baselines.baselines(cursor):
            if known.name == baseline.name:
                if (known.sha256, known.provenance) == (baseline.sha256, baseline.provenance):
                    return known
                raise UserError("baseline_exists", name=baseline.name)
    return None
