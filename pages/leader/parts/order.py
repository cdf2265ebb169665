"""The form that sets each candidate's place: a folded row each; and one save for all that is written on the page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import streamlit as st

from kpi import i18n
from kpi.errors import UserError
from kpi.model.programme import ListEdition, Placement, ProposalUsed
from kpi.services.leader.nomination import LONGEST_REASON, save_list
from kpi.services.leader.own_list import OwnList
from pages.leader.parts.conditions import written_reasons
from pages.leader.parts.list import (
    fault_words,
    faults_of,
    label_of,
    list_table,
    say_done,
    seen_edition,
    take_latest,
)
from pages.session.context import PageContext
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.acts import show_error
from pages.widgets.picker import distinguished
from pages.widgets.tables import format_datetime

NOT_PLACED = 0
PLACE_PX = 180

Asked = list[tuple[int, Placement]]
"""Each candidate's number and its placement, as they are written in the form."""


@dataclass(frozen=True, slots=True)
class Written:
    """What stands in the fields of the list, saved or not: those on ``drawn`` first, in its order.

    ``stale``: a colleague has saved since, and ``seen``: its reader still wants what is written here.
    """

    found: OwnList
    drawn: ListEdition
    asked: Asked
    stale: bool = False
    seen: bool = True

    @property
    def placements(self) -> dict[str, Placement]:
        return {item.credit_code: item for _, item in self.asked}

    @property
    def order(self) -> list[str]:
        """Whoever got another number stands at it, and the others keep their order around."""
        moved: list[tuple[int, str]] = []
        order: list[str] = []
        for before, (number, item) in enumerate(self.asked, start=1):
            if number == before and before <= len(self.drawn.content.order):
                order.append(item.credit_code)
            elif number != NOT_PLACED:
                moved.append((number, item.credit_code))
        at = -1
        for number, code in sorted(moved, key=lambda item: item[0]):
            at = max(at + 1, number - 1)
            order.insert(at, code)
        return order

    @property
    def unsaved(self) -> list[str]:
        """The names of the candidates of whom something else is written than is saved."""
        before, order = _known(self.drawn), self.drawn.content.order
        return [
            label_of(self.found, item.credit_code)
            for at, (number, item) in enumerate(self.asked, start=1)
            if (number, item)
            != (at if at <= len(order) else NOT_PLACED, before.get(item.credit_code, Placement(item.credit_code)))
        ]


def order_form(context: PageContext, found: OwnList) -> Written:
    """Every candidate with its number, 0 for not on the list.

    The form stays on the edition that it was drawn on, so what is written in it is not lost where a colleague saves.
    Moving one up or down is a press of the same form: what is written in the rows goes with it.
    """
    drawn = seen_edition(found)
    stale = drawn.edition != found.latest.edition
    with st.container(key="order-stale"):
        if stale:
            list_table(context, found)
            _say_stale(found)
    with st.container(gap="xxsmall"):
        asked = _rows(context, found, drawn)
    look = translate("nomination.stale_seen")
    seen = st.checkbox(look, key="order-seen") if stale else True
    written = Written(found, drawn, asked, stale, seen)
    with st.container(horizontal=True, vertical_alignment="center"):
        save = st.button(translate("nomination.save"), key="order-save", help=translate("nomination.order_how"))
        # Beside the button: a line above it would move it from below the press that leaves a field.
        say_unsaved(context, written)
    code, steps = _move(found, drawn)
    if save or steps:
        save_written(context, written, order=_moved(written.order, code, steps))
    return written


def say_unsaved(context: PageContext, written: Written) -> None:
    if written.unsaved:
        html.where(translate("nomination.unsaved", factories=_listed(context, written.unsaved)))


