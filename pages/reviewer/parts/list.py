"""The reviewer's list of candidates: filtered, sorted, picked from, and gone through by button or key."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from html import escape
from typing import Literal, get_args

import streamlit as st

from kpi import i18n
from kpi.catalogue.catalogue import catalogue
from kpi.charts.strip import small_strip
from kpi.charts.strip_comparison import MAX_CANDIDATES
from kpi.i18n import catalogue_name
from kpi.model.evaluation import ClauseVerdict
from kpi.model.lifecycle import APPLICATION_STATES
from kpi.model.scoring import FLAG_CODES, FlagCode
from kpi.reports.content import About, LabelledLine, ReportTable, count
from kpi.services.reviewer.candidate_list import ListedCandidate, own_candidates, sort_by_composite
from kpi.services.reviewer.candidates import CandidateEntry, candidates
from kpi.services.reviewer.screening import standing_flags
from pages.session.context import PageContext, page_at
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.acts import end_with_next
from pages.widgets.picker import YEAR, distinguished, page_of, pick_option, pick_order, pick_year, search_word
from pages.widgets.tables import offer_data, typed_table

# Searching and filtering the reviewer's list. What is filtered by stands in the address.


ALL, ANY, NONE = "all", "any", "none"
SEARCH, LONGEST_WORD = "list-search", 80

_KINDS: dict[str, Callable[[ListedCandidate], str]] = {
    "year": lambda item: str(item.record.year),
    "in-industry": lambda item: item.record.industry,
    "body": lambda item: item.record.body,
    "clause": lambda item: item.record.clause,
    "state": lambda item: item.record.state,
    "seen": lambda item: "seen" if item.looked_at else "unseen",
    "scoring": lambda item: item.scoring,
}
"""What can be filtered by, in the address's words; a kind with one value in the whole list is not asked."""


def filtered(context: PageContext, listed: Sequence[ListedCandidate]) -> list[ListedCandidate]:
    """Those that fit the search and every filter, in the order given."""
    asked = {kind: _values(listed, kind) for kind in _KINDS}
    asked = {kind: values for kind, values in asked.items() if len(values) > 1}
    with st.container(key="list-filters"):
        search, *columns, flagged = st.columns(len(asked) + 2)
    with search:
        words = search_word(translate("list.search"), SEARCH, LONGEST_WORD).casefold().split()
    found = [candidate for candidate in listed if all(word in _text(candidate) for word in words)]
    for (kind, values), column in zip(asked.items(), columns, strict=True):
        with column:
            words_of = partial(_word, context, kind)
            chosen = pick_option(translate(f"list.filter.{kind}"), [ALL, *values], kind, words_of)
        found = [candidate for candidate in found if chosen in (ALL, _KINDS[kind](candidate))]
    with flagged:
        points = pick_option(
            translate("list.filter.points"), [ALL, ANY, NONE, *FLAG_CODES], "points", partial(_point_word, context)
        )
    return _by_points(context, found, points)


def stated_filters(context: PageContext) -> list[LabelledLine]:
    """Each filter that narrows the list now, with its value."""
    asked = {kind: st.session_state.get(kind, ALL) for kind in _KINDS}
    lines = [
        (translate(f"list.filter.{kind}"), _word(context, kind, value)) for kind, value in asked.items() if value != ALL
    ]
    if words := st.session_state.get(SEARCH, "").strip():
        lines.append((translate("list.search"), words))
    if (points := st.session_state.get("points", ALL)) != ALL:
        lines.append((translate("list.filter.points"), _point_word(context, points)))
    return [LabelledLine(label, value) for label, value in lines]


def _by_points(context: PageContext, listed: list[ListedCandidate], chosen: str) -> list[ListedCandidate]:
    """By points to verify that stand. They are looked for only when they are asked for."""
    if chosen == ALL:
        return listed
    bar = st.progress(0.0, translate("list.looking"))
    standing = standing_flags(context.store, context.viewer, bar.progress)
    bar.empty()
    return [candidate for candidate in listed if _fits(chosen, standing[candidate.record.key])]


