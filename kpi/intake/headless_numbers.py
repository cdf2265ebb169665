"""Numbers in a column without a header: whose they are cannot be known, and they must not go missing in silence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kpi.intake.grid import Grid
from kpi.intake.stray_separators import filled_width
from kpi.intake.values.number_text import parse_number


def check_headless_numbers(grid: Grid, places: Iterable[int], header: Sequence[int], lines: Sequence[int]) -> None:
    """Reports the first number of each 0-based place that has nothing above it in the lines of ``header``.

    Beyond the header of a text file stand cells that have slipped: see ``check_stray_separators``.
    """
    end = (0 if grid.turned else filled_width(grid, header)) or grid.width
    for place in places:
        if place >= end or any(grid.text(line, place) for line in header):
            continue
        line = next((line for line in lines if parse_number(grid.raw(line, place), percent_sign=True)), None)
        if line is not None:
            grid.faults.at(grid.spot(line, place), "missing_header")
