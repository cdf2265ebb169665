"""The own scores of rounds that another one has followed: read, and never changed."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from kpi.services.reviewer.scores import EarlierScores
from pages.reviewer.parts.score_history import own_versions
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html
from pages.widgets.option_picker import pick_item
from pages.widgets.round_label import round_label


def earlier_scores(context: PageContext, found: Sequence[EarlierScores]) -> None:
    """One round and candidate with every version; nothing where there is none."""
    if not found:
        return
    by_key = {f"{one.own.round.id} {one.candidate.credit_code}": one for one in found}
    st.subheader(translate("scores.earlier"), anchor=False)
    html.where(translate("scores.earlier_how"))
    chosen = pick_item(translate("scores.earlier_of"), by_key, "earlier", lambda key: _label(context, by_key[key]))
    if len(by_key) == 1:
        html.clause(_label(context, chosen))
    own_versions(context, chosen.own, earlier=True)


def _label(context: PageContext, one: EarlierScores) -> str:
    return f"{round_label(context, one.own.round)} · {one.candidate.label}"