def _fits(chosen: str, flags: frozenset[FlagCode]) -> bool:
    return bool(flags) == (chosen == ANY) if chosen in (ANY, NONE) else chosen in flags


def _point_word(context: PageContext, value: str) -> str:
    if value in FLAG_CODES:
        return i18n.flag_name(value, context.lang)
    return translate("list.all" if value == ALL else f"list.points_{value}")


def _values(listed: Sequence[ListedCandidate], kind: str) -> list[str]:
    """In the order in which the notice has bodies and industries, and an application its steps."""
    found = {_KINDS[kind](candidate) for candidate in listed}
    if kind == "body":
        return sorted(found, key=catalogue().body_place)
    if kind == "in-industry":
        return sorted(found, key=catalogue().industry_place)
    in_order: dict[str, Sequence[str]] = {"clause": get_args(ClauseVerdict), "state": APPLICATION_STATES}
    return [item for item in in_order[kind] if item in found] if kind in in_order else sorted(found)


def _text(one: ListedCandidate) -> str:
    return f"{one.record.factory} {one.record.enterprise} {one.record.credit_code}".casefold()


def _word(context: PageContext, kind: str, value: str) -> str:
    if value == ALL:
        return translate("list.all")
    if kind in ("in-industry", "body"):
        return i18n.catalogue_name(value, context.lang)
    if kind == "clause":
        return next(i18n.clause_word(word, context.lang) for word in get_args(ClauseVerdict) if word == value)
    if kind == "state":
        return translate(f"step.{value}")
    return value if kind == "year" else translate(f"list.{value}")


# Going through the list from one candidate to the next, by button or key.


BROWSED = "browsed-candidates"
PREVIOUS_KEY, NEXT_KEY = "k", "j"

Stop = tuple[str, str, str]
"""A candidate on the way: its year, its industry and its credit code."""


def remember_list(shown: Sequence[ListedCandidate]) -> None:
    """What is shown now is what next and previous go by."""
    st.session_state[BROWSED] = [_stop(candidate) for candidate in shown]


def browse(context: PageContext, credit_code: str, year: int) -> None:
    """Previous and next in the list as it was shown last, else in the reviewer's own order."""
    way: list[Stop] = st.session_state.get(BROWSED, [])
    here = (str(year), credit_code)
    if here not in [(of, code) for of, _, code in way]:
        way = [_stop(candidate) for candidate in own_candidates(context.store, context.viewer)]
        st.session_state[BROWSED] = way
    at = [(of, code) for of, _, code in way].index(here)
    with st.container(horizontal=True, vertical_alignment="center", key="browse", width="content"):
        _button("previous", way[at - 1] if at else None, PREVIOUS_KEY)
        _button("next", way[at + 1] if at + 1 < len(way) else None, NEXT_KEY)
        html.where(translate("list.at", at=at + 1, of=len(way)))


def _button(name: str, stop: Stop | None, key: str) -> None:
    st.button(
        translate(f"list.{name}"),
        key=f"browse-{name}",
        disabled=stop is None,
        on_click=_go,
        args=stop or ("", "", ""),
        shortcut=key,
    )


def _go(year: str, industry: str, credit_code: str) -> None:
    if YEAR in st.session_state:  # else there is a single one, and nobody is asked for it
        st.session_state[YEAR] = year
    st.session_state["industry"], st.session_state["candidate"] = industry, credit_code


def _stop(one: ListedCandidate) -> Stop:
    return str(one.record.year), one.record.industry, one.record.credit_code


# The order of the list: the reviewer's own, or one that was asked for. Sorting by composite is recorded.


Order = Literal["own", "name", "leading", "composite"]
SCORES = "list-composites"
"""Composites by (industry, year), as they were when the reviewer asked for them."""


