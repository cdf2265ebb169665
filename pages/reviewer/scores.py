"""Scores: the reviewer's own sheet for each candidate, and how far the reviewer has come."""

import streamlit as st

from kpi.services.reviewer.scores import own_earlier_scores, own_score_sheet, own_scoring_tasks
from pages.reviewer.parts.scores import (
    abstain_or_step_back,
    earlier_scores,
    first_waiting,
    offer_following,
    own_versions,
    score_form,
    task_label,
)
from pages.session.context import page_at, require_page
from pages.session.language import translate
from pages.session.notice import show_notice_of
from pages.widgets import html
from pages.widgets.acts import end_page, end_with_next
from pages.widgets.conflicts import ask_conflicts
from pages.widgets.meeting import round_label
from pages.widgets.picker import YEAR, pick_item

context = require_page("score_candidates", "scores")
ask_conflicts(context)
tasks = own_scoring_tasks(context.store, context.viewer)
earlier = own_earlier_scores(context.store, context.viewer)
if not (tasks or earlier):
    end_with_next(translate("scores.none"), "candidates")
if not tasks:
    html.sentence(translate("scores.none"))
    earlier_scores(context, earlier)
    end_page()
html.sentence(translate("scores.progress", done=sum(item.done for item in tasks), of=len(tasks)))
rounds = {item.round.id: item.round for item in tasks}
waiting = first_waiting(tasks)
chosen = pick_item(
    translate("scores.round"),
    rounds,
    "round",
    lambda key: round_label(context, rounds[key]),
    waiting.round.id if waiting else None,
)
show_notice_of(chosen.year)
in_round = {item.candidate.credit_code: item for item in tasks if item.round.id == chosen.id}
ahead = first_waiting(in_round.values())
task = pick_item(
    translate("scores.candidate"),
    in_round,
    "candidate",
    lambda code: task_label(in_round[code]),
    ahead.candidate.credit_code if ahead else None,
)
if task.done and (following := ahead or waiting):
    offer_following(following)
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
score_form(context, task, sheet)
abstain_or_step_back(context, task, sheet)
own_versions(context, sheet)
earlier_scores(context, earlier)
