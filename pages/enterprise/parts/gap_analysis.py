"""The pieces of the way to leading: the picture in both forms, what cannot be reached, the estimate in words."""

from __future__ import annotations

from collections.abc import Iterable
from math import isfinite

import streamlit as st

from kpi import i18n
from kpi.catalogue.load import catalogue
from kpi.charts.gap_chart import gap_chart
from kpi.charts.gap_list import gap_list
from kpi.charts.gap_rows import gap_table as way_table
from kpi.charts.gap_rows import gap_words
from kpi.charts.strip import where_text
from kpi.model.gap_analysis import GapAnalysis, KpiGap
from kpi.model.publication import EnterpriseView
from kpi.services.enterprise.what_if import WhatIf
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html
from pages.widgets.chart_view import BARE


def gap_picture(context: PageContext, answer: EnterpriseView, board: WhatIf) -> None:
    """The finding first, then the picture, wide and narrow, and its table."""
    if answer.baseline.illustrative:
        html.notice(translate("illustrative"))
    drawn = gap_chart(
        board.own, context.lang, context.theme, board.moved, illustrative=answer.baseline.illustrative, titled=False
    )
    html.sentence(drawn.title)
    year = answer.application.year
    html.where(translate("way.where", year=year, where=where_text(answer, context.lang)))
    html.where(translate("way.estimate"))
    html.caption(drawn.caption)
    with st.container(key="wide"):
        st.plotly_chart(drawn.figure, key="way", theme=None, config=BARE, alt=drawn.alt)
    with st.container(key="narrow"):
        st.html(gap_list(board.own, context.lang, context.theme, board.moved))
    with st.expander(translate("way.table")):
        table = way_table(board.moved, context.lang)
        html.table(list(table[0]), [list(row.values()) for row in table], numbers=(1, 2, 3, 4, 5, 6), form="stacked")


def unreachable_lines(context: PageContext, own: GapAnalysis) -> None:
    """Which lines cannot be reached from where the factory started, and why that is no finding against it."""
    unreachable = [_no_room(context, kpi) for kpi in own.standing("no_room")]
    if unreachable:
        html.where(translate("way.no_room"))
        html.caption("\n".join(unreachable))
    at_limit = [kpi for kpi in own.standing("below") if kpi.limit == kpi.published.p80]
    html.caption(
        "\n".join(
            [*(translate("way.at_limit", **_words(context, kpi)) for kpi in at_limit), translate("way.low_start")]
        )
    )


def estimated_verdict(context: PageContext, board: WhatIf) -> None:
    """The verdict on published lines, as an estimate, and what the moves changed in it."""
    own, now = board.own, board.moved
    if board.changed:
        counts = {"of": len(now.with_line), "reached": len(now.standing("reached"))}
        was = {"was": len(own.standing("reached")), "was_of": len(own.with_line)}
        html.sentence(translate("what_if.changed", count=len(board.changed), **counts, **was))
    html.clause(
        f"{_main_sentence(own, now)}{translate('what_if.stop')}{translate('what_if.clause', share=now.main_share)}"
    )
    for change, names in (("gained", _names(context, now, own)), ("lost", _names(context, own, now))):
        if names:
            st.text(translate(f"what_if.{change}", names=names))


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