def in_chosen_order(context: PageContext, listed: Sequence[ListedCandidate], of: int) -> list[ListedCandidate]:
    """The own order first; beside it how many ``of`` all are listed."""
    orders: tuple[Order, ...] = get_args(Order)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        order = pick_order(translate("list.order"), orders, "list-order", lambda item: translate(f"list.order_{item}"))
        html.where(translate("list.shown", shown=len(listed), of=of))
    if order == "name":
        return sorted(listed, key=lambda candidate: candidate.record.factory or candidate.record.enterprise)
    if order == "leading":
        return sorted(listed, key=lambda candidate: (-candidate.record.leading, candidate.position))
    return _by_composite(context, listed) if order == "composite" else list(listed)


def stated_order() -> tuple[object, ...]:
    """What the list is sorted by now; composites sort it once they have been asked for."""
    return st.session_state.get("list-order"), *st.session_state.get(SCORES, ())


def _by_composite(context: PageContext, listed: Sequence[ListedCandidate]) -> list[ListedCandidate]:
    """Composites compare within one industry and year; asking for them once is one act."""
    cells = {(candidate.record.industry, candidate.record.year) for candidate in listed}
    if len(cells) != 1:
        st.info(translate("list.one_industry"))
        return list(listed)
    [(industry, year)] = cells
    known = st.session_state.setdefault(SCORES, {})
    if (industry, year) not in known:
        html.notice(translate("list.composite_recorded"))
        if not st.button(translate("list.composite_sort")):
            return list(listed)
        known[industry, year] = sort_by_composite(context.store, context.viewer, industry, year)
    scores: dict[str, float] = known[industry, year]
    return sorted(listed, key=lambda candidate: (-scores.get(candidate.record.credit_code, -1.0), candidate.position))


# The rows of the list, a page at a time: name, words, and the strip as a small line; and the list to take away.


A_PAGE, NAME_PX = 20, 240
COLUMNS = ("code", "factory", "enterprise", "year", "industry", "body", "clause", "leading", "state", "seen")


def candidate_rows(context: PageContext, shown: Sequence[ListedCandidate]) -> None:
    """A link and a line each; the order shown is the one that next and previous go by."""
    remember_list(shown)
    # Not by who is on the list: others lock and reopen meanwhile, and the reader stays on the page.
    asked = (stated_filters(context), stated_order())
    for item in page_of(shown, "list-page", A_PAGE, asked):
        show_candidate(context, item)


def show_candidate(context: PageContext, item: ListedCandidate) -> None:
    """The factory as a link to its page; its clause and its strip in a line."""
    record = item.record
    query = {YEAR: str(record.year), "industry": record.industry, "candidate": record.credit_code}
    listed_row(f"{record.credit_code}-{record.year}", record.label, query, _line(context, item))


def listed_row(key: str, name: str, query: Mapping[str, str], line: str) -> None:
    """A name that leads to its candidate's page, and beside it a line of markup."""
    with st.container(horizontal=True, vertical_alignment="center", key=f"listed-{key}"):
        st.page_link(page_at("candidate").file, label=html.plain(name), query_params=dict(query), width=NAME_PX)
        html.element(line)


def _line(context: PageContext, one: ListedCandidate) -> str:
    record = one.record
    parts = (
        i18n.catalogue_name(record.body, context.lang),
        i18n.catalogue_name(record.industry, context.lang),
        translate("list.clause", clause=i18n.clause_word(record.clause, context.lang)),
        translate("list.leading", count=record.leading),
        translate(f"list.{_progress(one)}_mark"),
    )
    words = "".join(f"<span>{escape(part)}</span>" for part in parts)
    strip = small_strip(record.places, record.verdicts, record.leading_quantile, context.theme)
    return f'<div class="kpi-listed">{strip}<p>{words}</p></div>'


def _progress(one: ListedCandidate) -> str:
    """How far the reviewer has come with it, in one mark: what is seen and scored needs no two."""
    if not one.looked_at and one.scoring != "scored":
        return "unseen"
    return "seen" if one.scoring == "not_asked" else one.scoring


