"""One KPI's columns of a table: in which unit and on which basis they are stated, settled once for all their cells."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from kpi.catalogue.catalogue import catalogue
from kpi.catalogue.schema import Kpi, from_before_after
from kpi.files.text import cell_text
from kpi.files.workbook import CellValue
from kpi.intake.answers import Ground
from kpi.intake.cells import LARGEST, Grid, ParsedNumber, check_headless_numbers, parse_number, plain_width, tolerance
from kpi.intake.form.answer_table import FormRow
from kpi.intake.freeform.columns import HeaderColumn, Record, RecordRows
from kpi.intake.freeform.headers import classify, heading_words
from kpi.intake.freeform.table_finder import TableRegion
from kpi.intake.problems import Fault, PendingQuestion, Reading, SourceCell, fault_at, item_params
from kpi.intake.settings import comparable_word, plausibility, vocabulary
from kpi.intake.values.kpi_value import fraction_as_percent, not_reported, read_kpi_value
from kpi.intake.values.plausibility import check_consistency, check_value
from kpi.intake.values.stated_change import MinusSense, asks_for_direction, is_settled, stated_change
from kpi.model.application import Basis, ReportedValue

# A number with its unit behind it, as tables of people's own making hold them: 1,234 家, 5 个百分点.


PERCENT = "%"


def without_unit(kpi: Kpi, text: str) -> tuple[str | None, Basis | None]:
    """The number's text, and the basis that its unit states. None where it is no such thing and stays as it is."""
    # Full width alone: Unicode's own folding would read 10² as 102.
    folded = plain_width(text).strip()
    for word, unit in sorted(heading_words().units.items(), key=lambda pair: -len(pair[0])):
        if not folded.casefold().endswith(word):
            continue
        rest = folded[: len(folded) - len(word)].strip()
        if parse_number(rest, percent_sign=False) is None:
            continue
        if unit == "points" and kpi.bases:
            return rest, "points"
        if unit in ("个", "家") and kpi.unit.zh != PERCENT:
            return rest, None
    return None, None


def holds_number(kpi: Kpi, raw: CellValue) -> bool:
    """Whether a cell of this KPI is read as a number, alone or with its unit."""
    if parse_number(raw, percent_sign=kpi.unit.zh == PERCENT) is not None:
        return True
    return isinstance(raw, str) and without_unit(kpi, raw)[0] is not None


# One KPI's columns of a table: in which unit and on which basis they are stated, settled once for all their cells.


_ENDS = ("value", "before", "after")


@dataclass(slots=True)
class KpiColumns:
    """Where a KPI's parts stand (``columns`` by part; "" where the lines say it, or nothing) and how they are stated.

    ``fraction`` True: 0.35 means 35 %; False: it does not; None: nothing looked like it. ``basis`` None where a basis
    is needed and open. ``both_signs``: a reduction of which positive numbers stand here too, so that a bare minus sign
    means what it says. ``plain`` values within ``low`` and ``high`` need no second look.
    """

    kpi: Kpi
    columns: dict[str, int] = field(default_factory=dict)
    header: HeaderColumn | None = None
    basis: Basis | None = None
    fraction: bool | None = None
    both_signs: bool = False
    plain: bool = False
    low: float = 0.0
    high: float = 0.0
    gap: float = 0.0

    @property
    def minus(self) -> MinusSense:
        return "beside_positive" if self.both_signs else "open"

    def is_fraction(self, flagged: bool) -> bool:
        """Whether a number is read as a fraction; ``flagged``: its cell has a percentage format."""
        return flagged if self.fraction is None else self.fraction

    @property
    def key(self) -> str:
        return self.header.key if self.header else self.kpi.code

    def place(self, record: Record, part: str) -> tuple[int, int] | None:
        """The line and column of a part: a column of that part, or a line of it under the KPI's only column."""
        lines, columns = record.lines, self.columns
        if part == "value" and record.of_quantities and self.kpi.is_change:
            return self.place(record, "change")
        if part in columns and "value" in lines:
            return lines["value"], columns[part]
        if part in lines and "" in columns:
            return lines[part], columns[""]
        return self.place(record, "change") if part == "value" and self.kpi.is_change else None


