"""Faults of single cells put right on the page, or their rows left out with a reason; the file stays as it was sent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from kpi import i18n
from kpi.baseline.recipe import CellRepair, LeftOutRow, PanelRecipe
from kpi.model.problem import Problem
from pages.session.language import current_lang, translate
from pages.widgets import html

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
    cells = {(one.row, one.column): one for one in (earlier.cells if earlier else ())}
    rows = {one.row: one for one in (earlier.rows if earlier else ())}
    faults = [one for one in problems if one.blocks and one.column and one.row and one.row > header_row]
    if faults:
        html.sentence(translate("panel_repairs.how", count=len(faults)))
        entered = list(_fields(faults, key) if len(faults) <= ONE_BY_ONE else _editor(faults, key))
        because = st.text_input(translate("panel_repairs.because"), max_chars=LONGEST, key=f"{key}-because").strip()
        for one in entered:
            if one.leave_out:
                rows[one.row] = LeftOutRow(row=one.row, because=because or translate("panel_repairs.no_reason"))
            elif one.becomes:
                first = cells.get((one.row, one.column))
                was = first.was if first else one.stood
                cells[one.row, one.column] = CellRepair(
                    row=one.row, column=one.column, was=was, becomes=one.becomes, because=because
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
