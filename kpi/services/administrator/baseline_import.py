"""Bringing in a year's baseline from a page: what it is worth is seen before it is frozen."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from threading import Event, Thread
from time import monotonic
from typing import Generic, TypeVar

import numpy as np
import pandas as pd

from kpi import logs, stats
from kpi import tables as store_tables
from kpi.baseline.publication import publish
from kpi.baseline.recipe import PanelRecipe, PanelShape, RowAccount, read_recipe
from kpi.benchmark.peer_rank import NO_BASIS
from kpi.catalogue.catalogue import catalogue
from kpi.errors import UserError
from kpi.files.text import plain_line
from kpi.model.evaluation import Baseline
from kpi.model.problem import Problem
from kpi.model.publication import PublishedCell
from kpi.model.viewer import Viewer
from kpi.policy.policy import Policy
from kpi.services.administrator.second_person import acts_of_two
from kpi.services.authorization import reads_unscoped, requires
from kpi.services.freeze import EarlierPanel, earlier_panel, import_files, refuse_official_demonstration
from kpi.services.preparation import (
    File,
    IncomingBaseline,
    Report,
    Stage,
    prepare_baseline,
    refuse_invented,
)
from kpi.services.tasks import HERE, ProcessRunner, Stopped, TaskRunner
from kpi.services.unit_of_work import AuditDetails, UnitOfWork
from kpi.services.year import policy_of_year
from kpi.store.database import Cursor
from kpi.store.store import Store

# What a panel is worth before it is frozen, cell by cell; computed from files and policy alone.


FENCE = 3.0
"""A value so many times the middle half beyond it is far out (Tukey 1977): worth a look, and never removed."""


OUTLIERS = 20
"""So many of a cell are named, the farthest first."""


@dataclass(frozen=True, slots=True)
class Outlier:
    """A value that is far out, in the KPI's unit, and whose it is."""

    credit_code: str
    value: float


@dataclass(frozen=True, slots=True)
class PreviewedCell:
    """One cell of policy's basis: its records and groups, where they lie (in the KPI's unit), how many are far out.

    ``lower`` and ``upper`` are the quartiles. ``decides``: enough groups that a factory which beats them all can be
    shown to be leading. ``withheld`` is why nothing would be published, None where something would.
    """

    industry: str
    kpi: str
    records: int
    groups: int
    lowest: float
    lower: float
    median: float
    upper: float
    highest: float
    far_out: int
    decides: bool
    withheld: str | None
    outliers: tuple[Outlier, ...] = ()


@dataclass(frozen=True, slots=True)
class PanelPreview:
    """A panel as it would be frozen. ``missing``: enterprises without a value, by KPI; ``other_basis``: values that
    are no peers because policy compares the KPI on the other basis; ``sub_industries``: enterprises by stated code.
    """

    sha256: str
    enterprises: int
    values: int
    needed: int
    cells: tuple[PreviewedCell, ...]
    missing: Mapping[str, int]
    other_basis: int
    sub_industries: Mapping[str, int]
    rows: RowAccount
    shape: PanelShape
    warnings: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class PreviewTask:
    """Reading a panel and saying what it is worth."""

    incoming: IncomingBaseline
    sizes: File | None
    groups: File | None
    policy: Policy

    def run(self, report: Report) -> PanelPreview:
        """Raises ``InvalidPanel``, or ``UserError`` where it is invented and said to be official."""
        report("reading", 0)
        prepared = prepare_baseline(self.incoming, self.sizes, self.groups)
        records, policy = prepared.content.observations, self.policy
        enterprises = int(records["credit_code"].nunique())
        refuse_invented(self.incoming.provenance, records, prepared.shape.illustrative)
        tables = publish(records, self.incoming.region, policy, lambda share: report("publishing", share))
        reporting = records.groupby("kpi")["credit_code"].nunique()
        asked = records["kpi"].astype("str").map(lambda kpi: policy.basis(kpi) or NO_BASIS)
        compared = records[records["basis"].astype("str") == asked]
        by_cell = dict(iter(compared.groupby(["industry", "kpi"])))
        needed = stats.smallest_n(policy.leading_quantile, policy.alpha)
        parts = prepared.content.sub_industries["code"].value_counts().sort_index()
        return PanelPreview(
            sha256=prepared.sha256,
            enterprises=enterprises,
            values=len(records),
            needed=needed,
            cells=tuple(
                _cell(by_cell.get((table.industry, table.kpi), compared.iloc[:0]), table, needed) for table in tables
            ),
            missing={kpi.code: enterprises - int(reporting.get(kpi.code, 0)) for kpi in catalogue().kpis},
            other_basis=len(records) - len(compared),
            sub_industries={str(code): int(count) for code, count in parts.items()},
            rows=prepared.rows,
            shape=prepared.shape,
            warnings=prepared.warnings,
        )


