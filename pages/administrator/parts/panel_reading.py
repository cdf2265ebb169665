"""What a panel says before it is frozen: how each column is read, what is asked first, and its faults by cause."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import streamlit as st

from kpi import i18n
from kpi.baseline.panel_header import OMIT
from kpi.baseline.recipe import ColumnChange, ColumnRead, PanelRecipe, PanelShape, column_meanings, constant_choices
from kpi.catalogue.catalogue import catalogue
from kpi.catalogue.names import match_kpi
from kpi.model.problem import Problem
from kpi.reports.content import About
from pages.session.context import PageContext
from pages.session.language import current_lang, translate
from pages.widgets import html
from pages.widgets.acts import entries
from pages.widgets.tables import offer_data, typed_table

# What stands against a panel beside what is asked of it.


_ASKED = (
    "panel_unknown_column",
    "panel_repeated_column",
    "panel_missing_column",
    "recipe_fraction_doubtful",
    "panel_maybe_fraction",
)
_ASKED_WORD = "recipe_blank_doubtful"


def doubtful_words(problems: Iterable[Problem]) -> dict[str, int]:
    """Numbers that a recipe takes for "not reported", and how many cells have each."""
    return {
        str(problem.params["word"]): int(problem.params["count"]) for problem in problems if problem.code == _ASKED_WORD
    }


def asked_columns(problems: Iterable[Problem]) -> frozenset[str]:
    """The letters of columns that nobody knows, or that say what another says."""
    return frozenset(problem.column for problem in problems if problem.code in _ASKED and problem.column)


def beside_questions(problems: Sequence[Problem], shape: PanelShape, blanks: Iterable[str]) -> list[Problem]:
    """Without what a question is asked of, and what the answers given so far make a blank."""
    words = set(blanks)
    return [
        problem
        for problem in problems
        if problem.code not in (*_ASKED, _ASKED_WORD)
        and not (problem.code in ("panel_not_a_number", "panel_unknown_group") and problem.value in words)
        # Of a column that its recipe named, and that is asked for again.
        and not (problem.code == "recipe_column_missing" and problem.params.get("holds") in shape.missing)
    ]


# What nobody can know of a panel's file, asked by its cause: a word, a unit, columns, and what has no column.
#
# A proposal is chosen beforehand only on grounds that are said beside it, and holds for this file by one press.


@dataclass
class PanelAnswers:
    """``columns`` by letter; ``fractions`` by KPI, whether it is stated so; ``blanks``: words for "not reported", of
    ``words`` that were asked. ``open``: a unit is not answered, and no reading goes on without it.
    """

    asked: int = 0
    open: bool = False
    words: set[str] = field(default_factory=set)
    columns: dict[str, str] = field(default_factory=dict)
    constants: dict[str, str] = field(default_factory=dict)
    fractions: dict[str, bool] = field(default_factory=dict)
    blanks: list[str] = field(default_factory=list)


def ask_panel(shape: PanelShape, problems: Sequence[Problem], recipe: PanelRecipe | None, key: str) -> PanelAnswers:
    """The questions of a file, one below the other. ``key`` names its fields."""
    said = PanelAnswers()
    _ask_words(shape, problems, recipe, said, key)
    letters = asked_columns(problems)
    columns = [column for column in shape.columns if column.holds is None and column.letter in letters]
    # What is chosen among many is sent with the press that ends it: a run for each would move the rest.
    with entries(key):
        _ask_scales(shape, said, key)
        _ask_columns(shape, columns, said, key)
        _ask_missing(shape, said, key)
    return said


def _ask_words(
    shape: PanelShape, problems: Sequence[Problem], recipe: PanelRecipe | None, said: PanelAnswers, key: str
) -> None:
    """A box a word, ticked where the word is known for "no data"."""
    known = set(recipe.blanks) if recipe else set()
    for number, word in enumerate(shape.words):
        if word.word in known:
            continue
        cells = i18n.text("number.list", current_lang()).join(word.cells)
        params = {"count": word.count, "word": html.plain(word.word), "cells": cells}
        how = "some" if word.count > len(word.cells) else "all"
        label = translate(f"panel_questions.word_{how}", **params)
        ground = translate(f"panel_questions.word_{word.kind}")
        if st.checkbox(f"{label} {ground}", word.kind == "blank", key=f"{key}-word-{number}"):
            said.blanks.append(word.word)
        said.words.add(word.word)
        said.asked += 1
    for number, (text, count) in enumerate(doubtful_words(problems).items()):
        label = translate("panel_questions.word_number", word=html.plain(text), count=count)
        if st.checkbox(label, key=f"{key}-number-{number}"):
            said.blanks.append(text)
        said.words.add(text)
        said.asked += 1


def _ask_scales(shape: PanelShape, said: PanelAnswers, key: str) -> None:
    for doubt in shape.scales:
        params = {"kpi": meaning_words(doubt.kpi), "cell": doubt.cell, "value": doubt.value}
        how = "scale" if doubt.count is None else "scale_small"
        chosen = st.radio(
            html.plain(translate(f"panel_questions.{how}", **params, count=doubt.count)),
            ("percent", "fraction"),
            index=None,
            format_func=lambda how: translate(f"panel_questions.scale_{how}"),
            horizontal=True,
            key=f"{key}-scale-{doubt.kpi}",
            on_change="ignore",
        )
        said.asked += 1
        if chosen:
            said.fractions[doubt.kpi] = chosen == "fraction"
        else:
            said.open = True


def _ask_columns(shape: PanelShape, columns: Sequence[ColumnRead], said: PanelAnswers, key: str) -> None:
    if not columns:
        return
    said.asked += len(columns)
    html.titled(translate("panel_questions.columns", count=len(columns), row=shape.header_row))
    chosen = _chosen_beforehand(shape, columns)
    options = [OMIT, *column_meanings()]
    # Pairs beside one another; where the screen is narrow they stay in the order of the file.
    places = [half for _ in columns[::2] for half in st.columns(2)]
    for place, column in zip(places, columns, strict=False):
        proposal = chosen.get(column.letter)
        with place:
            answer = st.selectbox(
                html.plain(_column_label(shape, column)),
                options,
                index=options.index(proposal) if proposal else None,
                format_func=meaning_words,
                placeholder=translate("begin.choose"),
                key=f"{key}-{column.letter}",
                on_change="ignore",
            )
        if answer:
            said.columns[column.letter] = answer
        if answer and column.meaning.unit == "fraction":
            said.fractions[answer] = True
    if st.checkbox(translate("panel_questions.rest"), key=f"{key}-rest", on_change="ignore"):
        said.columns = {column.letter: OMIT for column in columns} | said.columns


def _chosen_beforehand(shape: PanelShape, columns: Iterable[ColumnRead]) -> dict[str, str]:
    """Proposals that are sure enough, and of which no other column is or may be the same."""
    held = {column.holds for column in shape.columns}
    proposed = {column.letter: column.meaning.proposal for column in columns if column.meaning.chosen}
    times = Counter(proposed.values())
    return {
        letter: proposal
        for letter, proposal in proposed.items()
        if proposal and (proposal == OMIT or (times[proposal] == 1 and proposal not in held))
    }


def _column_label(shape: PanelShape, column: ColumnRead) -> str:
    """The header's cell and words, an example from below it, and what speaks for and against the proposal."""
    header = column.header or translate("panel_questions.no_header")
    said = translate("panel_questions.column", cell=f"{column.letter}{shape.header_row}", header=header)
    example = column.example[0] if column.example else translate("panel_questions.nothing_below")
    return translate("panel_questions.column_with", column=said, example=example, ground=ground_words(column))


