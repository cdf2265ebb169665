"""Numbers and words turned into a report's cells. Rounding is in the words only; the number goes along whole."""

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
"""Letters that XML forbids: a name that holds one must not cost its owner the report."""


def clean(told: str) -> str:
    """Somebody's words, without what no document can hold."""
    return _UNWRITABLE.sub("", told)


def words(told: str, tone: Tone = "") -> ReportCell:
    return ReportCell(clean(told), tone=tone)


def number(value: float, kpi: Kpi, lang: Lang, basis: Basis | None = None) -> ReportCell:
    return ReportCell(i18n.kpi_number(value, kpi, lang, basis), value, "number")


def gap(value: float, kpi: Kpi, lang: Lang) -> ReportCell:
    return ReportCell(i18n.kpi_gap(value, kpi, lang), value, "number")


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
    """The word behind its shape, so that it is told apart without colour."""
    return ReportCell(f"{verdict_mark(found, 'light').glyph} {word}", tone=tone(found))
