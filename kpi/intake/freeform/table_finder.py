"""Where a table of anybody's making stands on a sheet: which way its KPIs run, and which lines are its header."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from kpi.files.workbook import Sheet
from kpi.intake.answers import ANSWER_FIELDS, SheetKind
from kpi.intake.cells import Grid
from kpi.intake.freeform.headers import IDENTITY, NO_MATCH, HeaderMatch, classify, classify_year, heading_words
from kpi.intake.problems import PendingQuestion, Reading, SourceFile, fault_at
from kpi.intake.settings import comparable_word

_MOST_HEADER_LINES = 3
Orientation = Literal["across", "down"]


@dataclass(frozen=True, slots=True)
class TableRegion:
    """A table: its items stand on ``line`` of ``grid``; header lines run from ``top`` to before ``first``."""

    grid: Grid
    kind: SheetKind
    line: int
    top: int
    first: int


@dataclass(frozen=True, slots=True)
class _Line:
    """How many different KPIs and facts a line names, and where its first KPI stands."""

    kpis: int
    facts: int
    line: int
    place: int


def find_table(sheet: Sheet, file: SourceFile) -> Reading[TableRegion | None]:
    """The sheet's table, or None. Where both ways are as good, it is asked and nothing is taken."""
    flat, turned = Grid(sheet, False, file), Grid(sheet, True, file)
    limit = file.limits
    across = _best(flat, limit.searched_rows, limit.searched_columns)
    down = _best(turned, limit.searched_columns, limit.searched_rows)
    if across is None or down is None:
        return None
    listed = _list_header(flat, down)
    if listed is not None:
        return TableRegion(flat, "list", listed, listed, listed + 1)
    way = yield from _way(flat, across, down)
    if way is None:
        return None
    grid, best = (flat, across) if way == "across" else (turned, down)
    top = best.line if way == "down" else _top(grid, best.line)
    header = across.line if way == "across" else down.place
    if (yield from _is_of_targets(flat, header, way)):
        return None
    return TableRegion(grid, way, best.line, top, _first(grid, best))


def _is_of_targets(flat: Grid, header: int, way: Orientation) -> Reading[bool]:
    """The sheet's name or a title above its table speaks of targets, and of no results: whether it is read is asked."""
    key = sheet_key(flat.sheet)
    if flat.file.answers.sheet.get(key) in ("across", "down"):
        return False
    # A title stands alone in its row, at its beginning.
    rows = (row for row in range(header) if sum(not flat.blank(row, place) for place in range(flat.width)) == 1)
    titles = [(row, 0) for row in rows if not flat.blank(row, 0)]
    named = [at for at in titles if heading_words().is_of_targets(comparable_word(flat.text(*at)))]
    if not named and not heading_words().is_of_targets(comparable_word(flat.sheet.name or "")):
        return False
    spot = flat.spot(*(named[0] if named else (header, 0)))
    asked = PendingQuestion("sheet", key, "ignore", (way, "ignore"))
    yield fault_at(
        spot, "sheet_of_targets", question=asked, name=flat.text(*named[0]) if named else str(flat.sheet.name)
    )
    return True


def sheet_key(sheet: Sheet) -> str:
    return comparable_word(sheet.name or "text")


def match_at(grid: Grid, row: int, column: int) -> HeaderMatch:
    """What a header cell says; a number can only be a year there."""
    raw = grid.raw(*grid.origin(row, column))
    return classify(raw) if isinstance(raw, str) else classify_year(raw)


def _best(grid: Grid, lines: int, places: int) -> _Line | None:
    """The line that names most KPIs, then most facts; the first of equals."""
    counted = [one for line in range(min(lines, len(grid.rows))) if (one := _count(grid, line, places))]
    return max(counted, key=lambda item: (item.kpis, item.facts, -item.line), default=None)


def _count(grid: Grid, line: int, places: int) -> _Line | None:
    kpis: dict[str, int] = {}
    facts: set[str] = set()
    for place, raw in enumerate(grid.rows[line][:places]):
        match = classify(raw) if isinstance(raw, str) and raw else NO_MATCH
        if match.kpi:
            kpis.setdefault(match.kpi, place)
        elif match.item:
            facts.add(match.item)
    return _Line(len(kpis), len(facts), line, min(kpis.values())) if kpis else None


def _list_header(grid: Grid, down: _Line) -> int | None:
    """The header row of a list: above the KPI names it says that they are items, and it names a factory beside them."""
    for row in range(down.place - 1, max(down.place - 1 - _MOST_HEADER_LINES, -1), -1):
        matches = [match_at(grid, row, column) for column in range(min(grid.width, grid.file.limits.searched_columns))]
        holds = any(match_.part in ANSWER_FIELDS and match_.item is None for match_ in matches)
        if matches[down.line].part == "item" and holds and any(match_.item in IDENTITY for match_ in matches):
            return row
    return None


