"""One KPI's own view: where the value stands, why this verdict, and where every number is from."""

from __future__ import annotations

from math import isnan

import streamlit as st

from kpi import i18n
from kpi.catalogue.load import catalogue
from kpi.catalogue.published_figures import reference_marks
from kpi.catalogue.schema import Kpi
from kpi.charts.chart import Chart
from kpi.charts.distribution import distribution, published_distribution
from kpi.model.evaluation import Evaluation, KpiEvaluation
from kpi.model.publication import EnterpriseKpiView, EnterpriseView
from kpi.services.reviewer.candidates import peers_of
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html
from pages.widgets.chart_view import show_chart
from pages.widgets.reference_table import show_references


def counted_detail(context: PageContext, answer: Evaluation, code: str) -> None:
    """For reviewers and the authority: counts, bounds, the peers' distribution."""
    kpi, known = answer.kpi(code), catalogue().kpi(code)
    _heading(kpi, known, answer, context)
    if kpi.peers.n and not isnan(kpi.value):
        show_chart(_distribution(context, answer, kpi))
        _numbers(_counted(kpi, known, context))
    _verdict_reasons(kpi, answer, context)
    _origin(kpi, known, context)


def published_detail(context: PageContext, answer: EnterpriseView, code: str) -> None:
    """For the enterprise itself: its own value and published numbers, nothing counted."""
    kpi, known = answer.kpi(code), catalogue().kpi(code)
    _heading(kpi, known, answer, context)
    if not isnan(kpi.value):
        show_chart(_published_distribution(context, answer, kpi))
        _numbers(_published(kpi, known, context))
    _verdict_reasons(kpi, answer, context)
    _origin(kpi, known, context)


def _numbers(rows: list[list[str]]) -> None:
    html.table([translate("detail.what"), translate("detail.number")], rows, numbers=(1,), form="narrow")


def _verdict_reasons(
    kpi: KpiEvaluation | EnterpriseKpiView, answer: Evaluation | EnterpriseView, context: PageContext
) -> None:
    st.markdown(f"**{translate('detail.why')}**")
    st.text(i18n.verdict_sentence(kpi, answer, context.lang))
    for reason in kpi.reasons:
        if reason.code != "not_released":  # the sentence says it
            st.text("· " + i18n.reason_text(reason, context.lang))


def _distribution(context: PageContext, answer: Evaluation, kpi: KpiEvaluation) -> Chart:
    peers = peers_of(context.store, context.viewer, answer, kpi.code)
    invented = answer.baseline.illustrative
    return distribution(kpi, peers, context.lang, context.theme, illustrative=invented, titled=False)


def _published_distribution(context: PageContext, answer: EnterpriseView, kpi: EnterpriseKpiView) -> Chart:
    invented = answer.baseline.illustrative
    return published_distribution(kpi, context.lang, context.theme, illustrative=invented, titled=False)


def _heading(
    kpi: KpiEvaluation | EnterpriseKpiView, known: Kpi, answer: Evaluation | EnterpriseView, context: PageContext
) -> None:
    word = i18n.kpi_word(kpi, context.lang).word
    reported = answer.application.values[known.code]
    value = i18n.compared_and_stated(reported, kpi.value, known, context.lang, kpi.basis)
    st.subheader(f"{known.name.in_(context.lang)}　{value}　{word}", anchor=False)


def _counted(kpi: KpiEvaluation, known: Kpi, context: PageContext) -> list[list[str]]:
    lang = context.lang
    numbers = [(name, i18n.kpi_number(getattr(kpi, name), known, lang)) for name in ("mean", "median", "leading_line")]
    numbers += [
        ("gap", i18n.kpi_gap(kpi.gap_to_line, known, lang)),
        ("peers", str(kpi.peers.n)),
        ("worse", str(kpi.worse)),
        ("tied", str(kpi.tied)),
        ("better", str(kpi.better)),
        ("bounds", f"{i18n.percent(kpi.percentile.lower)} – {i18n.percent(kpi.percentile.upper)}"),
        ("p_value", i18n.p_value(kpi.p_value)),
        ("p_value_not", i18n.p_value(kpi.p_value_not)),
        ("gamma", i18n.odds_ratio(kpi.gamma)),
    ]
    return [[translate(f"detail.{name}"), text] for name, text in numbers]


def _published(kpi: EnterpriseKpiView, known: Kpi, context: PageContext) -> list[list[str]]:
    lang, published = context.lang, kpi.published
    numbers = [
        (name, i18n.kpi_number(getattr(published, name), known, lang)) for name in ("mean", "median", "p20", "p80")
    ]
    numbers += [
        ("gap_estimated", i18n.kpi_gap(kpi.gap_to_line, known, lang)),
        ("band", published.band or i18n.NO_NUMBER),
        ("step", i18n.kpi_number(published.step, known, lang)),
    ]
    return [[translate(f"detail.{name}"), text] for name, text in numbers]


def _origin(kpi: KpiEvaluation | EnterpriseKpiView, known: Kpi, context: PageContext) -> None:
    """The cell, the formula and whose reading it is, what a reviewer may ask for, and what others published."""
    lang = context.lang
    with st.expander(translate("detail.origin")):
        rows = [
            [translate("detail.cell"), f"{kpi.cell.file} › {kpi.cell}" if kpi.cell else i18n.NO_NUMBER],
            [translate("detail.formula"), known.formula.in_(lang)],
            [translate("detail.formula_status"), known.formula_status.in_(lang)],
            [translate("detail.evidence"), known.evidence.in_(lang)],
        ]
        rows += [[translate("detail.caution"), known.caution.in_(lang)]] if known.caution else []
        html.table([translate("detail.what"), translate("detail.said")], rows)
        marks = reference_marks(known.code)
        if marks:
            st.caption(translate("detail.references"))
            show_references(marks, lang)