def resolve_units(measures: Sequence[KpiColumns], lines: RecordRows, grid: Grid) -> Iterator[Fault]:
    """Settles unit and basis of every measure by its header, its lines or the answers; what is open is asked."""
    for measure in measures:
        _units_of_lines(measure, lines, grid)
        measure.both_signs = measure.kpi.reduces and any(
            _is_plainly_positive(measure.kpi, grid.raw(*at)) for at in _value_places(measure, lines)
        )
    looks = {id(measure): _Look(measure, lines, grid) for measure in measures if measure.kpi.unit.zh == PERCENT}
    # Where one cell shows or says 45 %, the 0.128 beside it, without either, is hardly 0.128 %.
    fractional = sum(look.fractions or look.says_percent for look in looks.values())
    for measure in measures:
        if id(measure) in looks:
            confirmed = set(_value_places(measure, lines)) if _asks_for_basis(measure, lines) else set()
            yield from looks[id(measure)].settle(fractional, confirmed)
        yield from _settle_basis(measure, lines, grid)
        _settle_plain(measure)


def asked_units(faults: Iterable[Fault]) -> set[str]:
    """The keys of the columns whose unit is asked about: until it is answered their numbers are not read."""
    return {found.question.key for found in faults if found.question and found.question.topic == "unit"}


def _units_of_lines(measure: KpiColumns, lines: RecordRows, grid: Grid) -> None:
    """A line of units below or beside the values counts like a unit in the header."""
    place = next(iter(measure.columns.values()))
    if "unit" in lines.shared:
        match = classify(grid.text(lines.shared["unit"], place))
        measure.basis = measure.basis or (match.basis if match.basis in measure.kpi.bases else None)
        measure.fraction = True if match.unit == "fraction" else measure.fraction


class _Look:
    """What the cells of one percentage look like, before any of them is read."""

    def __init__(self, measure: KpiColumns, lines: RecordRows, grid: Grid) -> None:
        self.measure, self.grid = measure, grid
        self.shown: tuple[int, int] | None = None
        self.says_percent = False
        self.numbers: list[float] = []
        self.first: tuple[int, int] | None = None
        self.somewhere: tuple[int, int] | None = None
        has_ends = _has_ends(measure, lines)
        for at in _percent_places(measure, lines):
            raw = grid.raw(*at)
            number = raw if type(raw) is float or type(raw) is int else _number(raw)
            if number is None:
                self.says_percent |= isinstance(raw, str) and PERCENT in plain_width(raw)
                continue
            if at in grid.flags:
                self.says_percent = True
                # Whoever answers in which direction "8.5%" is meant has confirmed the percentage too.
                if not asks_for_direction(measure.kpi, raw, measure.minus, has_ends):
                    self.shown = self.shown or at
            else:
                self.numbers.append(number)
                if number:
                    self.somewhere = self.somewhere or at
                if number % 1:
                    self.first = self.first or at

    @property
    def most(self) -> float:
        return max(map(abs, self.numbers), default=0.0)

    @property
    def fractions(self) -> bool:
        """All within -1..1 and not all whole, of a kind for which so little is rare."""
        return self.first is not None and self.most <= 1 and self.measure.kpi.kind in plausibility().fraction.kinds

    def settle(self, fractional: int, confirmed: Container[tuple[int, int]]) -> Iterator[Fault]:
        """``fractional``: how many columns of the table look like fractions, or are stored as such.

        ``confirmed`` are cells of which another question shows the number as the sheet does: one is enough.
        """
        measure = self.measure
        answer = self.grid.file.answers.unit.get(measure.key)
        if answer is not None:
            measure.fraction = answer == "fraction"
        elif measure.fraction is None and self.shown in confirmed and not self.numbers:
            measure.fraction = True
        elif measure.fraction is None and self.shown:
            yield self._question(self.shown, "percent_column", ("format", "range"))
        elif measure.fraction is None and (self.fractions or (fractional and self._may_be_too())):
            grounds: tuple[Ground, ...] = ("range", "several") if self.most <= 1 and fractional > 1 else ("range",)
            yield self._question(self.first or self.somewhere or (0, 0), "fraction_column", grounds)

    def _may_be_too(self) -> bool:
        """Beside columns of fractions 1.2 may well be 120 %, and 1 be 100 %."""
        return self.somewhere is not None and self.most <= plausibility().large_change.above / 100

    def _question(self, at: tuple[int, int], code: str, grounds: tuple[Ground, ...]) -> Fault:
        spot, kpi = self.grid.spot(*at), self.measure.kpi
        raw = spot.raw if isinstance(spot.raw, int | float) else _number(spot.raw) or 0.0
        asked = PendingQuestion("unit", self.measure.key, "fraction", ("fraction", "percent"), grounds)
        seen = float(f"{raw * 100:.12g}")
        stored, count = cell_text(raw), len(self.numbers)
        return fault_at(spot, code, item_params(kpi), question=asked, seen=seen, stored=stored, count=count)


