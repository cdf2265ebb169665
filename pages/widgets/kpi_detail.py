"""One KPI's own view: where the value stands, why this verdict, and where every number is from."""

from __future__ import annotations

from math import isnan

import streamlit as st

from kpi import charts, i18n
from kpi.catalogue import Kpi, catalogue
from kpi.catalogue.published_figures import Figure, reference_marks
from kpi.charts import Picture
from kpi.model.evaluation import Answer, KpiAnswer
from kpi.model.publication import EnterpriseAnswer, EnterpriseKpi
from kpi.services.reviewer.candidates import peers_of
from pages.session.language import words
from pages.session.page_context import Here
from pages.widgets import html
from pages.widgets.chart_view import show


def counted_detail(here: Here, answer: Answer, code: str) -> None:
    """For reviewers and the authority: counts, bounds, the peers' distribution."""
    kpi, known = answer.kpi(code), catalogue().kpi(code)
    _heading(kpi, known, here)
    if kpi.peers.n and not isnan(kpi.value):
        show(_distribution(here, answer, kpi))
        _numbers(_counted(kpi, known, here))
    _why(kpi, answer, here)
    _origin(kpi, known, here)


def published_detail(here: Here, answer: EnterpriseAnswer, code: str) -> None:
    """For the enterprise itself: its own value and published numbers, nothing counted."""
    kpi, known = answer.kpi(code), catalogue().kpi(code)
    _heading(kpi, known, here)
    if not isnan(kpi.value):
        show(_published_distribution(here, answer, kpi))
        _numbers(_published(kpi, known, here))
    _why(kpi, answer, here)
    _origin(kpi, known, here)


def _numbers(rows: list[list[str]]) -> None:
    html.table([words("detail.what"), words("detail.number")], rows, numbers=(1,), form="narrow")


def _why(kpi: KpiAnswer | EnterpriseKpi, answer: Answer | EnterpriseAnswer, here: Here) -> None:
    st.markdown(f"**{words('detail.why')}**")
    st.text(i18n.sentence(kpi, answer, here.lang))
    for reason in kpi.reasons:
        st.text("· " + i18n.reason(reason, here.lang))


def _distribution(here: Here, answer: Answer, kpi: KpiAnswer) -> Picture:
    peers = peers_of(here.store, here.viewer, answer, kpi.code).tolist()
    invented = answer.baseline.illustrative
    return charts.distribution(kpi, peers, here.lang, here.theme, illustrative=invented, titled=False)


def _published_distribution(here: Here, answer: EnterpriseAnswer, kpi: EnterpriseKpi) -> Picture:
    invented = answer.baseline.illustrative
    return charts.published_distribution(kpi, here.lang, here.theme, illustrative=invented, titled=False)


def _heading(kpi: KpiAnswer | EnterpriseKpi, known: Kpi, here: Here) -> None:
    word = i18n.verdict_word(kpi.verdict, here.lang).word
    value = i18n.number(kpi.value, known, here.lang, kpi.basis)
    st.subheader(f"{known.name.in_(here.lang)}　{value}　{word}", anchor=False)


def _counted(kpi: KpiAnswer, known: Kpi, here: Here) -> list[list[str]]:
    lang = here.lang
    numbers = [(name, i18n.number(getattr(kpi, name), known, lang)) for name in ("mean", "median", "leading_line")]
    numbers += [
        ("gap", i18n.gap(kpi.gap_to_line, known, lang)),
        ("peers", str(kpi.peers.n)),
        ("worse", str(kpi.worse)),
        ("tied", str(kpi.tied)),
        ("better", str(kpi.better)),
        ("bounds", f"{i18n.percent(kpi.percentile.lower)} – {i18n.percent(kpi.percentile.upper)}"),
        ("p_value", i18n.p_value(kpi.p_value)),
        ("p_value_not", i18n.p_value(kpi.p_value_not)),
        ("gamma", i18n.odds(kpi.gamma)),
    ]
    return [[words(f"detail.{name}"), text] for name, text in numbers]


def _published(kpi: EnterpriseKpi, known: Kpi, here: Here) -> list[list[str]]:
    lang, published = here.lang, kpi.published
    numbers = [(name, i18n.number(getattr(published, name), known, lang)) for name in ("mean", "median", "p20", "p80")]
    numbers += [
        ("gap_estimated", i18n.gap(kpi.gap_to_line, known, lang)),
        ("band", published.band or i18n.NOTHING),
        ("step", i18n.number(published.step, known, lang)),
    ]
    return [[words(f"detail.{name}"), text] for name, text in numbers]


def _origin(kpi: KpiAnswer | EnterpriseKpi, known: Kpi, here: Here) -> None:
    """The cell, the formula and whose reading it is, what a reviewer may ask for, and what others published."""
    lang = here.lang
    with st.expander(words("detail.origin")):
        rows = [
            [words("detail.cell"), f"{kpi.cell.file} › {kpi.cell}" if kpi.cell else i18n.NOTHING],
            [words("detail.formula"), known.formula.in_(lang)],
            [words("detail.formula_status"), known.formula_status.in_(lang)],
            [words("detail.evidence"), known.evidence.in_(lang)],
        ]
        rows += [[words("detail.caution"), known.caution.in_(lang)]] if known.caution else []
        html.table([words("detail.what"), words("detail.said")], rows)
        marks = reference_marks(known.code)
        if marks:
            st.caption(words("detail.references"))
            html.table(
                [words("detail.scope"), words("detail.number"), words("detail.quote"), words("detail.source")],
                [_mark(one, here) for one in marks],
                form="stacked",
            )


def _mark(figure: Figure, here: Here) -> list[str]:
    """A figure that is only near the KPI says so beside its number."""
    match = words(f"detail.match_{figure.match}")
    scope = words(
        "detail.scope_of",
        region=words(f"region.{figure.region}"),
        scope=figure.scope.in_(here.lang),
        period=figure.period,
        match=match,
    )
    bound = {"exactly": "", "at_least": "≥ ", "above": "> "}[figure.bound]
    return [scope, f"{bound}{figure.value:g} {figure.unit}", figure.quote, figure.source]
