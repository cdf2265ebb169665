"""One KPI as its sender stated it: number, basis, before and after, "not applicable", blank; every fault reported."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from kpi.catalogue.schema import Kpi, best_attainable, from_before_after
from kpi.files.text import cell_text
from kpi.intake.cells import LARGEST, ParsedNumber, parse_number, tolerance
from kpi.intake.form.answer_table import FormRow
from kpi.intake.problems import PendingQuestion, ProblemCollector, SourceCell, item_params
from kpi.intake.settings import comparable_word, vocabulary
from kpi.intake.values.stated_change import MinusSense, settle_change, stated_change
from kpi.model.application import Basis, ReportedValue

# The number in a KPI's cell: percentages that a sheet stores as fractions are brought to what its sender sees.


PERCENT = "%"


def read_number(
    kpi: Kpi, spot: SourceCell, percent_sign: bool, about: Mapping[str, str], faults: ProblemCollector
) -> ParsedNumber | None:
    """The number in a cell, a fraction as its percentage; None where there is none, which is reported."""
    parsed = parse_number(spot.raw, percent_sign)
    if parsed is None:
        faults.at(spot, "not_a_number", about)
    elif percent_sign and (spot.percent or spot.fraction):
        return _percent(kpi, spot, parsed, faults)
    return parsed


def _percent(kpi: Kpi, spot: SourceCell, parsed: ParsedNumber, faults: ProblemCollector) -> ParsedNumber:
    """The sheet stores 0.352 and shows 35.2%: what its sender sees is kept, and asked about unless it is known."""
    if _unit_answer(kpi, spot, faults) == "percent":
        return parsed
    seen = fraction_as_percent(parsed)
    if _unit_answer(kpi, spot, faults) is None:
        asked = PendingQuestion(
            "unit", comparable_word(kpi.name.zh), "fraction", ("fraction", "percent"), ("format", "range")
        )
        faults.ask(
            spot, asked, "percent_format", item_params(kpi), seen=short_number(seen.value), stored=cell_text(spot.raw)
        )
    return seen


def _unit_answer(kpi: Kpi, spot: SourceCell, faults: ProblemCollector) -> str | None:
    return "fraction" if spot.fraction else faults.answers.unit.get(comparable_word(kpi.name.zh))


def stated_number(kpi: Kpi, spot: SourceCell, faults: ProblemCollector) -> float | None:
    """The number in a value's cell as it would be read, without a word about it; None where there is none."""
    percent_sign = kpi.unit.zh == PERCENT
    parsed = parse_number(spot.raw, percent_sign)
    if parsed and percent_sign and (spot.percent or spot.fraction) and _unit_answer(kpi, spot, faults) != "percent":
        parsed = fraction_as_percent(parsed)
    return parsed.value if parsed else None


def fraction_as_percent(parsed: ParsedNumber) -> ParsedNumber:
    """A fraction as a percentage, without the noise of a float: 0.352 is 35.2."""
    return ParsedNumber(float(f"{parsed.value * 100:.12g}"), max(0, parsed.decimals - 2))


def short_number(value: float) -> str:
    """Enough digits to check a sum by hand."""
    return f"{value:.6g}"


def not_reported(kpi: Kpi, year: int | None) -> ReportedValue:
    """A KPI of which the file says nothing."""
    return ReportedValue(kpi.code, "not_reported", year=year)


def read_kpi_value(
    kpi: Kpi, row: FormRow, year: int | None, faults: ProblemCollector, minus: MinusSense = "stated"
) -> ReportedValue:
    """One KPI's row. A faulty value comes back as not reported; its problem says what stood there.

    ``minus`` says what the minus sign of a bare number means under a reduction; the form states it.
    """
    if comparable_word(row.value.text) in vocabulary().not_applicable:
        return _not_applicable(kpi, row, year, faults)
    measured = _Measured(_measure(kpi, "before", row.before, faults), _measure(kpi, "after", row.after, faults))
    row = _with_direction(kpi, row, year, measured.change(kpi, "points"), minus, faults)
    basis = _basis(kpi, row, faults)
    value = _value(kpi, row, basis, measured, faults)
    return ReportedValue(
        kpi.code,
        "not_reported" if value is None else "reported",
        value=value,
        basis=(basis or _assumed(kpi)) if value is not None else basis,
        before=measured.before,
        after=measured.after,
        note=row.note.text or None,
        year=year,
        cell=row.value.cell,
    )


