"""Freezing a panel in parts: what freezing a file does, on records that are never all held at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import compress
from pathlib import Path

import pandas as pd
import pyarrow as pa

from kpi import queries, records
from kpi.baseline.content_hash import streamed_sha256
from kpi.baseline.panel import read_sizes, shipped_records
from kpi.baseline.parts import ReadPart, manifest_bytes
from kpi.baseline.recipe import PanelRecipe
from kpi.baseline.registers import NO_SIZES, PanelCount
from kpi.errors import InvalidFile, UserError
from kpi.model.evaluation import Baseline
from kpi.model.problem import Problem
from kpi.model.publication import PublishedRow
from kpi.model.times import now
from kpi.model.viewer import Actor
from kpi.queries.freezing import records_of_enterprises, sub_industries_of_parts
from kpi.queries.sql_runner import BoundRecords
from kpi.records.baselines import OBSERVATION, BaselineContent
from kpi.services.baseline_freeze import before_reading, freeze
from kpi.services.baseline_preparation import (
    Cluster,
    File,
    IncomingBaseline,
    Report,
    fresh_rows,
    refuse_invented,
    refuse_much_smaller,
)
from kpi.services.task_runner import HERE
from kpi.services.whole_panels.panel_folder import ReadFolder, ReportRead, parts_of, read_folder
from kpi.store.cursor import Cursor
from kpi.store.scratch import scratch_database
from kpi.store.store import Store
from kpi.store.store_folder import is_there

SCRATCH_MEMORY = "1GB"
"""What DuckDB may take of the panel while it is read and handed over, beside what the store's own may take."""


@dataclass(frozen=True, slots=True)
class FrozenFolder:
    """A baseline just frozen, its parts, and warnings."""

    baseline: Baseline
    parts: tuple[ReadPart, ...]
    warnings: tuple[Problem, ...]


@dataclass
class _ScratchRecords:
    """Records that lie in a scratch database under the baseline's own name."""

    scratch: Cursor
    baseline: str
    content: BaselineContent
    published: Sequence[PublishedRow]
    smaller_because: str
    paths: Sequence[Path]
    parts: Sequence[ReadPart]
    groups: File | None
    enterprises: int
    recipe: PanelRecipe | None = None

    def compared(self) -> BoundRecords:
        return queries.record_pieces(self.scratch, self.baseline)

    def cells(self, _: Cursor) -> pd.DataFrame:
        return queries.freeze_stored_cells(self.scratch, self.baseline)

    def add_rest(self, cursor: Cursor, baseline: str) -> None:
        records.add_observation_pieces(cursor, baseline, queries.observation_pieces(self.scratch, self.baseline))

    def keep_again(self, store: Store) -> None:
        gone = [not is_there(store.folder.original(part.sha256), touch=True) for part in self.parts]
        _keep(store, list(compress(self.paths, gone)), list(compress(self.parts, gone)))
        store.folder.keep_original(manifest_bytes(self.parts))
        if self.groups:
            store.folder.keep_original(self.groups[1])


