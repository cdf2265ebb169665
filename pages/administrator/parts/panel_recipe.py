"""How the panel's file is read: what is not certain is asked, everything else can be changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, get_args

import streamlit as st

from kpi import i18n
from kpi.baseline.panel_header import OMIT
from kpi.baseline.recipe import (
    CellRepair,
    ColumnRead,
    Encoding,
    LeftOutRow,
    MappedColumn,
    PanelRecipe,
    PanelShape,
    column_meanings,
)
from kpi.catalogue.catalogue import catalogue
from kpi.model.problem import Problem
from pages.administrator.parts.panel_reading import PanelAnswers, meaning_words
from pages.session.language import current_lang, translate
from pages.widgets import html

# How the panel's file is read: the answers given and what else can be changed, as a recipe.


LONGEST_NAME = 60


def ask_recipe(shape: PanelShape, recipe: PanelRecipe | None, said: PanelAnswers, sha256: str, key: str) -> PanelRecipe:
    """What the reader says of the file with the hash ``sha256``, as a recipe without repairs.

    It names every column that was understood, so that next year's file can be held against it. ``key`` names the
    inputs of this file.
    """
    with st.expander(translate("panel_recipe.further"), expanded=False):
        name = st.text_input(
            translate("panel_recipe.name"),
            recipe.name if recipe else translate("panel_recipe.own_name"),
            max_chars=LONGEST_NAME,
            key=f"{key}-name",
        )
        encoding, sheet, header_row = _opening(shape, recipe, key)
        columns = _changed([item for item in shape.columns if item.holds is not None], shape, key)
        fractions = _percent(recipe, said, key)
        blanks = st.multiselect(
            translate("panel_recipe.blanks"),
            kept := [word for word in (recipe.blanks if recipe else ()) if word not in said.words],
            kept,
            accept_new_options=True,
            help=translate("panel_recipe.blanks_help"),
            placeholder=translate("panel_recipe.blanks_add"),
            key=f"{key}-blanks",
        )
        merge = st.checkbox(translate("panel_recipe.merge"), recipe.merge if recipe else False, key=f"{key}-merge")
    # What holds for all rows goes on to, but for what is asked again or has a column by now.
    gone = {*shape.missing, *(column.holds for column in shape.columns)}
    constants = {name: value for name, value in (recipe.constants if recipe else {}).items() if name not in gone}
    read = {column.letter: column.holds for column in shape.columns if column.holds is not None and column.header}
    holds = {letter: held for letter, held in (read | columns | said.columns).items() if held}
    return PanelRecipe(
        name=name.strip() or translate("panel_recipe.own_name"),
        encoding=encoding,
        sheet=sheet,
        header_row=header_row,
        columns=tuple(
            MappedColumn(header=item.header, holds=holds[item.letter], occurrence=item.occurrence)
            for item in shape.columns
            if item.letter in holds
        ),
        constants=constants | said.constants,
        fractions=tuple(fractions),
        blanks=tuple(dict.fromkeys([*blanks, *said.blanks])),
        merge=merge,
        confirmed_for=sha256,
    )


def _opening(shape: PanelShape, recipe: PanelRecipe | None, key: str) -> tuple[Encoding | None, str | None, int | None]:
    encoding = recipe.encoding if recipe else None
    if shape.encoding:
        options: list[Encoding | None] = [None, *get_args(Encoding)]
        encoding = st.selectbox(
            translate("panel_recipe.encoding"),
            options,
            index=options.index(encoding),
            format_func=lambda item: item.upper() if item else translate("panel_recipe.found", what=shape.encoding),
            key=f"{key}-encoding",
        )
    sheet = recipe.sheet if recipe else None
    if len(shape.sheets) > 1:
        sheet = st.selectbox(translate("panel_recipe.sheet"), shape.sheets, key=f"{key}-sheet")
    row = int(st.number_input(translate("panel_recipe.header_row"), 1, 10_000, shape.header_row, key=f"{key}-header"))
    stated = recipe.header_row if recipe else None
    return encoding, sheet, row if stated or row != shape.header_row else None


def _changed(columns: Sequence[ColumnRead], shape: PanelShape, key: str) -> dict[str, str]:
    """Columns that were understood and are something else: by letter."""
    by_letter = {column.letter: column for column in columns}
    letters = st.multiselect(
        translate("panel_recipe.change"),
        list(by_letter),
        format_func=lambda letter: f"{letter}{shape.header_row} {by_letter[letter].header}",
        placeholder=translate("begin.choose"),
        key=f"{key}-change",
    )
    options = [OMIT, *column_meanings()]
    return {
        letter: st.selectbox(
            f"{letter}{shape.header_row}",
            options,
            index=options.index(str(by_letter[letter].holds)),
            format_func=meaning_words,
            key=f"{key}-change-{letter}",
        )
        for letter in letters
    }


def _percent(recipe: PanelRecipe | None, said: PanelAnswers, key: str) -> list[str]:
    """Those of the recipe and those that somebody adds, but for what a question was answered about."""
    percent = [kpi.code for kpi in catalogue().kpis if kpi.unit.zh == "%"]
    chosen = st.multiselect(
        translate("panel_recipe.fractions"),
        percent,
        list(recipe.fractions) if recipe else [],
        format_func=meaning_words,
        help=translate("panel_recipe.fractions_help"),
        placeholder=translate("begin.choose"),
        key=f"{key}-fractions",
    )
    return [code for code in percent if said.fractions.get(code, code in chosen)]


# Faults of single cells put right on the page, or their rows left out with a reason; the file stays as it was sent.


LONGEST = 200
ONE_BY_ONE = 20
"""Up to so many faults have a field each; more have lines of one table."""


@dataclass(frozen=True, slots=True)
class _Entered:
    row: int
    column: str
    stood: str
    becomes: str
    leave_out: bool


def ask_repairs(
    problems: Sequence[Problem],
    header_row: int,
    before: PanelRecipe | None,
    sha256: str,
    key: str,
) -> dict[str, Any]:
    """What a recipe holds of repairs: those made ``before``, and those entered now, for the file with the hash
    ``sha256``.
    """
    earlier = before if before and before.repairs_of == sha256 else None
    cells = {(cell.row, cell.column): cell for cell in (earlier.cells if earlier else ())}
    rows = {row.row: row for row in (earlier.rows if earlier else ())}
    faults = [
        problem
        for problem in problems
        if problem.blocks and problem.column and problem.row and problem.row > header_row
    ]
    if faults:
        html.sentence(translate("panel_repairs.how", count=len(faults)))
        entered = list(_fields(faults, key) if len(faults) <= ONE_BY_ONE else _editor(faults, key))
        because = st.text_input(translate("panel_repairs.because"), max_chars=LONGEST, key=f"{key}-because").strip()
        for item in entered:
            if item.leave_out:
                rows[item.row] = LeftOutRow(row=item.row, because=because or translate("panel_repairs.no_reason"))
            elif item.becomes:
                first = cells.get((item.row, item.column))
                was = first.was if first else item.stood
                cells[item.row, item.column] = CellRepair(
                    row=item.row, column=item.column, was=was, becomes=item.becomes, because=because
                )
    if not cells and not rows:
        return {}
    return {
        "repairs_of": sha256,
        "cells": tuple(cells[at] for at in sorted(cells)),
        "rows": tuple(rows[at] for at in sorted(rows)),
    }


def _fields(faults: Sequence[Problem], key: str) -> Iterator[_Entered]:
    for number, fault in enumerate(faults):
        cell, stood = f"{fault.column}{fault.row}", fault.value or ""
        with st.container(horizontal=True, vertical_alignment="bottom"):
            becomes = st.text_input(
                html.plain(
                    translate("panel_repairs.cell_becomes", cell=cell, stood=stood or translate("panel_repairs.blank"))
                ),
                max_chars=LONGEST,
                key=f"{key}-becomes-{number}",
            )
            leave_out = st.checkbox(
                translate("panel_repairs.leave_out_row", row=fault.row), key=f"{key}-leave-out-{number}"
            )
        yield _Entered(fault.row or 0, fault.column or "", stood, becomes.strip(), leave_out)


# Without files: a form: repairs go into the recipe's file
def _editor(faults: Sequence[Problem], key: str) -> Iterator[_Entered]:
    lang = current_lang()
    rows = [
        {
            "cell": f"{fault.column}{fault.row}",
            "stood": fault.value or "",
            "fault": i18n.problem_message(fault, lang)[0],
            "becomes": "",
            "leave_out": False,
        }
        for fault in faults
    ]
    config = {
        name: st.column_config.TextColumn(translate(f"panel_repairs.{name}"), disabled=name != "becomes")
        for name in ("cell", "stood", "fault", "becomes")
    }
    edited = st.data_editor(
        rows,
        column_config={**config, "leave_out": st.column_config.CheckboxColumn(translate("panel_repairs.leave_out"))},
        hide_index=True,
        width="stretch",
        key=f"{key}-repairs",
    )
    for fault, entered in zip(faults, edited, strict=True):
        becomes = str(entered["becomes"] or "").strip()[:LONGEST]
        yield _Entered(fault.row or 0, fault.column or "", fault.value or "", becomes, bool(entered["leave_out"]))
