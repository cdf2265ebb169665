"""The order of the candidates with its uncertainty: the answer, the picture, and the figures behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kpi import i18n
from kpi.catalogue.catalogue import catalogue
from kpi.charts.order import order_chart, order_finding, order_picture
from kpi.charts.strip_comparison import candidate_names
from kpi.charts.theme import CANDIDATE_LETTERS
from kpi.model.comparison import Comparison, Membership
from kpi.reports.content import About, ReportCell, share
from pages.reviewer.parts.heat_table import about_comparison
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html
from pages.widgets.data_files import offer_data, show_table, typed_table
from pages.widgets.folded import opened_box

MEMBERSHIPS: tuple[Membership, ...] = ("surely", "possibly", "not")


def show_order(context: PageContext, found: Comparison) -> None:
    html.sentence(order_finding(found, context.lang))
    html.notice(translate("order.no_verdict"))
    html.caption(translate("order.how", draws=len(found.draws.places), seed=found.seed))
    html.element(order_picture(found, context.lang, context.theme))
    about = about_comparison(context, found, order_finding(found, context.lang))
    offer_data(context, about, "order", draw=lambda theme: order_chart(found, context.lang, theme, titled=False))
    for why in found.not_run:
        html.where(translate("order.not_run", why=i18n.reason_text(why, context.lang)))
    if box := opened_box(translate("order.figures"), "order-figures"):
        with box:
            _figures(context, about, found)
            _first_k(context, about, found)
    if box := opened_box(translate("order.draws"), "order-draws"):
        with box:
            _shares(context, about, found)
            _winning(context, about, found)
            _first_with(context, about, found)


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


def _figures(context: PageContext, about: About, found: Comparison) -> None:
    columns = ("candidate", "score", "range", "equal_weights", "geometric", "leave_one_out", "true_rank")
    table = typed_table(
        [translate(f"order.column_{name}") for name in columns],
        [_figure_row(found, at) for at in found.order],
        numbers=(1, 2, 3, 4, 5, 6),
    )
    show_table(context, replace(about, title=translate("order.composite_name")), table, "composite", form="stacked")
    html.where(translate("order.composite_how"))


def _figure_row(found: Comparison, at: int) -> list[str | ReportCell]:
    one = found.candidates[at]
    composite, without = one.composite, one.leave_one_out.values()
    return [
        _names(found)[at],
        _score_cell(composite.score),
        f"{_points(composite.low)} – {_points(composite.high)}",
        _score_cell(composite.equal_weights),
        _score_cell(composite.geometric),
        _places(min(without), max(without)),
        _places(one.rank.best, one.rank.worst),
    ]


def _first_k(context: PageContext, about: About, found: Comparison) -> None:
    """For every k who is among the first k, all at once."""
    rows = []
    for k in range(1, len(found.candidates)):
        by_word: dict[Membership, list[str]] = {word: [] for word in MEMBERSHIPS}
        for at in found.order:
            by_word[found.candidates[at].rank.among_first(k)].append(CANDIDATE_LETTERS[at])
        rows.append([str(k), *(" ".join(letters) or i18n.NO_NUMBER for letters in by_word.values())])
    columns = [translate("order.column_k"), *(translate(f"order.{word}") for word in MEMBERSHIPS)]
    table = typed_table(columns, rows, numbers=(0,))
    show_table(context, replace(about, title=translate("order.first_k_name")), table, "first-k", form="narrow")


def _shares(context: PageContext, about: About, found: Comparison) -> None:
    """The picture as a table."""
    places = range(1, len(found.candidates) + 1)
    rows = [(CANDIDATE_LETTERS[at], found.candidates[at].acceptability) for at in found.order]
    _shaded(context, about, "shares", [translate("order.column_place"), *map(str, places)], rows)


def _winning(context: PageContext, about: About, found: Comparison) -> None:
    letters = CANDIDATE_LETTERS[: len(found.candidates)]
    rows = [
        (letters[i], [None if i == j else share for j, share in enumerate(row)]) for i, row in enumerate(found.winning)
    ]
    _shaded(context, about, "winning", ["", *letters], rows)


def _shaded(
    context: PageContext,
    about: About,
    name: str,
    columns: Sequence[str],
    rows: Sequence[tuple[str, Sequence[float | None]]],
) -> None:
    """Shares by candidate, each on a ground of its size; none where there is nothing to compare."""
    title = translate(f"order.{name}")
    html.clause(title)
    shown: list[list[html.Cell]] = [
        [letter, *("" if one is None else html.ShadedShare(i18n.percent(one), one) for one in shares)]
        for letter, shares in rows
    ]
    html.table(columns, shown, form="whole")
    typed: list[list[str | ReportCell]] = [
        [letter, *("" if one is None else share(one) for one in shares)] for letter, shares in rows
    ]
    table = typed_table(columns, typed, numbers=range(1, len(columns)))
    offer_data(context, replace(about, title=title), name, table=table)


def _first_with(context: PageContext, about: About, found: Comparison) -> None:
    """The weights under which each comes first, where it ever does."""
    ever = [(at, one.first_with) for at, one in enumerate(found.candidates) if one.first_with is not None]
    if not ever:
        return
    groups = catalogue().groups
    html.clause(translate("order.first_with"))
    columns = [translate("order.column_candidate"), *(group.short.in_(context.lang) for group in groups)]
    rows: list[list[str | ReportCell]] = [
        [CANDIDATE_LETTERS[at], *(share(weights[group.code]) for group in groups)] for at, weights in ever
    ]
    table = typed_table(columns, rows, numbers=range(1, len(columns)))
    show_table(context, replace(about, title=translate("order.first_with")), table, "first-with", form="stacked")


def _names(found: Comparison) -> list[str]:
    return candidate_names([one.evaluation for one in found.candidates])


def _score_cell(score: float) -> ReportCell:
    return ReportCell(_points(score), score * 100, "number")


def _points(score: float) -> str:
    """A score of 0..1 as points of 100, one decimal: differences are smaller than a whole point."""
    return f"{score * 100:.1f}"


def _places(best: int, worst: int) -> str:
    return str(best) if best == worst else f"{best} – {worst}"