def _ask_missing(shape: PanelShape, said: PanelAnswers, key: str) -> None:
    """What holds for all rows, where the file has no column of it."""
    choices, found = constant_choices(), set(said.columns.values())
    missing = [name for name in shape.missing if name not in found]
    bases = [name for name in missing if name.endswith("_basis")]
    for_all = None
    if len(bases) > 1:
        names = i18n.text("number.list", current_lang()).join(name.partition("_")[0] for name in bases)
        for_all = st.radio(
            translate("panel_questions.bases", names=names),
            choices[bases[0]],
            index=None,
            format_func=constant_words,
            horizontal=True,
            key=f"{key}-all-bases",
            on_change="ignore",
        )
    if {"kpi", "value"} <= set(missing):
        html.where(translate("panel_questions.no_kpi"))
        missing = [name for name in missing if name not in ("kpi", "value", "basis")]
    stated = {f"{column.holds}_basis": column.meaning.basis for column in shape.columns if column.meaning.basis}
    for name in missing:
        said.asked += 1
        if name not in choices:
            html.where(translate("panel_questions.choose_for", name=meaning_words(name)))
            continue
        proposal = stated.get(name)
        chosen = st.selectbox(
            translate("panel_questions.missing", name=meaning_words(name)),
            choices[name],
            index=choices[name].index(proposal) if proposal in choices[name] else None,
            format_func=constant_words,
            placeholder=translate("panel_questions.as_all" if name in bases[1:] or for_all else "begin.choose"),
            key=f"{key}-all-{name}",
            on_change="ignore",
        )
        answer = chosen if chosen is not None else for_all if name in bases else None
        if answer is not None:
            said.constants[name] = answer


