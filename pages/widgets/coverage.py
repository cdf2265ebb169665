"""What coverage shows to more than one role: three pictures filtered together, and the applications behind a count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import partial

import streamlit as st

from kpi import i18n
from kpi.catalogue.catalogue import catalogue
from kpi.charts.coverage import industry_bars, scenario_grid
from kpi.reports.content import About, LabelledLine, ReportTable, count
from kpi.services.leader.coverage import CityCoverage, Coverage, CoveredBy, ScenarioCoverage, scenario_coverage
from kpi.services.leader.recommendation import Quota
from pages.session.context import PageContext
from pages.session.language import current_lang, translate
from pages.widgets import html
from pages.widgets.layout import in_columns
from pages.widgets.picker import pick_option
from pages.widgets.pictures import Draw, kept_chart, show_chart, show_pickable
from pages.widgets.tables import offer_data, show_table, typed_table

SIDE_BY_SIDE = (4, 3, 5)
"""Bodies, industries, scenarios."""
KINDS = ("body", "industry", "scenario")
"""What can be picked: the key of its field, and its name in the address."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is picked of each of ``KINDS``, by exact Chinese name; "" where nothing is."""

    body: str
    industry: str
    scenario: str

    def of(self, ones: Sequence[CoveredBy], but: str = "") -> list[CoveredBy]:
        """Those that are of all that is picked, whatever is picked of the kind ``but``."""
        body, industry, scenario = ("" if kind == but else getattr(self, kind) for kind in KINDS)
        return [
            item
            for item in ones
            if body in ("", item.body)
            and industry in ("", item.industry)
            and (not scenario or scenario in item.scenarios)
        ]

    def words(self, context: PageContext, but: str = "") -> str:
        """The names of what is picked, without that of the kind ``but``."""
        names = [getattr(self, kind) for kind in KINDS if kind != but and getattr(self, kind)]
        return translate("coverage.comma").join(i18n.catalogue_name(name, context.lang) for name in names)


def missing_words(industries: int, scenarios: int) -> str:
    """How many industries and scenarios have no candidate."""
    parts = [
        translate(f"coverage.missing_{kind}", count=count)
        for kind, count in (("industries", industries), ("scenarios", scenarios))
        if count
    ]
    if not parts:
        return translate("coverage.nothing_missing")
    return translate("coverage.missing", parts=i18n.text("number.list", current_lang()).join(parts))


def most_missing(context: PageContext, missing: Counter[str]) -> str:
    """The stage with the most scenarios of ``missing``, which counts them by stage; "" where none is."""
    if not missing:
        return ""
    [(stage, count)] = missing.most_common(1)
    return translate("coverage.most_missing", stage=i18n.catalogue_name(stage, context.lang), count=count)


def places_used(used: int, allowed: int) -> None:
    """How many of the places are used, and the same as a bar."""
    with html.together():
        html.titled(translate("coverage.places_used", used=used, allowed=allowed))
        html.bar(min(used / allowed, 1.0) if allowed else 0.0)


def places_in_a_box(quota: Quota) -> None:
    """``places_used`` within a frame of its own."""
    with st.container(border=True, key="places"):
        places_used(quota.used, quota.allowed)