def _percent_places(measure: KpiColumns, lines: RecordRows) -> Iterator[tuple[int, int]]:
    stated = {*measure.columns, *(part for record in lines.records for part in record.lines)}
    if "change" in stated:  # of a KPI of change that is its value
        stated.add("value")
    parts = ("value", "before", "after") if measure.kpi.of_share else ("value",)
    for part in stated.intersection(parts):
        for record in lines.records:
            at = measure.place(record, part)
            if at:
                yield at


def _asks_for_basis(measure: KpiColumns, lines: RecordRows) -> bool:
    """Neither header nor lines nor a column state the basis of a KPI that has two; answered or not."""
    stated_beside = (
        "basis" in measure.columns
        or "basis" in lines.shared
        or any("basis" in record.lines for record in lines.records[:1])
    )
    return bool(measure.kpi.bases) and measure.basis is None and not stated_beside


def _has_ends(measure: KpiColumns, lines: RecordRows) -> bool:
    return "before" in measure.columns or any("before" in record.lines for record in lines.records)


def _settle_basis(measure: KpiColumns, lines: RecordRows, grid: Grid) -> Iterator[Fault]:
    kpi = measure.kpi
    if not _asks_for_basis(measure, lines):
        return
    answer = grid.file.answers.basis.get(measure.key)
    if answer in kpi.bases:
        measure.basis = "points" if answer == "points" else "relative"
        return
    has_ends = _has_ends(measure, lines)
    if has_ends and (shown := _basis_by_ends(measure, lines, grid)):
        measure.basis = shown
        return
    read = (at for at in _value_places(measure, lines) if _is_read(measure, grid, at, has_ends))
    at = next((at for at in read if not _states_basis(kpi, grid.raw(*at))), None)
    if at:
        asked = PendingQuestion("basis", measure.key, kpi.bases[0], kpi.bases)
        yield fault_at(
            grid.spot(*at), "basis_unclear", item_params(kpi), question=asked, shown=_shown(measure, grid, at)
        )


def _basis_by_ends(measure: KpiColumns, lines: RecordRows, grid: Grid) -> Basis | None:
    """The one basis on which every stated change is what its before and after give; None where that does not tell."""
    kpi, found = measure.kpi, set[Basis]()
    for record in lines.records:
        value, before, after = (_percentage(measure, grid, measure.place(record, part)) for part in _ENDS)
        if value is None:
            continue
        if before is None or after is None:
            return None
        changes = {basis: from_before_after(kpi, before.value, after.value, basis) for basis in kpi.bases}
        fits = {basis for basis, change in changes.items() if abs(value.value - change) <= tolerance(value, change)}
        if len(fits) != 1:
            return None
        found |= fits
    return found.pop() if len(found) == 1 else None


def _percentage(measure: KpiColumns, grid: Grid, at: tuple[int, int] | None) -> ParsedNumber | None:
    """The number of a share's cell as a percentage."""
    if at is None or (parsed := parse_number(grid.raw(*at), percent_sign=True)) is None:
        return None
    as_fraction = measure.is_fraction(at in grid.flags) and not isinstance(grid.raw(*at), str)
    return fraction_as_percent(parsed) if as_fraction else parsed


def _states_basis(kpi: Kpi, raw: CellValue) -> bool:
    """9.5个百分点 says itself on which basis it is meant."""
    return isinstance(raw, str) and without_unit(kpi, raw)[1] is not None


