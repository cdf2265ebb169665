"""How a panel's file is to be read, written down: with it anybody gets the same content from the same file again.

The next year's file is read by the same recipe; only its repairs, which are of single cells, stay with the file that
they were made for.
"""

from __future__ import annotations

import json
from typing import Annotated, Literal

from pydantic import Field, ValidationError

from kpi.baseline.panel_header import OMIT
from kpi.catalogue.catalogue import catalogue
from kpi.catalogue.schema import Checked
from kpi.errors import InvalidFile
from kpi.files.limits import application_limits, panel_limits
from kpi.files.printable import is_forbidden, printable, printable_file_name
from kpi.model.problem import Problem

RecipeForm = Literal["duibiao panel recipe 1"]
FORM: RecipeForm = "duibiao panel recipe 1"
LARGEST_BYTES = 4 * 1024 * 1024
Encoding = Literal["utf-8", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "big5"]
_Words = Annotated[str, Field(max_length=200)]
_Row = Annotated[int, Field(ge=1)]


class MappedColumn(Checked):
    """``holds`` is a column of the format (``credit_code``, ``K08``, ``K09_basis``) or ``omit``.

    ``occurrence`` tells columns of one header apart, from the left.
    """

    header: str
    holds: str
    occurrence: int = 1


class CellRepair(Checked):
    """``was`` is what stands in the cell; ``becomes`` is read instead. ``column`` is a letter."""

    row: _Row
    column: Annotated[str, Field(pattern=r"^[A-Z]{1,3}$")]
    was: _Words
    becomes: _Words
    because: _Words = ""


class LeftOutRow(Checked):
    """A row that is not taken, and why."""

    row: _Row
    because: Annotated[str, Field(min_length=1, max_length=200)]


class PanelRecipe(Checked):
    """What is not stated is found in the file. ``repairs_of``: SHA-256 of the file that cells and rows belong to;
    ``confirmed_for``: of the file for which somebody has seen and confirmed all of it.

    ``constants`` hold for every row what the file has no column of; ``fractions`` are the KPIs that state 0.35 for
    35 %; ``blanks`` are words that mean "not reported"; ``merge`` joins rows of one enterprise that agree.
    """

    form: RecipeForm = FORM
    name: Annotated[str, Field(min_length=1, max_length=60)]
    encoding: Encoding | None = None
    sheet: str | None = None
    header_row: _Row | None = None
    columns: tuple[MappedColumn, ...] = ()
    constants: dict[str, _Words] = Field(default_factory=dict)
    fractions: tuple[str, ...] = ()
    blanks: tuple[_Words, ...] = ()
    merge: bool = False
    confirmed_for: str | None = None
    repairs_of: str | None = None
    cells: tuple[CellRepair, ...] = ()
    rows: tuple[LeftOutRow, ...] = ()

    @property
    def repairs(self) -> int:
        return len(self.cells) + len(self.rows)

    def confirms(self, sha256: str) -> bool:
        """Made for the file with this hash: whatever it says was seen there. For another it holds where it fits."""
        return sha256 in (self.confirmed_for, self.repairs_of)

    def made_for(self, sha256: str) -> PanelRecipe:
        """As it was confirmed for the file with this hash."""
        return self.model_copy(update={"confirmed_for": sha256})

    def without_repairs(self) -> PanelRecipe:
        """As offered for another file."""
        return self.model_copy(update={"cells": (), "rows": (), "repairs_of": None})


def column_meanings() -> tuple[str, ...]:
    """All that a column can hold, in the order of the format."""
    wide = [code for kpi in catalogue().kpis for code in ([kpi.code, f"{kpi.code}_basis"] if kpi.bases else [kpi.code])]
    return ("credit_code", "group", "industry", "sub_industry", "body", "kpi", "value", "basis", *wide)


def constant_choices() -> dict[str, tuple[str, ...]]:
    """What may be stated once for all rows, and which values: nobody's group or body, and the basis of a KPI."""
    bases = {f"{kpi.code}_basis": tuple(kpi.bases) for kpi in catalogue().kpis if kpi.bases}
    return {"group": ("",), "body": ("",), "basis": ("",), **bases}


def recipe_bytes(recipe: PanelRecipe) -> bytes:
    """As a file to keep: what says nothing is left out."""
    stated = recipe.model_dump(exclude_none=True, exclude_defaults=True) | {"form": FORM}
    ordered = {name: stated[name] for name in PanelRecipe.model_fields if name in stated}
    return json.dumps(ordered, ensure_ascii=False, indent=1).encode() + b"\n"


def read_recipe(file: str, data: bytes) -> PanelRecipe:
    """The recipe in ``data``. ``file`` is only shown.

    Raises:
        InvalidFile: it is no recipe, or states what no panel has: all faults of one stage together.
    """
    name = printable_file_name(file, application_limits().problem_value_characters)
    if len(data) > LARGEST_BYTES:
        raise InvalidFile([Problem("error", "recipe_unreadable", name)])
    try:
        recipe = PanelRecipe.model_validate(json.loads(data.decode("utf-8-sig")))
    except (ValidationError, ValueError, RecursionError) as error:
        found = error.errors() if isinstance(error, ValidationError) else []
        raise InvalidFile(
            [_key_problem(name, ".".join(map(str, one["loc"])), one["input"]) for one in found if one["loc"]]
            or [Problem("error", "recipe_unreadable", name)]
        ) from None
    if faults := _faults(name, recipe):
        raise InvalidFile(faults)
    return recipe


def _faults(file: str, recipe: PanelRecipe) -> list[Problem]:
    known, choices = {*column_meanings(), OMIT}, constant_choices()
    faults = [
        _key_problem(file, f"columns.{number}.holds", one.holds)
        for number, one in enumerate(recipe.columns)
        if one.holds not in known
    ]
    faults += [
        _key_problem(file, f"constants.{printable(column, 60)}", value)
        for column, value in recipe.constants.items()
        if value not in choices.get(column, ())
    ]
    percent = {kpi.code for kpi in catalogue().kpis if kpi.unit.zh == "%"}
    faults += [_key_problem(file, "fractions", code) for code in recipe.fractions if code not in percent]
    texts = [recipe.name, *(one.because for one in recipe.cells), *(one.because for one in recipe.rows)]
    faults += [_key_problem(file, "because", text) for text in texts if any(map(is_forbidden, text))]
    if recipe.repairs and recipe.repairs_of is None:
        faults.append(_key_problem(file, "repairs_of", None))
    if recipe.header_row and recipe.header_row > panel_limits().rows:
        faults.append(_key_problem(file, "header_row", recipe.header_row))
    return faults


def _key_problem(file: str, key: str, value: object) -> Problem:
    most = application_limits().problem_value_characters
    shown = None if value is None or isinstance(value, dict | list) else printable(str(value), most)
    return Problem("error", "recipe_unfit", file, value=shown, params={"name": printable(key, most)})
