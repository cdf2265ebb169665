"""How the panel's file is read: what is not certain is asked, everything else can be changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

import streamlit as st

from kpi.baseline.panel_account import ColumnRead, PanelShape
from kpi.baseline.recipe import OMIT, Encoding, MappedColumn, PanelRecipe, column_meanings, constant_choices
from kpi.catalogue.load import catalogue
from kpi.catalogue.names import match_kpi
from pages.session.language import current_lang, translate
from pages.widgets import html

LONGEST_NAME = 60


def ask_recipe(shape: PanelShape, recipe: PanelRecipe | None, key: str) -> PanelRecipe:
    """What the reader says of the file's shape, as a recipe without repairs. ``key`` names this file's inputs."""
    asked = [one for one in shape.columns if one.holds is None and one.header]
    name = st.text_input(
        translate("panel_recipe.name"),
        recipe.name if recipe else translate("panel_recipe.own_name"),
        max_chars=LONGEST_NAME,
        key=f"{key}-name",
    )
    columns, constants = _asked(asked, shape, key)
    with st.expander(translate("panel_recipe.further"), expanded=False):
        encoding, sheet, header_row = _opening(shape, recipe, key)
        columns |= _known([one for one in shape.columns if one not in asked and one.header], recipe, key)
        fractions = _percent(recipe, key)
        blanks = st.text_input(
            translate("panel_recipe.blanks"),
            " ".join(recipe.blanks) if recipe else "",
            help=translate("panel_recipe.blanks_help"),
            key=f"{key}-blanks",
        )
        merge = st.checkbox(translate("panel_recipe.merge"), recipe.merge if recipe else False, key=f"{key}-merge")
    kept = {name: value for name, value in (recipe.constants if recipe else {}).items() if name not in shape.missing}
    return PanelRecipe(
        name=name.strip() or translate("panel_recipe.own_name"),
        encoding=encoding,
        sheet=sheet,
        header_row=header_row,
        columns=tuple(
            MappedColumn(header=one.header, holds=columns[one.letter], occurrence=one.occurrence)
            for one in shape.columns
            if one.letter in columns
        ),
        constants=kept | constants,
        fractions=tuple(fractions),
        blanks=tuple(blanks.split()),
        merge=merge,
    )


def _asked(asked: Sequence[ColumnRead], shape: PanelShape, key: str) -> tuple[dict[str, str], dict[str, str]]:
    """What nobody can know: columns that are new or named twice, and columns that are not there."""
    columns: dict[str, str] = {}
    constants: dict[str, str] = {}
    if asked or shape.missing:
        html.sentence(translate("panel_recipe.asked", new=len(asked), missing=len(shape.missing)))
    for one in asked:
        chosen = st.selectbox(
            html.plain(translate("panel_recipe.column", letter=one.letter, header=one.header)),
            [OMIT, *column_meanings()],
            index=None,
            format_func=_meaning,
            placeholder=translate("begin.choose"),
            key=f"{key}-{one.letter}",
        )
        if chosen:
            columns[one.letter] = chosen
    choices = constant_choices()
    for name in shape.missing:
        if name in choices and name not in columns.values():
            chosen = st.selectbox(
                translate("panel_recipe.missing", name=_meaning(name)),
                choices[name],
                index=None,
                format_func=_constant,
                placeholder=translate("panel_recipe.none_of_these"),
                key=f"{key}-all-{name}",
            )
            if chosen is not None:
                constants[name] = chosen
        elif name not in columns.values():
            html.where(translate("panel_recipe.choose_for", name=_meaning(name)))
    return columns, constants


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


def _known(columns: Sequence[ColumnRead], recipe: PanelRecipe | None, key: str) -> dict[str, str]:
    """Columns that were understood; kept in the recipe where somebody said what they hold, or says otherwise."""
    said = {(one.header, one.occurrence): one.holds for one in recipe.columns} if recipe else {}
    rows = [{"letter": one.letter, "header": one.header, "holds": _meaning(one.holds or OMIT)} for one in columns]
    by_word = {_meaning(one): one for one in (OMIT, *column_meanings())}
    edited = st.data_editor(
        rows,
        column_config={
            "letter": st.column_config.TextColumn(translate("panel_recipe.letter"), disabled=True, width="small"),
            "header": st.column_config.TextColumn(translate("panel_recipe.header"), disabled=True),
            "holds": st.column_config.SelectboxColumn(
                translate("panel_recipe.holds"), options=list(by_word), required=True
            ),
        },
        hide_index=True,
        width="stretch",
        key=f"{key}-columns",
    )
    found: dict[str, str] = {}
    for one, row in zip(columns, edited, strict=True):
        holds = by_word[row["holds"]]
        if holds != one.holds or (one.header, one.occurrence) in said:
            found[one.letter] = holds
    return found


def _percent(recipe: PanelRecipe | None, key: str) -> list[str]:
    percent = [kpi.code for kpi in catalogue().kpis if kpi.unit.zh == "%"]
    return st.multiselect(
        translate("panel_recipe.fractions"),
        percent,
        list(recipe.fractions) if recipe else [],
        format_func=_meaning,
        help=translate("panel_recipe.fractions_help"),
        key=f"{key}-fractions",
    )


def _meaning(name: str) -> str:
    """A column of the format in words: "K09 产值成本率 · 口径"."""
    code, basis, _ = name.partition("_basis")
    if (kpi := match_kpi(code)) and code == kpi.code:
        word = f"{kpi.code} {kpi.short.in_(current_lang())}"
        return f"{word} · {translate('panel_recipe.basis')}" if basis else word
    return translate(f"panel_recipe.holds_{name}")


def _constant(value: str) -> str:
    return translate(f"basis.{value}") if value else translate("panel_recipe.nobody")
