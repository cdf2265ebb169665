"""What is held against what is known beside the file: the calendar, its own earlier years, what is published."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from statistics import NormalDist

from kpi.catalogue.catalogue import catalogue
from kpi.catalogue.schema import Fact, Kpi
from kpi.files.text import cell_text
from kpi.intake.problems import Fault, SourceCell, fault_at, item_params
from kpi.intake.settings import plausibility
from kpi.model.application import Application, ReportedValue
from kpi.model.problem import PROBLEM_CODES, Problem
from kpi.model.publication import PublishedCell

# What is held against what is known beside the file: the calendar, its own earlier years, what is published.
#
# All are warnings with a reason, never a block. The published table is all that may be looked at: no peer's value is.


KpiValues = Mapping[str, ReportedValue]


def check_against_calendar(year: int, this_year: int) -> tuple[Problem, ...]:
    """A year that has not begun: mistyped, most likely."""
    if year <= this_year:
        return ()
    severity, code = PROBLEM_CODES["year_ahead"][0], "year_ahead"
    return (Problem(severity, code, "", value=str(year), params={"year": year}),)


def check_against_earlier_years(values: KpiValues, earlier: Mapping[int, KpiValues]) -> tuple[Problem, ...]:
    """What does not fit the latest earlier year in ``earlier`` (year -> values by code) that reports the same KPI.

    Found are: a value a hundred times or a hundredth of the earlier one, a jump beyond the thresholds of
    ``plausibility.toml``, and a year that repeats an earlier one in all its values. Values of another basis or of no
    number are passed over, and so are years that are not earlier.
    """
    rule, found = plausibility().look_back, []
    years = [year for year in sorted(earlier, reverse=True) if _is_before(year, values)]
    for code, value in values.items():
        kpi = catalogue().kpi(code)
        for year in years:
            before = earlier[year].get(code)
            if before is None or not _comparable(value, before):
                continue
            problem_code = _against(kpi, _number(value), _number(before))
            if problem_code:
                found.append(_problem(problem_code, kpi, value, year=year, earlier=_number(before)))
            break
    copied = next((year for year in years if _repeats(values, earlier[year], rule.fewest_repeated)), None)
    if copied is not None:
        first = next(value for value in values.values() if value.value is not None)
        found.append(_problem(rule.repeated_code, catalogue().kpi(first.code), first, year=copied))
    return tuple(found)


def check_facts(application: Application, earlier: Mapping[int, Application]) -> tuple[Problem, ...]:
    """What the form asks for beside what is stated: a position beside a name, the parts of an address, a change of name
    since the latest year in ``earlier``.
    """
    rule, found = plausibility().facts, []
    people = [(fact, said) for fact in catalogue().facts if fact.person and (said := application.text(fact.code))]
    for fact, said in people:
        if not re.search(rule.positions, said) and not re.search(rule.parted, said.strip()):
            found.append(_of_fact(rule.position_code, fact, said))
    address = application.text(rule.address)
    if address and not all(re.search(part, address) for part in rule.address_parts):
        found.append(_of_fact(rule.address_code, catalogue().fact(rule.address), address))
    last = max((year for year in earlier if year < application.year), default=None)
    name, before = application.text(rule.name), earlier[last].text(rule.name) if last is not None else None
    if last is not None and name and before and _plain(name) != _plain(before):
        found.append(_of_fact(rule.renamed_code, catalogue().fact(rule.name), name, year=last, earlier=before))
    return tuple(found)


def _plain(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).split())


def _of_fact(code: str, fact: Fact, said: str, **params: str | float) -> Problem:
    return Problem(PROBLEM_CODES[code][0], code, "", value=said, params={**item_params(fact), **params})


def check_against_published(values: KpiValues, published: Mapping[str, PublishedCell]) -> tuple[Problem, ...]:
    """Values far from the published median, by the distance of p20 or p80 from it as the measure (robust: no mean).

    ``published`` is by KPI code. On either side, z = (value - median) / s with s = |p - median| / q, at least one
    published rounding step; |z| above ``plausibility.toml``'s threshold is reported. So many standard deviations q of a
    normal distribution lie between its median and the table's outer quantile: 0.8416 at 0.8. Unpublished (NaN) cells
    and values in percentage points are passed over: the table is of relative changes.
    """
    rule, found = plausibility().published, []
    for code, value in values.items():
        table = published.get(code)
        if table is None or value.value is None or value.basis == "points":
            continue
        distance = _distance(value.value, table)
        if abs(distance) > rule.above:
            problem = _problem(
                rule.code,
                catalogue().kpi(code),
                value,
                median=table.median,
                p20=table.p20,
                p80=table.p80,
                lower=table.lower_quantile,
                upper=table.upper_quantile,
                distance=round(abs(distance), 1),
            )
            found.append(problem)
    return tuple(found)


def _is_before(year: int, values: KpiValues) -> bool:
    return all(value.year is None or year < value.year for value in values.values())


def _comparable(value: ReportedValue, before: ReportedValue) -> bool:
    return value.value is not None and before.value is not None and value.basis == before.basis


def _number(value: ReportedValue) -> float:
    return math.nan if value.value is None else value.value


def _against(kpi: Kpi, now: float, before: float) -> str | None:
    """The code of what is odd between two years of one KPI, or None."""
    rule = plausibility().look_back
    ratio = abs(now / before) if before and now else 1.0
    hundredfold = any(abs(ratio / factor - 1) < rule.slip_within for factor in (100.0, 0.01))
    if hundredfold and kpi.unit.zh == "%":
        return rule.slip_code
    if kpi.unit.zh == "%":
        return rule.jump_code if abs(now - before) > rule.jump_points else None
    few = max(now, before) < rule.few_counted
    return None if few or 1 / rule.jump_factor <= ratio <= rule.jump_factor else rule.jump_code


def _repeats(values: KpiValues, before: KpiValues, fewest: int) -> bool:
    current = {code: value.value for code, value in values.items() if value.value is not None}
    then = {code: value.value for code, value in before.items() if value.value is not None}
    return len(current) >= fewest and current == then


def _distance(value: float, table: PublishedCell) -> float:
    """Robust standard deviations from the median, on the value's own side; 0 where the table does not say."""
    number, at = (table.p80, table.upper_quantile) if value >= table.median else (table.p20, table.lower_quantile)
    # At a line of one half the outer number is the median itself: a rounding step is all that is known of the spread.
    deviations = abs(NormalDist().inv_cdf(at)) or math.inf
    spread = max(abs(number - table.median) / deviations, table.step)
    distance = (value - table.median) / spread if spread > 0 else math.nan
    return distance if math.isfinite(distance) else 0.0


