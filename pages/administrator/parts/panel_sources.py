"""What is in for a year's panel: by source, where sources disagree, what is taken, and the panel that it comes to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import get_args

import streamlit as st

from kpi.errors import UserError
from kpi.model.evaluation import Provenance
from kpi.reports.content import About, ReportTable
from kpi.services.administrator.baseline_import import LONGEST_NAME, LONGEST_REASON, LONGEST_SOURCE
from kpi.services.administrator.campaign import CampaignBoard
from kpi.services.administrator.panel_sources import (
    OF_THE_YEAR,
    SOURCE_KINDS,
    AssembledPanel,
    PanelSources,
    SourceKind,
    TakenSource,
    assembled_panel,
    choose_source,
    panel_sources,
    put_panel_forward,
)
from pages.session.app_store import is_demonstration_app
from pages.session.context import PageContext, current_viewer
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.acts import confirm_act, entries, lead_to, show_done, show_error
from pages.widgets.differences import named_differences
from pages.widgets.tables import format_datetime, show_long_table, typed_table

_ANSWERED = "panel-answered"


def show_sources(context: PageContext, board: CampaignBoard) -> None:
    """What is in, what disagrees, what was chosen; then the panel, and bringing it to a baseline."""
    _say_answered()
    year = board.campaign.year
    kinds = tuple(
        st.multiselect(
            translate("panel_sources.kinds"),
            SOURCE_KINDS,
            OF_THE_YEAR,
            format_func=lambda kind: translate(f"panel_sources.kind_{kind}"),
            key="panel-kinds",
        )
    )
    sources = panel_sources(context.store, context.viewer, year, kinds)
    registered = {item.credit_code: item for item in sources.register.enterprises}
    html.sentence(_taken_words(sources))
    if taken := [(registered[code].name, code, found) for code, found in sources.taken().items()]:
        about = About(translate("panel_sources.taken_title", year=year))
        show_long_table(context, about, taken, _taken_table, "taken")
    left_out = sources.left_out()
    notes = [translate("panel_sources.outside", count=len(sources.outside))] if sources.outside else []
    for code, why in left_out.items():
        notes.append(translate("panel_sources.left_out", name=registered[code].name, why=why))
    html.bullets(notes)
    if differing := sources.differences():
        html.titled(translate("panel_sources.differences", count=len(differing)))
        about = About(translate("panel_sources.differences_title", year=year))
        every = [(registered[code].name, item) for code, items in differing.items() for item in items]
        show_long_table(context, about, every, partial(named_differences, context.lang), "differences")
    _choice_form(context, year, kinds)
    try:
        made = assembled_panel(context.store, context.viewer, year, kinds)
    except UserError as error:
        html.where(translate("panel_sources.nothing") if error.code == "panel_nothing_in" else "")
        return
    _freeze_form(context, year, kinds, made)


def _taken_words(sources: PanelSources) -> str:
    counts = Counter(found.source.kind for found in sources.taken().values())
    parts = translate("register.separator").join(
        translate("panel_sources.part", kind=translate(f"panel_sources.kind_{kind}"), count=counts[kind])
        for kind in SOURCE_KINDS
        if counts[kind]
    )
    said = {"count": counts.total(), "of": len(sources.register.enterprises), "parts": parts}
    return translate("panel_sources.taken" if parts else "panel_sources.nothing", **said)


def _taken_table(items: Sequence[tuple[str, str, TakenSource]]) -> ReportTable:
    """Where the values of each enterprise come from, and who chose that; the values themselves are not shown."""
    columns = [translate(f"panel_sources.{name}") for name in ("enterprise", "code", "from", "since", "why")]
    rows = [
        [name, code, _source_words(found.source.key), format_datetime(found.source.since), found.reason]
        for name, code, found in items
    ]
    return typed_table(columns, rows)


def _choice_form(context: PageContext, year: int, kinds: Sequence[SourceKind]) -> None:
    """Another source than the order gives, or none."""
    every = panel_sources(context.store, context.viewer, year, SOURCE_KINDS)
    names = {item.credit_code: item.name for item in every.register.enterprises}
    offered = [
        (code, key)
        for code, found in every.sources.items()
        for key in ["", *(source.key for source in found if source.kind in kinds)]
    ]
    if not offered:
        return
    html.titled(translate("panel_sources.choose"))
    with entries("panel-choice"):
        which, why = st.columns((7, 5))
        which.selectbox(
            translate("panel_sources.which"),
            offered,
            None,
            format_func=lambda option: f"{names[option[0]]} {option[0]}: {_source_words(option[1])}",
            key="choice-which",
            on_change="ignore",
        )
        why.text_input(translate("campaign.reason"), max_chars=LONGEST_REASON, key="choice-why", on_change="ignore")
        st.button(translate("panel_sources.keep"), on_click=_choose, args=(context, year), key="choice-keep")


def _source_words(key: str) -> str:
    kind, _, baseline = key.partition(" ")
    if not kind:
        return translate("panel_sources.none")
    return " ".join(filter(None, (translate(f"panel_sources.kind_{kind}"), baseline)))


def _choose(context: PageContext, year: int) -> None:
    which, why = st.session_state["choice-which"], st.session_state["choice-why"]
    try:
        if which is None:
            raise UserError("campaign_nobody_named")
        code, source = which
        choose_source(context.store, current_viewer(), year, code, source, why)
    except UserError as error:
        st.session_state[_ANSWERED] = error
    else:
        st.session_state[_ANSWERED] = "kept"


def _freeze_form(context: PageContext, year: int, kinds: tuple[SourceKind, ...], made: AssembledPanel) -> None:
    """Name and source of the baseline; what is confirmed is the very panel whose hash is shown."""
    html.titled(translate("panel_sources.freeze"))
    sha256 = made.sha256
    html.where(translate("panel_sources.freeze_how", count=made.enterprises, sha256=sha256[:12]))
    name, provenance, source = st.columns((4, 3, 5))
    named = name.text_input(
        translate("panel_sources.baseline"),
        translate("panel_sources.usual_name", year=year),
        max_chars=LONGEST_NAME,
        key="panel-name",
    )
    offered: tuple[Provenance, ...] = ("illustrative",) if is_demonstration_app() else get_args(Provenance)[:2]
    kind = provenance.selectbox(
        translate("panel_sources.provenance"),
        offered,
        format_func=lambda item: translate(f"panel_sources.provenance_{item}"),
        key="panel-provenance",
    )
    usual = translate("panel_sources.usual_source", year=year)
    stated = source.text_input(translate("panel_sources.source"), usual, max_chars=LONGEST_SOURCE, key="panel-source")
    smaller = st.text_input(translate("panel_sources.smaller"), max_chars=LONGEST_REASON, key="panel-smaller")
    means = translate("panel_sources.freeze_means", count=made.enterprises, name=named)
    if confirm_act(translate("panel_sources.put_forward"), means, key="panel-forward", read=sha256):
        try:
            with st.spinner(translate("panel_sources.computing")):
                waits = put_panel_forward(
                    context.store,
                    context.viewer,
                    year,
                    named,
                    kind,
                    stated,
                    kinds,
                    seen=sha256,
                    smaller_because=smaller,
                )
        except UserError as error:
            show_error(error)
            return
        show_done(translate("panel_sources.waits" if waits else "panel_sources.frozen", name=named))
        lead_to("baseline-import" if waits else "baselines")


def _say_answered() -> None:
    answered = st.session_state.pop(_ANSWERED, None)
    if isinstance(answered, UserError):
        show_error(answered, over_the_page=True)
    elif answered:
        show_done(translate("campaign.kept"))
