"""Every record of a baseline, or of a panel that is not kept, placed among its peers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from kpi import queries, records
from kpi.baseline.panel_manifest import ReadPart
from kpi.errors import UserError
from kpi.files.limits import panel_limits
from kpi.model.baseline import Baseline
from kpi.model.problem import Problem
from kpi.model.viewer import Viewer
from kpi.queries import CellOfRecords
from kpi.services.authorization import requires
from kpi.services.baseline_preparation import File, IncomingBaseline, prepare_baseline
from kpi.services.whole_panels.panel_folder import ReportRead, read_folder
from kpi.services.whole_panels.placed_files import Form, PlacedFile, PlacedTable
from kpi.store.cursor import Cursor
from kpi.store.scratch import scratch_database
from kpi.store.store import Store

MEMORY = "2GB"
"""What DuckDB may take for it. Beside it are Python, and a piece of the answer while it is written."""
RECORDS_AT_ONCE = 2_000_000
"""Cells are sorted together up to so many records: few questions for a panel of small cells, 300 MB at most."""
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


@requires("see_baselines")
def place_baseline(
    store: Store, _: Viewer, baseline: Baseline, folder: Path, form: Form, report: ReportPlaced
) -> PlacedYear:
    """Place every record of a frozen baseline, into files in ``folder``.

    Raises:
        UserError: too many records for a CSV.
    """
    with store.cursor() as cursor:
        return _placed(cursor, baseline.name, folder, form, report)


def place_panel(
    incoming: IncomingBaseline, groups: File | None, folder: Path, form: Form, report: ReportPlaced
) -> PlacedPanel:
    """Place every record of a panel, checked as for an import, by a database that is gone afterwards.

    Raises:
        InvalidPanel: a file has errors: those of all files are reported.
        UserError: as ``place_baseline``.
    """
    prepared = prepare_baseline(incoming, groups=groups)
    with scratch_database(folder, MEMORY) as cursor:
        records.add_observations(cursor, incoming.name, prepared.content.observations)
        placed = _placed(cursor, incoming.name, folder, form, report)
    return PlacedPanel(prepared.sha256, prepared.warnings, placed)


def place_folder(
    parts: Sequence[Path],
    region: str,
    groups: File | None,
    folder: Path,
    form: Form,
    read: ReportRead,
    report: ReportPlaced,
) -> PlacedFolder:
    """Place every record of a panel in parts, as ``place_panel``, but of any length.

    Raises:
        InvalidFile: a file has errors: those of all files are reported.
        UserError: a file cannot be read, or as ``place_baseline``.
    """
    with scratch_database(folder, MEMORY) as cursor:
        found = read_folder(cursor, folder.name, parts, region, groups, read)
        return PlacedFolder(found.parts, found.warnings, _placed(cursor, folder.name, folder, form, report))


def _placed(cursor: Cursor, baseline: str, folder: Path, form: Form, report: ReportPlaced) -> PlacedYear:
    cells = queries.cells_of_records(cursor, baseline)
    everything = sum(cell.records for cell in cells)
    most = panel_limits().rows
    if form == "csv" and everything > most:
        raise UserError("too_many_for_csv", found=everything, limit=most)
    files, done = [], 0
    with PlacedTable.of_cells(folder / "cells", form) as lines:
        for number, (region, its) in enumerate(groupby(cells, lambda cell: cell.region), 1):
            with PlacedTable.of_records(folder / f"records-{number:03}", form) as placed:
                for together in _together(its):
                    for piece in queries.placed_records(cursor, baseline, together):
                        placed.add(together, piece)
                    lines.add_cells(together, queries.placed_cells(cursor, baseline, together))
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