def save_written(
    context: PageContext,
    written: Written,
    change: Callable[[Placement], Placement] | None = None,
    order: Sequence[str] | None = None,
    used: ProposalUsed | None = None,
    taken_up: Sequence[str] = (),
) -> None:
    """All that is written, with a ``change`` to each placement, in the order that is written or in another.

    ``taken_up``: what the session need not keep any longer, by its keys: it has gone into the list.
    """
    if not written.seen:
        html.notice(translate("nomination.stale_not_saved"))
        return
    on = written.found.latest if written.stale else written.drawn
    items = {code: change(item) if change else item for code, item in written.placements.items()}
    half = [code for code, item in items.items() if not all(why.reason and why.conditions for why in item.explained)]
    if half:
        names = [label_of(written.found, code) for code in half]
        html.notice(translate("nomination.reason_half", factories=_listed(context, names)))
        return
    placed = [items.pop(code, Placement(code)) for code in (written.order if order is None else order)]
    left_out = [item for code, item in items.items() if item != Placement(code)]
    if used is None and (tuple(placed), set(left_out)) == (on.content.placements, set(on.content.left_out)):
        html.notice(translate("nomination.nothing_new"))
        return
    try:
        save_list(context.store, context.viewer, on.year, on.edition, placed, used, left_out=left_out)
    except UserError as error:
        show_error(error)
    else:
        say_done("saved", taken_up)


def _listed(context: PageContext, names: Sequence[str]) -> str:
    return i18n.text("number.list", context.lang).join(names)


def _known(edition: ListEdition) -> dict[str, Placement]:
    return {item.credit_code: item for item in (*edition.content.placements, *edition.content.left_out)}


def _say_stale(found: OwnList) -> None:
    at = format_datetime(found.latest.saved_at)
    html.notice(translate("nomination.stale", account=found.latest.saved_by, at=at))
    if st.button(translate("nomination.stale_take_latest")):
        take_latest()
        st.rerun()


def _rows(context: PageContext, found: OwnList, drawn: ListEdition) -> Asked:
    known, on_list = _known(drawn), drawn.content.order
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
    of = f"{drawn.year}-{drawn.edition}-{code}"
    faults = faults_of(found, code)
    said = [str(place) if place else translate("nomination.row_off"), label_of(found, code)]
    if application := found.applications.get(code):
        said.append(i18n.catalogue_name(application.industry, context.lang))
    if found.forward and (code in found.forward) != bool(place):
        said.append(translate(f"nomination.forward_{'no' if place else 'yes'}"))
    if faults:
        said.append(translate("nomination.row_faults", count=len(faults)))
    with st.expander(html.plain(" · ".join(said)), key=f"row-{of}"):
        # A row in place of columns, which would be three boxes more for each candidate; ``style.css`` has the phone's.
        with st.container(horizontal=True, key=f"fields-{code}"):
            number = st.number_input(
                translate("nomination.column_place"),
                min_value=NOT_PLACED,
                max_value=most,
                value=place,
                key=f"place-{of}",
                persist_state="session",
                width=PLACE_PX,
            )
            reason = st.text_input(
                translate("nomination.reason"),
                before.reason,
                max_chars=LONGEST_REASON,
                key=f"reason-{of}",
                persist_state="session",
            )
            documents = st.text_input(
                translate("nomination.documents"),
                before.documents,
                max_chars=LONGEST_REASON,
                key=f"documents-{of}",
                persist_state="session",
            )
        # Below the fields: on a phone so many open conditions would push these out of sight.
        if faults:
            html.bullets([fault_words(context, fault, beside_its_fields=True) for fault in faults])
        for fixed_by in dict.fromkeys(fault.fixed_by for fault in faults if fault.fixed_by != "body"):
            html.where(translate(f"nomination.fixed_by_{fixed_by}"))
    explained = written_reasons(before, of)
    return int(number), replace(before, reason=reason.strip(), documents=documents.strip(), explained=explained)


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


def _moved(order: list[str], code: str, steps: int) -> list[str]:
    """Nobody moves beyond the ends, nor from off the list."""
    at = order.index(code) if code in order else None
    if at is not None and 0 <= at + steps < len(order):
        order.insert(at + steps, order.pop(at))
    return order
