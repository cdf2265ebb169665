"""The pieces of a reviewer's home: the answer, the candidates by industry, and how far each industry is read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import partial

import streamlit as st

from kpi import i18n
from kpi.catalogue.catalogue import catalogue
from kpi.charts.candidates import PlacedCandidate, candidates_by_industry
from kpi.charts.theme import clause_mark
from kpi.services.reviewer.candidate_list import ListedCandidate
from kpi.services.reviewer.candidates import candidates
from pages.reviewer.parts.list import show_candidate
from pages.session.context import PageContext, page_at
from pages.session.language import translate
from pages.session.notice import show_notice_of
from pages.widgets import html
from pages.widgets.picker import YEAR
from pages.widgets.pictures import BARE, kept_chart

NAMED, NEXT = 3, 4
"""How many are named in the answer, and how many stand below as the next to be read."""


def of_year_at_work(context: PageContext, every: Sequence[ListedCandidate]) -> list[ListedCandidate]:
    """Those of the year that a reviewer's pages begin with."""
    if not every:
        return []
    year = candidates(context.store, context.viewer)[0].year
    show_notice_of(year)
    return [item for item in every if item.record.year == year]


def candidates_answer(context: PageContext, listed: Sequence[ListedCandidate]) -> None:
    """Who meets the clause for certain; how many are open, and how many do not."""
    counts = Counter(item.record.clause for item in listed)
    over = translate("home.of_candidates", year=listed[0].record.year, count=len(listed))
    others = [
        f"{clause_mark(clause, context.theme).glyph} "
        + translate("home.of_clause", clause=i18n.clause_word(clause, context.lang), count=counts[clause])
        for clause in ("undecided", "not_met", "withheld")
        if counts[clause]
    ]
    below = "　".join(others)
    if not counts["met"]:
        html.answer(over, "", "", translate("home.none_met"), below, "plain")
        return
    names = [item.record.label for item in listed if item.record.clause == "met"]
    joined = i18n.text("number.list", context.lang).join(names[:NAMED])
    text = translate("home.met" if len(names) <= NAMED else "home.met_many", count=len(names), names=joined)
    html.answer(over, "", clause_mark("met", context.theme).glyph, text, below, "leading")


# Without files: a look at the list of candidates, whose page offers it
def show_candidates(context: PageContext, listed: Sequence[ListedCandidate]) -> None:
    """The picture, whose marks open a candidate, and below it who is read next."""
    placed = [
        PlacedCandidate(
            item.record.label,
            item.record.industry,
            item.record.clause,
            item.record.leading,
            (str(item.record.year), item.record.industry, item.record.credit_code),
        )
        for item in listed
    ]
    drawn = kept_chart(partial(candidates_by_industry, placed, context.lang), context.theme)
    with st.container(border=True, key="candidates-picture"):
        with html.together():
            html.titled(drawn.title)
            html.caption(drawn.caption)
        pressed = st.plotly_chart(
            drawn.figure,
            key="by-industry",
            theme=None,
            on_select="rerun",
            selection_mode="points",
            config=BARE,
            alt=drawn.alt,
        )
    if points := pressed["selection"]["points"]:
        year, industry, code = points[0]["customdata"]
        st.switch_page(page_at("candidate").file, query_params={YEAR: year, "industry": industry, "candidate": code})
    if unread := [item for item in listed if not item.looked_at][:NEXT]:
        with st.container(border=True, key="next-read"):
            html.titled(translate("home.next_to_read"))
            for item in unread:
                show_candidate(context, item)


# Without files: counts of that list, which has both columns
def show_progress(context: PageContext, listed: Sequence[ListedCandidate]) -> None:
    """By industry in the notice's order: read of all, and scored of those that the reviewer is asked to score."""
    industries = sorted({item.record.industry for item in listed}, key=catalogue().industry_place)
    rows: list[list[html.Cell]] = []
    for industry in industries:
        own = [item for item in listed if item.record.industry == industry]
        seen, asked = sum(item.looked_at for item in own), [item for item in own if item.scoring != "not_asked"]
        scored = sum(item.scoring == "scored" for item in asked)
        rows.append(
            [
                i18n.catalogue_name(industry, context.lang),
                html.ShadedShare(f"{seen} / {len(own)}", seen / len(own)),
                f"{scored} / {len(asked)}" if asked else i18n.NO_NUMBER,
            ]
        )
    with st.container(border=True, key="progress"):
        html.titled(translate("home.progress"))
        html.table([translate(f"home.column_{name}") for name in ("industry", "seen", "scored")], rows, numbers=(1, 2))
