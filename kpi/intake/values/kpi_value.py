"""One KPI as its sender stated it: number, basis, before and after, "not applicable", blank; and every fault."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from kpi.catalogue.schema import Kpi, best_attainable, from_before_after
from kpi.files.text import cell_text
from kpi.intake.answers import Answers
from kpi.intake.cells import LARGEST, ParsedNumber, parse_number, tolerance
from kpi.intake.form.answer_table import FormRow
from kpi.intake.problems import Fault, PendingQuestion, Reading, SourceCell, fault_at, item_params
from kpi.intake.settings import comparable_word, vocabulary
from kpi.intake.values.stated_change import MinusSense, settle_change, stated_change
from kpi.model.application import Basis, ReportedValue

# The number in a KPI's cell: percentages that a sheet stores as fractions are brought to what its sender sees.


PERCENT = "%"


def _read_number(
    kpi: Kpi, spot: SourceCell, percent_sign: bool, about: Mapping[str, str], answers: Answers
) -> Reading[ParsedNumber | None]:
    """The number in a cell, a fraction as its percentage; None where there is none."""
    parsed = parse_number(spot.raw, percent_sign)
    if parsed is None:
        yield fault_at(spot, "not_a_number", about)
    elif percent_sign and (spot.percent or spot.fraction):
        return (yield from _percent(kpi, spot, parsed, answers))
    return parsed


def _percent(kpi: Kpi, spot: SourceCell, parsed: ParsedNumber, answers: Answers) -> Reading[ParsedNumber]:
    """The sheet stores 0.352 and shows 35.2%: what its sender sees is kept, and asked about unless it is known."""
    unit = _unit_answer(kpi, spot, answers)
    seen = fraction_as_percent(parsed)
    if unit is None:
        asked = PendingQuestion(
            "unit", comparable_word(kpi.name.zh), "fraction", ("fraction", "percent"), ("format", "range")
        )
        shown, stored = short_number(seen.value), cell_text(spot.raw)
        yield fault_at(spot, "percent_format", item_params(kpi), question=asked, seen=shown, stored=stored)
    return parsed if unit == "percent" else seen


def _unit_answer(kpi: Kpi, spot: SourceCell, answers: Answers) -> str | None:
    return "fraction" if spot.fraction else answers.unit.get(comparable_word(kpi.name.zh))


def _stated_number(kpi: Kpi, spot: SourceCell, answers: Answers) -> float | None:
    """The number in a value's cell as it would be read, without a word about it; None where there is none."""
    percent_sign = kpi.unit.zh == PERCENT
    parsed = parse_number(spot.raw, percent_sign)
    if parsed and percent_sign and (spot.percent or spot.fraction) and _unit_answer(kpi, spot, answers) != "percent":
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
    kpi: Kpi, row: FormRow, year: int | None, answers: Answers, minus: MinusSense = "stated"
) -> Reading[ReportedValue]:
    """One KPI's row. A faulty value comes back as not reported; its fault says what stood there.

    ``minus`` says what the minus sign of a bare number means under a reduction; the form states it.
    """
    if comparable_word(row.value.text) in vocabulary().not_applicable:
        return (yield from _not_applicable(kpi, row, year))
    before = yield from _measure(kpi, "before", row.before, answers)
    measured = _Measured(before, (yield from _measure(kpi, "after", row.after, answers)))
    row = yield from _with_direction(kpi, row, year, measured.change(kpi, "points"), minus, answers)
    basis = yield from _basis(kpi, row, answers)
    value = yield from _value(kpi, row, basis, measured, answers)
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
    kpi: Kpi, row: FormRow, year: int | None, gain: float, minus: MinusSense, answers: Answers
) -> Reading[FormRow]:
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
    return replace(row, value=(yield from settle_change(kpi, row.value, year, gain, minus, answers)))


def _not_applicable(kpi: Kpi, row: FormRow, year: int | None) -> Reading[ReportedValue]:
    if row.note.blank and not row.note.broken:
        yield fault_at(row.note, "reason_missing", item_params(kpi))
    for spot in (row.before, row.after):
        if not spot.blank:
            yield fault_at(spot, "ignored_cell", item_params(kpi))
    note = row.note.text or None
    return ReportedValue(kpi.code, "not_applicable", note=note, year=year, cell=row.value.cell)


def _basis(kpi: Kpi, row: FormRow, answers: Answers) -> Reading[Basis | None]:
    """The basis as stated, or None; missing is a fault only beside a number.

    Without a basis the number is not read: the fault keeps it.
    """
    if not kpi.bases:
        if not row.basis.blank:
            # A number there is half of the value: 1,234 without quotation marks falls into two cells.
            halved = parse_number(row.basis.raw, True) is not None
            yield fault_at(row.basis, "basis_not_allowed", item_params(kpi), severity="error" if halved else "warning")
        return None
    basis = vocabulary().bases.get(comparable_word(row.basis.text))
    if basis in kpi.bases:
        return basis
    stated = _stated_number(kpi, row.value, answers)
    about = item_params(kpi) if stated is None else {**item_params(kpi), "stated": repr(stated)}
    if not row.basis.blank:
        yield fault_at(row.basis, "unknown_basis", about)
    elif not row.basis.broken and stated is not None:
        yield fault_at(row.basis, "missing_basis", about)
    return None