def show_pictures(
    context: PageContext,
    about: About,
    found: Coverage | CityCoverage,
    tiles: Callable[[Chosen], Draw],
    bodies: Callable[[], ReportTable],
    *,
    own: str = "",
) -> Chosen:
    """Bodies, industries and scenarios side by side: what is picked in one is all that the others count.

    A press in a picture picks, and so does the field below it. ``about`` is what goes with the page's data; ``bodies``
    are the numbers on the ``tiles``. ``own``: the one body whose candidates the reader may see, "" for all.
    """
    head = st.container(horizontal=True, vertical_alignment="center", key="chosen")
    cards = [_card(context, *of) for of in zip(in_columns("coverage", SIDE_BY_SIDE), KINDS, strict=True)]
    chosen = Chosen(*(card.picked for card in cards))
    with head:
        if picked := chosen.words(context):
            st.button(translate("behind.clear", what=picked), key="clear-chosen", on_click=_clear)
        html.where(translate("behind.pick"))
    hidden = bool(own) and chosen.body not in ("", own)
    industries = None if hidden else _by_industry(chosen.of(found.candidates, "industry"))
    scenarios = scenario_coverage(chosen.of(found.candidates, "scenario"), chosen.of(found.awardees, "scenario"))
    by_scenario = None if hidden else {item.scenario: (item.candidates, item.awarded) for item in scenarios}
    # Of another body nothing is known beside its awards, whatever else is picked.
    what = {kind: chosen.words(context, kind) for kind in KINDS}
    if hidden:
        what = dict.fromkeys(KINDS, i18n.catalogue_name(chosen.body, context.lang))
    draws: tuple[Draw, ...] = (
        tiles(chosen),
        partial(industry_bars, industries, context.lang, chosen=chosen.industry, what=what["industry"]),
        partial(scenario_grid, by_scenario, context.lang, chosen=chosen.scenario, what=what["scenario"]),
    )
    tables = (
        bodies,
        None if industries is None else partial(_industry_rows, context, industries),
        None if hidden else partial(scenario_table, context, scenarios),
    )
    about = about_chosen(context, about, chosen)
    for card, kind, draw, table in zip(cards, KINDS, draws, tables, strict=True):
        picture = kept_chart(draw, context.theme)
        with card.above:
            show_pickable(picture, (kind,), f"picture-{kind}")
        with card.beside:
            titled = replace(about, title=translate(f"behind.{kind}"), finding=picture.title)
            offer_data(context, titled, f"picture-{kind}", draw=draw, table=table)
    return chosen


def show_in_small(context: PageContext, found: Coverage) -> None:
    """Industries beside scenarios, to be read only."""
    counts = {item.scenario: (item.candidates, item.awarded) for item in found.scenarios}
    draws: dict[str, Draw] = {
        "industry": partial(industry_bars, _by_industry(found.candidates), context.lang),
        "scenario": partial(scenario_grid, counts, context.lang),
    }
    for (kind, draw), column in zip(draws.items(), st.columns(SIDE_BY_SIDE[1:]), strict=True):
        with column, st.container(border=True, key=f"small-{kind}", height="stretch"):
            show_chart(kept_chart(draw, context.theme))


def show_gaps(context: PageContext, found: Coverage | CityCoverage) -> None:
    gaps = [i18n.coverage_gap(gap, context.lang) for gap in found.gaps]
    html.bullets(gaps or [i18n.text("gap.none", context.lang)])


@dataclass(frozen=True, slots=True)
class _Card:
    """What its field picks, and the places above it for the picture and beside it for the files."""

    picked: str
    above: AbstractContextManager[object]
    beside: AbstractContextManager[object]


def _card(context: PageContext, column: AbstractContextManager[object], kind: str) -> _Card:
    words = {"": translate(f"behind.all_{kind}")}
    if kind == "body":
        words |= {item.name.zh: item.name.in_(context.lang) for item in catalogue().bodies}
    elif kind == "industry":
        words |= {item.name.zh: item.name.in_(context.lang) for item in catalogue().industries}
    else:
        words |= {item.name.zh: f"{item.number} {item.name.in_(context.lang)}" for item in catalogue().scenarios}
    with column, st.container(border=True, key=f"card-{kind}", height="stretch"):
        above = st.container(gap="xsmall")
        with st.container(horizontal=True, vertical_alignment="bottom"):
            picked = pick_option(translate(f"behind.{kind}"), list(words), kind, words.__getitem__, named=False)
            return _Card(picked, above, st.container(width="content"))


def _clear() -> None:
    st.session_state.update(dict.fromkeys(KINDS, ""))


