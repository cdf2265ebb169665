"""What stands against a panel, how it is read, and reading it again with what was said."""

from __future__ import annotations

import streamlit as st

from kpi.baseline.panel_account import PanelShape
from kpi.baseline.recipe import recipe_bytes
from kpi.services.baseline_preparation import InvalidPanel
from pages.administrator.parts.baselines.baseline_files import SentBaseline
from pages.administrator.parts.baselines.import_desk import ImportDesk, file_sha256
from pages.administrator.parts.baselines.panel_recipe import ask_recipe
from pages.administrator.parts.baselines.panel_repairs import ask_repairs
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html
from pages.widgets.downloads import Offered, offer_files
from pages.widgets.problem_list import problem_list


def show_refusal(context: PageContext, sent: SentBaseline, desk: ImportDesk, refused: InvalidPanel) -> None:
    """All faults by cell; below them what can be said and put right here."""
    html.sentence(translate("baseline_import.refused", count=sum(one.blocks for one in refused.problems)))
    problem_list(refused.problems)
    if refused.shape is None:
        if st.button(translate("baseline_import.preview"), type="primary"):
            desk.check(context, sent, sent.recipe)
            st.rerun()
        return
    st.subheader(translate("panel_recipe.title"), anchor=False)
    key = _key(sent, desk)
    recipe = ask_recipe(refused.shape, desk.recipe, key)
    recipe = ask_repairs(refused.problems, refused.shape.header_row, recipe, desk.recipe, file_sha256(sent), key)
    if st.button(translate("panel_recipe.again"), type="primary"):
        desk.check(context, sent, recipe)
        st.rerun()


def offer_rereading(context: PageContext, sent: SentBaseline, desk: ImportDesk, shape: PanelShape) -> None:
    """The recipe of a panel without faults, to take away or to change."""
    with st.expander(translate("panel_recipe.title")):
        recipe = ask_recipe(shape, desk.recipe, _key(sent, desk))
        recipe = ask_repairs((), shape.header_row, recipe, desk.recipe, file_sha256(sent), _key(sent, desk))
        if st.button(translate("panel_recipe.again")):
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


def _key(sent: SentBaseline, desk: ImportDesk) -> str:
    """Other inputs after each reading: they begin with what was read."""
    return f"recipe-{hash((sent.key, desk.recipe and desk.recipe.model_dump_json()))}"
