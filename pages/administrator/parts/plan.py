"""The plan's sentences, its picture and its tables: a row an industry, every power shaded by its size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from math import isnan
from typing import get_args

import streamlit as st

from kpi import i18n
from kpi.access.roles import allows
from kpi.catalogue.catalogue import catalogue
from kpi.charts.bars import named_bars, said_bar
from kpi.charts.chart import Chart
from kpi.charts.theme import Theme
from kpi.model.language import Lang
from kpi.reports.content import About, LabelledLine
from kpi.services.administrator.plan import (
    EXAMPLE_PERCENTILE,
    POWER_WANTED,
    REGISTER_SIZES,
    TRUE_PERCENTILES,
    AlternativePlan,
    Capability,
    Plan,
    PlannedIndustry,
    PlannedKpi,
)
from kpi.services.administrator.words_in_reach import FURTHER_PEERS, MEMBERS, IndustryWords, words_in_reach
from kpi.services.administrator.words_in_reach import REGISTER_SIZES as TRIED_REGISTERS
from pages.session.context import PageContext
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.acts import lead_to
from pages.widgets.layout import answer_row, in_columns
from pages.widgets.picker import pick_option
from pages.widgets.pictures import kept_chart, show_chart
from pages.widgets.tables import offer_data, typed_table

EXAMPLE_PERCENT = round(EXAMPLE_PERCENTILE * 100)
EXAMPLE = f"P{EXAMPLE_PERCENT}"
PLACES = [f"P{round(at * 100)}" for at in TRUE_PERCENTILES]
OTHER_PLACES = [place for place in PLACES if place != EXAMPLE]
WORTH_SAYING = 0.05
"""A register that gains less than this is not asked for in the prompt; the table shows it all the same."""


def capability_findings(industries: Sequence[PlannedIndustry], lang: Lang) -> list[str]:
    """Which industries can decide what: one sentence for each capability that occurs."""
    return [
        translate(f"plan.finding_{capability}", industries=_names(found, lang))
        for capability in get_args(Capability)
        if (found := [industry.industry for industry in industries if industry.capability == capability])
    ]


def _about(context: PageContext, plan: Plan, title: str) -> About:
    """What goes with the plan's tables."""
    finding = " ".join([_counted_on(), *capability_findings(plan.industries, context.lang)])
    return About(title, finding=finding, baseline=plan.baseline, facts=_decided_by(context, plan))


def _counted_on() -> str:
    """What "can decide" means."""
    return translate("plan.counted_on", at=EXAMPLE_PERCENT, wanted=POWER_WANTED)


def show_plan(context: PageContext, plan: Plan) -> None:
    """Which industries can decide the clause, and what that is counted from; beside it the registers worth bringing."""
    said, ahead = answer_row()
    policy = plan.policy
    with said:
        over = translate(
            "plan.of", baseline=plan.baseline.name, line=policy.leading_quantile, confidence=policy.confidence
        )
        html.answer(over, "", "", _able(plan.industries, context.lang), translate("plan.counts_alone"), "plain")
    with ahead:
        with html.together():
            html.titled(translate("result.next"))
            html.where(_register_prompt(plan, context.lang))
        if allows(context.viewer, "run_programme"):
            lead_to("baseline-import")


def show_powers(context: PageContext, plan: Plan) -> None:
    """The picture of every industry, with the peers that it is short of; beside it what each decides, in words."""
    picture, beside = in_columns("plan")
    short = {item.industry: count for item in plan.industries if (count := plan.peers_short(item))}
    draw = partial(power_bars, plan.industries, context.lang, short=short)
    with picture, st.container(border=True, key="capable"):
        show_chart(kept_chart(draw, context.theme), titled=False)
        offer_data(context, _about(context, plan, _able(plan.industries, context.lang)), "capable", draw=draw)
    with beside, st.container(border=True, key="decides", height="stretch"), html.together():
        html.titled(_counted_on())
        html.bullets(capability_findings(plan.industries, context.lang))
        html.where(translate("plan.independent"))


