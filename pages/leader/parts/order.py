"""The form that sets each candidate's place: a folded row each, one press for all that is written in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from kpi.errors import UserError
from kpi.model.programme import ListEdition, Placement
from kpi.services.leader.nomination import LONGEST_REASON, save_list
from kpi.services.leader.own_list import OwnList
from pages.leader.parts.conditions import explain_conditions
from pages.leader.parts.list import fault_words, label_of, row_anchor, say_done, seen_edition, take_latest
from pages.session.context import PageContext
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.acts import entries, show_error
from pages.widgets.picker import distinguished
from pages.widgets.tables import format_datetime

NOT_PLACED = 0
PLACE_PX = 180

Asked = list[tuple[int, Placement]]
"""Each candidate's number and its placement, as they are written in the form."""


def order_form(context: PageContext, found: OwnList) -> None:
    """Every candidate with its number, 0 for not on the list.

    The form stays on the edition that it was drawn on, so what is written in it is not lost where a colleague saves.
    Moving one up or down is a press of the same form: what is written in the rows goes with it.
    """
    drawn = seen_edition(found)
    st.subheader(translate("nomination.order"), anchor="order")
    stale = drawn.edition != found.latest.edition
    if stale:
        _say_stale(found)
    with entries("order"):
        html.where(translate("nomination.order_how"))
        with st.container(gap="xxsmall"):
            asked = _rows(context, found, drawn)
        look = translate("nomination.stale_seen")
        seen = st.checkbox(look, key="order-seen", on_change="ignore") if stale else True
        save = st.button(translate("nomination.save"), key="order-save")
        code, steps = _move(found, drawn)
    # Beside the fields, not among them: these hold choices, which are made at once. A press sends all the same.
    explained = explain_conditions(context, found, drawn)
    if not save and not steps and explained is None:
        return
    if not seen:
        html.notice(translate("nomination.stale_not_saved"))
        return
    if explained is not None:
        of, reasons = explained
        asked = [(at, replace(item, explained=reasons) if item.credit_code == of else item) for at, item in asked]
    placed = _in_order(asked, len(drawn.content.order))
    left_out = [item for number, item in asked if number == NOT_PLACED]
    _save(context, found.latest if stale else drawn, _moved(placed, code, steps), left_out)


def _in_order(asked: Asked, listed: int) -> list[Placement]:
    """Whoever got another number stands at it, and the others keep their order around; the first ``listed`` had one."""
    moved: list[tuple[int, Placement]] = []
    order: list[Placement] = []
    for before, (number, item) in enumerate(asked, start=1):
        if number == before and before <= listed:
            order.append(item)
        elif number != NOT_PLACED:
            moved.append((number, item))
    at = -1
    for number, entry in sorted(moved, key=lambda item: item[0]):
        at = max(at + 1, number - 1)
        order.insert(at, entry)
    return order


def _say_stale(found: OwnList) -> None:
    at = format_datetime(found.latest.saved_at)
    html.notice(translate("nomination.stale", account=found.latest.saved_by, at=at))
    if st.button(translate("nomination.stale_take_latest")):
        take_latest()
        st.rerun()


def _rows(context: PageContext, found: OwnList, drawn: ListEdition) -> Asked:
    known = {placement.credit_code: placement for placement in (*drawn.content.placements, *drawn.content.left_out)}
    on_list = drawn.content.order
    order = [*on_list, *sorted(set(found.applications) - set(on_list))]
    return [
        _row(context, found, drawn, known.get(code, Placement(code)), at if code in on_list else NOT_PLACED, len(order))
        for at, code in enumerate(order, start=1)
    ]


def _row(
    context: PageContext, found: OwnList, drawn: ListEdition, before: Placement, place: int, most: int
) -> tuple[int, Placement]:
    """One candidate; its faults stand where they are fixed."""
    code = before.credit_code
    faults = [fault for fault in found.faults if fault.credit_code == code]
    said = translate("nomination.row" if place else "nomination.row_off", place=place, factory=label_of(found, code))
    said += translate("nomination.row_faults", count=len(faults)) if faults else ""
    with st.expander(html.plain(said), key=f"row-{drawn.year}-{drawn.edition}-{code}"):
        if faults:
            html.landing(row_anchor(code))
        # A row in place of columns, which would be three boxes more for each candidate; ``style.css`` has the phone's.
        with st.container(horizontal=True, key=f"fields-{code}"):
            number = st.number_input(
                translate("nomination.column_place"),
                min_value=NOT_PLACED,
                max_value=most,
                value=place,
                key=f"place-{drawn.year}-{drawn.edition}-{code}",
                on_change="ignore",
                width=PLACE_PX,
            )
            reason = st.text_input(
                translate("nomination.reason"),
                before.reason,
                max_chars=LONGEST_REASON,
                key=f"reason-{drawn.year}-{drawn.edition}-{code}",
                on_change="ignore",
            )
            documents = st.text_input(
                translate("nomination.documents"),
                before.documents,
                max_chars=LONGEST_REASON,
                key=f"documents-{drawn.year}-{drawn.edition}-{code}",
                on_change="ignore",
            )
        # Below the fields: on a phone so many open conditions would push out of sight what the link led to.
        if faults:
            html.bullets([fault_words(context, fault, beside_its_fields=True) for fault in faults])
    return int(number), replace(before, reason=reason, documents=documents)


def _move(found: OwnList, drawn: ListEdition) -> tuple[str, int]:
    """Who is to move, and by how many places: -1, 1, or 0 where nothing was pressed."""
    codes = drawn.content.order
    if len(codes) < 2:
        return "", 0
    names = distinguished({code: label_of(found, code) for code in codes})
    with st.container(horizontal=True, vertical_alignment="bottom"):
        label = translate("nomination.move")
        code = st.selectbox(label, codes, format_func=names.__getitem__, key="move", on_change="ignore")
        up = st.button(translate("nomination.up"), key="order-up")
        down = st.button(translate("nomination.down"), key="order-down")
    return code, down - up


def _moved(placed: Sequence[Placement], code: str, steps: int) -> list[Placement]:
    """Nobody moves beyond the ends, nor from off the list."""
    order = list(placed)
    at = next((at for at, placement in enumerate(order) if placement.credit_code == code), None)
    if at is not None and 0 <= at + steps < len(order):
        order.insert(at + steps, order.pop(at))
    return order


def _save(context: PageContext, on: ListEdition, placed: list[Placement], left_out: list[Placement]) -> None:
    said = [placement for placement in left_out if placement.reason or placement.documents or placement.explained]
    if (tuple(placed), set(said)) == (on.content.placements, set(on.content.left_out)):
        html.notice(translate("nomination.nothing_new"))
        return
    try:
        save_list(context.store, context.viewer, on.year, on.edition, placed, left_out=left_out)
    except UserError as error:
        show_error(error)
    else:
        say_done("saved")