def _cell(records: pd.DataFrame, published: PublishedCell, needed: int) -> PreviewedCell:
    values = records["value"].to_numpy(dtype=float)
    groups = int(records["own_group"].nunique())
    lowest, lower, median, upper, highest = (float(item) for item in stats.type7(values, (0, 0.25, 0.5, 0.75, 1)))
    fence = FENCE * (upper - lower)
    beyond = np.maximum(lower - fence - values, values - upper - fence)
    farthest = [place for place in np.argsort(-beyond, kind="stable")[:OUTLIERS] if beyond[place] > 0]
    codes = records["credit_code"].astype("str").to_numpy()
    return PreviewedCell(
        industry=published.industry,
        kpi=published.kpi,
        records=len(values),
        groups=groups,
        lowest=lowest,
        lower=lower,
        median=median,
        upper=upper,
        highest=highest,
        far_out=int((beyond > 0).sum()),
        decides=groups >= needed,
        withheld=published.withheld,
        outliers=tuple(Outlier(str(codes[place]), float(values[place])) for place in farthest),
    )


LONGEST_NAME, LONGEST_SOURCE, LONGEST_REASON = 60, 200, 200


@dataclass(frozen=True, slots=True)
class BaselinePreview:
    """A panel as it would be frozen, beside the one before it, and the names under which its content is frozen.

    ``takes_two``: it is proposed to a second person, and not frozen by one. ``standing`` as ``standing_of``.
    """

    panel: PanelPreview
    earlier: EarlierPanel | None
    same_as: tuple[str, ...]
    takes_two: bool
    standing: str


def takes_second(cursor: Cursor, incoming: IncomingBaseline) -> bool:
    """Whether freezing it takes two people: figures that are not invented, and what would take the place of such."""
    if "baseline_frozen" not in acts_of_two():
        return False
    known = store_tables.baselines.baselines(cursor)
    held = {baseline.provenance for baseline in known if baseline.region == incoming.region}
    return not {incoming.provenance, *held} <= {"illustrative"}


def standing_of(cursor: Cursor, incoming: IncomingBaseline, sha256: str) -> str:
    """A hash of what a preview of the content ``sha256`` says and depends on: the policy of its year, and the baselines
    of its region up to then, the one in force first. Another one: something has changed since it was read.
    """
    known = [
        (baseline.name, baseline.sha256)
        for baseline in store_tables.baselines.baselines(cursor)
        if baseline.region == incoming.region and baseline.year <= incoming.year
    ]
    said = repr((sha256, policy_of_year(cursor, incoming.year), known))
    return hashlib.sha256(said.encode()).hexdigest()


@requires("run_programme")
def preview_baseline(
    store: Store,
    _: Viewer,
    incoming: IncomingBaseline,
    sizes: File | None = None,
    groups: File | None = None,
    runner: TaskRunner = HERE,
) -> BaselinePreview:
    """Read the files and say what freezing them would come to. Nothing is written.

    Published rows of the same year may be carried over at freezing (``baseline.republication``), which is not tried.

    Raises:
        InvalidPanel: a file has errors: those of all files are reported.
        UserError: the panel is invented and said to be of another kind, or official and the store a demonstration.
    """
    with store.cursor() as cursor:
        refuse_official_demonstration(cursor, incoming)
        policy = policy_of_year(cursor, incoming.year)
    panel = runner.run(PreviewTask(incoming, sizes, groups, policy))
    with store.cursor() as cursor:
        return BaselinePreview(
            panel,
            earlier_panel(cursor, incoming, panel.enterprises, policy),
            store_tables.baselines.baselines_of_content(cursor, panel.sha256, but=incoming.name),
            takes_second(cursor, incoming),
            standing_of(cursor, incoming, panel.sha256),
        )


Beside = Callable[[UnitOfWork], None]
"""What is written in the same change as a panel's freezing or proposal."""


def nothing_beside(_: UnitOfWork) -> None:
    """Of a panel that came as a file."""


@requires("run_programme")
def freeze_baseline(
    store: Store,
    viewer: Viewer,
    incoming: IncomingBaseline,
    sizes: File | None = None,
    groups: File | None = None,
    smaller_because: str = "",
    at: datetime | None = None,
    runner: TaskRunner = HERE,
    beside: Beside = nothing_beside,
) -> Baseline:
    """Freeze what was previewed, and write in the same change what belongs to it. Unless somebody has decided
    otherwise, it is in force for its year from then on.

    Raises:
        InvalidPanel: a file has errors: those of all files are reported.
        UserError: name or source is missing, a baseline of that name has other content, the panel is much smaller
            than the one before and nobody says why, or it takes two people.
    """

    def refuse_alone(cursor: Cursor) -> None:
        refuse_official_demonstration(cursor, described)
        if takes_second(cursor, described):
            raise UserError("baseline_takes_two")

    def within(change: UnitOfWork, _: Baseline) -> AuditDetails:
        refuse_alone(change.cursor)
        beside(change)
        return {}

    described = in_plain_words(incoming)
    with store.cursor() as cursor:
        refuse_alone(cursor)
    because = plain_line(smaller_because, LONGEST_REASON)
    done = import_files(store, described, sizes, at, viewer.actor, groups, because, runner, within=within)
    return done.baseline


