"""The pieces of the way to leading: the picture in both forms, what cannot be reached, the estimate in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import isfinite

import streamlit as st

from kpi import charts, i18n
from kpi.catalogue import catalogue
from kpi.model.gap_analysis import Way, WayKpi
from kpi.model.publication import EnterpriseAnswer
from kpi.services.enterprise.submissions import OwnResult
from kpi.services.enterprise.what_if import WhatIf
from pages.session.language import words
from pages.session.page_context import Here
from pages.widgets import html
from pages.widgets.chart_view import BARE
from pages.widgets.option_picker import pick


def which(results: Sequence[OwnResult]) -> OwnResult:
    """The factory and year to look at, where there is more than one."""
    by_key = {f"{one.answer.application.credit_code} {one.answer.application.year}": one for one in results}
    if len(by_key) == 1:
        return results[0]

    def label(key: str) -> str:
        application = by_key[key].answer.application
        return f"{application.year}　{application.text('factory_name') or application.text('enterprise') or key}"

    return by_key[pick(words("way.which"), list(by_key), "way", label)]


def picture(here: Here, answer: EnterpriseAnswer, asked: WhatIf) -> None:
    """The finding first, then the picture, wide and narrow, and its table."""
    if answer.baseline.illustrative:
        html.notice(words("illustrative"))
    drawn = charts.way(
        asked.own, here.lang, here.theme, asked.moved, illustrative=answer.baseline.illustrative, titled=False
    )
    html.sentence(drawn.title)
    html.where(charts.where_text(answer, here.lang))
    html.where(words("way.estimate"))
    html.caption(drawn.caption)
    with st.container(key="wide"):
        st.plotly_chart(drawn.figure, key="way", theme=None, config=BARE, alt=drawn.alt)
    with st.container(key="narrow"):
        st.html(charts.way_list(asked.own, here.lang, here.theme, asked.moved))
    with st.expander(words("way.table")):
        table = charts.way_table(asked.moved, here.lang)
        html.table(list(table[0]), [list(row.values()) for row in table], numbers=(1, 2, 3, 4, 5, 6), form="stacked")


def impossible(here: Here, own: Way) -> None:
    """Which lines cannot be reached from where the factory started, and why that is no finding against it."""
    told = [_no_room(here, kpi) for kpi in own.standing("no_room")]
    if told:
        html.where(words("way.no_room"))
        html.caption("\n".join(told))
    at_limit = [kpi for kpi in own.standing("below") if kpi.limit == kpi.published.p80]
    html.caption("\n".join([*(words("way.at_limit", **_words(here, kpi)) for kpi in at_limit), words("way.low_start")]))


def estimate(here: Here, asked: WhatIf) -> None:
    """The verdict on published lines, as an estimate, and what the moves changed in it."""
    own, now = asked.own, asked.moved
    if asked.changed:
        counts = {"of": len(now.with_line), "reached": len(now.standing("reached"))}
        was = {"was": len(own.standing("reached")), "was_of": len(own.with_line)}
        html.sentence(words("what_if.changed", count=len(asked.changed), **counts, **was))
    html.clause(f"{_main(own, now)}{words('what_if.stop')}{words('what_if.clause', share=now.main_share)}")
    for change, names in (("gained", _names(here, now, own)), ("lost", _names(here, own, now))):
        if names:
            st.text(words(f"what_if.{change}", names=names))


def _main(own: Way, now: Way) -> str:
    told = words("what_if.main", main=len(now.main), coverage=now.coverage, reached=now.main_reached)
    if own.main_reached != now.main_reached:
        told += words("what_if.main_was", was=own.main_reached)
    without = sum(kpi.standing in ("median_only", "withheld") for kpi in now.main)
    return told + (words("what_if.main_no_line", count=without) if without else "")


def _names(here: Here, these: Way, others: Way) -> str:
    """The KPIs that reach their line in the one way and not in the other."""
    reached = {kpi.code for kpi in others.standing("reached")}
    return _listed(here, (kpi.code for kpi in these.standing("reached") if kpi.code not in reached))


def _listed(here: Here, codes: Iterable[str]) -> str:
    return i18n.text("number.list", here.lang).join(catalogue().kpi(code).short.in_(here.lang) for code in codes)


def _no_room(here: Here, kpi: WayKpi) -> str:
    form = "start" if isfinite(kpi.before) else "bound"
    return words(f"way.no_room_{form}", before=kpi.before, **_words(here, kpi))


def _words(here: Here, kpi: WayKpi) -> dict[str, str]:
    known = catalogue().kpi(kpi.code)
    return {
        "name": known.short.in_(here.lang),
        "line": i18n.number(kpi.published.p80, known, here.lang, kpi.basis),
        **charts.way_words(kpi, here.lang),
    }