def import_folder(
    store: Store,
    folder: Path,
    incoming: IncomingBaseline,
    by: Actor,
    sizes: File | None,
    groups: File | None,
    smaller_because: str,
    read: ReportRead,
    report: Report = HERE.report,
    engine: str | None = None,
) -> FrozenFolder:
    """Check the Parquet files of ``folder`` as one panel and freeze it, as ``import_files`` does one file.

    ``incoming.data`` is empty. The content hash is that of the same panel in one file. ``report`` hears how far what
    comes after the last part is; "reading" are then the checks between parts, and after them the content hash.

    Raises:
        InvalidFile: a file has errors: those of all files are reported.
        UserError: as ``import_files``, or a part cannot be read, or was changed while it was.
    """
    moment = now()
    before = before_reading(store, incoming, by, smaller_because, moment)
    paths = parts_of(folder)
    with scratch_database(store.folder.incoming(), SCRATCH_MEMORY) as scratch:
        found = read_folder(
            scratch, incoming.name, paths, incoming.region, groups, read, lambda share: report("reading", share / 2)
        )
        if incoming.provenance == "official":
            invented = shipped_records()["credit_code"].unique().tolist()
            stated = records_of_enterprises(scratch, incoming.name, invented)
            refuse_invented(incoming.provenance, stated)
        sized, warnings = _sizes(scratch, incoming, sizes, found)
        content = BaselineContent(_NO_RECORDS, sized, found.groups, sub_industries_of_parts(scratch))
        values = sum(part.values for part in found.parts)
        sha256 = _sha256(scratch, incoming, content, lambda done: report("reading", (1 + min(done / values, 1)) / 2))
        if known := before.known:
            if known.sha256 != sha256:
                raise UserError("baseline_exists", name=incoming.name)
            return FrozenFolder(known, found.parts, warnings)
        enterprises = sum(counted for counted, _ in queries.panel_counts(scratch, incoming.name).values())
        refuse_much_smaller(before.follows, enterprises, before.policy)
        published = fresh_rows(
            queries.StoredCells(scratch, incoming.name),
            lambda: queries.record_pieces(scratch, incoming.name),
            incoming,
            sized,
            before.policy,
            report,
            Cluster(engine, store.folder.incoming()) if engine else None,
        )
        report("writing", 0)
        _keep(store, paths, found.parts)
        baseline = Baseline(
            name=incoming.name,
            region=incoming.region,
            year=incoming.year,
            provenance=incoming.provenance,
            sha256=sha256,
            source=incoming.source,
            original_sha256=store.folder.keep_original(manifest_bytes(found.parts)),
            imported_at=moment,
            shipped=False,
            groups_sha256=store.folder.keep_original(groups[1]) if groups else None,
        )
        scratched = _ScratchRecords(
            scratch, incoming.name, content, published, smaller_because, paths, found.parts, groups, enterprises
        )
        frozen = freeze(store, baseline, scratched, before, by, report)
    return FrozenFolder(frozen, found.parts, warnings)


_NO_RECORDS = pd.DataFrame({name: pd.Series(dtype=object) for name in OBSERVATION})


def _sizes(
    scratch: Cursor, incoming: IncomingBaseline, sizes: File | None, found: ReadFolder
) -> tuple[pd.DataFrame, tuple[Problem, ...]]:
    if sizes is None:
        return NO_SIZES, found.warnings
    counts = queries.panel_counts(scratch, incoming.name)
    sized = read_sizes(*sizes, {(incoming.region, industry): PanelCount(*count) for industry, count in counts.items()})
    problems = (*found.warnings, *sized.problems)
    if sized.blocked:
        raise InvalidFile(problems)
    return sized.sizes, problems


def _sha256(
    scratch: Cursor, incoming: IncomingBaseline, content: BaselineContent, hashed: Callable[[int], None]
) -> str:
    """``hashed`` hears how many records are."""
    pieces = _counted(queries.hashed_records(scratch, incoming.name), hashed)
    return streamed_sha256(
        pieces, content.sizes, incoming.region, incoming.year, content.groups, content.sub_industries
    )


def _counted(pieces: Iterable[pa.RecordBatch], counted: Callable[[int], None]) -> Iterator[pa.RecordBatch]:
    done = 0
    for piece in pieces:
        counted(done)
        yield piece
        done += len(piece)


def _keep(store: Store, paths: Sequence[Path], parts: Sequence[ReadPart]) -> None:
    """Keep the parts among the originals. Their list, which names them, is the panel's original."""
    for path, part in zip(paths, parts, strict=True):
        try:
            kept = store.folder.keep_original_file(path)
        except OSError as error:
            raise UserError("cannot_read", name=path.name) from error
        if kept != part.sha256:
            raise UserError("part_changed", name=path.name)