@dataclass(frozen=True, slots=True)
class _Measured:
    """The measured quantity before and after, where both or one could be read."""

    before: float | None
    after: float | None

    @property
    def both(self) -> bool:
        return self.before is not None and self.after is not None

    def change(self, kpi: Kpi, basis: Basis | None) -> float:
        """The change on ``basis``; NaN where it is not defined."""
        if self.before is None or self.after is None:
            return math.nan
        return from_before_after(kpi, self.before, self.after, basis)


def _with_direction(
    kpi: Kpi, row: FormRow, year: int | None, gain: float, minus: MinusSense, faults: ProblemCollector
) -> FormRow:
    """The row with its value's verb, arrow or sign settled; points that the value names are the basis where none is."""
    stated = stated_change(kpi, row.value.raw)
    if stated is None:
        return row
    if stated.points and kpi.bases:
        if row.basis.blank:
            row = replace(row, basis=row.value.holding("points"))
        elif vocabulary().bases.get(comparable_word(row.basis.text)) == "relative":
            # The words say one basis, the column another: no number that anybody could propose.
            return row
    lowest, highest = kpi.bounds(vocabulary().bases.get(comparable_word(row.basis.text)))
    if (
        stated.certain
        and lowest is not None
        and highest is not None
        and -stated.size < lowest
        and stated.size > highest
    ):
        # Out of bounds whichever way it is meant.
        return row
    return replace(row, value=settle_change(kpi, row.value, year, gain, minus, faults))


def _not_applicable(kpi: Kpi, row: FormRow, year: int | None, faults: ProblemCollector) -> ReportedValue:
    if row.note.blank and not row.note.broken:
        faults.at(row.note, "reason_missing", item_params(kpi))
    for spot in (row.before, row.after):
        if not spot.blank:
            faults.at(spot, "ignored_cell", item_params(kpi))
    note = row.note.text or None
    return ReportedValue(kpi.code, "not_applicable", note=note, year=year, cell=row.value.cell)


def _basis(kpi: Kpi, row: FormRow, faults: ProblemCollector) -> Basis | None:
    """The basis as stated, or None; missing is a fault only beside a number.

    Without a basis the number is not read: the fault keeps it.
    """
    if not kpi.bases:
        if not row.basis.blank:
            # A number there is half of the value: 1,234 without quotation marks falls into two cells.
            halved = parse_number(row.basis.raw, True) is not None
            faults.at(row.basis, "basis_not_allowed", item_params(kpi), severity="error" if halved else "warning")
        return None
    stated = stated_number(kpi, row.value, faults)
    about = item_params(kpi) if stated is None else {**item_params(kpi), "stated": repr(stated)}
    if row.basis.blank:
        if not row.basis.broken and stated is not None:
            faults.at(row.basis, "missing_basis", about)
        return None
    basis = vocabulary().bases.get(comparable_word(row.basis.text))
    if basis not in kpi.bases:
        faults.at(row.basis, "unknown_basis", about)
        return None
    return basis


def _value(kpi: Kpi, row: FormRow, basis: Basis | None, measured: _Measured, faults: ProblemCollector) -> float | None:
    if row.value.broken:
        return None
    if row.value.blank:
        return _computed(kpi, row, basis, measured, faults)
    parsed = read_number(kpi, row.value, kpi.unit.zh == PERCENT, item_params(kpi), faults)
    if parsed is None:
        return None
    possible = _start_allows(kpi, row, parsed, basis, measured, faults) and _within(
        kpi, row.value, parsed.value, basis, faults
    )
    usable = possible
    if kpi.whole and not parsed.value.is_integer():
        faults.at(row.value, "fractional_count", item_params(kpi))
        usable = False
    usable = _compare(kpi, row, parsed if possible else None, basis, measured, faults) and usable
    return parsed.value if usable and not (kpi.bases and basis is None) else None


