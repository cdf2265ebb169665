"""Every record of a baseline, or of a panel that is not kept, placed among its peers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Protocol

from kpi import tables
from kpi.baseline.panel_manifest import ReadPart
from kpi.errors import UserError
from kpi.files.limits import panel_limits
from kpi.model.evaluation import Baseline
from kpi.model.problem import Problem
from kpi.services.authorization import reads_unscoped
from kpi.services.panel_folder import ReportRead, read_folder
from kpi.services.preparation import File, IncomingBaseline, prepare_baseline
from kpi.services.whole_panels.placed_files import Form, PlacedFile, PlacedTable
from kpi.store.cursor import Cursor
from kpi.store.scratch import scratch_database
from kpi.tables.placing import RECORDS_AT_ONCE, CellOfRecords, PlacedCells

MEMORY = "2GB"
"""What DuckDB may take. Beside it are Python, and a piece of the answer while it is written. On Spark: for a group."""
ReportPlaced = Callable[[str, int, int], None]
"""Hears the region at hand, how many records are placed, and of how many."""


@dataclass(frozen=True, slots=True)
class PlacedYear:
    """What was written."""

    records: int
    cells: int
    files: tuple[PlacedFile, ...]


@dataclass(frozen=True, slots=True)
class PlacedPanel:
    """What was written of a panel, whose content has the hash ``sha256``, as ``Baseline.sha256``; and warnings."""

    sha256: str
    warnings: tuple[Problem, ...]
    placed: PlacedYear


@dataclass(frozen=True, slots=True)
class PlacedFolder:
    """What was written of a panel in parts."""

    parts: tuple[ReadPart, ...]
    warnings: tuple[Problem, ...]
    placed: PlacedYear


@reads_unscoped("see_baselines")
def place_baseline(
    cursor: Cursor, baseline: Baseline, folder: Path, form: Form, report: ReportPlaced, engine: str | None = None
) -> PlacedYear:
    """Place every record of a frozen baseline, into files in ``folder``.

    Where ``engine`` names a Spark cluster, as ``spark://HOST:PORT``, its workers count.

    Raises:
        UserError: too many records for a CSV, or the cluster cannot be used or gave up.
    """
    return _placed(cursor, baseline.name, baseline.year, folder, form, report, engine)


def place_panel(
    incoming: IncomingBaseline,
    groups: File | None,
    folder: Path,
    form: Form,
    report: ReportPlaced,
    engine: str | None = None,
) -> PlacedPanel:
    """Place every record of a panel, checked as for an import, by a database that is gone afterwards.

    Raises:
        InvalidPanel: a file has errors: those of all files are reported.
        UserError: as ``place_baseline``.
    """
    prepared = prepare_baseline(incoming, groups=groups)
    with scratch_database(folder, MEMORY) as cursor:
        tables.baselines.add_observations(cursor, incoming.name, prepared.content.observations)
        placed = _placed(cursor, incoming.name, incoming.year, folder, form, report, engine)
    return PlacedPanel(prepared.sha256, prepared.warnings, placed)


def place_folder(
    parts: Sequence[Path],
    region: str,
    year: int,
    groups: File | None,
    folder: Path,
    form: Form,
    read: ReportRead,
    report: ReportPlaced,
    engine: str | None = None,
) -> PlacedFolder:
    """Place every record of a panel in parts, as ``place_panel``, but of any length.

    Raises:
        InvalidFile: a file has errors: those of all files are reported.
        UserError: a file cannot be read, or as ``place_baseline``.
    """
    with scratch_database(folder, MEMORY) as cursor:
        found = read_folder(cursor, folder.name, parts, region, groups, read)
        placed = _placed(cursor, folder.name, year, folder, form, report, engine)
    return PlacedFolder(found.parts, found.warnings, placed)


class _Placing(Protocol):
    def place(self, cells: Sequence[CellOfRecords]) -> PlacedCells: ...


@dataclass(frozen=True, slots=True)
class _PlacedHere:
    """Each question is asked when its turn has come."""

    cursor: Cursor
    baseline: str
    year: int

    def place(self, cells: Sequence[CellOfRecords]) -> PlacedCells:
        return tables.placing.place_cells(self.cursor, self.baseline, self.year, cells)


@contextmanager
def _placing(
    cursor: Cursor, baseline: str, year: int, cells: Sequence[CellOfRecords], folder: Path, engine: str | None
) -> Iterator[_Placing]:
    if engine is None:
        yield _PlacedHere(cursor, baseline, year)
        return
    from kpi.services.whole_panels.year_on_spark import placed_on_spark  # one machine needs nothing of it

    with placed_on_spark(cursor, baseline, year, cells, engine, folder, MEMORY) as answered:
        yield answered


def _placed(
    cursor: Cursor, baseline: str, year: int, folder: Path, form: Form, report: ReportPlaced, engine: str | None
) -> PlacedYear:
    cells = tables.placing.cells_of_records(cursor, baseline)
    everything = sum(cell.records for cell in cells)
    most = panel_limits().rows
    if form == "csv" and everything > most:
        raise UserError("too_many_for_csv", found=everything, limit=most)
    if engine is not None:
        report(engine, 0, everything)
    files, done = [], 0
    with (
        _placing(cursor, baseline, year, cells, folder, engine) as placing,
        PlacedTable.of_cells(folder / "cells", form) as lines,
    ):
        for number, (region, its) in enumerate(groupby(cells, lambda cell: cell.region), 1):
            with PlacedTable.of_records(folder / f"records-{number:03}", form) as placed:
                for together in _together(its):
                    found = placing.place(together)
                    lines.add_cells(together, found.lines)
                    for piece in found.records:
                        placed.add(together, piece)
                    report(region, done + placed.rows, everything)
            done += placed.rows
            files.append(placed.written(region))
    return PlacedYear(everything, len(cells), (lines.written(None), *files))


def _together(cells: Iterable[CellOfRecords]) -> Iterator[list[CellOfRecords]]:
    """Neighbouring cells of together at most ``RECORDS_AT_ONCE`` records, or one that alone has more."""
    found: list[CellOfRecords] = []
    held = 0
    for cell in cells:
        if found and held + cell.records > RECORDS_AT_ONCE:
            yield found
            found, held = [], 0
        found.append(cell)
        held += cell.records
    if found:
        yield found
