"""The order of the candidates with its uncertainty: weights, picture, figures, and taking the comparison away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from html import escape
from math import isnan

import streamlit as st

from kpi import i18n
from kpi.benchmark.comparison import DEFAULT_ORDER, OrderSettings
from kpi.catalogue.catalogue import catalogue
from kpi.charts.order import order_chart, order_finding, order_how, order_in_short, order_picture
from kpi.charts.strip_comparison import candidate_names
from kpi.charts.theme import CANDIDATE_LETTERS, clause_mark, tokens
from kpi.errors import InvalidFile
from kpi.model.comparison import Comparison, Membership
from kpi.model.times import now
from kpi.policy.policy import WeightBounds
from kpi.policy.weights import checked_group_weights
from kpi.reports.as_pdf import comparison_pdf
from kpi.reports.comparison import comparison_picture, comparison_report, comparison_xlsx
from kpi.reports.content import About, LabelledLine, ReportCell, ReportTable, Taken, share, words
from kpi.reports.files import chart_png
from kpi.reports.heat import heat_data, heat_rows
from kpi.reports.report_file import write_content
from kpi.services.reviewer.candidates import SideBySide, group_weight_bounds
from kpi.services.reviewer.scores import own_scoring_tasks
from pages.reviewer.parts.scores import first_waiting, link_to_scores
from pages.session.context import PageContext, page_at
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.acts import opened_box
from pages.widgets.documents import problem_items
from pages.widgets.downloads import Offered, offer_files
from pages.widgets.picker import YEAR
from pages.widgets.tables import offer_data, page_link, show_table, typed_table

# The KPIs of the candidates, those first on which they differ most: value, share of peers beaten, verdict.


def heat_table(context: PageContext, beside: SideBySide) -> None:
    """One row a KPI. A cell is shaded by its share; what is missing and what does not apply are words of their own."""
    found = beside.comparison
    names = candidate_names([candidate.evaluation for candidate in found.candidates])
    html.caption(translate("compare.heat_how"))
    columns = [translate("compare.kpi"), *CANDIDATE_LETTERS[: len(names)], translate("compare.ties")]
    rows: list[list[html.Cell]] = [
        [
            row.name,
            *(html.ShadedShare("\n".join([*cell.figures, *cell.words]), cell.share) for cell in row.cells),
            row.ties,
        ]
        for row in heat_rows(found, context.lang, beside.year_before)
    ]
    html.table(columns, rows, form="heat")
    about = about_comparison(context, found, translate("compare.heat"))
    data = heat_data(found, names, context.lang, beside.year_before)
    offer_data(context, about, "heat", table=data)


def about_comparison(context: PageContext, found: Comparison, finding: str) -> About:
    """What goes with data of these candidates: who they are is a filter."""
    names = i18n.text("number.list", context.lang).join(
        candidate_names([candidate.evaluation for candidate in found.candidates])
    )
    return About(
        title=translate("title.compare"),
        subject=str(found.first.application.year),
        finding=finding,
        baseline=found.first.baseline,
        policy=found.first.policy,
        filters=[LabelledLine(translate("order.column_candidate"), names)],
        kpis=[kpi.code for kpi in found.kpis],
    )


def group_table(context: PageContext, found: Comparison) -> ReportTable:
    """The profiles as a table: a row a candidate, its mean share by group."""
    groups = catalogue().groups
    names = candidate_names([candidate.evaluation for candidate in found.candidates])
    rows: list[list[str | ReportCell]] = [
        [
            name,
            *(
                words(i18n.NO_NUMBER) if isnan(candidate.groups[group.code]) else share(candidate.groups[group.code])
                for group in groups
            ),
        ]
        for name, candidate in zip(names, found.candidates, strict=True)
    ]
    columns = [translate("order.column_candidate"), *(group.short.in_(context.lang) for group in groups)]
    return typed_table(columns, rows, numbers=range(1, len(columns)))


# The order of the candidates with its uncertainty: the answer, the picture, and the figures behind it.


MEMBERSHIPS: tuple[Membership, ...] = ("surely", "possibly", "not")


def show_compared(context: PageContext, found: Comparison) -> None:
    """Who is meant by each letter, with the clause of each: the columns of every table below."""
    look, items = tokens(context.theme), []
    for letter, colour, candidate in zip(CANDIDATE_LETTERS, look.candidates, found.candidates, strict=False):
        answer = candidate.evaluation
        mark = clause_mark(answer.clause.verdict, context.theme)
        word = i18n.clause_word(answer.clause.verdict, context.lang)
        leading = translate("list.leading", count=len(answer.leading_list))
        body = i18n.catalogue_name(answer.application.body or "", context.lang)
        name = escape(answer.application.label)
        badge = f'<b style="background:{colour};color:{look.on_candidate}">{letter}</b>'
        items.append(
            f'<li title="{name} · {escape(word)}"><strong>{badge} {name}</strong>'
            f"<small>{escape(body)} · {escape(leading)}</small>"
            f'<span style="color:{mark.text}">{mark.glyph} {escape(word)}</span></li>'
        )
    html.element(f'<ul class="kpi-compared">{"".join(items)}</ul>')


def show_certain(context: PageContext, found: Comparison) -> None:
    """What is certain of the order, first; and that it is no verdict."""
    certain, finding = order_in_short(found, context.lang), order_finding(found, context.lang)
    html.answer(translate("order.no_verdict"), "", "", certain, finding, "plain")


def offer_scoring(context: PageContext, found: Comparison) -> None:
    """The reader's own scores of those compared; where none waits, the evidence of the one that stands first."""
    html.titled(translate("result.next"))
    codes = [found.candidates[at].evaluation.application.credit_code for at in found.order]
    tasks = own_scoring_tasks(context.store, context.viewer)
    year = found.first.application.year
    own = [task for task in tasks if task.candidate.credit_code in codes and task.round.year == year]
    if own:
        html.where(translate("compare.scored", done=sum(task.done for task in own), of=len(own)))
    if waiting := first_waiting(own):
        with st.container(key="step-next", width="content"):
            record = waiting.candidate
            label = translate("compare.to_scores", name=record.factory or record.enterprise)
            link_to_scores(context, record.credit_code, year, html.plain(label))
        return
    application = found.candidates[found.order[0]].evaluation.application
    with st.container(key="step-next", width="content"):
        st.page_link(
            page_at("candidate").file,
            label=html.plain(translate("compare.to_candidate", name=application.label)),
            query_params={YEAR: str(year), "industry": application.industry, "candidate": application.credit_code},
        )


