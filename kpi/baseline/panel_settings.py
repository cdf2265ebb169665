"""The panel's checked data: words for its columns, and how many faults are listed."""

from __future__ import annotations

from functools import cache

from kpi.catalogue.schema import Checked, load_toml
from kpi.intake.settings import INTAKE_DATA, comparable_word


class _Limits(Checked):
    reason: str
    problems: int
    cells: int


class _Illustrative(Checked):
    words: tuple[str, ...]


class _Proposals(Checked):
    reason: str
    least_ahead: float


class _Fractions(Checked):
    reason: str
    fewest: int


class PanelSettings(Checked):
    """``data/intake/panel.toml``."""

    limits: _Limits
    illustrative: _Illustrative
    columns: dict[str, tuple[str, ...]]
    proposals: _Proposals
    fractions: _Fractions
    sizes_columns: dict[str, tuple[str, ...]]

    def panel_words(self) -> dict[str, str]:
        """Plain word of a header -> the column it names."""
        return _words(self.columns)

    def sizes_words(self) -> dict[str, str]:
        return _words(self.sizes_columns)


def _words(columns: dict[str, tuple[str, ...]]) -> dict[str, str]:
    return {comparable_word(word): column for column, words in columns.items() for word in words}


@cache
def panel_settings() -> PanelSettings:
    return load_toml(INTAKE_DATA / "panel.toml", PanelSettings)