def _shown(measure: KpiColumns, grid: Grid, at: tuple[int, int]) -> str:
    """The number as it is read: of a percentage format or a column of fractions the percentage."""
    raw = grid.raw(*at)
    if isinstance(raw, int | float) and measure.is_fraction(at in grid.flags):
        return f"{float(f'{raw * 100:.12g}'):g}%"
    return cell_text(raw).strip()


def _is_read(measure: KpiColumns, grid: Grid, at: tuple[int, int], has_ends: bool) -> bool:
    """A number whose direction is asked for is not read before the answer, so its basis is asked for afterwards."""
    kpi, raw = measure.kpi, grid.raw(*at)
    stated = stated_change(kpi, raw)
    if stated is None or stated.points:
        return holds_number(kpi, raw)
    return is_settled(kpi, raw, measure.minus, has_ends, grid.file.answers)


def _is_plainly_positive(kpi: Kpi, raw: CellValue) -> bool:
    """Without a plus sign, which is asked about as a minus sign is."""
    parsed = parse_number(raw, percent_sign=True)
    return parsed is not None and parsed.value > 0 and stated_change(kpi, raw) is None


def _value_places(measure: KpiColumns, lines: RecordRows) -> Iterator[tuple[int, int]]:
    return (at for record in lines.records if (at := measure.place(record, "value")))


def _number(raw: CellValue) -> float | None:
    """A number in a text file; 35.2% tells its unit itself and says nothing of the others."""
    parsed = parse_number(raw, percent_sign=False) if isinstance(raw, str) and raw else None
    return parsed.value if parsed else None


def _settle_plain(measure: KpiColumns) -> None:
    """The range in which a bare number can be taken as it is: nothing else is known of it and no warning applies."""
    kpi, rules = measure.kpi, plausibility()
    low, high = kpi.bounds(measure.basis)
    measure.low = -LARGEST if low is None else low
    measure.high = LARGEST if high is None else high
    if kpi.kind in rules.large_change.kinds and measure.basis != "points":
        measure.high = min(measure.high, rules.large_change.above)
    if kpi.reduces and not measure.both_signs:
        measure.low = max(measure.low, 0.0)
    percent = kpi.unit.zh == PERCENT and kpi.kind in rules.fraction.kinds
    measure.gap = rules.fraction.below if percent and measure.basis != "points" else 0.0
    alone = measure.columns.keys() == {""}
    measure.plain = alone and not (kpi.bases and measure.basis is None)


def in_catalogue_order(measures: dict[str, KpiColumns]) -> list[KpiColumns]:
    return [measures[kpi.code] for kpi in catalogue().kpis if kpi.code in measures]


# The values of one record: bare numbers within bounds at once, everything else as the form's rows are read.


_BARE = re.compile(r"-?[0-9]{1,12}(?:\.[0-9]{1,12})?")
_MEANT: Mapping[str, str | int | None] = {"blank": None, "zero": 0, "not_applicable": "N/A"}


