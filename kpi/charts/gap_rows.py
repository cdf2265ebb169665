"""The rows of the way to leading: one object for the wide chart, the narrow list and the table beside them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil, floor, isfinite, isnan, nan

from kpi import i18n
from kpi.catalogue.catalogue import catalogue
from kpi.catalogue.schema import Kpi
from kpi.i18n import text
from kpi.model.language import Lang
from kpi.model.publication import GapAnalysis, GapState, KpiGap

FIRST, LAST = -2.0, 2 / 3
"""The axis in published spreads from the line: the line stands at three quarters of its width."""

LINE_AT = -FIRST / (LAST - FIRST)


@dataclass(frozen=True, slots=True)
class GapRow:
    """``own``, ``moved``, ``median`` and ``limit`` are shares of the axis, NaN where not drawn.

    Those below 0 or above 1 lie beyond the picture; ``moved`` is NaN where nothing was moved. ``stated`` is the value
    with the one reported, where that is on another basis, else empty.
    """

    code: str
    name: str
    main: bool
    standing: GapState
    was: GapState
    value: str
    word: str
    own: float
    moved: float
    median: float
    limit: float
    stated: str = ""

    @property
    def shown(self) -> float:
        """Where the value that counts stands."""
        return self.own if isnan(self.moved) else self.moved


def on_axis(share: float) -> float:
    """At the edge of the picture what lies beyond it."""
    return min(max(share, 0.0), 1.0)


def gap_rows(own: GapAnalysis, moved: GapAnalysis, lang: Lang) -> tuple[GapRow, ...]:
    """In the order of the own way, so that nothing jumps while a value is moved."""
    return tuple(_row(kpi, moved.of(kpi.code), lang) for kpi in own.kpis)


def gap_groups(shown: tuple[GapRow, ...], lang: Lang) -> list[tuple[str, list[GapRow]]]:
    """The rows under what the own values stand at, in the way's order; groups without a row are left out."""
    return [
        (text(f"way.group_{standing}", lang), [row for row in shown if row.was == standing])
        for standing in dict.fromkeys(row.was for row in shown)
    ]


def gap_table(way: GapAnalysis, lang: Lang) -> list[dict[str, str]]:
    """The table that accompanies the picture: a column's title -> its text, one dict a row."""
    rows = []
    for kpi in way.kpis:
        known = catalogue().kpi(kpi.code)
        name = known.short.in_(lang)
        distance = text("way.spreads", lang, distance=f"{kpi.distance:.2f}") if kpi.distance > 0 else i18n.NO_NUMBER
        cells = {
            "strip.column_kpi": text("strip.main_named", lang, name=name) if kpi.main else name,
            "way.column_value": _with_stated(kpi, known, lang),
            "way.column_median": i18n.kpi_number(kpi.published.median, known, lang, kpi.basis),
            "way.column_to_median": _missing(kpi.to_median, known, lang),
            "way.column_line": i18n.kpi_number(kpi.published.p80, known, lang, kpi.basis),
            "way.column_to_line": _missing(kpi.to_line, known, lang),
            "way.column_distance": distance,
            "way.column_word": gap_word(kpi, lang),
        }
        rows.append({text(column, lang): cell for column, cell in cells.items()})
    return rows


def gap_word(kpi: KpiGap, lang: Lang) -> str:
    """How far it is, in words."""
    known = catalogue().kpi(kpi.code)
    if kpi.standing == "below":
        return text("way.below", lang, gap=gap_text(kpi.to_line, known, lang))
    if kpi.standing == "no_room":
        return text("way.no_room", lang, limit=attainable_text(kpi, lang))
    if kpi.standing == "median_only":
        reached = kpi.to_median <= 0
        return text(f"way.median_{'reached' if reached else 'below'}", lang, gap=gap_text(kpi.to_median, known, lang))
    return text(f"way.{kpi.standing}", lang)


def gap_text(missing: float, known: Kpi, lang: Lang) -> str:
    """What is missing, never shown smaller than it is."""
    return i18n.kpi_gap(_hundredths(ceil, missing), known, lang).removeprefix("+")


def attainable_text(kpi: KpiGap, lang: Lang) -> str:
    """The most that can be reached, never shown larger than it is."""
    return i18n.kpi_number(_hundredths(floor, kpi.limit), catalogue().kpi(kpi.code), lang, kpi.basis)


def gap_words(kpi: KpiGap, lang: Lang) -> dict[str, str]:
    """For sentences: what is missing to the line, the most that can be reached, the end that reaches the line."""
    known = catalogue().kpi(kpi.code)
    end = _hundredths(floor if known.reduces else ceil, kpi.needed_after)
    return {
        "gap": gap_text(kpi.to_line, known, lang),
        "limit": attainable_text(kpi, lang),
        "end": i18n.plain_number(end),
    }


def _row(own: KpiGap, moved: KpiGap, lang: Lang) -> GapRow:
    known = catalogue().kpi(own.code)
    is_moved = moved.value != own.value and not isnan(moved.value)
    now, was = gap_word(moved, lang), gap_word(own, lang)
    value, stated = i18n.kpi_number(moved.value, known, lang, moved.basis), _with_stated(moved, known, lang)
    return GapRow(
        code=own.code,
        name=known.short.in_(lang),
        main=own.main,
        standing=moved.standing,
        was=own.standing,
        value=value,
        word=text("way.moved", lang, word=now, was=was) if now != was else now,
        own=_share(own.value, own),
        moved=_share(moved.value, moved) if is_moved else nan,
        median=_share(own.published.median, own),
        limit=_share(moved.limit, moved) if moved.standing == "no_room" else nan,
        stated="" if stated == value else stated,
    )


def _with_stated(kpi: KpiGap, known: Kpi, lang: Lang) -> str:
    return i18n.compared_and_stated(kpi.reported, kpi.value, known, lang, kpi.basis)


def _share(value: float, kpi: KpiGap) -> float:
    """Where on the axis; NaN for a KPI without a published line. Equal to the line is exactly on it."""
    if isnan(value) or isnan(kpi.spread):
        return nan
    at = (value - kpi.published.p80) / kpi.spread
    return (at - FIRST) / (LAST - FIRST)


def _missing(missing: float, known: Kpi, lang: Lang) -> str:
    if isnan(missing):
        return i18n.NO_NUMBER
    return text("way.reached", lang) if missing <= 0 else gap_text(missing, known, lang)


def _hundredths(towards: Callable[[float], int], value: float) -> float:
    """To hundredths towards one side; what floats add to a reported decimal does not count."""
    return towards(round(value * 100, 6)) / 100 if isfinite(value) else value