def power_bars(
    industries: Sequence[PlannedIndustry], lang: Lang, theme: Theme, *, short: Mapping[str, int] | None = None
) -> Chart:
    """The chance that a factory which is truly among the best is found to meet the clause. ``short``: how many more
    peers an industry needs, where that is to be said.
    """
    at = TRUE_PERCENTILES.index(EXAMPLE_PERCENTILE)

    def peers(item: PlannedIndustry) -> str:
        count = (short or {}).get(item.industry, 0)
        return translate("plan.short", peers=_peers_tested(item), count=count) if count else _peers_tested(item)

    rows = [
        said_bar(_name(item.industry, lang), item.clause[at], 1, i18n.percent(item.clause[at]), peers(item))
        for item in sorted(industries, key=lambda item: -item.clause[at])
    ]
    how = translate("plan.capable_how", top=1 - EXAMPLE_PERCENTILE, wanted=POWER_WANTED)
    how += translate("plan.short_how") if short else ""
    return named_bars(rows, _able(industries, lang), how, theme, wanted=POWER_WANTED)


def _able(industries: Sequence[PlannedIndustry], lang: Lang) -> str:
    able = [item.industry for item in industries if item.capability == "clause"]
    said = {"wanted": POWER_WANTED, "industries": _names(able, lang)}
    return translate("plan.capable" if able else "plan.capable_none", **said)


def _decided_by(context: PageContext, plan: Plan) -> list[LabelledLine]:
    """The policy's line and confidence, which its powers are of."""
    policy = plan.policy
    choice = translate("plan.choice", line=policy.leading_quantile, confidence=policy.confidence)
    return [LabelledLine(i18n.text("carried.policy", context.lang), f"{policy.reference} {choice}")]


def industries(context: PageContext, plan: Plan) -> None:
    """n, the smallest n, and the power of the weakest word and of the clause."""
    planned, lang = plan.industries, context.lang
    columns = [translate(f"plan.column_{name}") for name in ("industry", "register", "n", "smallest_n")]
    columns += [translate("plan.column_word", at=at) for at in PLACES]
    columns += [translate("plan.column_clause", at=at) for at in PLACES]
    rows: list[list[html.Cell]] = [
        [
            _name(item.industry, lang),
            translate("plan.unknown") if item.industry_size is None else str(item.industry_size),
            _peers_tested(item),
            _range([kpi.smallest_n for kpi in item.kpis]),
            *(_power(power) for power in _weakest_words(item)),
            *(_power(power) for power in item.clause),
        ]
        for item in planned
    ]
    html.where(translate("plan.places"))
    _show(context, _about(context, plan, translate("title.plan")), "industries", columns, rows, 3)


def kpis(context: PageContext, plan: Plan) -> None:
    """The same for each main KPI."""
    planned, lang = plan.industries, context.lang
    columns = [translate(f"plan.column_{name}") for name in ("industry", "kpi", "n", "smallest_n")]
    columns += [translate("plan.column_word", at=at) for at in PLACES]
    rows: list[list[html.Cell]] = [
        [
            _name(item.industry, lang),
            f"{kpi.code} {catalogue().kpi(kpi.code).short.in_(lang)}",
            f"{kpi.n} {translate(f'plan.{kpi.unit}')}",
            str(kpi.smallest_n),
            *(_power(power) for power in kpi.power),
        ]
        for item in planned
        for kpi in item.kpis
    ]
    _show(context, _about(context, plan, translate("plan.kpis")), "kpis", columns, rows, 3)


def _register_prompt(plan: Plan, lang: Lang) -> str:
    """Which registers are worth bringing."""
    missing = [effect for effect in plan.registers if not effect.in_use]
    gaining = [effect.industry for effect in missing if effect.best_gain >= WORTH_SAYING]
    if gaining:
        return translate("plan.bring", industries=_names(gaining, lang))
    return translate("plan.bring_none" if missing else "plan.bring_all")


def registers(context: PageContext, plan: Plan) -> None:
    """The clause at the example's place, without a register and with one of several sizes."""
    lang = context.lang
    columns = [translate("plan.column_industry"), translate("plan.column_without")]
    columns += [translate("plan.column_known", size=size) for size in REGISTER_SIZES]
    rows: list[list[html.Cell]] = [
        [_name(effect.industry, lang), _power(effect.without), *(_power(power) for power in effect.known)]
        for effect in plan.registers
    ]
    html.where(translate("plan.registers_what", at=EXAMPLE_PERCENT))
    _show(context, _about(context, plan, translate("plan.registers")), "registers", columns, rows, 1)
    html.where(translate("plan.register_how"))


