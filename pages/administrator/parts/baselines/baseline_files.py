"""The files of a baseline, and what their sender says they are of."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import get_args

import streamlit as st

from kpi.baseline.recipe import PanelRecipe, read_recipe
from kpi.errors import InvalidFile
from kpi.files.limits import panel_limits
from kpi.model.evaluation import HOME_REGION, Provenance
from kpi.model.times import SHANGHAI, now
from kpi.services.administrator.baseline_import import LONGEST_NAME, LONGEST_SOURCE, recipes_known
from kpi.services.preparation import File, IncomingBaseline
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html
from pages.widgets.problem_list import problem_list

TYPES = ["csv", "tsv", "txt", "xlsx", "xlsm", "xls", "ods", "parquet"]
YEARS_BACK = 5
_ROUND = "baseline_round"


@dataclass(frozen=True, slots=True)
class SentBaseline:
    """``key`` changes with whatever a preview depends on; name and source may still be written after it."""

    incoming: IncomingBaseline
    recipe: PanelRecipe | None
    sizes: File | None
    groups: File | None
    key: str


def ask_files(context: PageContext, answered: bool) -> SentBaseline | None:
    """None until there is a panel, and somebody has said of what kind it is.

    ``answered``: they are folded away, so that what is asked of the file comes first on the page.
    """
    with st.expander(translate("baseline_import.files"), expanded=not answered):
        sent = _sent()
    recipe = _recipe(context)
    if sent is None:
        html.where(translate("baseline_import.incomplete"))
        return None
    incoming, sizes, groups = sent
    panel = (incoming.file_name, incoming.data)
    key = [
        str(incoming.year),
        incoming.provenance,
        recipe.model_dump_json() if recipe else "",
        *(hashlib.sha256(one[1]).hexdigest() if one else "" for one in (panel, sizes, groups)),
    ]
    return SentBaseline(incoming, recipe, sizes, groups, " ".join(key))


def _sent() -> tuple[IncomingBaseline, File | None, File | None] | None:
    """The files and what is said of them."""
    panel = _file("panel")
    left, right = st.columns(2)
    with left:
        sizes = _file("sizes")
    with right:
        groups = _file("groups")
    this = now().astimezone(SHANGHAI).year
    left, right = st.columns(2)
    offered = range(this, this - YEARS_BACK, -1)
    year = left.selectbox(translate("baseline_import.year"), offered, index=1, key=_key("year"))
    # Chosen by a person: a default would make an official baseline of whatever is sent.
    provenance: Provenance | None = right.selectbox(
        translate("baseline_import.provenance"),
        get_args(Provenance),
        index=None,
        format_func=lambda one: translate(f"provenance.{one}"),
        placeholder=translate("begin.choose"),
        key=_key("provenance"),
    )
    name = st.text_input(translate("baseline_import.name"), max_chars=LONGEST_NAME, key=_key("name"))
    source = st.text_input(translate("baseline_import.source"), max_chars=LONGEST_SOURCE, key=_key("source"))
    if panel is None or provenance is None:
        return None
    return IncomingBaseline(*panel, name, year, HOME_REGION, provenance, source), sizes, groups


def _recipe(context: PageContext) -> PanelRecipe | None:
    """A recipe kept from an earlier panel, or one in a file; None where the file is to speak for itself."""
    known = {one.name: one for one in recipes_known(context.store, context.viewer)}
    with st.expander(translate("panel_recipe.use")):
        sent = st.file_uploader(translate("panel_recipe.file"), type=["json"], key=_key("recipe"), max_upload_size=4)
        chosen = None
        if known:
            chosen = st.selectbox(
                translate("panel_recipe.known"),
                list(known),
                index=None,
                placeholder=translate("panel_recipe.none"),
                key=_key("known"),
            )
    if sent is None:
        return known[chosen] if chosen else None
    try:
        return read_recipe(sent.name, sent.getvalue())
    except InvalidFile as refused:
        problem_list(refused.problems)
        return None


def _file(name: str) -> File | None:
    most = panel_limits().file_megabytes
    sent = st.file_uploader(
        translate(f"baseline_import.{name}"),
        type=TYPES,
        key=_key(name),
        help=translate(f"baseline_import.{name}_help", limit=most),
        max_upload_size=most,
    )
    return (sent.name, sent.getvalue()) if sent else None


def forget_files() -> None:
    """Start again: the inputs of the next run are others, and empty."""
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1


def _key(name: str) -> str:
    return f"baseline-{name}-{st.session_state.get(_ROUND, 0)}"
