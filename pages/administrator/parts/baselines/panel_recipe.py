"""How the panel's file is read: the answers given and what else can be changed, as a recipe."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

import streamlit as st

from kpi.baseline.panel_header import OMIT
from kpi.baseline.recipe import ColumnRead, Encoding, MappedColumn, PanelRecipe, PanelShape, column_meanings
from kpi.catalogue.catalogue import catalogue
from pages.administrator.parts.baselines.panel_questions import PanelAnswers, meaning_words
from pages.session.language import translate

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
        columns = _changed([one for one in shape.columns if one.holds is not None], shape, key)
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
            MappedColumn(header=one.header, holds=holds[one.letter], occurrence=one.occurrence)
            for one in shape.columns
            if one.letter in holds
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
            format_func=lambda one: one.upper() if one else translate("panel_recipe.found", what=shape.encoding),
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
