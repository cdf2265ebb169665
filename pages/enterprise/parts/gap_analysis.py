"""The pieces of the way to leading: the picture in both forms, what cannot be reached, the estimate in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from math import isfinite

import streamlit as st

from kpi import i18n
from kpi.catalogue.catalogue import catalogue
from kpi.charts.gap import gap_chart, gap_finding, gap_list, gap_words
from kpi.charts.strip import where_text
from kpi.model.publication import EnterpriseView, GapAnalysis, KpiGap
from kpi.reports.content import About, LabelledLine, ReportSection
from kpi.reports.files import gap_report_table
from kpi.services.enterprise.what_if import WhatIf
from pages.session.kept_pieces import kept_piece
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html
from pages.widgets.chart_view import BARE, Draw, kept_chart
from pages.widgets.data_files import about_answer, offer_data, section_chart
from pages.widgets.folded import opened_box


def gap_picture(context: PageContext, answer: EnterpriseView, board: WhatIf) -> None:
    """The finding first, then the picture, wide and narrow, and its table."""
    if answer.baseline.illustrative:
        html.notice(translate("illustrative"))
    draw = _drawing(context, answer, board)
    drawn = kept_chart(draw, context.theme)
    html.sentence(drawn.title)
    year = answer.application.year
    html.where(translate("way.where", year=year, where=where_text(answer, context.lang)))
    html.where(_estimate(answer))
    html.caption(drawn.caption)
    with st.container(key="wide"):
        st.plotly_chart(drawn.figure, key="way", theme=None, config=BARE, alt=drawn.alt)
    with st.container(key="narrow"):
        html.element(kept_piece(gap_list, board.own, context.lang, context.theme, board.moved))
    table = kept_piece(gap_report_table, board.moved, context.lang)
    if box := opened_box(translate("way.table"), "way"):
        with box:
            numbers = [at for at, column in enumerate(table.columns) if column.right]
            rows = [[cell.text for cell in row.cells] for row in table.rows]
            html.table([column.title for column in table.columns], rows, numbers=numbers, form="stacked")
    offer_data(context, about_gaps(context, answer, board), "way", draw=draw, table=table)


def about_gaps(context: PageContext, answer: EnterpriseView, board: WhatIf) -> About:
    """What goes with the picture and its table; moved levers are filters: they are what is supposed, not reported."""
    about = about_answer(context, answer, translate("title.way"), gap_finding(board.own, context.lang))
    moved = [board.moved.of(code) for code in board.changed]
    filters = [LabelledLine(translate("what_if.title"), _supposed(context, kpi)) for kpi in moved]
    return replace(about, filters=filters, withheld=_estimate(answer))


def gap_sections(context: PageContext, answer: EnterpriseView, board: WhatIf) -> list[ReportSection]:
    """The page as a report: picture and table, the estimate in words, what cannot be reached."""
    where = translate("way.where", year=answer.application.year, where=where_text(answer, context.lang))
    picture = section_chart(_drawing(context, answer, board)("light"))
    table = gap_report_table(board.moved, context.lang)
    lines = (where, _estimate(answer))
    points = [*filter(None, _estimate_in_words(context, board)), *_unreachable_in_words(context, board.own)]
    return [
        ReportSection("way", translate("title.way"), lines, table, charts=(picture,)),
        ReportSection("estimate", translate("what_if.title"), points=tuple(points)),
    ]


def _estimate(answer: EnterpriseView) -> str:
    return translate("way.estimate", **i18n.published_at(kpi.published for kpi in answer.kpis))


def _drawing(context: PageContext, answer: EnterpriseView, board: WhatIf) -> Draw:
    invented = answer.baseline.illustrative
    return partial(gap_chart, board.own, context.lang, moved=board.moved, illustrative=invented, titled=False)


def unreachable_lines(context: PageContext, own: GapAnalysis) -> None:
    """Which lines cannot be reached from where the factory started, and why that is no finding against it."""
    unreachable = [_no_room(context, kpi) for kpi in own.standing("no_room")]
    if unreachable:
        html.where(translate("way.no_room"))
        html.caption("\n".join(unreachable))
    html.caption("\n".join(_at_limit(context, own)))


def estimated_verdict(context: PageContext, board: WhatIf) -> None:
    """The verdict on published lines, as an estimate, and what the moves changed in it."""
    changed, estimate, *others = _estimate_in_words(context, board)
    if changed:
        html.sentence(changed)
    html.clause(estimate)
    for line in others:
        st.text(line)


def _unreachable_in_words(context: PageContext, own: GapAnalysis) -> list[str]:
    unreachable = [_no_room(context, kpi) for kpi in own.standing("no_room")]
    return [*([translate("way.no_room")] if unreachable else []), *unreachable, *_at_limit(context, own)]


def _at_limit(context: PageContext, own: GapAnalysis) -> list[str]:
    at_limit = [kpi for kpi in own.standing("below") if kpi.limit == kpi.published.p80]
    return [*(translate("way.at_limit", **_words(context, kpi)) for kpi in at_limit), translate("way.low_start")]


def _estimate_in_words(context: PageContext, board: WhatIf) -> list[str]:
    """What was changed ("" if nothing), the estimate, then the KPIs that it moves over their line."""
    own, now = board.own, board.moved
    counts = {"of": len(now.with_line), "reached": len(now.standing("reached"))}
    was = {"was": len(own.standing("reached")), "was_of": len(own.with_line)}
    changed = translate("what_if.changed", count=len(board.changed), **counts, **was) if board.changed else ""
    lines = [changed, f"{_main_sentence(own, now)}{translate('what_if.stop')}{_clause(now)}"]
    for change, names in (("gained", _names(context, now, own)), ("lost", _names(context, own, now))):
        if names:
            lines.append(translate(f"what_if.{change}", names=names))
    return lines


def _clause(now: GapAnalysis) -> str:
    """What policy asks of the main KPIs."""
    if now.main_at_least:
        return translate("what_if.clause_at_least", needed=now.main_at_least, of=len(now.main))
    return translate("what_if.clause", share=now.main_share)


def _supposed(context: PageContext, kpi: KpiGap) -> str:
    known = catalogue().kpi(kpi.code)
    return f"{known.short.in_(context.lang)} {i18n.kpi_number(kpi.value, known, context.lang, kpi.basis)}"


def _main_sentence(own: GapAnalysis, now: GapAnalysis) -> str:
    sentence = translate("what_if.main", main=len(now.main), coverage=now.coverage, reached=now.main_reached)
    if own.main_reached != now.main_reached:
        sentence += translate("what_if.main_was", was=own.main_reached)
    without = sum(kpi.standing in ("median_only", "withheld") for kpi in now.main)
    return sentence + (translate("what_if.main_no_line", count=without) if without else "")


def _names(context: PageContext, these: GapAnalysis, others: GapAnalysis) -> str:
    """The KPIs that reach their line in the one way and not in the other."""
    reached = {kpi.code for kpi in others.standing("reached")}
    return _listed(context, (kpi.code for kpi in these.standing("reached") if kpi.code not in reached))


def _listed(context: PageContext, codes: Iterable[str]) -> str:
    return i18n.text("number.list", context.lang).join(catalogue().kpi(code).short.in_(context.lang) for code in codes)


def _no_room(context: PageContext, kpi: KpiGap) -> str:
    form = "start" if isfinite(kpi.before) else "bound"
    return translate(f"way.no_room_{form}", before=kpi.before, **_words(context, kpi))


def _words(context: PageContext, kpi: KpiGap) -> dict[str, str]:
    known = catalogue().kpi(kpi.code)
    return {
        "name": known.short.in_(context.lang),
        "line": i18n.kpi_number(kpi.published.p80, known, context.lang, kpi.basis),
        **gap_words(kpi, context.lang),
    }