def about_chosen(context: PageContext, about: About, chosen: Chosen) -> About:
    """With what is picked among the filters."""
    picked = [
        LabelledLine(translate(f"behind.{kind}"), i18n.catalogue_name(getattr(chosen, kind), context.lang))
        for kind in KINDS
        if getattr(chosen, kind)
    ]
    return replace(about, filters=[*about.filters, *picked])


def _by_industry(candidates: Sequence[CoveredBy]) -> dict[str, tuple[int, int]]:
    """Candidates, and those of them put forward."""
    counts = Counter(item.industry for item in candidates)
    forward = Counter(item.industry for item in candidates if item.place is not None)
    return {item.name.zh: (counts[item.name.zh], forward[item.name.zh]) for item in catalogue().industries}


def _industry_rows(context: PageContext, counts: Mapping[str, tuple[int, int]]) -> ReportTable:
    return typed_table(
        [translate(f"coverage.column_{name}") for name in ("industry", "candidates", "put_forward")],
        [(i18n.catalogue_name(name, context.lang), *map(count, both)) for name, both in counts.items()],
        numbers=(1, 2),
    )


def applications_table(
    context: PageContext,
    about: About,
    key: str,
    rows: Sequence[CoveredBy],
    awarded: set[str],
    *,
    bodies: bool,
    everything: Sequence[CoveredBy] = (),
) -> None:
    """Factory, enterprise, industry, and whether it is put forward, not yet, or awarded before.

    ``everything`` that the reader may see, where ``rows`` are a part of it.
    """
    if not rows:
        return
    table = partial(application_table, context, awarded=awarded, bodies=bodies)
    whole = partial(table, everything) if len(everything) > len(rows) else None
    show_table(context, about, table(rows), key, form="stacked", everything=whole)


def awardees_table(
    context: PageContext, about: About, rows: Sequence[CoveredBy], everything: Sequence[CoveredBy], *, bodies: bool
) -> None:
    """Awarded factories that are no candidates; nothing where there are none."""
    if rows:
        title = translate("behind.awardees", count=len(rows))
        html.titled(title)
        awarded = {row.credit_code for row in rows}
        about = replace(about, title=title, finding="")
        applications_table(context, about, "awardees", rows, awarded, bodies=bodies, everything=everything)


def application_table(
    context: PageContext, rows: Sequence[CoveredBy], *, awarded: set[str], bodies: bool
) -> ReportTable:
    """By body in the notice's order, and by place."""
    in_order = catalogue().body_place
    columns = ["factory", "enterprise", *(["body"] if bodies else []), "industry", "standing"]
    return typed_table(
        [translate(f"behind.column_{name}") for name in columns],
        [
            [
                row.factory,
                row.enterprise,
                *([i18n.catalogue_name(row.body, context.lang)] if bodies else []),
                i18n.catalogue_name(row.industry, context.lang),
                _standing(row, awarded),
            ]
            for row in sorted(rows, key=lambda row: (in_order(row.body), row.place or len(rows) + 1, row.credit_code))
        ],
    )


def scenario_table(context: PageContext, scenarios: Sequence[ScenarioCoverage]) -> ReportTable:
    """The forty in the annex's order."""
    lang, numbers = context.lang, {scenario.name.zh: scenario.number for scenario in catalogue().scenarios}
    return typed_table(
        [translate(f"behind.column_{name}") for name in ("stage", "scenario", "candidates", "awarded")],
        [
            (
                i18n.catalogue_name(scenario.stage, lang),
                f"{numbers[scenario.scenario]} {i18n.catalogue_name(scenario.scenario, lang)}",
                count(scenario.candidates),
                count(scenario.awarded),
            )
            for scenario in scenarios
        ],
        numbers=(2, 3),
    )


def _standing(one: CoveredBy, awarded: set[str]) -> str:
    if one.credit_code in awarded:
        return translate("behind.awarded", year=one.year)
    return translate("behind.place", place=one.place) if one.place else translate("behind.not_forward")