def offer_candidates(context: PageContext, shown: Sequence[ListedCandidate], listed: Sequence[ListedCandidate]) -> None:
    """In the order on the page. No score is in it: what was sorted by stays on the page."""
    table, baselines = partial(_table, context), sorted({candidate.record.baseline for candidate in shown})
    about = About(
        translate("title.candidates"),
        filters=stated_filters(context),
        facts=[LabelledLine(i18n.text("carried.baseline", context.lang), name) for name in baselines],
        withheld=translate("list.no_scores"),
        invented=any(candidate.record.illustrative for candidate in listed),
    )
    everything = partial(table, listed) if len(shown) < len(listed) else None
    offer_data(context, about, "candidates", table=table(shown), everything=everything)


def _table(context: PageContext, rows: Sequence[ListedCandidate]) -> ReportTable:
    return typed_table([translate(f"list.column_{name}") for name in COLUMNS], [_row(context, row) for row in rows])


def _row(context: PageContext, one: ListedCandidate) -> list[str]:
    record, lang = one.record, context.lang
    return [
        record.credit_code,
        record.factory,
        record.enterprise,
        str(record.year),
        i18n.catalogue_name(record.industry, lang),
        i18n.catalogue_name(record.body, lang),
        i18n.clause_word(record.clause, lang),
        count(record.leading).text,
        translate(f"step.{record.state}"),
        translate("list.seen_mark" if one.looked_at else "list.unseen_mark"),
    ]


# Choosing among a reviewer's candidates; the choice stands in the address, and only known values are taken from it.


def candidates_of_industry(context: PageContext) -> dict[str, CandidateEntry]:
    """The candidates of the year and the industry chosen, by credit code; ends the run where there are none at all."""
    every = candidates(context.store, context.viewer)
    if not every:
        end_with_next(translate("choose.none"), "benchmarks")
    year = pick_year(translate("choose.year"), {entry.year for entry in every}, _year_asked(every))
    found = [entry for entry in every if entry.year == year]
    names = [item.name.zh for item in catalogue().industries if any(other.industry == item.name.zh for other in found)]
    named = next((entry.industry for entry in found if entry.credit_code == st.query_params.get("candidate")), None)
    industry = pick_option(
        translate("choose.industry"), names, "industry", lambda name: catalogue_name(name, context.lang), named
    )
    return {entry.credit_code: entry for entry in found if entry.industry == industry}


def _year_asked(every: Sequence[CandidateEntry]) -> int:
    """Where the address names none: that of the candidate it names, else the one at work, which is first."""
    named = st.query_params.get("candidate") or st.query_params.get("with", "").split(",")[0]
    return next((entry.year for entry in every if entry.credit_code == named), every[0].year)


def candidate_label(context: PageContext, candidate: CandidateEntry) -> str:
    """A candidate in a list: its factory, and its body in the reader's language."""
    return f"{candidate.factory or candidate.enterprise} · {catalogue_name(candidate.body, context.lang)}"


def pick_candidates(context: PageContext, by_code: Mapping[str, CandidateEntry]) -> list[str]:
    """Those chosen, in the order chosen; they stand in the address, so that the link opens the same comparison."""
    key = "compared"
    if not set(st.session_state.get(key, [None])) <= set(by_code):
        named = list(dict.fromkeys(code for code in st.query_params.get("with", "").split(",") if code in by_code))
        if len(named) > MAX_CANDIDATES:
            html.notice(translate("compare.too_many", count=len(named), most=MAX_CANDIDATES))
        st.session_state[key] = named[:MAX_CANDIDATES] or list(by_code)[:3]
    labels = distinguished({code: candidate_label(context, item) for code, item in by_code.items()})
    picked: list[str] = st.multiselect(
        translate("compare.pick"),
        list(by_code),
        key=key,
        format_func=labels.__getitem__,
        max_selections=MAX_CANDIDATES,
        placeholder=translate("compare.pick"),
    )
    st.query_params["with"] = ",".join(picked)
    return picked
