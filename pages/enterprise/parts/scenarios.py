"""Scenarios of annex 2: those chosen by stage, how far they fill the segments, and choosing among the 40."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from kpi.catalogue.catalogue import catalogue
from kpi.catalogue.schema import Scenario
from kpi.eligibility.tiers import segment_cover
from kpi.errors import UserError
from kpi.intake.form.answer_sheet import LIST_SEPARATOR
from kpi.model.application import Application
from kpi.services.enterprise.sheets import SheetEdit, edit_sheet, own_sheet
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html
from pages.widgets.data_files import about_application, show_table, typed_table
from pages.widgets.error_message import show_error

_COLUMNS = 2


def chosen_by_stage(context: PageContext, application: Application) -> None:
    """The scenarios of an application, stage by stage in annex 2's order."""
    chosen = application.scenarios
    table = typed_table(
        [translate("scenarios.stage"), translate("scenarios.names")],
        [
            [
                stage.name.in_(context.lang),
                translate("coverage.comma").join(
                    one.name.in_(context.lang) for one in _scenarios_of_stage(stage.code) if one.name.zh in chosen
                )
                or "—",
            ]
            for stage in catalogue().stages
        ],
    )
    about = about_application(context, application, translate("scenarios.title"))
    show_table(context, about, table, "scenarios", form="stacked")


def segment_cover_table(context: PageContext, chosen: Sequence[str]) -> None:
    """The three segments that an advanced factory must cover, by word, shape and bar."""
    needed = segment_cover(catalogue().tier("advanced").segments, chosen)
    for column, one in zip(st.columns(len(needed)), needed, strict=True):
        every = len(one.chosen) + len(one.open)
        filled = translate(
            "scenarios.filling",
            mark="✓" if one.covered else "✗",
            segment=catalogue().segment(one.segment).name.in_(context.lang),
            count=len(one.chosen),
            all=every,
        )
        column.progress(len(one.chosen) / every, text=filled)


def choose_scenarios(context: PageContext, chosen: tuple[str, ...], key: str = "") -> tuple[str, ...]:
    """Choose among the 40 of annex 2, grouped by its eight stages, the three segments filling up meanwhile.

    ``chosen`` and the answer are exact Chinese names, the answer in the notice's order. ``chosen`` is where a reader
    starts; ``key`` tells one factory and year from another, so that none starts with another's choice.
    """
    st.markdown(f"**{translate('scenarios.needed')}**")
    above = st.container()
    picked = [name for stage in catalogue().stages for name in _choose(context, stage.code, chosen, key)]
    with above:
        segment_cover_table(context, picked)
    return tuple(picked)


def keep_scenarios(context: PageContext, application: Application, tried: tuple[str, ...]) -> None:
    """Put what was tried into the answer sheet, where there is one that can still be changed."""
    if set(tried) == set(application.scenarios):
        return
    html.notice(translate("scenarios.not_kept", tried=len(tried), kept=len(application.scenarios)))
    if not st.button(translate("scenarios.keep"), type="primary"):
        return
    code, year = application.credit_code, application.year
    try:
        sheet = own_sheet(context.store, context.viewer, code, year)
        edit_sheet(
            context.store,
            context.viewer,
            code,
            year,
            sheet.version,
            [SheetEdit("scenarios", "value", LIST_SEPARATOR.join(tried))],
        )
    except UserError as error:
        show_error(error)
    else:
        st.toast(translate("scenarios.kept", count=len(tried)))
        st.rerun()


def _choose(context: PageContext, stage: str, chosen: Sequence[str], key: str) -> list[str]:
    """Row by row, so that on a narrow screen, where columns come one below the other, they keep their order."""
    st.markdown(f"**{catalogue().stage(stage).name.in_(context.lang)}**")
    scenarios = _scenarios_of_stage(stage)
    picked = []
    for at in range(0, len(scenarios), _COLUMNS):
        for column, scenario in zip(st.columns(_COLUMNS), scenarios[at : at + _COLUMNS], strict=False):
            name = f"scenario-{key}-{scenario.number}"
            if name not in st.session_state:
                st.session_state[name] = scenario.name.zh in chosen
            if column.checkbox(f"{scenario.number}　{scenario.name.in_(context.lang)}", key=name):
                picked.append(scenario.name.zh)
    return picked


def _scenarios_of_stage(stage: str) -> list[Scenario]:
    return [scenario for scenario in catalogue().scenarios if scenario.stage == stage]
