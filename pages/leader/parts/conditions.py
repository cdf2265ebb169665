"""The reasons for a candidate's open conditions, each with those that it covers: one candidate at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import streamlit as st

from kpi import i18n
from kpi.catalogue.catalogue import catalogue
from kpi.model.programme import ConditionReason, ListEdition, Placement
from kpi.services.leader.nomination import LONGEST_REASON
from kpi.services.leader.own_list import OwnList
from pages.leader.parts.list import about_list, label_of
from pages.session.context import PageContext
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.acts import confirm_act, opened_box
from pages.widgets.conditions import link_to_rulings
from pages.widgets.picker import distinguished
from pages.widgets.tables import show_table, typed_table


def written_reasons(before: Placement, of: str) -> tuple[ConditionReason, ...]:
    """What stands in a candidate's fields, drawn now or not: also a reason that covers nothing yet, and the reverse.

    ``of``: the year, edition and candidate that the fields are of.
    """
    written = (
        ConditionReason(
            st.session_state.get(f"why-{of}-{at}", why.reason).strip(),
            tuple(st.session_state.get(f"covers-{of}-{at}", why.conditions)),
        )
        for at, why in enumerate(_entries(before), start=1)
    )
    return tuple(why for why in written if why.reason or why.conditions)


def bare_conditions(found: OwnList, placement: Placement) -> list[str]:
    """The open conditions of a candidate on the list that no reason of this placement names."""
    covered = {code for why in placement.explained if why.reason for code in why.conditions}
    return [code for code in _open(found, placement) if code not in covered]


def explain_conditions(
    context: PageContext, found: OwnList, drawn: ListEdition, written: Mapping[str, Placement]
) -> Callable[[Placement], Placement] | None:
    """What the press makes of each placement, if anything was pressed. Only the chosen candidate is drawn: a whole list
    has hundreds of open conditions.

    Saved, the next candidate that still lacks a reason is the chosen one.
    """
    placements = {item.credit_code: item for item in drawn.content.placements if _open(found, item)}
    if not placements:
        return None
    html.titled(translate("nomination.conditions"))
    html.where(translate("nomination.conditions_how"))
    codes = list(placements)
    names = distinguished({code: label_of(found, code) for code in codes})
    lacking = next((at for at, item in enumerate(placements.values()) if bare_conditions(found, item)), 0)
    of = f"{drawn.year}-{drawn.edition}"
    label = translate("nomination.conditions_of")
    code = st.selectbox(label, codes, lacking, format_func=names.__getitem__, key=f"conditions-of-{of}")
    link_to_rulings(code, drawn.year)
    return _of_one(context, found, placements[code], written[code], f"{of}-{code}")


def _open(found: OwnList, placement: Placement) -> tuple[str, ...]:
    return found.open_conditions.get(placement.credit_code, ())


def _entries(before: Placement) -> tuple[ConditionReason, ...]:
    """A field for each reason that is saved, and one more."""
    return (*before.explained, ConditionReason("", ()))


def _of_one(
    context: PageContext, found: OwnList, before: Placement, written: Placement, key: str
) -> Callable[[Placement], Placement] | None:
    conditions = _open(found, before)
    covering = {code: why.reason for why in written.explained if why.reason for code in why.conditions}
    last = ""
    for at, why in enumerate(_entries(before), start=1):
        last = _entry(context, why, at, conditions, f"{key}-{at}")
    bare = bare_conditions(found, written)
    with st.container(horizontal=True):
        save = st.button(translate("nomination.conditions_save"), key=f"conditions-save-{key}")
        rest = _all_rest(context, last, len(_entries(before)), bare, key)
    columns = [translate(f"nomination.column_{name}") for name in ("condition", "rests_on", "reason")]
    rows = [_row_of(context, code, covering.get(code, "")) for code in conditions]
    title = translate("nomination.open_conditions", count=len(rows), bare=len(bare))
    if box := opened_box(title, "open-conditions"):
        with box:
            about = about_list(context, found, translate("nomination.conditions"))
            show_table(context, about, typed_table(columns, rows), "open-conditions", form="stacked")
    if rest:
        return lambda item: add_reason(item, last, bare) if item.credit_code == before.credit_code else item
    return (lambda item: item) if save else None


def add_reason(placement: Placement, reason: str, conditions: Sequence[str]) -> Placement:
    """The placement with these conditions covered, too, by this reason: by the same words that are there, if any."""
    covered: dict[str, tuple[str, ...]] = {}
    for why in (*placement.explained, ConditionReason(reason, tuple(conditions))):
        covered[why.reason] = tuple(dict.fromkeys((*covered.get(why.reason, ()), *why.conditions)))
    return replace(placement, explained=tuple(ConditionReason(*why) for why in covered.items()))


def _entry(context: PageContext, before: ConditionReason, at: int, conditions: Sequence[str], key: str) -> str:
    """A reason, and what it covers; also what is not open any more and was covered by it."""
    label = translate("nomination.condition_reason", at=at)
    reason = st.text_input(
        label, before.reason, max_chars=LONGEST_REASON, key=f"why-{key}", persist_state="session"
    ).strip()
    options = list(dict.fromkeys((*conditions, *before.conditions)))
    st.multiselect(
        translate("nomination.covers", at=at),
        options,
        list(before.conditions),
        format_func=lambda code: i18n.condition_name(code, context.lang),
        placeholder=translate("nomination.covers_which"),
        key=f"covers-{key}",
        persist_state="session",
    )
    return reason


def _row_of(context: PageContext, code: str, reason: str) -> list[str]:
    decides = translate(f"checklist.rests_on.{catalogue().condition(code).rests_on}")
    return [i18n.condition_name(code, context.lang), decides, reason or translate("nomination.not_covered")]


def _all_rest(context: PageContext, reason: str, at: int, bare: Sequence[str], key: str) -> bool:
    """One reason for all that have none, each named before it is confirmed."""
    if not reason or not bare:
        return False
    names = [i18n.condition_name(code, context.lang) for code in bare]
    means = translate("nomination.all_rest_means", reason=reason, count=len(bare))
    label = translate("nomination.all_rest", at=at, count=len(bare))
    return confirm_act(label, "\n".join([means, *names]), key=f"all-rest-{key}")