class RecordValueReader:
    """Reads the records of one table and year; ``open_units`` are the columns whose unit is asked about."""

    def __init__(
        self, measures: Sequence[KpiColumns], lines: RecordRows, grid: Grid, open_units: Container[str]
    ) -> None:
        self.lines, self.grid, self.open_units = lines, grid, open_units
        by_code = {measure.kpi.code: measure for measure in measures}
        self.measures = [(kpi, by_code.get(kpi.code)) for kpi in catalogue().kpis]

    def read(self, record: Record, year: int | None) -> Reading[dict[str, ReportedValue]]:
        if record.of_quantities:
            yield from self._quantities(record)
        values: dict[str, ReportedValue] = {}
        spots: dict[str, SourceCell] = {}
        for kpi, measure in self.measures:
            value = self._bare(measure, record, year) if measure and measure.plain else None
            if value is None and measure:
                value = yield from self._checked(measure, record, year, spots)
            values[kpi.code] = value or not_reported(kpi, year)
        yield from check_consistency(values, lambda code: spots.get(code) or self._spot(values[code], record))
        return values

    def _quantities(self, record: Record) -> Iterator[Fault]:
        """The numbers of a year beside which their change stands: of a KPI of change they are not read."""
        for kpi, measure in self.measures:
            if measure and kpi.is_change and "" in measure.columns and "value" in record.lines:
                at = record.lines["value"], measure.columns[""]
                if not self.grid.blank(*at):
                    name = measure.header.text if measure.header else kpi.name.zh
                    yield fault_at(self.grid.spot(*at), "level_for_change", item_params(kpi), name=name)

    def _bare(self, measure: KpiColumns, record: Record, year: int | None) -> ReportedValue | None:
        """A number that needs no second look, or None."""
        at = measure.place(record, "value")
        if at is None or len(record.lines) > 1 or measure.key in self.open_units:
            return None
        line, place = at
        cells = self.grid.rows[line]
        raw = cells[place] if place < len(cells) else None
        if type(raw) is str and _BARE.fullmatch(raw):
            raw = float(raw)
        if (type(raw) is not float and type(raw) is not int) or at in self.grid.flags:
            return None
        value = float(raw)
        if measure.fraction:
            value = float(f"{value * 100:.12g}")
        looks_odd = 0.0 < value < measure.gap and measure.fraction is None
        if not measure.low <= value <= measure.high or looks_odd or (measure.kpi.whole and value % 1):
            return None
        cell = self.grid.cell(line, place)
        return ReportedValue(measure.kpi.code, "reported", value, measure.basis, None, None, None, year, cell)

    def _checked(
        self, measure: KpiColumns, record: Record, year: int | None, spots: dict[str, SourceCell]
    ) -> Reading[ReportedValue]:
        kpi = measure.kpi
        row = yield from self._row(measure, record)
        if row.unanswered:
            at = measure.place(record, "value")
            return ReportedValue(kpi.code, "not_reported", year=year, cell=self.grid.cell(*at) if at else None)
        spots[kpi.code] = row.value
        if row.note.broken and row.note.blank and comparable_word(row.value.text) in vocabulary().not_applicable:
            # A table without a place for reasons: asking for one is not refusing the table.
            yield fault_at(row.value, "reason_missing", item_params(kpi), severity="warning")
        value = yield from read_kpi_value(kpi, row, year, self.grid.file.answers, measure.minus)
        # What is asked about is not warned of as well.
        unit_known = measure.fraction is not None or measure.gap > 0
        yield from check_value(kpi, value, row.value, unit_known)
        return value

    def _row(self, measure: KpiColumns, record: Record) -> Reading[FormRow]:
        basis: Basis | None = measure.basis
        spots: dict[str, SourceCell] = {}
        for part in ("value", "before", "after"):
            spots[part], stated = yield from self._number(measure, record, part)
            basis = stated or basis
        note = yield from self._text(measure, record, "note")
        basis_spot = yield from self._text(measure, record, "basis")
        if basis and basis_spot.blank:
            basis_spot = spots["value"].holding(basis)
        value = spots["value"]
        return FormRow(
            value, value, basis_spot if measure.kpi.bases else basis_spot.out_of_use(), **_two(spots), note=note
        )

    def _text(self, measure: KpiColumns, record: Record, part: str) -> Reading[SourceCell]:
        """A basis or a note; broken where the table has no place for it, so that it is not reported missing."""
        at = measure.place(record, part)
        if at is None and part in self.lines.shared:
            at = self.lines.shared[part], next(iter(measure.columns.values()))
        if at is None:
            return self.grid.spot(record.first, next(iter(measure.columns.values()))).out_of_use()
        return (yield from self.grid.checked(*at))

    def _number(self, measure: KpiColumns, record: Record, part: str) -> Reading[tuple[SourceCell, Basis | None]]:
        at = measure.place(record, part)
        if at is None:
            return self.grid.spot(record.first, next(iter(measure.columns.values()))).holding(None), None
        spot, basis = (yield from self.grid.checked(*at)), None
        if isinstance(spot.raw, str) and not spot.blank:
            spot, basis = yield from self._read_text(measure.kpi, spot)
        if measure.kpi.unit.zh == PERCENT and basis is None and not _has_sign(spot) and not spot.blank:
            spot = yield from self._in_percent(measure, record, part, spot)
        return spot, basis

    def _in_percent(self, measure: KpiColumns, record: Record, part: str, spot: SourceCell) -> Reading[SourceCell]:
        """A number of a percentage's column: a fraction or not, as the column is; not read while that is asked."""
        if measure.key in self.open_units:
            return spot.out_of_use()
        number = parse_number(spot.raw, percent_sign=False)
        alone = part == "value" and measure.fraction is None and not spot.percent
        if alone and number and 0 < number.value < measure.gap and not self._is_in_points(measure, record):
            return (yield from self._alone_below_one(measure, spot, number.value))
        if measure.fraction is None and not spot.percent:
            return spot
        return replace(spot, percent=False, fraction=measure.is_fraction(spot.percent))

    def _is_in_points(self, measure: KpiColumns, record: Record) -> bool:
        """By the basis beside it: points of less than one are ordinary."""
        at = measure.place(record, "basis")
        return at is not None and vocabulary().bases.get(comparable_word(self.grid.text(*at))) == "points"

    def _alone_below_one(self, measure: KpiColumns, spot: SourceCell, number: float) -> Reading[SourceCell]:
        """0.38 below 45.5: what the column is says nothing of it, so it is asked about itself."""
        key = f"{measure.key} / {spot.text}"
        answer = self.grid.file.answers.unit.get(key)
        if answer is not None:
            return replace(spot, fraction=answer == "fraction")
        asked = PendingQuestion("unit", key, "fraction", ("fraction", "percent"), ("range",))
        seen = float(f"{number * 100:.12g}")
        about = item_params(measure.kpi)
        yield fault_at(spot, "fraction_column", about, question=asked, seen=seen, stored=spot.text, count=1)
        return spot.out_of_use()

    def _read_text(self, kpi: Kpi, spot: SourceCell) -> Reading[tuple[SourceCell, Basis | None]]:
        word = comparable_word(spot.text)
        if word in heading_words().blank:
            return spot.read_as(None), None
        mark = heading_words().marks.get(word)
        if mark is not None:
            return (yield from self._mark(kpi, spot, mark)), None
        number, basis = without_unit(kpi, spot.text)
        change = stated_change(kpi, spot.raw) if number is None and kpi.bases else None
        if change and change.points:
            basis = "points"
        return (spot if number is None else spot.read_as(number)), basis

    def _mark(self, kpi: Kpi, spot: SourceCell, mark: str) -> Reading[SourceCell]:
        """A dash or 无 as answered; unanswered it is asked once for the file, and the cell is not read."""
        answer = self.grid.file.answers.mark.get(mark)
        if answer is None:
            asked = PendingQuestion("mark", mark, "blank", ("blank", "not_applicable", "zero"))
            yield fault_at(spot, "mark_unclear", item_params(kpi), question=asked)
            return spot.out_of_use()
        return spot.read_as(_MEANT[answer])

    def _spot(self, value: ReportedValue, record: Record) -> SourceCell:
        return SourceCell(value.cell, value.value) if value.cell else self.grid.spot(record.first, 0)