def show_order(context: PageContext, found: Comparison) -> None:
    """The picture, and what its bars and ranges are of."""
    html.element(order_picture(found, context.lang, context.theme))
    with st.container(horizontal=True, vertical_alignment="top", gap="small"):
        with html.together():
            html.caption(order_how(found, context.lang))
            for why in found.not_run:
                html.where(translate("order.not_run", why=i18n.reason_text(why, context.lang)))
        about = _about_order(context, found)
        offer_data(context, about, "order", draw=lambda theme: order_chart(found, context.lang, theme, titled=False))


def _about_order(context: PageContext, found: Comparison) -> About:
    return about_comparison(context, found, order_finding(found, context.lang))


def first_places(context: PageContext, found: Comparison) -> None:
    """For every k who is among the first k, all at once."""
    rows = []
    for k in range(1, len(found.candidates)):
        by_word: dict[Membership, list[str]] = {word: [] for word in MEMBERSHIPS}
        for at in found.order:
            by_word[found.candidates[at].rank.among_first(k)].append(CANDIDATE_LETTERS[at])
        rows.append([str(k), *(" ".join(letters) or i18n.NO_NUMBER for letters in by_word.values())])
    columns = [translate("order.column_k"), *(translate(f"order.{word}") for word in MEMBERSHIPS)]
    about = replace(_about_order(context, found), title=translate("order.first_k_name"))
    html.titled(translate("order.first_k_name"))
    show_table(context, about, typed_table(columns, rows, numbers=(0,)), "first-k", form="narrow")


def order_in_full(context: PageContext, found: Comparison) -> None:
    """The figures behind the picture, in boxes that the reader opens."""
    about = _about_order(context, found)
    if box := opened_box(translate("order.figures"), "order-figures"):
        with box:
            _figures(context, about, found)
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
        better = [kpi.code for kpi in found.kpis if kpi.values[i] > kpi.values[j]]
        kpis = comma.join(catalogue().kpi(code).short.in_(context.lang) for code in better)
        lines.append(translate("order.dominates", one=names[i], other=names[j], kpis=kpis))
    with html.together():
        html.titled(translate("order.dominance"))
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
        [letter, *("" if item is None else html.ShadedShare(i18n.percent(item), item) for item in shares)]
        for letter, shares in rows
    ]
    html.table(columns, shown, form="whole")
    typed: list[list[str | ReportCell]] = [
        [letter, *("" if item is None else share(item) for item in shares)] for letter, shares in rows
    ]
    table = typed_table(columns, typed, numbers=range(1, len(columns)))
    offer_data(context, replace(about, title=title), name, table=table)


