"""The levers of the what-if board: one input a KPI, and where they were moved to.

The moves live in the visitor's session under the values they start from: another file is another board. A widget's own
state would be gone after a look at another page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import floor, log10

import streamlit as st

from kpi import i18n
from kpi.benchmark.gap import Lever
from kpi.catalogue.catalogue import catalogue
from kpi.catalogue.schema import Kpi
from kpi.charts.gap import gap_words
from kpi.model.application import Application
from kpi.model.publication import KpiGap
from kpi.services.application_audit import application_sha256
from kpi.services.enterprise.what_if import WhatIf
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html
from pages.widgets.folded import opened_box

SHOWN_FIRST, ABREAST = 6, 3
"""Levers in sight before the rest is unfolded, and how many stand beside one another."""


@dataclass(frozen=True, slots=True)
class Moves:
    """Where the levers of these values stand, by KPI code; those that were not moved are not in ``to``."""

    values: str
    to: dict[str, float]

    def key(self, lever: Lever) -> str:
        return f"what-if-{lever.code}-{self.values}"


def moves_of(application: Application) -> Moves:
    """The visitor's moves from these values, none at first."""
    values = application_sha256(application)[:12]
    kept = st.session_state.get("what_if")
    if not isinstance(kept, Moves) or kept.values != values:
        kept = st.session_state["what_if"] = Moves(values, {})
    return kept


def what_if_board(context: PageContext, board: WhatIf, moves: Moves) -> None:
    """The inputs, the nearest to their lines first, and the way back to the own values."""
    ordered = [kpi for kpi in board.own.kpis if kpi.code in board.levers]
    _grid(context, board, moves, ordered[:SHOWN_FIRST])
    st.button(translate("what_if.reset"), on_click=_reset, args=(moves, board.levers), disabled=not moves.to)
    # What was moved stands in ``moves``: an input that is not drawn loses nothing.
    if box := opened_box(translate("what_if.more", count=len(ordered) - SHOWN_FIRST), "what-if"):
        with box:
            _grid(context, board, moves, ordered[SHOWN_FIRST:])


def _grid(context: PageContext, board: WhatIf, moves: Moves, kpis: Sequence[KpiGap]) -> None:
    for at in range(0, len(kpis), ABREAST):
        for column, kpi in zip(st.columns(ABREAST), kpis[at : at + ABREAST], strict=False):
            with column:
                _input(context, board.levers[kpi.code], kpi.main, moves)
                standing = _standing(context, board.moved.of(kpi.code), board.levers[kpi.code])
                html.caption(standing.replace(" %", "\u00a0%"))


def _input(context: PageContext, lever: Lever, main: bool, moves: Moves) -> None:
    known = catalogue().kpi(lever.code)
    number = int if known.whole else float
    key = moves.key(lever)
    if key not in st.session_state:
        st.session_state[key] = _as_number(number, moves.to.get(lever.code, lever.start))
    st.number_input(
        _label(context, known, lever) + (f" · {translate('what_if.main_kpi')}" if main else ""),
        value=None,
        min_value=_as_number(number, lever.low),
        max_value=_as_number(number, lever.high),
        step=_as_number(number, _step(known, lever)),
        format="%d" if known.whole else "%.12g",
        key=key,
        on_change=_move,
        args=(lever, moves),
    )


def _move(lever: Lever, moves: Moves) -> None:
    """An emptied input stands for the own value again."""
    value = st.session_state[moves.key(lever)]
    if value is None or value == lever.start:
        _reset(moves, {lever.code: lever})
    else:
        moves.to[lever.code] = value


def _reset(moves: Moves, levers: Mapping[str, Lever]) -> None:
    for lever in levers.values():
        moves.to.pop(lever.code, None)
        # The widget is made again from the own value at the next run.
        st.session_state.pop(moves.key(lever), None)


def _label(context: PageContext, known: Kpi, lever: Lever) -> str:
    name = known.short.in_(context.lang)
    if lever.moves == "after":
        return translate("what_if.label_after", name=name, before=lever.before)
    points = i18n.text("number.points", context.lang) if lever.basis == "points" else known.unit.in_(context.lang)
    return translate("what_if.label_value", name=name, unit=points)


def _standing(context: PageContext, kpi: KpiGap, lever: Lever) -> str:
    """What the lever's place means against the published numbers."""
    known = catalogue().kpi(kpi.code)
    by_end = kpi.standing == "below" and lever.moves == "after"
    form = f"after_{'most' if known.reduces else 'least'}" if by_end else kpi.standing
    return translate(
        f"what_if.now_{form}",
        value=i18n.kpi_number(kpi.value, known, context.lang, kpi.basis),
        line=i18n.kpi_number(kpi.published.p80, known, context.lang, kpi.basis),
        median=i18n.kpi_number(kpi.published.median, known, context.lang, kpi.basis),
        **gap_words(kpi, context.lang),
    )


def _step(known: Kpi, lever: Lever) -> float:
    """A tenth for per cents; for an end in a unit of its own, a hundredth of its start's power of ten."""
    if known.whole:
        return 1
    if lever.moves == "value" or known.of_share or not lever.start:
        return 0.1
    return float(10.0 ** (floor(log10(lever.start)) - 2))


def _as_number(number: type[int | float], value: float | None) -> float | None:
    return None if value is None else number(value)
