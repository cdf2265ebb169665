"""A baseline's files read, checked and computed: everything before anything is written. It needs no store."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Literal

import pandas as pd
import pyarrow as pa
from pyarrow import compute, dataset

from kpi.baseline.content_hash import baseline_sha256
from kpi.baseline.panel import invented_enterprises, read_panel, read_sizes, shipped_records
from kpi.baseline.publication import RecordCells, publish, records_by_cell
from kpi.baseline.recipe import PanelRecipe, PanelShape, RowAccount
from kpi.baseline.registers import NO_GROUPS, NO_SIZES, PanelCount, own_groups, read_groups, registered_groups
from kpi.baseline.word_exposure import (
    NO_RECORDS,
    RECORD,
    ROW,
    answered_industry,
    industry_rows,
    rows_answered,
    rows_to_publish,
)
from kpi.benchmark.peer_rank import NO_BASIS
from kpi.catalogue.catalogue import catalogue
from kpi.errors import InvalidFile, UserError
from kpi.model.evaluation import Provenance
from kpi.model.problem import Problem
from kpi.model.publication import PublishedRow
from kpi.policy.policy import Policy
from kpi.store.folder import SCRATCH
from kpi.store.on_spark import spark_session, work_on_spark, write_pieces
from kpi.tables import baselines
from kpi.tables.baselines import BaselineContent, observation_table

if TYPE_CHECKING:
    import pyarrow as pa


# What is published of a panel about to be frozen, worked out on a Spark cluster, an industry at a time.
#
# No table and no word of a cell reaches beyond its region and industry: the product's own functions do it on the
# workers, as they do it here.


def published_on_spark(
    engine: str,
    folder: Path,
    pieces: Iterable[pa.RecordBatch],
    region: str,
    sizes: pd.DataFrame,
    name: str,
    policy: Policy,
) -> list[PublishedRow]:
    """The rows of all industries and KPIs, in the catalogue's order.

    ``pieces`` have at least the columns ``RECORD``, and one ``region``. They go to the cluster, and answers come back,
    through a folder below ``folder``, which every worker reaches under the same path and which is gone afterwards.
    ``engine`` as ``spark_session``; ``sizes`` and ``name`` as ``rows_to_publish``.

    Raises:
        UserError: pyspark or Java is not there, Spark gave up, or answers are missing.
    """
    sent: Counter[str] = Counter()
    with TemporaryDirectory(dir=folder, prefix=SCRATCH) as own:
        shared = Path(own).resolve()
        with spark_session(engine) as spark:
            write_pieces(_counted_on_spark(pieces, sent), shared / "record")
            work = partial(answered_industry, sizes, name, policy)
            work_on_spark(spark, work, shared / "record", ("region", "industry"), ROW, shared / "published")
        files = sorted((shared / "published").glob("*.parquet"))
        if not files:
            raise UserError("spark_incomplete")
        answers = dataset.dataset(files, format="parquet").to_table()
    _refuse_missing(answers, sent)
    industries = [industry.name.zh for industry in catalogue().industries]
    empty = [industry for industry in industries if not sent[industry]]
    rows = [*rows_answered(answers), *industry_rows(NO_RECORDS, region, empty, sizes, name, policy)]
    found = {(row.table.industry, row.table.kpi): row for row in rows}
    return [found[industry, kpi.code] for industry in industries for kpi in catalogue().kpis]


def _counted_on_spark(pieces: Iterable[pa.RecordBatch], sent: Counter[str]) -> Iterator[pa.RecordBatch]:
    """``sent`` counts the records of each industry."""
    for piece in pieces:
        for counted in compute.value_counts(piece["industry"]):
            sent[counted["values"].as_py()] += counted["counts"].as_py()
        yield piece.select(RECORD)


def _refuse_missing(answers: pa.Table, sent: Counter[str]) -> None:
    """Each industry that was sent answers for all its records, once for each KPI."""
    told = (answers[column].to_pylist() for column in ("industry", "kpi", "records"))
    expected = {(industry, kpi.code, records) for industry, records in sent.items() for kpi in catalogue().kpis}
    if Counter(zip(*told, strict=True)) != Counter(expected):
        raise UserError("spark_incomplete")


# A baseline's files read, checked and computed: everything before anything is written. It needs no store.


File = tuple[str, bytes]
"""A file's name and its bytes."""
Stage = Literal["reading", "publishing", "words", "writing"]
Report = Callable[[Stage, float], None]
"""Is given what is being done and which share of it is done, 0..1."""


