"""The pieces of an administrator's home: applications by stage, used places by body, and what industries can decide."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import partial

import streamlit as st

from kpi.charts.bars import named_bars, said_bar
from kpi.charts.chart import Chart
from kpi.charts.coverage import place_tiles
from kpi.charts.theme import Theme
from kpi.model.lifecycle import LOCKED_STATES, ApplicationState, is_nominated, is_off_the_list, waits_for_its_body
from kpi.services.administrator.plan import Plan
from kpi.services.leader.coverage import CityCoverage
from kpi.tables.stages import ApplicationInHand
from pages.administrator.parts.plan import power_bars
from pages.session.context import PageContext
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.pictures import kept_chart, show_chart


def year_answer(year: int, in_hand: Sequence[ApplicationInHand]) -> None:
    """How many are locked, how many of them have been put forward, how many wait for their body."""
    waiting = sum(waits_for_its_body(application.stage) for application in in_hand)
    forward = sum(is_nominated(application.stage) for application in in_hand)
    said = translate("home.year_so_far", count=len(in_hand), forward=forward, waiting=waiting)
    over = translate("home.of_year", year=year)
    html.answer(over, "", "", said if in_hand else translate("home.no_applications"), "", "plain")


# Without files: looks at progress, coverage and plan, whose pages offer them
def show_year(context: PageContext, found: CityCoverage, in_hand: Sequence[ApplicationInHand], plan: Plan) -> None:
    """Stages, and below them what each industry can decide; beside both the places that are used."""
    used = {body.body: body.nominated for body in found.bodies}
    allowed = {body.body: body.allowed for body in found.bodies}
    narrow, tall = st.columns(2)
    with narrow:
        with st.container(border=True, key="stages"):
            show_chart(kept_chart(partial(stage_bars, [item.stage for item in in_hand]), context.theme))
        with st.container(border=True, key="capable"):
            show_chart(kept_chart(partial(power_bars, plan.industries, context.lang), context.theme))
    with tall, st.container(border=True, key="places"):
        show_chart(kept_chart(partial(place_tiles, used, allowed, context.lang), context.theme))


def stage_bars(stages: Sequence[ApplicationState], theme: Theme) -> Chart:
    """Where each stands now; of ways off the list only those that somebody took."""
    counts = Counter(stages)
    rows = []
    for state in LOCKED_STATES:
        if counts[state] or not is_off_the_list(state):
            name = translate(f"step.{state}")
            rows.append(said_bar(name, counts[state], max(len(stages), 1), str(counts[state])))
    return named_bars(rows, translate("home.stages"), translate("home.stages_how"), theme)
