"""The values of one record: bare numbers within bounds at once, everything else as the form's rows are read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace

from kpi.catalogue.load import catalogue
from kpi.catalogue.schema import Kpi
from kpi.intake.form.answer_table import FormRow
from kpi.intake.freeform.heading_words import heading_words
from kpi.intake.freeform.kpi_columns import KpiColumns
from kpi.intake.freeform.number_with_unit import PERCENT, without_unit
from kpi.intake.freeform.record_rows import Record, RecordRows
from kpi.intake.grid import Grid
from kpi.intake.problem_collector import PendingQuestion, SourceCell, item_params
from kpi.intake.settings import comparable_word, vocabulary
from kpi.intake.values.kpi_value import not_reported, read_kpi_value
from kpi.intake.values.number_text import parse_number
from kpi.intake.values.plausibility_warnings import check_consistency, check_value
from kpi.intake.values.stated_change import stated_change
from kpi.model.application import Basis, ReportedValue

_BARE = re.compile(r"-?[0-9]{1,12}(?:\.[0-9]{1,12})?")
_MEANT: Mapping[str, str | int | None] = {"blank": None, "zero": 0, "not_applicable": "N/A"}


class RecordValueReader:
    """Reads the records of one table and year."""

    def __init__(self, measures: Sequence[KpiColumns], lines: RecordRows, grid: Grid) -> None:
        self.lines, self.grid, self.faults = lines, grid, grid.faults
        by_code = {measure.kpi.code: measure for measure in measures}
        self.measures = [(kpi, by_code.get(kpi.code)) for kpi in catalogue().kpis]

    def read(self, record: Record, year: int | None) -> dict[str, ReportedValue]:
        if record.of_quantities:
            self._report_quantities(record)
        values: dict[str, ReportedValue] = {}
        spots: dict[str, SourceCell] = {}
        for kpi, measure in self.measures:
            value = self._bare(measure, record, year) if measure and measure.plain else None
            if value is None:
                value = self._checked(measure, record, year, spots) if measure else not_reported(kpi, year)
            values[kpi.code] = value
        check_consistency(values, lambda code: spots.get(code) or self._spot(values[code], record), self.faults)
        return values

    def _report_quantities(self, record: Record) -> None:
        """The numbers of a year beside which their change stands: of a KPI of change they are not read."""
        for kpi, measure in self.measures:
            if measure and kpi.is_change and "" in measure.columns and "value" in record.lines:
                at = record.lines["value"], measure.columns[""]
                if not self.grid.blank(*at):
                    name = measure.header.text if measure.header else kpi.name.zh
                    self.faults.at(self.grid.spot(*at), "level_for_change", item_params(kpi), name=name)

    def _bare(self, measure: KpiColumns, record: Record, year: int | None) -> ReportedValue | None:
        """A number that needs no second look, or None."""
        at = measure.place(record, "value")
        if at is None or len(record.lines) > 1 or ("unit", measure.key) in self.faults.asked:
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
    ) -> ReportedValue:
        kpi = measure.kpi
        row = self._row(measure, record)
        if row.unanswered:
            at = measure.place(record, "value")
            return ReportedValue(kpi.code, "not_reported", year=year, cell=self.grid.cell(*at) if at else None)
        spots[kpi.code] = row.value
        if row.note.broken and row.note.blank and comparable_word(row.value.text) in vocabulary().not_applicable:
            # A table without a place for reasons: asking for one is not refusing the table.
            self.faults.at(row.value, "reason_missing", item_params(kpi), severity="warning")
        value = read_kpi_value(kpi, row, year, self.faults, measure.minus)
        # What is asked about is not warned of as well.
        unit_known = measure.fraction is not None or measure.gap > 0
        check_value(kpi, value, row.value, self.faults, unit_known)
        return value

    def _row(self, measure: KpiColumns, record: Record) -> FormRow:
        basis: Basis | None = measure.basis
        spots: dict[str, SourceCell] = {}
        for part in ("value", "before", "after"):
            spots[part], stated = self._number(measure, record, part)
            basis = stated or basis
        note = self._text(measure, record, "note")
        basis_spot = self._text(measure, record, "basis")
        if basis and basis_spot.blank:
            basis_spot = spots["value"].holding(basis)
        value = spots["value"]
        return FormRow(
            value, value, basis_spot if measure.kpi.bases else basis_spot.out_of_use(), **_two(spots), note=note
        )

    def _text(self, measure: KpiColumns, record: Record, part: str) -> SourceCell:
        """A basis or a note; broken where the table has no place for it, so that it is not reported missing."""
        at = measure.place(record, part)
        if at is None and part in self.lines.shared:
            at = self.lines.shared[part], next(iter(measure.columns.values()))
        if at is None:
            return self.grid.spot(record.first, next(iter(measure.columns.values()))).out_of_use()
        return self.grid.checked(*at)

    def _number(self, measure: KpiColumns, record: Record, part: str) -> tuple[SourceCell, Basis | None]:
        at = measure.place(record, part)
        if at is None:
            return self.grid.spot(record.first, next(iter(measure.columns.values()))).holding(None), None
        spot, basis = self.grid.checked(*at), None
        if isinstance(spot.raw, str) and not spot.blank:
            spot, basis = self._read_text(measure.kpi, spot)
        if measure.kpi.unit.zh == PERCENT and basis is None and not _has_sign(spot) and not spot.blank:
            spot = self._in_percent(measure, record, part, spot)
        return spot, basis

    def _in_percent(self, measure: KpiColumns, record: Record, part: str, spot: SourceCell) -> SourceCell:
        """A number of a percentage's column: a fraction or not, as the column is; not read while that is asked."""
        faults = self.faults
        if ("unit", measure.key) in faults.asked:
            return spot.out_of_use()
        number = parse_number(spot.raw, percent_sign=False)
        alone = part == "value" and measure.fraction is None and not spot.percent
        if alone and number and 0 < number.value < measure.gap and not self._is_in_points(measure, record):
            return self._alone_below_one(measure, spot, number.value)
        if measure.fraction is None and not spot.percent:
            return spot
        return replace(spot, percent=False, fraction=measure.is_fraction(spot.percent))

    def _is_in_points(self, measure: KpiColumns, record: Record) -> bool:
        """By the basis beside it: points of less than one are ordinary."""
        at = measure.place(record, "basis")
        return at is not None and vocabulary().bases.get(comparable_word(self.grid.text(*at))) == "points"

    def _alone_below_one(self, measure: KpiColumns, spot: SourceCell, number: float) -> SourceCell:
        """0.38 below 45.5: what the column is says nothing of it, so it is asked about itself."""
        key = f"{measure.key} / {spot.text}"
        answer = self.faults.answers.unit.get(key)
        if answer is not None:
            return replace(spot, fraction=answer == "fraction")
        asked = PendingQuestion("unit", key, "fraction", ("fraction", "percent"), ("range",))
        seen = float(f"{number * 100:.12g}")
        self.faults.ask(spot, asked, "fraction_column", item_params(measure.kpi), seen=seen, stored=spot.text, count=1)
        return spot.out_of_use()

    def _read_text(self, kpi: Kpi, spot: SourceCell) -> tuple[SourceCell, Basis | None]:
        word = comparable_word(spot.text)
        if word in heading_words().blank:
            return spot.read_as(None), None
        mark = heading_words().marks.get(word)
        if mark is not None:
            return self._mark(kpi, spot, mark), None
        number, basis = without_unit(kpi, spot.text)
        change = stated_change(kpi, spot.raw) if number is None and kpi.bases else None
        if change and change.points:
            basis = "points"
        return (spot if number is None else spot.read_as(number)), basis

    def _mark(self, kpi: Kpi, spot: SourceCell, mark: str) -> SourceCell:
        """A dash or 无 as answered; unanswered it is asked once for the file, and the cell is not read."""
        answer = self.faults.answers.mark.get(mark)
        if answer is None:
            asked = PendingQuestion("mark", mark, "blank", ("blank", "not_applicable", "zero"))
            self.faults.ask(spot, asked, "mark_unclear", item_params(kpi))
            return spot.out_of_use()
        return spot.read_as(_MEANT[answer])

    def _spot(self, value: ReportedValue, record: Record) -> SourceCell:
        return SourceCell(value.cell, value.value) if value.cell else self.grid.spot(record.first, 0)


def _two(spots: Mapping[str, SourceCell]) -> dict[str, SourceCell]:
    return {part: spots[part] for part in ("before", "after")}


def _has_sign(spot: SourceCell) -> bool:
    """35.2% says its unit itself."""
    return isinstance(spot.raw, str) and "%" in unicodedata.normalize("NFKC", spot.raw)
