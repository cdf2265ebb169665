"""The reviewer's weights of the five groups, within the bounds of policy; they stand in the address."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from kpi.benchmark.comparison import DEFAULT_ORDER, OrderSettings
from kpi.catalogue.catalogue import catalogue
from kpi.errors import InvalidFile
from kpi.policy.policy import WeightBounds
from kpi.policy.weights import checked_group_weights
from kpi.services.reviewer.candidates import group_weight_bounds
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html
from pages.widgets.problem_list import problem_items

IN_ADDRESS = "weights"


def weigh_groups(context: PageContext, year: int) -> OrderSettings:
    """Equal weights, which the draws vary, until the reviewer gives others that fit."""
    bounds = group_weight_bounds(context.store, context.viewer, year)
    given = _from_address(bounds)
    with st.expander(translate("order.weights"), expanded=given is not None):
        html.where(translate("order.weights_how", lowest=bounds.lowest, highest=bounds.highest))
        with st.form("weights", border=False):
            chosen = _inputs(context, bounds, given)
            if st.form_submit_button(translate("order.weights_use")):
                _use(chosen, bounds)
        if given is not None and st.button(translate("order.weights_equal")):
            del st.query_params[IN_ADDRESS]
            st.rerun()
    return DEFAULT_ORDER if given is None else OrderSettings(weights=given)


def _use(chosen: Mapping[str, int], bounds: WeightBounds) -> None:
    try:
        checked_group_weights({code: percent / 100 for code, percent in chosen.items()}, bounds)
    except InvalidFile as error:
        problem_items(error.problems)
    else:
        st.query_params[IN_ADDRESS] = ",".join(str(percent) for percent in chosen.values())
        st.rerun()


def _inputs(context: PageContext, bounds: WeightBounds, given: dict[str, float] | None) -> dict[str, int]:
    groups = catalogue().groups
    columns = st.columns(len(groups))
    return {
        group.code: column.number_input(
            f"{group.short.in_(context.lang)} (%)",
            min_value=round(bounds.lowest * 100),
            max_value=round(bounds.highest * 100),
            value=round((given or {}).get(group.code, 1 / len(groups)) * 100),
            key=f"weight-{group.code}",
        )
        for group, column in zip(groups, columns, strict=True)
    }


def _from_address(bounds: WeightBounds) -> dict[str, float] | None:
    """Only five whole per cents that policy allows are taken from an address."""
    parts = st.query_params.get(IN_ADDRESS, "").split(",")
    codes = [group.code for group in catalogue().groups]
    if len(parts) != len(codes) or not all(part.isascii() and part.isdigit() and len(part) < 4 for part in parts):
        return None
    try:
        return checked_group_weights({code: int(part) / 100 for code, part in zip(codes, parts, strict=True)}, bounds)
    except InvalidFile:
        return None
