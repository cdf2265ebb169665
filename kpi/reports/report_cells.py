"""A report's cells from numbers and texts. Only the text is rounded; the number is kept in full."""

from __future__ import annotations

import re
from math import isfinite, nan

from kpi import i18n
from kpi.catalogue.schema import Kpi
from kpi.charts.theme import verdict_mark
from kpi.model.application import Basis
from kpi.model.evaluation import Verdict
from kpi.model.language import Lang
from kpi.reports.report_content import ReportCell, Tone

_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
"""Characters that XML forbids: a name with one must not make the report fail."""


def clean(text: str) -> str:
    """Text from people, without characters that documents forbid."""
    return _UNWRITABLE.sub("", text)


def words(text: str, tone: Tone = "") -> ReportCell:
    return ReportCell(clean(text), tone=tone)


def number(value: float, kpi: Kpi, lang: Lang, basis: Basis | None = None) -> ReportCell:
    return ReportCell(i18n.kpi_number(value, kpi, lang, basis), value, "number")


def gap(value: float, kpi: Kpi, lang: Lang) -> ReportCell:
    # A difference of two numbers: 78 − 84.8 is −6.799999999999997 as a float.
    return ReportCell(i18n.kpi_gap(value, kpi, lang), round(value, 9), "number")


def count(value: int | None) -> ReportCell:
    return ReportCell(i18n.plain_number(value), nan if value is None else float(value), "number")


def share(value: float, digits: int = 0) -> ReportCell:
    return ReportCell(i18n.percent(value, digits), value, "share")


def probability(value: float) -> ReportCell:
    return ReportCell(i18n.p_value(value), value, "p_value")


def odds(value: float) -> ReportCell:
    return ReportCell(i18n.odds_ratio(value), value, "number" if isfinite(value) else "text")


def tone(verdict: Verdict | None) -> Tone:
    return verdict if verdict in ("leading", "undecided") else "plain"


def verdict(found: Verdict | None, word: str) -> ReportCell:
    """The word after its shape, so that it is distinguishable without colour."""
    return ReportCell(f"{verdict_mark(found, 'light').glyph} {word}", tone=tone(found))