def ground_words(column: ColumnRead) -> str:
    """What speaks for how a column is read, or for what is proposed, and what against it."""
    grounds = [translate(f"panel_columns.ground_{ground}") for ground in column.meaning.grounds]
    said = i18n.text("number.list", current_lang()).join(grounds)
    proposal = column.meaning.proposal
    if column.holds is not None or proposal in (None, OMIT):
        return said
    return translate("panel_questions.proposal", proposal=meaning_words(str(proposal)), ground=said)


def meaning_words(name: str) -> str:
    """A column of the format in words: "K09 产值成本率 · 口径"."""
    code, basis, _ = name.partition("_basis")
    if (kpi := match_kpi(code)) and code == kpi.code:
        word = f"{kpi.code} {kpi.short.in_(current_lang())}"
        return f"{word} · {translate('panel_recipe.basis')}" if basis else word
    return translate(f"panel_recipe.holds_{name}")


def constant_words(value: str) -> str:
    """What may be stated for all rows."""
    return translate(f"basis.{value}") if value else translate("panel_recipe.nobody")


# How a panel's columns are read: each with its cell, why, and what of it is read otherwise than it stands there.


def show_columns(context: PageContext, about: About, shape: PanelShape) -> None:
    """One line a column of the file."""
    columns = [
        translate(f"panel_columns.{name}") for name in ("cell", "header", "read_as", "why", "example", "changes")
    ]
    rows = [_row(shape, column) for column in shape.columns if column.header or column.example]
    html.table(columns, rows, form="stacked")
    offer_data(context, about, "panel-columns", table=typed_table(columns, rows))


def _row(shape: PanelShape, column: ColumnRead) -> list[html.Cell]:
    changes = _changes(column.changes)
    return [
        f"{column.letter}{shape.header_row}",
        column.header,
        _read_as(column),
        ground_words(column),
        _example(column),
        html.Marked(changes) if changes else "—",
    ]


def _read_as(column: ColumnRead) -> str:
    """What it holds, a KPI with its unit."""
    if column.holds is None:
        return translate("panel_columns.unknown")
    kpi = next((kpi for kpi in catalogue().kpis if kpi.code == column.holds), None)
    word = meaning_words(column.holds)
    return translate("panel_columns.in_unit", kpi=word, unit=kpi.unit.in_(current_lang())) if kpi else word


def _example(column: ColumnRead) -> str:
    if column.example is None or column.holds in (None, OMIT):
        return column.example[0] if column.example else "—"
    was, becomes = column.example
    if column.holds not in {kpi.code for kpi in catalogue().kpis} and was == becomes:
        return was
    return translate("panel_columns.becomes", was=was, becomes=becomes or translate("panel_columns.not_reported"))


def _changes(changes: Sequence[ColumnChange]) -> str:
    """In words: the colour is not all that says it."""
    lines = [
        translate(f"panel_columns.change_{change.kind}", was=change.was, becomes=change.becomes, count=change.count)
        for change in changes
    ]
    return "\n".join(lines)
