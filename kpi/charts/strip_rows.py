"""The rows of the position strip: one object for the wide chart, the narrow list and the table beside them.

From an ``Evaluation`` a row shows the counted place; from an ``EnterpriseView`` what its ``Place`` says, an estimate.
No row ever holds another factory's value.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isnan, nan

from kpi import i18n
from kpi.catalogue.catalogue import catalogue
from kpi.catalogue.schema import Kpi
from kpi.i18n import text
from kpi.model.application import ReportedValue
from kpi.model.evaluation import Evaluation, KpiEvaluation, Verdict
from kpi.model.language import Lang
from kpi.model.publication import EnterpriseKpiView, EnterpriseView

_COMPARED = ("leading", "undecided", "not_leading", "no_discrimination", "too_few_peers")


@dataclass(frozen=True, slots=True)
class StripRow:
    """One KPI's line. ``mark``, ``low``, ``high`` and ``mean`` are places on the axis, 0..1, NaN where not drawn.

    ``open`` marks a bracket without an estimate: the mark stands in its middle, hollow. ``single_test`` is a KPI
    leading by itself that the correction for multiple testing does not keep. ``place`` is the place in words.
    ``stated`` is the value with the one stated, where that is on another basis, else empty; ``in_zone`` is a place
    wholly in the leading zone whose verdict decides nothing.
    """

    code: str
    name: str
    group: str
    main: bool
    value: str
    verdict: Verdict | None
    word: str
    mark: float
    low: float
    high: float
    mean: float
    open: bool
    estimated: bool
    single_test: bool
    place: str
    stated: str = ""
    in_zone: bool = False

    @property
    def drawn(self) -> bool:
        return not isnan(self.mark)


def strip_rows(answer: Evaluation | EnterpriseView, lang: Lang) -> tuple[StripRow, ...]:
    """All KPIs in the catalogue's order. Only a counted ``answer`` places the mean of the peers."""
    by_code = {kpi.code: kpi for kpi in answer.kpis}
    places = {code: kpi.mean_place for code, kpi in by_code.items() if isinstance(kpi, KpiEvaluation)}
    listed = answer.leading_list if isinstance(answer, Evaluation) else None
    reported = answer.application.values
    return tuple(
        _row(kpi, by_code[kpi.code], reported.get(kpi.code), lang, places, listed)
        for kpi in catalogue().kpis
        if kpi.code in by_code
    )


def strip_groups(shown: tuple[StripRow, ...], lang: Lang) -> list[tuple[str, list[StripRow]]]:
    """The rows under the names of their groups, in the catalogue's order; groups without a row are left out."""
    parted = [
        (group.short.in_(lang), [row for row in shown if row.group == group.code]) for group in catalogue().groups
    ]
    return [(name, members) for name, members in parted if members]


def rows_of_table(shown: tuple[StripRow, ...], lang: Lang) -> list[dict[str, str]]:
    """The table that accompanies the strip: a column's title -> its text, one dict a row."""
    names = {group.code: group.name.in_(lang) for group in catalogue().groups}
    return [
        {
            text("strip.column_group", lang): names[row.group],
            text("strip.column_kpi", lang): text("strip.main_named", lang, name=row.name) if row.main else row.name,
            text("strip.column_value", lang): row.stated or row.value,
            text("strip.column_place", lang): row.place,
            text("strip.column_verdict", lang): verdict_text(row, lang),
        }
        for row in shown
    ]


def verdict_text(row: StripRow, lang: Lang) -> str:
    """The verdict's word, with a note where a KPI leads in its single test alone."""
    return text("strip.single_test", lang, word=row.word) if row.single_test else row.word


def _row(
    kpi: Kpi,
    answered: KpiEvaluation | EnterpriseKpiView,
    reported: ReportedValue | None,
    lang: Lang,
    places: Mapping[str, float],
    listed: tuple[str, ...] | None,
) -> StripRow:
    mark, low, high, is_open = _place(answered)
    value = _value(kpi, answered, lang)
    stated = i18n.compared_and_stated(reported, answered.value, kpi, lang, answered.basis) if reported else value
    estimated = isinstance(answered, EnterpriseKpiView)
    drawn = not isnan(mark)
    return StripRow(
        code=kpi.code,
        name=kpi.short.in_(lang),
        group=kpi.group,
        main=answered.main,
        value=value,
        verdict=i18n.verdict_shown(answered),
        word=i18n.kpi_word(answered, lang).word,
        mark=mark,
        low=low,
        high=high,
        mean=places.get(kpi.code, nan) if drawn else nan,
        open=is_open,
        estimated=estimated,
        single_test=listed is not None and answered.verdict == "leading" and kpi.code not in listed,
        place=_place_words(mark, low, high, is_open=is_open, estimated=estimated, lang=lang),
        stated="" if answered.state != "reported" or stated == value else stated,
        in_zone=any(reason.code == "in_zone_by_estimate" for reason in answered.reasons),
    )


def _place(answered: KpiEvaluation | EnterpriseKpiView) -> tuple[float, float, float, bool]:
    nothing = (nan, nan, nan, False)
    if isinstance(answered, KpiEvaluation):
        if answered.verdict not in _COMPARED or isnan(answered.percentile.mid):
            return nothing
        return answered.percentile.mid, answered.percentile.lower, answered.percentile.upper, False
    place = answered.place
    if isnan(place.low) or isnan(place.high):
        return nothing
    is_open = isnan(place.estimate)
    # The whole axis is no place: nothing published, or nothing reported.
    if is_open and (answered.state != "reported" or (place.low <= 0 and place.high >= 1)):
        return nothing
    return (place.low + place.high) / 2 if is_open else place.estimate, place.low, place.high, is_open


def _value(kpi: Kpi, answered: KpiEvaluation | EnterpriseKpiView, lang: Lang) -> str:
    if answered.state == "not_applicable":
        return i18n.verdict_word("not_applicable", lang).word
    return i18n.kpi_number(answered.value, kpi, lang, answered.basis)


def _place_words(mark: float, low: float, high: float, *, is_open: bool, estimated: bool, lang: Lang) -> str:
    if isnan(mark):
        return i18n.NO_NUMBER
    form = "place_open" if is_open else "place_estimated" if estimated else "place_counted"
    return text(f"strip.{form}", lang, mark=mark, low=low, high=high)
