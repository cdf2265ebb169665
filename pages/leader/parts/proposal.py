"""A proposal for the places left: weights and wishes, what it would change, and its way onto the list."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import streamlit as st

from kpi import i18n
from kpi.errors import UserError
from kpi.i18n.recommendations import WORTH_DIGITS
from kpi.model.nomination_list import Placement, ProposalUsed, list_difference
from kpi.recommendation.choice import Weights, Wishes
from kpi.recommendation.weights_file import LARGEST, weight
from kpi.services.leader.nomination_list import save_list
from kpi.services.leader.own_list import OwnList
from kpi.services.leader.recommendation import Recommendation, own_recommendation
from pages.leader.parts.list_acts import say_done
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html
from pages.widgets.error_message import show_error

ASKED = "proposal_asked"


@dataclass(frozen=True, slots=True)
class Asked:
    weights: Weights
    wishes: Wishes


def proposal(context: PageContext, found: OwnList) -> None:
    """Asked for in a form; nothing is changed before it is applied."""
    with st.expander(translate("nomination.proposal"), expanded=ASKED in st.session_state):
        html.where(translate("nomination.proposal_how"))
        _ask(found)
        asked = st.session_state.get(ASKED)
        if asked is None:
            return
        try:
            answer = own_recommendation(context.store, context.viewer, asked.wishes, asked.weights, found.latest.year)
        except UserError as error:
            show_error(error)
            return
        _show(context, found, answer)


def _ask(found: OwnList) -> None:
    """Placements not yet put forward are pins: they must be in, unless they are dropped here."""
    open_codes = [code for code in found.applications if code not in found.forward]
    pinned = [code for code in found.latest.content.order if code in open_codes]
    with st.form("proposal", border=False):
        boxes = st.columns(3)
        numbers = [
            box.number_input(
                translate(f"nomination.weight_{name}"), 0.0, float(LARGEST), float(value), step=0.25, format="%.2f"
            )
            for box, (name, value) in zip(boxes, found.weights, strict=True)
        ]
        names = {code: one.label for code, one in found.applications.items()}
        must = st.multiselect(translate("nomination.must"), open_codes, pinned, format_func=names.__getitem__)
        must_not = st.multiselect(translate("nomination.must_not"), open_codes, format_func=names.__getitem__)
        each = st.checkbox(translate("nomination.each_industry"))
        if st.form_submit_button(translate("nomination.propose")):
            exact: list[Fraction] = [
                weight(name, round(value, 2)) for (name, _), value in zip(found.weights, numbers, strict=True)
            ]
            st.session_state[ASKED] = Asked(Weights(*exact), Wishes(tuple(must), tuple(must_not), each))


def _show(context: PageContext, found: OwnList, answer: Recommendation) -> None:
    proposed, names = answer.proposal, {code: one.label for code, one in found.applications.items()}
    comma = i18n.text("number.list", context.lang)
    html.sentence(i18n.text(f"recommend.status.{proposed.status}", context.lang))
    if proposed.conflict:
        wishes = [i18n.wish_text(one.kind, names.get(one.credit_code, ""), context.lang) for one in proposed.conflict]
        html.clause(translate("nomination.conflict", wishes=comma.join(wishes)))
        return
    html.table(
        [translate(f"nomination.column_{name}") for name in ("place", "factory", "industry", "composite", "quality")],
        [
            [
                str(place),
                one.factory,
                i18n.catalogue_name(one.industry, context.lang),
                f"{float(one.composite):.2f}",
                f"{float(one.quality.value):.{WORTH_DIGITS}f}",
            ]
            for place, one in enumerate(answer.ranked(), start=1)
        ],
        numbers=(3, 4),
        form="stacked",
    )
    for price in proposed.prices:
        wish = i18n.wish_text(price.wish.kind, names.get(price.wish.credit_code, ""), context.lang)
        if price.objective_without is not None and proposed.objective is not None:
            cost = f"{float(price.objective_without - proposed.objective):.{WORTH_DIGITS}f}"
            html.where(translate("nomination.price", wish=wish, cost=cost))
    if answer.left_out:
        html.bullets([f"{names[code]}: {i18n.left_out_text(why, context.lang)}" for code, why in answer.left_out])
    _apply(context, found, answer, names)


def _apply(context: PageContext, found: OwnList, answer: Recommendation, names: dict[str, str]) -> None:
    chosen = [one.credit_code for one in answer.proposal.order]
    now = found.latest.content.order
    kept = [code for code in now if code in found.forward or code in chosen]
    order = [*kept, *(code for code in chosen if code not in kept)]
    change = list_difference(now, order)
    comma = i18n.text("number.list", context.lang)
    for kind, codes in (("in", change.added), ("out", change.dropped), ("moved", change.moved)):
        if codes:
            html.where(translate(f"nomination.change_{kind}", factories=comma.join(names[code] for code in codes)))
    if not (change.added or change.dropped or change.moved):
        html.where(translate("nomination.change_none"))
        return
    if not st.button(translate("nomination.apply"), type="primary"):
        return
    reasons = {one.credit_code: one for one in found.latest.content.placements}
    placements = [reasons.get(code, Placement(code)) for code in order]
    worth = answer.proposal.objective
    weights = answer.weights
    used = ProposalUsed(
        (float(weights.quality), float(weights.industry), float(weights.scenario)),
        tuple(map(str, answer.wishes.named())),
        tuple(chosen),
        None if worth is None else float(worth),
    )
    try:
        save_list(context.store, context.viewer, found.latest.year, found.latest.edition, placements, used)
    except UserError as error:
        show_error(error)
    else:
        st.session_state.pop(ASKED)
        say_done("saved")
