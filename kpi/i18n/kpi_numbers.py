"""A KPI's numbers in a language: values with units, signed gaps, dates."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from kpi.i18n.number_format import NO_NUMBER, figures, is_undefined
from kpi.i18n.texts import text
from kpi.model.application import Basis, ReportedValue
from kpi.model.language import Lang

if TYPE_CHECKING:
    from kpi.catalogue.schema import Kpi


def kpi_number(value: float | None, kpi: Kpi, lang: Lang, basis: Basis | None = None) -> str:
    """A KPI's value with its unit: "92.0 %", "12.25 %", "36 个", "2.1 个百分点"; undefined is "—"."""
    if value is None or is_undefined(value):
        return NO_NUMBER
    unit = text("number.points", lang) if basis == "points" else kpi.unit.in_(lang)
    return f"{figures(value, whole=kpi.whole)} {unit}"


def compared_and_stated(reported: ReportedValue, value: float, kpi: Kpi, lang: Lang, basis: Basis | None = None) -> str:
    """A value as ``kpi_number``; one compared on another basis than it was stated on with both: "7.1 % (reported …)".

    ``value`` and ``basis`` are those compared.
    """
    compared = kpi_number(value, kpi, lang, basis)
    if reported.value is None or is_undefined(value) or reported.basis == basis or not kpi.bases:
        return compared
    stated = kpi_number(reported.value, kpi, lang, reported.basis)
    return compared if stated == compared else text("number.compared", lang, value=compared, stated=stated)


def kpi_gap(value: float | None, kpi: Kpi, lang: Lang) -> str:
    """A signed difference of two values of one KPI; two percentages differ by percentage points."""
    if value is None or is_undefined(value):
        return NO_NUMBER
    unit = text("number.points", lang) if kpi.unit.zh == "%" else kpi.unit.in_(lang)
    return f"{'+' if value > 0 else ''}{figures(value, whole=kpi.whole)} {unit}"


def long_date(value: date, lang: Lang) -> str:
    """A date in the language, independent of the process's locale, which all sessions share."""
    month = text("number.months", lang).split()[value.month - 1]
    return text("number.day", lang, day=value.day, month=month, year=value.year)