def words_decided(context: PageContext, plan: Plan) -> None:
    """How many of the words that are inconclusive further peers and registers would decide, shaded by their share."""
    html.where(translate("plan.words_what"))
    with st.spinner(translate("plan.words_counting")):
        found = words_in_reach(context.store, context.viewer)
    columns = [translate(f"plan.column_{name}") for name in ("industry", "words", "inconclusive")]
    columns += [translate("plan.column_further", count=count) for count in FURTHER_PEERS]
    columns += [translate("plan.column_register_of", size=f"{size:g}") for size in TRIED_REGISTERS]
    rows = [_words_row(industry, context.lang) for industry in found.industries]
    about = replace(_about(context, plan, translate("plan.words")), finding=translate("plan.words_what"))
    _show(context, about, "words", columns, rows, 1)
    html.where(translate("plan.words_how", members=MEMBERS))


def _words_row(industry: IndustryWords, lang: Lang) -> list[html.Cell]:
    def decided(count: float, decimals: int = 0) -> html.ShadedShare:
        share = count / industry.inconclusive if industry.inconclusive else None
        return html.ShadedShare(f"{count:.{decimals}f}", share)

    register: list[html.Cell] = (
        [translate("plan.in_use")] * len(TRIED_REGISTERS)
        if industry.by_register is None
        else [decided(count) for count in industry.by_register]
    )
    return [
        _name(industry.industry, lang),
        str(industry.words),
        str(industry.inconclusive),
        *(decided(count, 1) for count in industry.by_further_peers),
        *register,
    ]


def alternatives(context: PageContext, plan: Plan) -> None:
    """The clause and the weakest word at one of ``PLACES``, each line and confidence in a column of its own."""
    html.where(translate("plan.alternatives_what"))
    place = pick_option(translate("plan.place"), [EXAMPLE, *OTHER_PLACES], "place", str)
    policy, at, lang = plan.policy, PLACES.index(place), context.lang
    own = AlternativePlan(policy.leading_quantile, policy.confidence, plan.industries)
    choices = sorted(
        (own, *plan.alternatives), key=lambda alternative: (alternative.leading_quantile, alternative.confidence)
    )
    columns = [translate("plan.column_industry"), *(_choice(choice, choice is own) for choice in choices)]
    for title, power in (("clause", _clause), ("word", _weakest_words)):
        html.caption(translate(f"plan.column_{title}", at=place))
        rows: list[list[html.Cell]] = [
            [_name(industry.industry, lang), *(_power(power(choice.industries[row])[at]) for choice in choices)]
            for row, industry in enumerate(plan.industries)
        ]
        about = _about(context, plan, translate("plan.alternatives"))
        asked = LabelledLine(translate("plan.place"), place)
        about = replace(about, finding=translate(f"plan.column_{title}", at=place), filters=[asked])
        _show(context, about, f"alternatives-{title}", columns, rows, 1)


def _show(
    context: PageContext,
    about: About,
    key: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[html.Cell]],
    numbers_from: int,
) -> None:
    numbers = range(numbers_from, len(columns))
    html.table(columns, rows, numbers=numbers, form="stacked")
    offer_data(context, about, key, table=typed_table(columns, rows, numbers))


def _choice(choice: AlternativePlan, in_force: bool) -> str:
    name = "choice_in_force" if in_force else "choice"
    return translate(f"plan.{name}", line=choice.leading_quantile, confidence=choice.confidence)


def _clause(industry: PlannedIndustry) -> tuple[float, ...]:
    return industry.clause


def _weakest_words(industry: PlannedIndustry) -> tuple[float, ...]:
    return tuple(min(kpi.power[place] for kpi in industry.kpis) for place in range(len(TRUE_PERCENTILES)))


def _power(power: float) -> html.ShadedShare:
    return html.ShadedShare(i18n.percent(power), None if isnan(power) else power)


def _name(industry: str, lang: Lang) -> str:
    return catalogue().industry(industry).name.in_(lang)


def _names(found: Sequence[str], lang: Lang) -> str:
    return i18n.text("number.list", lang).join(_name(industry, lang) for industry in found)


def _units(kpis: Sequence[PlannedKpi]) -> str:
    return translate("plan.slash").join(translate(f"plan.{unit}") for unit in sorted({kpi.unit for kpi in kpis}))


def _peers_tested(item: PlannedIndustry) -> str:
    """From the fewest to the most peers that its main KPIs are tested with, and of which kind."""
    return f"{_range([kpi.n for kpi in item.kpis])} {_units(item.kpis)}"


def _range(counts: Sequence[int]) -> str:
    least, most = min(counts), max(counts)
    return str(least) if least == most else f"{least}–{most}"