def _value(kpi: Kpi, row: FormRow, basis: Basis | None, measured: _Measured, answers: Answers) -> Reading[float | None]:
    if row.value.broken:
        return None
    if row.value.blank:
        return (yield from _computed(kpi, row, basis, measured))
    parsed = yield from _read_number(kpi, row.value, kpi.unit.zh == PERCENT, item_params(kpi), answers)
    if parsed is None:
        return None
    impossible = _beyond_start(kpi, row, parsed, basis, measured) or _outside(kpi, row.value, parsed.value, basis)
    if impossible:
        yield impossible
    fractional = kpi.whole and not parsed.value.is_integer()
    if fractional:
        yield fault_at(row.value, "fractional_count", item_params(kpi))
    agrees = yield from _compare(kpi, row, None if impossible else parsed, basis, measured)
    usable = agrees and not impossible and not fractional and not (kpi.bases and basis is None)
    return parsed.value if usable else None


def _beyond_start(
    kpi: Kpi, row: FormRow, parsed: ParsedNumber, basis: Basis | None, measured: _Measured
) -> Fault | None:
    """That a value is beyond the best that its stated start leaves room for.

    A value that before and after give on the other basis has the wrong basis, and is said to.
    """
    if measured.before is None or (kpi.bases and basis is None):
        return None
    start = measured.before
    best = None if math.isnan(from_before_after(kpi, start, start, basis)) else best_attainable(kpi, start, basis)
    if best is None or parsed.value <= best + tolerance(parsed, best):
        return None
    others = [measured.change(kpi, other) for other in kpi.bases if other != basis]
    if any(abs(parsed.value - change) <= tolerance(parsed, change) for change in others):
        computed = short_number(measured.change(kpi, basis))
        return fault_at(
            row.value, "stated_differs_from_computed", item_params(kpi), severity="error", computed=computed
        )
    return fault_at(row.value, "beyond_whole", item_params(kpi), before=start, best=short_number(best))


def _compare(
    kpi: Kpi, row: FormRow, parsed: ParsedNumber | None, basis: Basis | None, measured: _Measured
) -> Reading[bool]:
    """Holds a stated value against its own before and after; False where they make it impossible.

    ``parsed`` is None where the value is impossible by itself.
    """
    if not kpi.is_change or (kpi.bases and basis is None):
        return True
    if not measured.both:
        yield from _incomplete(kpi, row)
        return True
    computed = measured.change(kpi, basis)
    if math.isnan(computed):
        yield fault_at(row.before, "zero_start", item_params(kpi))
        return False
    if parsed and abs(parsed.value - computed) > tolerance(parsed, computed):
        against = parsed.value * computed < 0
        code = "direction_contradicted" if against else "stated_differs_from_computed"
        yield fault_at(row.value, code, item_params(kpi), computed=short_number(computed))
    return True


def _computed(kpi: Kpi, row: FormRow, basis: Basis | None, measured: _Measured) -> Reading[float | None]:
    """A blank value worked out from before and after, or None where that cannot be done."""
    basis = basis or _assumed(kpi)
    computed = measured.change(kpi, basis)
    if not kpi.is_change:
        if measured.before is not None or measured.after is not None:
            yield fault_at(row.value, "level_without_value", item_params(kpi))
    elif not measured.both:
        yield from _incomplete(kpi, row)
    elif math.isnan(computed):
        yield fault_at(row.before, "zero_start", item_params(kpi))
    elif outside := _outside(kpi, row.value, computed, basis):
        yield outside
    else:
        yield fault_at(row.value, "value_computed", item_params(kpi), computed=short_number(computed))
        return computed
    return None


def _assumed(kpi: Kpi) -> Basis | None:
    """The basis of a computed value whose sender named none: the first that the KPI allows, as policy's default."""
    return kpi.bases[0] if kpi.bases else None


def _incomplete(kpi: Kpi, row: FormRow) -> Iterator[Fault]:
    """One of before and after is there and the other was left blank (a faulty one is not blank)."""
    before, after = row.before, row.after
    if not (before.broken or after.broken or before.blank == after.blank):
        yield fault_at(before if before.blank else after, "before_after_incomplete", item_params(kpi))


def _measure(kpi: Kpi, field: str, spot: SourceCell, answers: Answers) -> Reading[float | None]:
    """A before or an after, in the measured quantity's own unit; a share lies between 0 and 100."""
    if spot.blank:
        return None
    about = {**item_params(kpi), "field": field}
    parsed = yield from _read_number(kpi, spot, kpi.of_share, about, answers)
    if parsed is None:
        return None
    if parsed.value < 0:
        yield fault_at(spot, "below_minimum", about, minimum=0)
    elif kpi.of_share and kpi.points_maximum is not None and parsed.value > kpi.points_maximum:
        yield fault_at(spot, "above_maximum", about, maximum=kpi.points_maximum)
    else:
        return parsed.value
    return None


def _outside(kpi: Kpi, spot: SourceCell, value: float, basis: Basis | None) -> Fault | None:
    """That a value is not within the KPI's bounds, or too large for any."""
    minimum, maximum = kpi.bounds(basis)
    if minimum is not None and value < minimum:
        return fault_at(spot, "below_minimum", item_params(kpi), minimum=minimum)
    if maximum is not None and value > maximum:
        return fault_at(spot, "above_maximum", item_params(kpi), maximum=maximum)
    return fault_at(spot, "number_too_large", item_params(kpi)) if abs(value) > LARGEST else None
