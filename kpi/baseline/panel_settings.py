"""The panel's checked data: words for its columns, how many faults are told, regions with known bodies."""

from __future__ import annotations

import tomllib
from functools import cache

from pydantic import BaseModel, ConfigDict, ValidationError

from kpi.errors import InvalidData
from kpi.intake.settings import INTAKE_DATA, comparable_word


class _Checked(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Regions(_Checked):
    with_bodies: tuple[str, ...]


class _Limits(_Checked):
    reason: str
    problems: int
    cells: int


class _BasisColumn(_Checked):
    suffixes: tuple[str, ...]


class PanelSettings(_Checked):
    """``data/intake/panel.toml``."""

    regions: _Regions
    limits: _Limits
    columns: dict[str, tuple[str, ...]]
    basis_column: _BasisColumn
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
    try:
        return PanelSettings.model_validate(tomllib.loads((INTAKE_DATA / "panel.toml").read_text(encoding="utf-8")))
    except (ValidationError, tomllib.TOMLDecodeError) as fault:
        raise InvalidData(f"data/intake/panel.toml: {fault}") from fault
