"""What a leader asks of a proposal: weights, bounds and wishes, each must-have and must-not with its own reason."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import streamlit as st

from kpi.recommendation.choice import LARGEST, Weights, Wish, Wishes, weight
from kpi.services.leader.nomination import LONGEST_REASON
from kpi.services.leader.own_list import OwnList
from pages.leader.parts.list_anchors import reason_anchor, wish_anchor
from pages.leader.parts.proposal_report import wish_words
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html
from pages.widgets.option_picker import distinguished

ASKED = "proposal_asked"


@dataclass(frozen=True, slots=True)
class Asked:
    """``reasons``: each must-have and must-not beyond the placements that are kept, by name, with the reason."""

    weights: Weights
    wishes: Wishes
    reasons: tuple[tuple[str, str], ...]


def proposal_form(context: PageContext, found: OwnList) -> None:
    """Placements not yet put forward are pins: they must be in, unless they are dropped here."""
    open_codes = [code for code in found.applications if code not in found.forward]
    pinned = [code for code in found.latest.content.order if code in open_codes]
    names = distinguished({code: one.label for code, one in found.applications.items()})
    of = f"{found.latest.year}-{found.latest.edition}"
    # Outside the form: a choice brings the field for its reason.
    html.landing(wish_anchor("must"))
    label = translate("nomination.must")
    must = st.multiselect(label, open_codes, pinned, format_func=names.__getitem__, key=f"must-{of}")
    html.landing(wish_anchor("must_not"))
    label = translate("nomination.must_not")
    must_not = st.multiselect(label, open_codes, format_func=names.__getitem__, key=f"must-not-{of}")
    to_explain = [
        *(Wish("must", code) for code in must if code not in pinned),
        *(Wish("must_not", o) for o in must_not),
    ]
    with st.form("proposal", border=False):
        reasons = {wish: _reason(wish, names[wish.credit_code]) for wish in to_explain}
        weights = _weights(found)
        left, right = st.columns(2)
        with left:
            html.landing(wish_anchor("most_places"))
            label, most = translate("nomination.most_places"), found.quota.left
            places = st.number_input(label, 0, most, None, key=f"most-places-{of}-{most}")
        with right:
            html.landing(wish_anchor("most_of_industry"))
            label, most = translate("nomination.most_of_industry"), found.quota.allowed
            of_industry = st.number_input(label, 1, most, None, key=f"most-of-industry-{of}-{most}")
        html.landing(wish_anchor("each_industry"))
        each = st.checkbox(translate("nomination.each_industry"), key=f"each-industry-{of}")
        if not st.form_submit_button(translate("nomination.propose")):
            return
    if unsaid := [wish for wish, reason in reasons.items() if not reason]:
        html.clause(translate("nomination.wish_needs_reason"))
        words = [(wish_words(context, wish, names), reason_anchor(wish)) for wish in unsaid]
        html.links([html.Link(said, anchor) for said, anchor in words])
        return
    wishes = Wishes(tuple(must), tuple(must_not), each, places, of_industry)
    said = tuple((str(wish), reason) for wish, reason in reasons.items())
    st.session_state[ASKED] = Asked(weights, wishes, said)


def _reason(wish: Wish, factory: str) -> str:
    html.landing(reason_anchor(wish))
    label = translate(f"nomination.{wish.kind}_reason", factory=html.plain(factory))
    return st.text_input(label, max_chars=LONGEST_REASON, key=f"why-{wish}").strip()


def _weights(found: OwnList) -> Weights:
    with st.container(horizontal=True, key="fields-weights"):
        numbers = [
            st.number_input(
                translate(f"nomination.weight_{name}"),
                0.0,
                float(LARGEST),
                float(value),
                step=0.25,
                format="%.2f",
                key=f"weight-{found.latest.year}-{name}",
            )
            for name, value in found.weights
        ]
    exact: list[Fraction] = [
        weight(name, round(value, 2)) for (name, _), value in zip(found.weights, numbers, strict=True)
    ]
    return Weights(*exact)
