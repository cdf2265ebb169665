"""The pieces of an administrator's home: applications by stage, used places by body, and what industries can decide."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import partial

import streamlit as st

from kpi import i18n
from kpi.charts.bars import NamedBar, named_bars
from kpi.charts.chart import Chart
from kpi.charts.coverage import place_tiles
from kpi.charts.theme import Theme
from kpi.model.language import Lang
from kpi.model.lifecycle import LOCKED_STATES, ApplicationState, is_nominated, is_off_the_list, waits_for_its_body
from kpi.services.administrator.plan import (
    EXAMPLE_PERCENTILE,
    POWER_WANTED,
    TRUE_PERCENTILES,
    Plan,
    PlannedIndustry,
)
from kpi.services.leader.coverage import CityCoverage
from kpi.tables.stages import ApplicationInHand
from pages.administrator.parts.plan import peers_tested
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


def show_year(context: PageContext, found: CityCoverage, in_hand: Sequence[ApplicationInHand], plan: Plan) -> None:
    """Stages, and below them what each industry can decide; beside both the places that are used."""
    used = {body.body: body.nominated for body in found.bodies}
    allowed = {body.body: body.allowed for body in found.bodies}
    narrow, tall = st.columns(2)
    with narrow:
        with st.container(border=True, key="stages"):
            show_chart(kept_chart(partial(_by_stage, [item.stage for item in in_hand]), context.theme))
        with st.container(border=True, key="capable"):
            show_chart(kept_chart(partial(_by_power, plan.industries, context.lang), context.theme))
    with tall, st.container(border=True, key="places"):
        show_chart(kept_chart(partial(place_tiles, used, allowed, context.lang), context.theme))


def _by_stage(stages: Sequence[ApplicationState], theme: Theme) -> Chart:
    """Where each stands now; of ways off the list only those that somebody took."""
    counts = Counter(stages)
    rows = []
    for state in LOCKED_STATES:
        if counts[state] or not is_off_the_list(state):
            name = translate(f"step.{state}")
            rows.append(_bar(name, counts[state], max(len(stages), 1), str(counts[state])))
    return named_bars(rows, translate("home.stages"), translate("home.stages_how"), theme)


def _by_power(industries: Sequence[PlannedIndustry], lang: Lang, theme: Theme) -> Chart:
    """The chance that a factory which is truly among the best is found to meet the clause."""
    at = TRUE_PERCENTILES.index(EXAMPLE_PERCENTILE)
    rows = [
        _bar(
            i18n.catalogue_name(item.industry, lang),
            item.clause[at],
            1,
            i18n.percent(item.clause[at]),
            peers_tested(item),
        )
        for item in sorted(industries, key=lambda item: -item.clause[at])
    ]
    able = [row.name for row in rows if row.value >= POWER_WANTED]
    said = {"wanted": POWER_WANTED, "industries": i18n.text("number.list", lang).join(able)}
    title = translate("home.capable" if able else "home.capable_none", **said)
    how = translate("home.capable_how", top=1 - EXAMPLE_PERCENTILE, wanted=POWER_WANTED)
    return named_bars(rows, title, how, theme, wanted=POWER_WANTED)


def _bar(name: str, value: float, of: float, words: str, below: str = "") -> NamedBar:
    return NamedBar(name, value, of, words, " ".join(filter(None, (name, words, below))), below)
