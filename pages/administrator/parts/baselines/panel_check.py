"""What is asked of a panel, what stands against it, how it is read, and reading it again with what was said."""

from __future__ import annotations

import streamlit as st

from kpi.baseline.recipe import PanelShape, recipe_bytes
from kpi.reports.content import About
from kpi.services.preparation import InvalidPanel
from pages.administrator.parts.baselines.baseline_files import SentBaseline
from pages.administrator.parts.baselines.import_desk import ImportDesk, file_sha256
from pages.administrator.parts.baselines.panel_columns import show_columns
from pages.administrator.parts.baselines.panel_faults import beside_questions
from pages.administrator.parts.baselines.panel_questions import PanelAnswers, ask_panel
from pages.administrator.parts.baselines.panel_recipe import ask_recipe
from pages.administrator.parts.baselines.panel_repairs import ask_repairs
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html
from pages.widgets.downloads import Offered, offer_files
from pages.widgets.problem_list import problem_list


def show_refusal(context: PageContext, sent: SentBaseline, desk: ImportDesk, refused: InvalidPanel) -> None:
    """The questions and the press that answers them; below, by cell, what is a fault whatever the answers are."""
    shape, key, sha256 = refused.shape, _key(sent, desk), file_sha256(sent)
    if shape is None:
        html.sentence(translate("baseline_import.refused", count=sum(one.blocks for one in refused.problems)))
        problem_list(refused.problems)
        if st.button(translate("baseline_import.preview"), type="primary"):
            desk.check(context, sent, sent.recipe)
            st.rerun()
        return
    summary = st.container()
    said = ask_panel(shape, refused.problems, desk.recipe, key)
    answered = bool(said.asked) and st.button(translate("panel_questions.confirm"), type="primary", key=f"{key}-answer")
    faults = beside_questions(refused.problems, shape, said.blanks)
    errors = sum(one.blocks for one in faults)
    with summary:
        html.sentence(translate("baseline_import.to_do", questions=said.asked, faults=errors))
    problem_list(faults)
    repairs = ask_repairs(faults, shape.header_row, desk.recipe, sha256, key)
    st.subheader(translate("panel_recipe.title"), anchor=False)
    show_columns(context, _about(sent), shape)
    recipe = ask_recipe(shape, desk.recipe, said, sha256, key).model_copy(update=repairs)
    again = (errors or not said.asked) and st.button(
        translate("panel_recipe.again"), type="secondary" if said.asked else "primary", key=f"{key}-again"
    )
    if (answered or again) and said.open:
        # What is read again has been confirmed, and is not asked once more.
        with summary:
            html.notice(translate("panel_questions.unit_open"))
    elif answered or again:
        desk.check(context, sent, recipe)
        st.rerun()


def offer_rereading(context: PageContext, sent: SentBaseline, desk: ImportDesk, shape: PanelShape) -> None:
    """How each column was read; the recipe of a panel without faults, to take away or to change."""
    key, sha256 = _key(sent, desk), file_sha256(sent)
    st.subheader(translate("panel_recipe.title"), anchor=False)
    show_columns(context, _about(sent), shape)
    recipe = ask_recipe(shape, desk.recipe, PanelAnswers(), sha256, key)
    recipe = recipe.model_copy(update=ask_repairs((), shape.header_row, desk.recipe, sha256, key))
    if st.button(translate("panel_recipe.again"), key=f"{key}-again"):
        desk.check(context, sent, recipe)
        st.rerun()
    if used := desk.recipe:
        offer_files(
            context,
            translate("panel_recipe.download_how"),
            "panel_recipe",
            used.name,
            used.name,
            [Offered(".json", translate("panel_recipe.download"), lambda: recipe_bytes(used))],
        )


def _about(sent: SentBaseline) -> About:
    return About(translate("panel_recipe.title"), sent.incoming.file_name)


def _key(sent: SentBaseline, desk: ImportDesk) -> str:
    """Other inputs after each reading: they begin with what was read."""
    return f"recipe-{hash((sent.key, desk.recipe and desk.recipe.model_dump_json()))}"