def _way(grid: Grid, across: _Line, down: _Line) -> Reading[Orientation | None]:
    key = sheet_key(grid.sheet)
    answer = grid.file.answers.sheet.get(key)
    if answer in ("across", "down"):
        return "across" if answer == "across" else "down"
    if across.kpis >= 2 * down.kpis or down.kpis >= 2 * across.kpis:
        return "across" if across.kpis > down.kpis else "down"
    if across.kpis == down.kpis == 1:
        # The line that names facts as well is the header.
        if (across.facts > 0) != (down.facts > 0):
            return "across" if across.facts else "down"
        return "down" if not grid.blank(down.place, down.line + 1) else "across"
    proposal: Orientation = "across" if across.kpis >= down.kpis else "down"
    asked = PendingQuestion("sheet", key, proposal, ("across", "down", "ignore"))
    spot = grid.spot(across.line, across.place)
    yield fault_at(spot, "orientation_unclear", question=asked, across=across.kpis, down=down.kpis)
    return None


def _top(grid: Grid, line: int) -> int:
    """The first header line: above the items only years, parts of values and columns' own facts, titles do not."""
    top = line
    while top > 0 and line - top < _MOST_HEADER_LINES and _has_words(grid, top - 1):
        top -= 1
    searched = range(min(grid.width, grid.file.limits.searched_columns))
    above = range(max(0, line - _MOST_HEADER_LINES), top)
    return next((row for row in above if any(heads_column(grid, (row, place), line) for place in searched)), top)


def heads_column(grid: Grid, at: tuple[int, int], line: int) -> bool:
    """A fact above the items' line that is its column's header: merged down to the line, or over blanks beside another.

    Alone over blanks it may as well be a label whose value stands beside it.
    """
    row, place = at
    beside = [(row, place + step) for step in (-1, 1) if place + step >= 0]
    return _merged_down(grid, at, line) or (
        _over_blanks(grid, at, line)
        and any(_over_blanks(grid, item, line) or _merged_down(grid, item, line) for item in beside)
    )


def unsure_headers(found: TableRegion) -> frozenset[tuple[int, int]]:
    """Facts alone over blanks that are rather headers than labels: what stands beside them is not their value.

    Beside them several items' columns are headed together, or it is a name and something is stated below it.
    """
    grid, searched = found.grid, range(min(found.grid.width, found.grid.file.limits.searched_columns))
    above = range(max(0, found.line - _MOST_HEADER_LINES), found.line)
    alone = [(row, place) for row in above for place in searched if _over_blanks(grid, (row, place), found.line)]
    return frozenset(at for at in alone if _beside_group(found, at) or _names_below(found, at))


def _is_fact(grid: Grid, at: tuple[int, int]) -> bool:
    match = match_at(grid, *at)
    return bool(match.item) and match.certain and match.kpi is None


def _merged_down(grid: Grid, at: tuple[int, int], line: int) -> bool:
    return at[0] < line and grid.origin(line, at[1]) == at and _is_fact(grid, at)


def _over_blanks(grid: Grid, at: tuple[int, int], line: int) -> bool:
    """A fact in a cell of its own, with nothing in its column down to the items' line."""
    row, place = at
    own = grid.origin(row, place) == at and _is_fact(grid, at)
    return own and row < line and not any(grid.text(below, place) for below in range(row + 1, line + 1))


def _beside_group(found: TableRegion, at: tuple[int, int]) -> bool:
    """The next cell is merged over several items."""
    grid, (row, place) = found.grid, at
    after = [other for other in range(place + 1, grid.width) if grid.text(row, other)]
    covered = [other for other in after if grid.origin(row, other) == grid.origin(row, after[0])]
    return sum(bool(match_at(grid, found.line, other).item) for other in covered) > 1


def _names_below(found: TableRegion, at: tuple[int, int]) -> bool:
    """An enterprise's or a factory's name is asked for, and below stands a text that is no year and no part."""
    lines = range(found.first, len(found.grid.rows))
    line = next((line for line in lines if found.grid.text(line, at[1])), None)
    named = match_at(found.grid, *at).item in ("enterprise", "factory_name")
    return named and line is not None and not match_at(found.grid, line, at[1]).is_word


def _has_words(grid: Grid, line: int) -> bool:
    """Two years or parts, or one that is merged over several columns."""
    origins = [
        grid.origin(line, place)
        for place in range(min(grid.width, grid.file.limits.searched_columns))
        if (match := match_at(grid, line, place)).year or match.part
    ]
    return len(origins) > 1


def _first(grid: Grid, best: _Line) -> int:
    """The first line of data: below the items, lines of nothing but years, parts, units and facts still head them."""
    line = best.line + 1
    while line < len(grid.rows) and line - best.line <= _MOST_HEADER_LINES and _heads(grid, line, best):
        line += 1
    return line


def _heads(grid: Grid, line: int, best: _Line) -> bool:
    places = list(_own_cells(grid, line))
    matches = [match_at(grid, line, place) for place in places]
    below = [match_ for place, match_ in zip(places, matches, strict=True) if place >= best.place]
    if any(item.unit for item in below) and sum(item.is_word for item in below) * 2 > len(below):
        # A line of units, one or another of which nobody knows.
        return not any(character.isdigit() for place in places for character in grid.text(line, place))
    return bool(below) and all(match_.is_word or (match_.item and match_.certain) for match_ in matches)


def _own_cells(grid: Grid, line: int) -> Iterator[int]:
    """Filled cells of a line that are not merged into one above it."""
    for place in range(min(grid.width, grid.file.limits.columns)):
        if not grid.blank(line, place) and grid.origin(line, place)[0] == line:
            yield place
