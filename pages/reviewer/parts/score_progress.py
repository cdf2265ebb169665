"""How far the own scoring has come, and the way from a candidate to its sheet."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from kpi.services.reviewer.candidate_list import ListedCandidate
from kpi.services.reviewer.scores import own_scoring_tasks
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.session.page_registry import page_at


def score_progress(listed: Sequence[ListedCandidate]) -> None:
    """How many candidates are scored, with the way to the first that is not; nothing where no score is asked for."""
    asked = [one for one in listed if one.scoring != "not_asked"]
    if not asked:
        return
    first = next((one for one in asked if one.to_score), asked[0])
    label = translate("scores.progress_short", done=sum(one.scoring == "scored" for one in asked), of=len(asked))
    _link([*first.to_score, *first.scored][0], first.record.credit_code, label)


def link_to_scores(context: PageContext, credit_code: str, year: int) -> None:
    """To the sheets of a candidate that is the viewer's to score, that of the open round first."""
    tasks = own_scoring_tasks(context.store, context.viewer)
    own = [one for one in tasks if (one.candidate.credit_code, one.round.year) == (credit_code, year)]
    for one in sorted(own, key=lambda task: task.round.released)[:1]:
        _link(one.round.id, credit_code, translate("scores.to_scores"))


def _link(round_id: str, credit_code: str, label: str) -> None:
    query = {"round": round_id, "candidate": credit_code}
    st.page_link(page_at("scores").file, label=label, query_params=query)
