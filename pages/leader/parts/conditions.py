"""The reasons for a candidate's open conditions, each with those that it covers: one candidate at a time."""

from __future__ import annotations

from collections.abc import Sequence

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
from pages.widgets.acts import confirm_act
from pages.widgets.picker import distinguished
from pages.widgets.tables import show_table, typed_table

Explained = tuple[str, tuple[ConditionReason, ...]]
"""A candidate with all its reasons, as they are to be kept."""


def explain_conditions(context: PageContext, found: OwnList, drawn: ListEdition) -> Explained | None:
    """What was pressed, if anything. Only the chosen candidate is drawn: a whole list has hundreds of open conditions.

    Saved, the next candidate that still lacks a reason is the chosen one.
    """
    placements = {item.credit_code: item for item in drawn.content.placements if _open(found, item)}
    if not placements:
        return None
    st.subheader(translate("nomination.conditions"), anchor="conditions")
    html.where(translate("nomination.conditions_how"))
    codes = list(placements)
    names = distinguished({code: label_of(found, code) for code in codes})
    lacking = next((at for at, item in enumerate(placements.values()) if set(_open(found, item)) - item.covered), 0)
    of = f"{drawn.year}-{drawn.edition}"
    label = translate("nomination.conditions_of")
    code = st.selectbox(label, codes, lacking, format_func=names.__getitem__, key=f"conditions-of-{of}")
    return _of_one(context, found, placements[code], _open(found, placements[code]), f"{of}-{code}")


def _open(found: OwnList, placement: Placement) -> tuple[str, ...]:
    return found.open_conditions.get(placement.credit_code, ())


def _of_one(
    context: PageContext, found: OwnList, before: Placement, conditions: Sequence[str], key: str
) -> Explained | None:
    above = st.container()
    written = [
        _entry(context, why, at, conditions, f"{key}-{at}")
        for at, why in enumerate((*before.explained, ConditionReason("", ())), start=1)
    ]
    covering = {code: why.reason for why in written if why.reason for code in why.conditions}
    with above:
        columns = [translate(f"nomination.column_{name}") for name in ("condition", "rests_on", "reason")]
        rows = [_row_of(context, code, covering.get(code, "")) for code in conditions]
        about = about_list(context, found, translate("nomination.conditions"))
        show_table(context, about, typed_table(columns, rows), "open-conditions", form="stacked")
    bare = [code for code in conditions if code not in covering]
    with st.container(horizontal=True):
        save = st.button(translate("nomination.conditions_save"), key=f"conditions-save-{key}")
        rest = _all_rest(context, written[-1].reason, len(written), bare, key)
    if rest:
        last = written[-1]
        written[-1] = ConditionReason(last.reason, tuple(dict.fromkeys((*last.conditions, *bare))))
    elif not save:
        return None
    said = [why for why in written if why.reason or why.conditions]
    if not all(why.reason and why.conditions for why in said):
        html.notice(translate("nomination.reason_half"))
        return None
    return before.credit_code, tuple(said)


def _entry(
    context: PageContext, before: ConditionReason, at: int, conditions: Sequence[str], key: str
) -> ConditionReason:
    """A reason, and what it covers; also what is not open any more and was covered by it."""
    label = translate("nomination.condition_reason", at=at)
    reason = st.text_input(label, before.reason, max_chars=LONGEST_REASON, key=f"why-{key}")
    options = list(dict.fromkeys((*conditions, *before.conditions)))
    covers = st.multiselect(
        translate("nomination.covers", at=at),
        options,
        list(before.conditions),
        format_func=lambda code: i18n.condition_name(code, context.lang),
        placeholder=translate("nomination.covers_which"),
        key=f"covers-{key}",
    )
    return ConditionReason(reason.strip(), tuple(covers))


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