def _two(spots: Mapping[str, SourceCell]) -> dict[str, SourceCell]:
    return {part: spots[part] for part in ("before", "after")}


def _has_sign(spot: SourceCell) -> bool:
    """35.2% says its unit itself."""
    return isinstance(spot.raw, str) and "%" in unicodedata.normalize("NFKC", spot.raw)


# Numbers that no header or no single line owns: a column without a header, a cell merged over several lines.


def check_unowned_cells(
    found: TableRegion, columns: Sequence[HeaderColumn], places: set[int], used: set[int]
) -> Iterator[Fault]:
    """What would be left out in silence: nothing of it can be shown to belong to a KPI of one record.

    ``places`` are the columns that hold values, ``used`` the lines that are read.
    """
    if places and used:
        headed = {column.place for column in columns}
        headless = [place for place in range(min(places) + 1, found.grid.width) if place not in headed]
        yield from check_headless_numbers(found.grid, headless, range(found.top, found.first), sorted(used))
        yield from _check_merged(found, places, used)


def _check_merged(found: TableRegion, places: set[int], used: set[int]) -> Iterator[Fault]:
    grid = found.grid
    for top, left, bottom, right in grid.merged:
        covered = len(places.intersection(range(left, right + 1)))
        lines = len(used.intersection(range(top, bottom + 1)))
        if covered and lines and covered * lines > 1 and not grid.blank(top, left):
            yield fault_at(grid.spot(top, left), "merged_value")