def _start_allows(
    kpi: Kpi, row: FormRow, parsed: ParsedNumber, basis: Basis | None, measured: _Measured, faults: ProblemCollector
) -> bool:
    """False for a value beyond the best that its stated start leaves room for, which is reported.

    A value that before and after give on the other basis has the wrong basis, and is reported so.
    """
    if measured.before is None or (kpi.bases and basis is None):
        return True
    start = measured.before
    best = None if math.isnan(from_before_after(kpi, start, start, basis)) else best_attainable(kpi, start, basis)
    if best is None or parsed.value <= best + tolerance(parsed, best):
        return True
    others = [measured.change(kpi, other) for other in kpi.bases if other != basis]
    if any(abs(parsed.value - change) <= tolerance(parsed, change) for change in others):
        computed = short_number(measured.change(kpi, basis))
        faults.at(row.value, "stated_differs_from_computed", item_params(kpi), severity="error", computed=computed)
    else:
        faults.at(row.value, "beyond_whole", item_params(kpi), before=start, best=short_number(best))
    return False


def _compare(
    kpi: Kpi,
    row: FormRow,
    parsed: ParsedNumber | None,
    basis: Basis | None,
    measured: _Measured,
    faults: ProblemCollector,
) -> bool:
    """Holds a stated value against its own before and after; False where they make it impossible.

    ``parsed`` is None where the value is impossible by itself and has been reported.
    """
    if not kpi.is_change or (kpi.bases and basis is None):
        return True
    if not measured.both:
        _incomplete(kpi, row, faults)
        return True
    computed = measured.change(kpi, basis)
    if math.isnan(computed):
        faults.at(row.before, "zero_start", item_params(kpi))
        return False
    if parsed and abs(parsed.value - computed) > tolerance(parsed, computed):
        against = parsed.value * computed < 0
        code = "direction_contradicted" if against else "stated_differs_from_computed"
        faults.at(row.value, code, item_params(kpi), computed=short_number(computed))
    return True


def _computed(
    kpi: Kpi, row: FormRow, basis: Basis | None, measured: _Measured, faults: ProblemCollector
) -> float | None:
    """A blank value worked out from before and after, or None where that cannot be done."""
    if not kpi.is_change:
        if measured.before is not None or measured.after is not None:
            faults.at(row.value, "level_without_value", item_params(kpi))
        return None
    if not measured.both:
        _incomplete(kpi, row, faults)
        return None
    computed = measured.change(kpi, basis or _assumed(kpi))
    if math.isnan(computed):
        faults.at(row.before, "zero_start", item_params(kpi))
        return None
    if not _within(kpi, row.value, computed, basis or _assumed(kpi), faults):
        return None
    faults.at(row.value, "value_computed", item_params(kpi), computed=short_number(computed))
    return computed


def _assumed(kpi: Kpi) -> Basis | None:
    """The basis of a computed value whose sender named none: the first that the KPI allows, as policy's default."""
    return kpi.bases[0] if kpi.bases else None


def _incomplete(kpi: Kpi, row: FormRow, faults: ProblemCollector) -> None:
    """One of before and after is there and the other was left blank (a faulty one is not blank)."""
    before, after = row.before, row.after
    if before.broken or after.broken or before.blank == after.blank:
        return
    faults.at(before if before.blank else after, "before_after_incomplete", item_params(kpi))


def _measure(kpi: Kpi, field: str, spot: SourceCell, faults: ProblemCollector) -> float | None:
    """A before or an after, in the measured quantity's own unit; a share lies between 0 and 100."""
    if spot.blank:
        return None
    about = {**item_params(kpi), "field": field}
    parsed = read_number(kpi, spot, kpi.of_share, about, faults)
    if parsed is None:
        return None
    if parsed.value < 0:
        faults.at(spot, "below_minimum", about, minimum=0)
        return None
    if kpi.of_share and kpi.points_maximum is not None and parsed.value > kpi.points_maximum:
        faults.at(spot, "above_maximum", about, maximum=kpi.points_maximum)
        return None
    return parsed.value


def _within(kpi: Kpi, spot: SourceCell, value: float, basis: Basis | None, faults: ProblemCollector) -> bool:
    minimum, maximum = kpi.bounds(basis)
    if minimum is not None and value < minimum:
        faults.at(spot, "below_minimum", item_params(kpi), minimum=minimum)
        return False
    if maximum is not None and value > maximum:
        faults.at(spot, "above_maximum", item_params(kpi), maximum=maximum)
        return False
    if abs(value) > LARGEST:
        faults.at(spot, "number_too_large", item_params(kpi))
        return False
    return True