def _problem(code: str, kpi: Kpi, value: ReportedValue, **params: float) -> Problem:
    cell, filled = value.cell, dict[str, str | float](**item_params(kpi), **params)
    if cell is None:
        return Problem(PROBLEM_CODES[code][0], code, "", value=cell_text(value.value), params=filled)
    return Problem(
        PROBLEM_CODES[code][0], code, cell.file, cell.sheet, cell.row, cell.column, cell_text(value.value), filled
    )


# Values that are possible but odd, by the thresholds of ``data/intake/plausibility.toml``: warnings, never errors.


def check_value(kpi: Kpi, value: ReportedValue, spot: SourceCell, unit_known: bool = False) -> Iterator[Fault]:
    """A percentage that looks like a fraction, a change too large to be usual.

    ``unit_known`` says that somebody has stated whether fractions are meant.
    """
    if value.value is None or value.basis == "points":
        return
    fraction, large = plausibility().fraction, plausibility().large_change
    looks_so = kpi.unit.zh == "%" and kpi.kind in fraction.kinds and fraction.above < value.value < fraction.below
    if looks_so and not unit_known:
        yield fault_at(spot, fraction.code, item_params(kpi), percent=float(f"{value.value * 100:.12g}"))
    if kpi.kind in large.kinds and value.value > large.above:
        yield fault_at(spot, large.code, item_params(kpi), limit=large.above)


def check_consistency(values: Mapping[str, ReportedValue], spot_of: Callable[[str], SourceCell]) -> Iterator[Fault]:
    """A share of AI scenarios above 0 beside 0 models, of a notice that asks for both."""
    rule = plausibility().ai_without_models
    share, models = (values[code].value if code in values else None for code in (rule.share, rule.models))
    if share is not None and share > 0 and models == 0:
        yield fault_at(spot_of(rule.models), rule.code, item_params(catalogue().kpi(rule.models)), share=share)