@dataclass(frozen=True, slots=True)
class IncomingBaseline:
    """A baseline file as sent, with the sender's description, and how it is to be read where that was said."""

    file_name: str
    data: bytes
    name: str
    year: int
    region: str
    provenance: Provenance
    source: str
    shipped: bool = False
    recipe: PanelRecipe | None = None


class InvalidPanel(InvalidFile):
    """A panel that cannot be used. ``shape`` is how it was read, None where it could not be opened."""

    def __init__(self, problems: tuple[Problem, ...], shape: PanelShape | None) -> None:
        super().__init__(problems)
        self.shape = shape

    def __reduce__(self) -> tuple[type[InvalidPanel], tuple[tuple[Problem, ...], PanelShape | None]]:
        """It also comes from another process."""
        return InvalidPanel, (self.problems, self.shape)


@dataclass(frozen=True, slots=True)
class PreparedBaseline:
    """Files that were read and have no error; nothing is written. ``sha256`` is that of the content to be frozen."""

    content: BaselineContent
    sha256: str
    warnings: tuple[Problem, ...]
    rows: RowAccount
    shape: PanelShape


@dataclass(frozen=True, slots=True)
class ComputedBaseline:
    """What is frozen but for the rows that earlier baselines of the year keep in force."""

    prepared: PreparedBaseline
    published: tuple[PublishedRow, ...]


@dataclass(frozen=True, slots=True)
class Cluster:
    """A Spark cluster, as ``spark://HOST:PORT``, and a folder that its workers reach under the same path."""

    engine: str
    folder: Path


def fresh_rows(
    records: pd.DataFrame | RecordCells,
    pieces: Callable[[], Iterable[pa.RecordBatch]],
    incoming: IncomingBaseline,
    sizes: pd.DataFrame,
    policy: Policy,
    report: Report,
    cluster: Cluster | None,
) -> tuple[PublishedRow, ...]:
    """What is published of records about to be frozen, but for what earlier baselines of the year keep in force.

    The same with a ``cluster``, whose workers compute it of ``pieces``, and here, of ``records``.

    Raises:
        UserError: the cluster cannot be used or gave up.
    """
    if cluster is not None:
        report("publishing", 0)
        about = (incoming.region, sizes, incoming.name, policy)
        return tuple(published_on_spark(cluster.engine, cluster.folder, pieces(), *about))
    cells = records_by_cell(records)
    tables = publish(cells, incoming.region, policy, lambda share: report("publishing", share))
    words = rows_to_publish(tables, cells, sizes, incoming.name, policy, lambda share: report("words", share))
    return tuple(words)


@dataclass(frozen=True, slots=True)
class FreezeTask:
    """All that freezing computes, from files and policy alone, here or on a ``cluster``.

    ``frozen`` is the content hash of the baseline that has the name already. ``follows`` is the panel before this one
    with its number of enterprises, where no reason is given for a much smaller one. What is refused for either is
    refused once the files are read, before the minutes that the rest may take.
    """

    incoming: IncomingBaseline
    sizes: File | None
    groups: File | None
    policy: Policy
    frozen: str | None = None
    follows: tuple[str, int] | None = None
    cluster: Cluster | None = None

    def run(self, report: Report) -> ComputedBaseline:
        """The same content again is not computed again.

        Raises:
            InvalidPanel: a file has errors.
            UserError: the name is another content's, the panel is invented and said to be official, or is much
                smaller than the one before, or the cluster cannot be used or gave up.
        """
        report("reading", 0)
        prepared = prepare_baseline(self.incoming, self.sizes, self.groups)
        records, sizes = prepared.content.observations, prepared.content.sizes
        if self.frozen:
            if prepared.sha256 != self.frozen:
                raise UserError("baseline_exists", name=self.incoming.name)
            return ComputedBaseline(prepared, ())
        refuse_invented(self.incoming.provenance, records, prepared.shape.illustrative)
        refuse_much_smaller(self.follows, int(records["credit_code"].nunique()), self.policy)
        published = fresh_rows(
            records,
            lambda: observation_table(records).to_batches(baselines.ROWS_OF_A_PIECE),
            self.incoming,
            sizes,
            self.policy,
            report,
            self.cluster,
        )
        return ComputedBaseline(prepared, published)


