"""The rules of screening: ``data/screening/rules.toml``."""

from __future__ import annotations

from functools import cache

from pydantic import Field

from kpi.catalogue.data_files import DATA, Checked, load_toml


class Contradiction(Checked):
    """``positive`` above 0 beside ``zero`` at 0; ``code`` is the flag's."""

    code: str
    positive: str
    zero: str


class UnusedScenario(Checked):
    """A scenario that is claimed while its KPI is reported as 0."""

    scenario: str
    zero: str


class ScreeningRules(Checked):
    """``level``: the largest share of clean rows that one comparison may flag. Each number has its reason beside it."""

    level: float = Field(gt=0, lt=0.02)
    level_reason: str
    largest_sample: int
    largest_sample_reason: str
    fewest_values: int
    fewest_values_reason: str
    fewest_copied: int
    fewest_copied_reason: str
    round_to: float
    shrinkage: float = Field(gt=0, lt=1)
    shrinkage_reason: str
    contradictions: tuple[Contradiction, ...]
    unused_scenarios: tuple[UnusedScenario, ...]


@cache
def screening_rules() -> ScreeningRules:
    return load_toml(DATA / "screening" / "rules.toml", ScreeningRules)
