"""Scores: the reviewer's own sheet for each candidate, and how far the reviewer has come."""

import streamlit as st

from kpi.services.reviewer.scores import own_earlier_scores, own_score_sheet, own_scoring_tasks
from pages.reviewer.parts import score_acts, score_form
from pages.reviewer.parts.earlier_scores import earlier_scores
from pages.reviewer.parts.score_history import own_versions
from pages.session.language import translate
from pages.session.page_context import require_page
from pages.session.page_registry import page_at
from pages.widgets import html
from pages.widgets.ask_once import end_page
from pages.widgets.home import end_with_next
from pages.widgets.option_picker import YEAR, pick_item
from pages.widgets.round_label import round_label

context = require_page("score_candidates", "scores")
tasks = own_scoring_tasks(context.store, context.viewer)
earlier = own_earlier_scores(context.store, context.viewer)
if not (tasks or earlier):
    end_with_next(translate("scores.none"), "candidates")
if not tasks:
    html.sentence(translate("scores.none"))
    earlier_scores(context, earlier)
    end_page()
html.sentence(translate("scores.progress", done=sum(one.done for one in tasks), of=len(tasks)))
rounds = {one.round.id: one.round for one in tasks}
waiting = score_form.first_waiting(tasks)
chosen = pick_item(
    translate("scores.round"),
    rounds,
    "round",
    lambda key: round_label(context, rounds[key]),
    waiting.round.id if waiting else None,
)
in_round = {one.candidate.credit_code: one for one in tasks if one.round.id == chosen.id}
ahead = score_form.first_waiting(in_round.values())
task = pick_item(
    translate("scores.candidate"),
    in_round,
    "candidate",
    lambda code: score_form.task_label(in_round[code]),
    ahead.candidate.credit_code if ahead else None,
)
if task.done and (following := ahead or waiting):
    score_form.offer_following(following)
st.page_link(
    page_at("candidate").file,
    label=translate("scores.to_candidate"),
    query_params={
        YEAR: str(task.candidate.year),
        "industry": task.candidate.industry,
        "candidate": task.candidate.credit_code,
    },
)
sheet = own_score_sheet(context.store, context.viewer, chosen.id, task.candidate.credit_code)
html.where(translate("scores.blind"))
score_form.score_form(context, task, sheet)
score_acts.abstain_or_step_back(context, task, sheet)
own_versions(context, sheet)
earlier_scores(context, earlier)
