"""Choosing whom an account reaches: from what the notice and the programme know, by names of the reader's language."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import streamlit as st

from kpi.catalogue.catalogue import catalogue
from kpi.catalogue.names import code_or_text
from kpi.model.viewer import Role
from kpi.services.administrator.stages import applications_in_progress
from pages.administrator.parts.scope_labels import scope_label
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html


def pick_reach(
    context: PageContext, role: Role, chosen: Sequence[str], known: Sequence[str], key: str
) -> tuple[str, ...]:
    """By role: one body; industries and candidates; credit codes. ``known`` codes are offered, others can be typed."""
    if role == "administrator":
        html.where(translate("accounts.reach_of_administrator"))
        return ()
    if role == "leader":
        return _body(context, chosen, key)
    names = _names(context)
    listed = [industry.name.zh for industry in catalogue().industries] if role == "reviewer" else []
    options = list(dict.fromkeys([*listed, *chosen, *sorted({*names, *known})]))
    picked = st.multiselect(
        translate(f"accounts.reach_of_{role}"),
        options,
        list(chosen),
        format_func=lambda one: _label(context, names, one),
        accept_new_options=True,
        placeholder=translate("accounts.reach_choose"),
        help=translate("accounts.reach_help"),
        select_all=False,  # Streamlit's first entry would grant every industry and candidate by one press
        key=key,
    )
    return tuple(one if one in listed else code_or_text(one) for one in picked)


def _body(context: PageContext, chosen: Sequence[str], key: str) -> tuple[str, ...]:
    bodies = [body.name.zh for body in catalogue().bodies]
    at = bodies.index(chosen[0]) if chosen and chosen[0] in bodies else None
    picked = cast(
        str | None,
        st.selectbox(
            translate("accounts.reach_of_leader"),
            bodies,
            index=at,
            format_func=lambda one: scope_label(one, context.lang),
            placeholder=translate("accounts.reach_choose"),
            key=key,
        ),
    )
    return () if picked is None else (picked,)


def _names(context: PageContext) -> dict[str, str]:
    """The enterprises with locked applications by credit code: what a reviewer can be given to look at."""
    return {
        one.credit_code: one.enterprise or one.credit_code
        for one in applications_in_progress(context.store, context.viewer)
    }


def _label(context: PageContext, names: dict[str, str], reach: str) -> str:
    return f"{reach}　{names[reach]}" if reach in names else scope_label(reach, context.lang)