def _first_with(context: PageContext, about: About, found: Comparison) -> None:
    """The weights under which each comes first, where it ever does."""
    ever = [
        (at, candidate.first_with) for at, candidate in enumerate(found.candidates) if candidate.first_with is not None
    ]
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
    return candidate_names([candidate.evaluation for candidate in found.candidates])


def _score_cell(score: float) -> ReportCell:
    return ReportCell(_points(score), score * 100, "number")


def _points(score: float) -> str:
    """A score of 0..1 as points of 100, one decimal: differences are smaller than a whole point."""
    return f"{score * 100:.1f}"


def _places(best: int, worst: int) -> str:
    return str(best) if best == worst else f"{best} – {worst}"


# The reviewer's weights of the five groups, within the bounds of policy; they stand in the address.


IN_ADDRESS = "weights"


def weigh_groups(context: PageContext, year: int) -> OrderSettings:
    """Equal weights, which the draws vary, until the reviewer gives others that fit."""
    bounds = group_weight_bounds(context.store, context.viewer, year)
    given = _from_address(bounds)
    html.where(translate("order.weights_how", lowest=bounds.lowest, highest=bounds.highest))
    with st.form("weights", border=False):
        chosen = _inputs(context, bounds, given)
        if st.form_submit_button(translate("order.weights_use")):
            _use(chosen, bounds)
    if given is not None and st.button(translate("order.weights_equal")):
        del st.query_params[IN_ADDRESS]
        st.rerun()
    return DEFAULT_ORDER if given is None else OrderSettings(weights=given)


def _use(chosen: Mapping[str, int], bounds: WeightBounds) -> None:
    try:
        checked_group_weights({code: percent / 100 for code, percent in chosen.items()}, bounds)
    except InvalidFile as error:
        problem_items(error.problems)
    else:
        st.query_params[IN_ADDRESS] = ",".join(str(percent) for percent in chosen.values())
        st.rerun()


def _inputs(context: PageContext, bounds: WeightBounds, given: dict[str, float] | None) -> dict[str, int]:
    groups = catalogue().groups
    columns = st.columns(len(groups))
    return {
        group.code: column.number_input(
            f"{group.short.in_(context.lang)} (%)",
            min_value=round(bounds.lowest * 100),
            max_value=round(bounds.highest * 100),
            value=round((given or {}).get(group.code, 1 / len(groups)) * 100),
            key=f"weight-{group.code}",
        )
        for group, column in zip(groups, columns, strict=True)
    }


def _from_address(bounds: WeightBounds) -> dict[str, float] | None:
    """Only five whole per cents that policy allows are taken from an address."""
    parts = st.query_params.get(IN_ADDRESS, "").split(",")
    codes = [group.code for group in catalogue().groups]
    if len(parts) != len(codes) or not all(part.isascii() and part.isdigit() and len(part) < 4 for part in parts):
        return None
    try:
        return checked_group_weights({code: int(part) / 100 for code, part in zip(codes, parts, strict=True)}, bounds)
    except InvalidFile:
        return None


# The comparison to take away as a workbook, on paper, as a page, and as a picture; each made when it is asked for.


def offer_comparison(context: PageContext, beside: SideBySide) -> None:
    """Whose figures a file holds stands in the trail."""
    found, before, lang = beside.comparison, beside.year_before, context.lang
    application = found.first.application
    codes = " ".join(candidate.evaluation.application.credit_code for candidate in found.candidates)
    link = page_link()
    files = [
        Offered(".xlsx", translate("compare.download_xlsx"), lambda: comparison_xlsx(found, lang, before)),
        Offered(".pdf", translate("download.pdf"), lambda: comparison_pdf(found, lang, before)),
        Offered(".docx", translate("download.docx"), lambda: _written(beside, context, ".docx", link)),
        Offered(".html", translate("download.html"), lambda: _written(beside, context, ".html", link)),
        Offered(".png", translate("compare.download_png"), lambda: chart_png(comparison_picture(found, lang))),
        Offered(".svg", translate("compare.download_svg"), lambda: comparison_picture(found, lang).encode()),
    ]
    stem = translate("compare.file_name", year=application.year)
    with st.popover(translate("compare.download")):
        html.where(translate("compare.link"))
        offer_files(context, "", "comparison", f"{application.year} {codes}", stem, files)


def _written(beside: SideBySide, context: PageContext, suffix: str, link: str) -> bytes:
    taken = Taken(now(), link)
    report = comparison_report(beside.comparison, context.lang, taken, beside.year_before, paged=suffix == ".docx")
    return write_content(report, f"x{suffix}")
