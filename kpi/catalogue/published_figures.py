"""Figures that ministries and the press published: reference marks on a chart, never a baseline and never a line.

They are means of winners, statistics of another population, floors or targets, without any spread. How other official
schemes make "leading" a number stands beside them, for the page that lays the policy open.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field

from kpi.catalogue.data_files import DATA, Checked, load_csv
from kpi.catalogue.load import catalogue
from kpi.errors import InvalidData
from kpi.model.language import Text, Words


class Figure(Checked):
    """One published figure. ``grade`` A is an official text, B press or a ministry's press text, C secondary.

    ``match`` direct: the KPI itself; near: something close to it, which must be said beside the mark.
    ``drawable``: a number of the KPI's own form and unit, so that it can stand on its axis; a level cannot stand on
    the axis of a change. ``quoted`` exact: the source's words; noted: the gist as noted while reading.
    """

    kpi: str
    region: Literal["shanghai", "china", "world"]
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
    source: Words

    @property
    def scope(self) -> Text:
        return Text(zh=self.scope_zh, en=self.scope_en)


class LeadingDefinition(Checked):
    """How another official scheme makes "leading" a number."""

    scheme_zh: Words
    scheme_en: Words
    rule_zh: Words
    rule_en: Words
    grade: Literal["A", "B", "C"]
    source: Words

    @property
    def scheme(self) -> Text:
        return Text(zh=self.scheme_zh, en=self.scheme_en)

    @property
    def rule(self) -> Text:
        return Text(zh=self.rule_zh, en=self.rule_en)


@cache
def published_figures() -> tuple[Figure, ...]:
    """Every published figure that ships."""
    return load_figures(DATA / "baselines" / "published_figures.csv")


@cache
def leading_definitions() -> tuple[LeadingDefinition, ...]:
    return load_csv(DATA / "catalogue" / "leading_definitions.csv", LeadingDefinition)


def load_figures(path: Path) -> tuple[Figure, ...]:
    """The figures in ``path``. Raises ``InvalidData``, also for a mark that would stand on an axis of another unit."""
    figures = load_csv(path, Figure)
    units = {kpi.code: kpi.unit.zh for kpi in catalogue().kpis}
    for row, figure in enumerate(figures, start=2):
        if figure.kpi not in units:
            raise InvalidData(f"{path.name}, row {row}: kpi: no such KPI: {figure.kpi}")
        if figure.drawable and figure.unit != units[figure.kpi]:
            raise InvalidData(f"{path.name}, row {row}: drawable: {figure.unit} is not the unit of {figure.kpi}")
    return figures


def reference_marks(code: str) -> tuple[Figure, ...]:
    """The figures that may be drawn on the axis of one KPI."""
    return tuple(figure for figure in published_figures() if figure.kpi == code and figure.drawable)
