"""The list as it stands, and the form that sets each candidate's place by its number."""

from __future__ import annotations

import streamlit as st

from kpi import i18n
from kpi.errors import UserError
from kpi.model.nomination_list import Placement
from kpi.services.leader.nomination_list import LONGEST_REASON, save_list
from kpi.services.leader.own_list import OwnList
from pages.leader.parts.list_acts import say_done
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html
from pages.widgets.error_message import show_error

NOT_PLACED = 0


def list_table(context: PageContext, found: OwnList) -> None:
    """Place, factory, industry, whether it is put forward, and the official's reason."""
    placements = found.latest.content.placements
    if not placements:
        html.clause(translate("nomination.empty"))
        return
    rows = []
    for place, placement in enumerate(placements, start=1):
        application = found.applications.get(placement.credit_code)
        forward = "yes" if placement.credit_code in found.forward else "no"
        rows.append(
            [
                str(place),
                application.label if application else placement.credit_code,
                i18n.catalogue_name(application.industry, context.lang) if application else i18n.NO_NUMBER,
                translate(f"nomination.forward_{forward}"),
                placement.reason or i18n.NO_NUMBER,
            ]
        )
    columns = [translate(f"nomination.column_{name}") for name in ("place", "factory", "industry", "forward", "reason")]
    html.table(columns, rows, form="stacked")


def order_form(context: PageContext, found: OwnList) -> None:
    """Every candidate with its number, 0 for not on the list; equal numbers keep the order they have now."""
    order = [*found.latest.content.order, *found.unplaced]
    known = {one.credit_code: one.reason for one in found.latest.content.placements}
    with st.expander(translate("nomination.order")), st.form(f"order-{found.latest.edition}", border=False):
        html.where(translate("nomination.order_how"))
        asked: list[tuple[int, Placement]] = []
        for at, code in enumerate(order, start=1):
            place_box, reason_box = st.columns([1, 3])
            application = found.applications.get(code)
            name = html.plain(application.label if application else code)
            place = place_box.number_input(
                name,
                min_value=NOT_PLACED,
                max_value=len(order),
                value=at if code in known else NOT_PLACED,
                key=f"place-{found.latest.edition}-{code}",
            )
            reason = reason_box.text_input(
                translate("nomination.reason"),
                known.get(code, ""),
                max_chars=LONGEST_REASON,
                key=f"reason-{found.latest.edition}-{code}",
            )
            asked.append((int(place), Placement(code, reason)))
        if not st.form_submit_button(translate("nomination.save")):
            return
    placed = sorted((one for one in asked if one[0] != NOT_PLACED), key=lambda one: one[0])
    try:
        save_list(context.store, context.viewer, found.latest.year, found.latest.edition, [one for _, one in placed])
    except UserError as error:
        show_error(error)
    else:
        say_done("saved")
