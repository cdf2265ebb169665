"""Figures published by ministries and the press: reference marks on a chart, never a baseline or a leading line.

They are means of winners, statistics of other populations, floors or targets, without any spread. Beside them: how
other official schemes quantify "leading", for the policy page.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field

from kpi.catalogue.catalogue import catalogue, kept_per_notice
from kpi.catalogue.schema import DATA, Checked, load_csv
from kpi.errors import InvalidData
from kpi.model.language import Text, Words


class Sourced(Checked):
    """``source`` names the document, never an address; ``seen`` as a copy where the document itself was not."""

    source_zh: Words
    source_en: Words
    seen: Literal["original", "copy"]

    @property
    def source(self) -> Text:
        return Text(zh=self.source_zh, en=self.source_en)


class Figure(Sourced):
    """One published figure. ``grade`` A is an official text, B press or a ministry's press text, C secondary.

    ``match`` direct: the KPI itself; near: something close to it, which must be stated beside the mark.
    ``drawable``: in the KPI's own form and unit, so that it fits its axis; a level does not fit the axis of a
    change. ``quoted`` exact: the source's words; noted: a summary.
    """

    kpi: str
    region: str = Field(pattern="^[a-z]+$")
    scope_zh: Words
    scope_en: Words
    period: Words
    kind: Literal["level", "mean_change", "cumulative_change", "total", "threshold", "target"]
    bound: Literal["exactly", "at_least", "above"]
    value: float = Field(allow_inf_nan=False)
    unit: Words
    drawable: bool
    match: Literal["direct", "near"]
    grade: Literal["A", "B", "C"]
    quote: Words
    quoted: Literal["exact", "noted"]

    @property
    def dated(self) -> bool:
        return self.period != "—"

    @property
    def scope(self) -> Text:
        return Text(zh=self.scope_zh, en=self.scope_en)


class LeadingDefinition(Sourced):
    """How another official scheme quantifies "leading"."""

    scheme_zh: Words
    scheme_en: Words
    rule_zh: Words
    rule_en: Words
    grade: Literal["A", "B", "C"]

    @property
    def scheme(self) -> Text:
        return Text(zh=self.scheme_zh, en=self.scheme_en)

    @property
    def rule(self) -> Text:
        return Text(zh=self.rule_zh, en=self.rule_en)


@kept_per_notice()
def published_figures() -> tuple[Figure, ...]:
    """Every published figure that ships."""
    return load_figures(DATA / "baselines" / "published_figures.csv")


@cache
def leading_definitions() -> tuple[LeadingDefinition, ...]:
    return load_csv(DATA / "catalogue" / "leading_definitions.csv", LeadingDefinition)


def load_figures(path: Path) -> tuple[Figure, ...]:
    """The figures in ``path`` that are of the notice's KPIs, and of its region, the country or the world.

    Raises ``InvalidData``, also for a mark in another unit than its axis.
    """
    figures = load_csv(path, Figure)
    units = {kpi.code: kpi.unit.zh for kpi in catalogue().kpis}
    for row, figure in enumerate(figures, start=2):
        if figure.drawable and figure.unit != units.get(figure.kpi, figure.unit):
            raise InvalidData(f"{path.name}, row {row}: drawable: {figure.unit} is not the unit of {figure.kpi}")
    regions = {"china", "world", catalogue().notice.region.en.lower()}
    return tuple(figure for figure in figures if figure.kpi in units and figure.region in regions)


def reference_marks(code: str) -> tuple[Figure, ...]:
    """The figures that may be drawn on the axis of one KPI."""
    return tuple(figure for figure in published_figures() if figure.kpi == code and figure.drawable)