def in_plain_words(incoming: IncomingBaseline) -> IncomingBaseline:
    """With name and source as they are kept. Raises ``UserError`` where one is missing."""
    name, source = _words(incoming.name, incoming.source)
    return replace(incoming, name=name, source=source)


@reads_unscoped("run_programme")
def refuse_words(cursor: Cursor, name: str, source: str, sha256: str) -> None:
    """Before anything is begun: a baseline has a source, and keeps its name. ``sha256`` is the previewed content's.

    Raises:
        UserError: name or source is missing, or a baseline of that name has other content.
    """
    stated, _source = _words(name, source)
    known = {baseline.name: baseline.sha256 for baseline in store_tables.baselines.baselines(cursor)}
    if known.get(stated, sha256) != sha256:
        raise UserError("baseline_exists", name=stated)


def _words(name: str, source: str) -> tuple[str, str]:
    stated = plain_line(name, LONGEST_NAME), plain_line(source, LONGEST_SOURCE)
    if not all(stated):
        raise UserError("baseline_needs_words")
    return stated


@reads_unscoped("see_baselines")
def recipes_known(cursor: Cursor) -> list[PanelRecipe]:
    """The recipes by which panels were read, the latest first, one of each name, without their repairs."""
    stored = store_tables.baselines.baseline_recipes(cursor)
    latest = {recipe.name: recipe for recipe in reversed(stored)}
    return [_as_stored(item).without_repairs() for item in reversed(latest.values())]


@reads_unscoped("see_baselines")
def recipe_of(cursor: Cursor, baseline: str) -> PanelRecipe | None:
    """The recipe by which a baseline's panel was read, repairs included: with the original it gives its hash again."""
    stored = store_tables.baselines.baseline_recipes(cursor)
    return next((_as_stored(recipe) for recipe in stored if recipe.baseline == baseline), None)


def _as_stored(stored: store_tables.baselines.BaselineRecipe) -> PanelRecipe:
    """Somebody froze by it, and so confirmed it, for that file."""
    return read_recipe(stored.name, stored.recipe.encode()).made_for(stored.original_sha256)


# A preview or a freezing that goes on while its page stays usable: with progress, and an end at any moment.
#
# The page asks again and again how far it is. When nobody asks any more, because the page was closed, it is stopped.


Result = TypeVar("Result")
UNWATCHED_SECONDS = 60.0
"""So long nobody asks how far it is: a page that is open asks every second."""
_LOOK_SECONDS = 1.0


class ImportJob(Generic[Result]):
    """Runs ``act`` in a thread, what it computes in a process. ``result`` or ``error`` once ``done``; neither where it
    was stopped.
    """

    def __init__(self, act: Callable[[TaskRunner], Result], unwatched: float = UNWATCHED_SECONDS) -> None:
        self.stage: Stage = "reading"
        self.share = 0.0
        self.result: Result | None = None
        self.error: Exception | None = None
        self._act = act
        self._unwatched = unwatched
        self._runner = ProcessRunner(self._report)
        self._stopped, self._ended = Event(), Event()
        self._seen = monotonic()
        Thread(target=self._work, daemon=True).start()
        Thread(target=self._watch, daemon=True).start()

    @property
    def done(self) -> bool:
        """It has ended, in whatever way."""
        self._seen = monotonic()
        return self._ended.is_set()

    @property
    def stopped(self) -> bool:
        return self._stopped.is_set()

    def stop(self) -> None:
        """End it, unless it is being written already."""
        self._stopped.set()
        self._runner.stop()

    def wait(self, seconds: float) -> bool:
        """Whether it has ended within so many seconds."""
        return self._ended.wait(seconds)

    def _report(self, stage: Stage, share: float) -> None:
        # The last moment: from here on it is written, whole.
        if stage == "writing" and not share and self.stopped:
            raise Stopped
        self.stage, self.share = stage, share

    def _work(self) -> None:
        try:
            self.result = self._act(self._runner)
        except Stopped:
            self._stopped.set()
        except UserError as error:
            self.error = error
        except Exception as error:  # the page says so; a thread's own traceback reaches nobody
            logs.error(error)
            self.error = error
        finally:
            self._ended.set()

    def _watch(self) -> None:
        while not self._ended.wait(_LOOK_SECONDS):
            if monotonic() - self._seen > self._unwatched:
                self.stop()
                return
