"""The order of the candidates with its uncertainty: the answer, the picture, and the figures behind it."""

from __future__ import annotations

import streamlit as st

from kpi import i18n
from kpi.catalogue.load import catalogue
from kpi.charts.order_picture import order_picture
from kpi.charts.strip_comparison import candidate_names
from kpi.charts.theme import CANDIDATE_LETTERS
from kpi.model.comparison import Comparison, Membership
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html

MEMBERSHIPS: tuple[Membership, ...] = ("surely", "possibly", "not")


def show_order(context: PageContext, found: Comparison) -> None:
    html.sentence(_answer(found))
    html.notice(translate("order.no_verdict"))
    html.caption(translate("order.how", draws=len(found.draws.places), seed=found.seed))
    st.html(order_picture(found, context.lang, context.theme))
    for why in found.not_run:
        html.where(translate("order.not_run", why=i18n.reason_text(why, context.lang)))
    with st.expander(translate("order.figures")):
        _figures(found)
        _first_k(found)
    with st.expander(translate("order.draws")):
        _shares(found)
        _winning(found)
        _first_with(context, found)


def dominance(context: PageContext, found: Comparison) -> None:
    """Who is at least as good everywhere, and on which KPIs better."""
    names = _names(found)
    comma = i18n.text("number.list", context.lang)
    lines = []
    for i, j in found.dominance:
        better = [one.code for one in found.kpis if one.values[i] > one.values[j]]
        kpis = comma.join(catalogue().kpi(code).short.in_(context.lang) for code in better)
        lines.append(translate("order.dominates", one=names[i], other=names[j], kpis=kpis))
    html.bullets(lines or [translate("order.none_dominates")])


def _answer(found: Comparison) -> str:
    names = _names(found)
    first = [at for at, one in enumerate(found.candidates) if one.rank.best == 1]
    if len(first) == 1:
        return translate("order.first_sure", name=names[first[0]], count=len(names))
    open_names = translate("order.comma").join(names[at] for at in found.order if at in first)
    return translate("order.first_open", names=open_names, count=len(names), of=len(first))


def _figures(found: Comparison) -> None:
    columns = ("candidate", "score", "range", "equal_weights", "geometric", "leave_one_out", "true_rank")
    html.table(
        [translate(f"order.column_{name}") for name in columns],
        [_figure_row(found, at) for at in found.order],
        numbers=(1, 2, 3, 4, 5, 6),
        form="stacked",
    )
    html.where(translate("order.composite_how"))


def _figure_row(found: Comparison, at: int) -> list[str]:
    one = found.candidates[at]
    composite, without = one.composite, one.leave_one_out.values()
    return [
        _names(found)[at],
        _points(composite.score),
        f"{_points(composite.low)} – {_points(composite.high)}",
        _points(composite.equal_weights),
        _points(composite.geometric),
        _places(min(without), max(without)),
        _places(one.rank.best, one.rank.worst),
    ]


def _first_k(found: Comparison) -> None:
    """For every k who is among the first k, all at once."""
    rows = []
    for k in range(1, len(found.candidates)):
        by_word: dict[Membership, list[str]] = {word: [] for word in MEMBERSHIPS}
        for at in found.order:
            by_word[found.candidates[at].rank.among_first(k)].append(CANDIDATE_LETTERS[at])
        rows.append([str(k), *(" ".join(letters) or i18n.NO_NUMBER for letters in by_word.values())])
    html.table(
        [translate("order.column_k"), *(translate(f"order.{word}") for word in MEMBERSHIPS)],
        rows,
        numbers=(0,),
        form="narrow",
    )


def _shares(found: Comparison) -> None:
    """The picture as a table."""
    places = range(1, len(found.candidates) + 1)
    rows: list[list[html.Cell]] = [
        [CANDIDATE_LETTERS[at], *(html.ShadedShare(i18n.percent(share), share) for share in _drawn(found, at))]
        for at in found.order
    ]
    html.clause(translate("order.shares"))
    html.table([translate("order.column_place"), *map(str, places)], rows, form="whole")


def _drawn(found: Comparison, at: int) -> tuple[float, ...]:
    return found.candidates[at].acceptability


def _winning(found: Comparison) -> None:
    letters = CANDIDATE_LETTERS[: len(found.candidates)]
    rows: list[list[html.Cell]] = [
        [letters[i], *("" if i == j else html.ShadedShare(i18n.percent(share), share) for j, share in enumerate(row))]
        for i, row in enumerate(found.winning)
    ]
    html.clause(translate("order.winning"))
    html.table(["", *letters], rows, form="whole")


def _first_with(context: PageContext, found: Comparison) -> None:
    """The weights under which each comes first, where it ever does."""
    ever = [(at, one.first_with) for at, one in enumerate(found.candidates) if one.first_with is not None]
    if not ever:
        return
    groups = catalogue().groups
    html.clause(translate("order.first_with"))
    html.table(
        [translate("order.column_candidate"), *(group.short.in_(context.lang) for group in groups)],
        [[CANDIDATE_LETTERS[at], *(i18n.percent(weights[group.code]) for group in groups)] for at, weights in ever],
        numbers=tuple(range(1, len(groups) + 1)),
        form="stacked",
    )


def _names(found: Comparison) -> list[str]:
    return candidate_names([one.evaluation for one in found.candidates])


def _points(score: float) -> str:
    """A score of 0..1 as points of 100, one decimal: differences are smaller than a whole point."""
    return f"{score * 100:.1f}"


def _places(best: int, worst: int) -> str:
    return str(best) if best == worst else f"{best} – {worst}"
