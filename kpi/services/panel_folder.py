"""A panel that is a folder of Parquet files, its parts: read and checked one after the other, in bounded memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import compress
from pathlib import Path

import pandas as pd
import pyarrow as pa

from kpi import tables
from kpi.baseline.content_hash import streamed_sha256
from kpi.baseline.panel import read_sizes, shipped_records
from kpi.baseline.panel_manifest import ReadPart, manifest_bytes
from kpi.baseline.panel_settings import panel_settings
from kpi.baseline.parts import PanelPart
from kpi.baseline.recipe import PanelRecipe
from kpi.baseline.registers import (
    NO_GROUPS,
    NO_SIZES,
    PanelCount,
    codes_named,
    own_groups,
    read_groups,
    registered_groups,
)
from kpi.catalogue.catalogue import catalogue
from kpi.errors import InvalidFile, UserError
from kpi.files.limits import panel_limits
from kpi.files.text import printable_file_name
from kpi.intake.problems import Fault, count_of, fault_in_table
from kpi.model.evaluation import Baseline
from kpi.model.problem import Problem
from kpi.model.publication import PublishedRow
from kpi.model.times import now
from kpi.model.viewer import Actor
from kpi.services.freeze import before_reading, freeze
from kpi.services.preparation import (
    Cluster,
    File,
    IncomingBaseline,
    Report,
    fresh_rows,
    refuse_invented,
    refuse_much_smaller,
)
from kpi.services.tasks import HERE
from kpi.store.database import Cursor
from kpi.store.folder import is_there, sha256_of_file
from kpi.store.scratch import scratch_database
from kpi.store.store import Store
from kpi.tables.baselines import OBSERVATION, BaselineContent
from kpi.tables.freezing import (
    DisagreeingParts,
    RepeatedInParts,
    disagreeing_parts,
    groups_in_parts,
    records_of_enterprises,
    repeated_in_parts,
    sub_industries_of_parts,
)
from kpi.tables.sql_runner import BoundRecords

# A panel that is a folder of Parquet files, its parts: read and checked one after the other, in bounded memory.


ReportRead = Callable[[str, int, int], None]
"""Hears which part is being read, its number from 1, and of how many."""
ReportShare = Callable[[float], None]
"""Hears how much of what comes after the last part is done, 0..1."""


def _unheard(_: float) -> None:
    """What nobody waits for."""


@dataclass(frozen=True, slots=True)
class ReadFolder:
    """The parts of a panel that was read, its register of groups with who owns each of them, and warnings."""

    parts: tuple[ReadPart, ...]
    groups: pd.DataFrame
    warnings: tuple[Problem, ...]


def parts_of(folder: Path) -> tuple[Path, ...]:
    """The files of a folder by name; hidden ones, and those that begin with an underscore, are marks of who wrote it.

    Raises:
        UserError: there are none, it holds folders, or it cannot be read.
    """
    try:
        visible = sorted(path for path in folder.iterdir() if not path.name.startswith((".", "_")))
        if not visible or any(not path.is_file() for path in visible):
            raise UserError("no_parts", name=folder.name)
    except OSError as error:
        raise UserError("cannot_read", name=folder.name) from error
    return tuple(visible)


def read_folder(
    cursor: Cursor,
    name: str,
    paths: Sequence[Path],
    region: str,
    groups: File | None,
    report: ReportRead,
    checked: ReportShare = _unheard,
) -> ReadFolder:
    """Read the parts into the observations of a scratch database, as the baseline ``name``.

    ``checked`` hears how far the checks are that compare the parts with each other.

    Raises:
        InvalidFile: a file has errors: those of all files are reported.
        UserError: a file cannot be read.
    """
    grouped = read_groups(*groups) if groups else None
    parts = [PanelPart(path) for path in paths]
    hashes = []
    for number, part in enumerate(parts):
        report(part.path.name, number + 1, len(parts))
        try:
            hashes.append(sha256_of_file(part.path))
            for piece in part.pieces(region):
                tables.freezing.add_part_piece(cursor, number, piece.records, piece.facts)
        except OSError as error:
            raise UserError("cannot_read", name=part.path.name) from error
    for part, found in _between_pieces(cursor, parts, checked):
        part.faults.append(found)
    problems = (*_listed(parts), *(grouped.problems if grouped else ()))
    if any(problem.blocks for problem in problems):
        raise InvalidFile(problems)
    register = grouped.groups if grouped else NO_GROUPS
    moved = _who_matters(cursor, register)
    owners = moved.assign(own_group=own_groups(moved))[["credit_code", "own_group"]].astype(object)
    tables.freezing.add_records_of_parts(cursor, name, region, owners)
    read = (
        ReadPart(part.path.name, part.rows, part.values, sha256) for part, sha256 in zip(parts, hashes, strict=True)
    )
    return ReadFolder(tuple(read), register.assign(own_group=registered_groups(register, moved)), problems)


def _between_pieces(
    cursor: Cursor, parts: Sequence[PanelPart], checked: ReportShare
) -> Iterator[tuple[PanelPart, Fault]]:
    """What a value states twice, and what is said otherwise of an enterprise, in two pieces or two parts."""
    most, kpis = panel_settings().limits.problems, catalogue().kpis
    for at, kpi in enumerate(kpis):
        checked(at / len(kpis))
        found = repeated_in_parts(cursor, kpi.code, most)
        for number, record in enumerate(found, 1):
            part = parts[record.part]
            column = part.layout.named.get("kpi", part.layout.values.get(kpi.code, 0))
            place = (None, record.row, column, kpi.code)
            again = fault_in_table("panel_repeated_value", place, first=_first(record, parts))
            # The last one counts those that are not listed.
            yield part, replace(again, more=record.repeated - number) if number == len(found) else again
    differing = disagreeing_parts(cursor, most)
    unlisted = differing[0].differing - len(differing) if differing else 0
    for other in differing:
        for name, code, here, there in (
            ("group", "panel_two_groups", other.told_group, other.first_group),
            ("industry", "panel_two_industries", other.industry, other.first_industry),
            ("sub_industry", "panel_two_sub_industries", other.sub_industry, other.first_sub_industry),
            ("body", "panel_two_bodies", other.body, other.first_body),
        ):
            if here != there:
                part = parts[other.part]
                place = (None, other.row, part.layout.named.get(name, 0), here or "")
                differs = fault_in_table(code, place, first=_first(other, parts), other=there or "")
                yield part, replace(differs, more=unlisted)
                unlisted = 0


def _first(one: RepeatedInParts | DisagreeingParts, parts: Sequence[PanelPart]) -> int | str:
    """The row of the same file, or the row of another."""
    if one.first_part == one.part:
        return one.first_row
    most = panel_limits().problem_value_characters
    return f"{printable_file_name(parts[one.first_part].path.name, most)}:{one.first_row}"


def _listed(parts: Iterable[PanelPart]) -> tuple[Problem, ...]:
    """The problems of all parts, of too many the errors first, as of one file."""
    most = panel_settings().limits.problems
    found = [problem for part in parts for problem in part.problems()]
    total = sum(count_of(part.faults) for part in parts)
    if total <= most:
        return tuple(found)
    kept = sorted(sorted(range(len(found)), key=lambda at: not found[at].blocks)[:most])
    more = {"more": total - len(kept), "told": len(kept)}
    return (*(found[at] for at in kept), Problem("error", "panel_more_problems", found[0].file, params=more))


def _who_matters(cursor: Cursor, register: pd.DataFrame) -> pd.DataFrame:
    """credit_code and group of those who do not simply stand alone, as the register says it or else the parts."""
    stated = groups_in_parts(cursor)
    names = codes_named(pd.concat([register["group"], stated["group"]]).dropna().unique())
    moved = groups_in_parts(cursor, names)
    moved = pd.concat([register[["credit_code", "group"]], moved]).drop_duplicates("credit_code", ignore_index=True)
    return moved.assign(group=moved["group"].astype(object).where(moved["group"].notna(), None))


# Freezing a panel in parts: what freezing a file does, on records that are never all held at once.


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
        return tables.freezing.record_pieces(self.scratch, self.baseline)

    def cells(self, _: Cursor) -> pd.DataFrame:
        return tables.freezing.freeze_stored_cells(self.scratch, self.baseline)

    def add_rest(self, cursor: Cursor, baseline: str) -> None:
        tables.baselines.add_observation_pieces(
            cursor, baseline, tables.freezing.observation_pieces(self.scratch, self.baseline)
        )

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
        enterprises = sum(counted for counted, _ in tables.freezing.panel_counts(scratch, incoming.name).values())
        refuse_much_smaller(before.follows, enterprises, before.policy)
        published = fresh_rows(
            tables.freezing.StoredCells(scratch, incoming.name),
            lambda: tables.freezing.record_pieces(scratch, incoming.name),
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
    counts = tables.freezing.panel_counts(scratch, incoming.name)
    sized = read_sizes(*sizes, {(incoming.region, industry): PanelCount(*count) for industry, count in counts.items()})
    problems = (*found.warnings, *sized.problems)
    if sized.blocked:
        raise InvalidFile(problems)
    return sized.sizes, problems


def _sha256(
    scratch: Cursor, incoming: IncomingBaseline, content: BaselineContent, hashed: Callable[[int], None]
) -> str:
    """``hashed`` hears how many records are."""
    pieces = _counted(tables.freezing.hashed_records(scratch, incoming.name), hashed)
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