def refuse_much_smaller(follows: tuple[str, int] | None, enterprises: int, policy: Policy) -> None:
    """``follows`` as ``FreezeTask`` has it. Raises ``UserError`` where the panel has far fewer enterprises than it."""
    if follows is None:
        return
    name, before = follows
    if enterprises < policy.panel_least_share * before:
        raise UserError("panel_much_smaller", name=name, before=before, now=enterprises)


def prepare_baseline(
    incoming: IncomingBaseline, sizes: File | None = None, groups: File | None = None
) -> PreparedBaseline:
    """Check the files and bring their content into the form in which it is frozen.

    ``sizes`` is the name and bytes of a file of industry sizes, ``groups`` of a register of groups.

    Raises:
        InvalidPanel: a file has errors: those of all files are reported.
    """
    panel = read_panel(incoming.file_name, incoming.data, incoming.region, incoming.recipe)
    grouped = read_groups(*groups) if groups else None
    registered = grouped.groups if grouped else NO_GROUPS
    owners = own_groups(panel.records, registered)
    sized = read_sizes(*sizes, _counted_in_panel(panel.records, owners, incoming.region)) if sizes else None
    problems = tuple(problem for reading in (panel, sized, grouped) if reading for problem in reading.problems)
    if panel.shape is None or any(problem.blocks for problem in problems):
        raise InvalidPanel(problems, panel.shape)
    content = BaselineContent(
        observations=_observations(panel.records, owners, incoming.region),
        sizes=sized.sizes if sized else NO_SIZES,
        groups=registered.assign(own_group=registered_groups(registered, panel.records)),
        sub_industries=panel.sub_industries,
    )
    sha256 = baseline_sha256(
        panel.records, content.sizes, incoming.region, incoming.year, registered, content.sub_industries
    )
    return PreparedBaseline(content, sha256, problems, panel.rows, panel.shape)


def refuse_invented(provenance: Provenance, records: pd.DataFrame, says: str | None = None) -> None:
    """No invented number passes for an official one. ``records`` as ``invented_enterprises`` takes them; ``says`` is
    what the panel says of itself.

    Raises:
        UserError: it is said to be official, and holds enterprises of the illustrative panel that ships, or says that
            it is illustrative.
    """
    if provenance != "official":
        return
    if says:
        raise UserError("panel_says_illustrative", words=says)
    if found := invented_enterprises(records, shipped_records()):
        raise UserError("panel_invented", count=len(found), enterprise=found[0])


def _counted_in_panel(panel: pd.DataFrame, owners: pd.Series, region: str) -> dict[tuple[str, str], PanelCount]:
    """The enterprises and groups in the panel, by region and industry."""
    cells = panel.assign(owner=owners).groupby("industry")[["credit_code", "owner"]].nunique()
    return {(region, str(row.Index)): PanelCount(int(row.credit_code), int(row.owner)) for row in cells.itertuples()}


def _observations(panel: pd.DataFrame, owners: pd.Series, region: str) -> pd.DataFrame:
    """The panel's records as stored: a word is held once, however many records have it."""
    texts = {
        "region": pd.Series(region, index=panel.index),
        "industry": panel["industry"],
        "kpi": panel["kpi"],
        "basis": panel["basis"].fillna(NO_BASIS),
        "credit_code": panel["credit_code"],
        "told_group": panel["group"],
        "own_group": owners,
        "body": panel["body"],
    }
    words = {name: _once_each(column) for name, column in texts.items()}
    return pd.DataFrame(words, index=panel.index).assign(value=panel["value"].astype(float))


def _once_each(column: pd.Series) -> pd.Categorical:
    which, different = pd.factorize(column)
    return pd.Categorical.from_codes(which, pd.Index(different, dtype="str"))
