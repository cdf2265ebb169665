"""One KPI's own view, and the strip it is picked from: where the value stands, why this verdict, its sources."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from math import isnan

import streamlit as st

from kpi import i18n
from kpi.benchmark.what_would_decide import MOST_FURTHER_PEERS, DecidedBy, WhatWouldDecide
from kpi.catalogue.catalogue import catalogue
from kpi.catalogue.published_figures import reference_marks
from kpi.catalogue.schema import Kpi
from kpi.charts.distribution import distribution, published_distribution
from kpi.charts.strip import legend, position_strip, strip_list, where_text
from kpi.charts.strip_rows import StripRow, rows_of_table, strip_rows, verdict_text
from kpi.charts.theme import Theme, clause_mark, verdict_mark
from kpi.i18n import headline
from kpi.model.evaluation import Evaluation, KpiEvaluation
from kpi.model.language import Lang
from kpi.model.publication import EnterpriseKpiView, EnterpriseView, peers_basis
from kpi.reports.content import ReportTable
from kpi.reports.evaluation import kpi_table
from kpi.services.published import newer_basis
from kpi.services.reviewer.candidates import peers_of
from pages.session.cached_pieces import cached_piece
from pages.session.context import PageContext
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.acts import opened_box, say_illustrative
from pages.widgets.clauses import lead_to_clauses
from pages.widgets.picker import pick_option
from pages.widgets.pictures import BARE, Draw, kept_chart, show_chart
from pages.widgets.tables import (
    about_answer,
    about_application,
    offer_data,
    show_references,
    show_table,
    table_alone,
    typed_table,
)


def counted_detail(
    context: PageContext, answer: Evaluation, code: str, numbers: AbstractContextManager[object]
) -> None:
    """For reviewers and the authority: where it stands among its peers, and why this verdict.

    In ``numbers``: its counts and bounds, what would decide it, and where it comes from.
    """
    kpi, known = answer.kpi(code), catalogue().kpi(code)
    _heading(kpi, known, answer, context)
    with numbers:
        html.titled(f"{code} {known.name.in_(context.lang)}")
    if kpi.peers.n and not isnan(kpi.value):
        peers = peers_of(context.store, context.viewer, answer, code)
        invented = answer.baseline.illustrative
        draw = partial(distribution, kpi, peers.values, context.lang, illustrative=invented, titled=False)
        table = _picture_with_table(context, answer, known, _counted(kpi, known, context), draw)
        with numbers:
            table_alone(table, "narrow")
            if peers.would_decide:
                _would_decide(peers.would_decide, kpi, known, context.lang)
    _verdict_reasons(kpi, answer, context)
    with numbers:
        _origin(kpi, known, context, answer)


def published_detail(context: PageContext, answer: EnterpriseView, code: str) -> None:
    """For the enterprise itself: its own value and published numbers, nothing counted."""
    kpi, known = answer.kpi(code), catalogue().kpi(code)
    _heading(kpi, known, answer, context)
    if not isnan(kpi.value):
        invented = answer.baseline.illustrative
        draw = partial(published_distribution, kpi, context.lang, illustrative=invented, titled=False)
        table = _picture_with_table(context, answer, known, _published(kpi, known, context), draw)
        table_alone(table, "narrow")
    _verdict_reasons(kpi, answer, context)
    _origin(kpi, known, context, answer)


def _picture_with_table(
    context: PageContext, answer: Evaluation | EnterpriseView, known: Kpi, rows: list[list[str]], draw: Draw
) -> ReportTable:
    """Draws the picture, whose menu holds both."""
    picture = kept_chart(draw, context.theme)
    name = f"{known.code} {known.short.in_(context.lang)}"
    about = about_answer(context, answer, name, picture.title, kpis=[known.code])
    table = typed_table([translate("detail.what"), translate("detail.number")], rows, numbers=(1,))
    show_chart(picture, partial(offer_data, context, about, "detail", draw=draw, table=table))
    return table


def _verdict_reasons(
    kpi: KpiEvaluation | EnterpriseKpiView, answer: Evaluation | EnterpriseView, context: PageContext
) -> None:
    further = i18n.kpi_reasons(kpi, context.lang)
    with html.together():
        html.titled(translate("detail.why"))
        html.paragraph(i18n.verdict_sentence(kpi, answer, context.lang))
        if further:
            html.bullets(further)
        lead_to_clauses("kpi", kpi.code, context.lang)


def _would_decide(found: WhatWouldDecide, kpi: KpiEvaluation, known: Kpi, lang: Lang) -> None:
    if found.leading_above is None:
        said = [translate("detail.would_no_value")]
    else:
        value = i18n.kpi_number(found.leading_above, known, lang, kpi.basis)
        said = [translate("detail.would_value", value=value)]
    said.append(_by_count("peers", found.further_peers, lang))
    if found.register_in_use:
        said.append(translate("detail.would_register_in_use"))
    else:
        said.append(_by_count("register", found.register, lang))
    with html.together():
        html.titled(translate("detail.would_decide"))
        html.bullets(said)
        html.where(translate("detail.would_confidential"))


def _by_count(what: str, decided: DecidedBy | None, lang: Lang) -> str:
    if decided is None:
        return translate(f"detail.would_{what}_none", most=MOST_FURTHER_PEERS)
    return translate(f"detail.would_{what}", count=decided.count, word=i18n.verdict_word(decided.word, lang).word)


def _heading(
    kpi: KpiEvaluation | EnterpriseKpiView, known: Kpi, answer: Evaluation | EnterpriseView, context: PageContext
) -> None:
    word = i18n.kpi_word(kpi, context.lang).word
    reported = answer.application.values[known.code]
    value = i18n.compared_and_stated(reported, kpi.value, known, context.lang, kpi.basis)
    st.subheader(html.unbroken(f"{known.name.in_(context.lang)}　{value}　{word}"), anchor=False)
    if reported.note and kpi.verdict != "not_applicable":  # else its reason is the note
        html.where(translate("detail.note", note=reported.note))


def _counted(kpi: KpiEvaluation, known: Kpi, context: PageContext) -> list[list[str]]:
    lang, basis = context.lang, peers_basis(kpi)
    lines = ("mean", "median", "leading_line")
    numbers = [(name, i18n.kpi_number(getattr(kpi, name), known, lang, basis)) for name in lines]
    numbers += [
        ("gap", i18n.kpi_gap(kpi.gap_to_line, known, lang)),
        ("peers", str(kpi.peers.n)),
        ("worse", str(kpi.worse)),
        ("tied", str(kpi.tied)),
        ("better", str(kpi.better)),
        ("bounds", f"{i18n.percent(kpi.percentile.lower)} – {i18n.percent(kpi.percentile.upper)}"),
        ("p_value", i18n.p_value(kpi.p_value)),
        ("p_value_not", i18n.p_value(kpi.p_value_not)),
    ]
    rows = [[translate(f"detail.{name}"), text] for name, text in numbers]
    if len(kpi.tests) > 1:
        rows += [
            [
                translate(f"detail.test_{test.tested.unit}", n=test.tested.n),
                f"{i18n.p_value(test.p_value)}; {i18n.p_value(test.p_value_not)}",
            ]
            for test in kpi.tests
        ]
    rows.append([translate("detail.gamma"), i18n.odds_ratio(kpi.gamma)])
    return rows


def _published(kpi: EnterpriseKpiView, known: Kpi, context: PageContext) -> list[list[str]]:
    lang, published, basis = context.lang, kpi.published, peers_basis(kpi)
    figures = ("mean", "median", "p20", "p80")
    numbers = [(name, i18n.kpi_number(getattr(published, name), known, lang, basis)) for name in figures]
    numbers += [
        ("gap_estimated", i18n.kpi_gap(kpi.gap_to_line, known, lang)),
        ("band", published.band or i18n.NO_NUMBER),
        ("step", i18n.kpi_number(published.step, known, lang, basis)),
    ]
    at = i18n.published_at([published])
    return [[translate(f"detail.{name}", **at), text] for name, text in numbers]


def _origin(
    kpi: KpiEvaluation | EnterpriseKpiView, known: Kpi, context: PageContext, answer: Evaluation | EnterpriseView
) -> None:
    """The cell, the formula and whose reading it is, what a reviewer may ask for, and what others published."""
    lang = context.lang
    if box := opened_box(translate("detail.origin"), "origin"):
        with box:
            rows = [
                [translate("detail.cell"), f"{kpi.cell.file} › {kpi.cell}" if kpi.cell else i18n.NO_NUMBER],
                [translate("detail.formula"), known.formula.in_(lang)],
                [translate("detail.formula_status"), known.formula_status.in_(lang)],
                [translate("detail.evidence"), known.evidence.in_(lang)],
            ]
            rows += [[translate("detail.caution"), known.caution.in_(lang)]] if known.caution else []
            about = about_application(context, answer.application, f"{known.code} {translate('detail.origin')}")
            show_table(
                context, about, typed_table([translate("detail.what"), translate("detail.said")], rows), "origin"
            )
            marks = reference_marks(known.code)
            if marks:
                st.caption(translate("detail.references"))
                show_references(context, marks)


# The position strip in both its forms, the table beside it, and the KPI that the reader chose.


@dataclass(frozen=True, slots=True)
class _Strip:
    """What goes with the picture: the list for narrow screens, the table, and each KPI's words."""

    finding: str
    legend: str
    nearest: str | None
    """The KPI that is not leading and stands nearest to the line."""
    listed: str
    table: str
    words: Mapping[str, str]


def show_strip(context: PageContext, answer: Evaluation | EnterpriseView) -> str:
    """Draw it, wide and narrow, and answer the code of the KPI to open."""
    picture = kept_chart(_drawn(context, answer), context.theme)
    beside = cached_piece(_strip, answer, context.lang, context.theme)
    with st.container(key="wide"):
        st.plotly_chart(
            picture.figure,
            key="strip",
            theme=None,
            on_select=_open_clicked,
            selection_mode="points",
            config=BARE,
            alt=picture.alt,
        )
    with st.container(key="narrow"):
        html.element(beside.listed)
    # The KPI to open: clicked on the strip, chosen there with the keys (``picture_rows.js``), picked from the list, or
    # named by the address. Where the strip is too wide to be shown, the list has the same rows, each with its verdict.
    with st.container(horizontal=True, vertical_alignment="top", gap="small"):
        with html.together():
            html.where(i18n.headline(answer, context.lang).count)
            html.where(beside.legend)
        about = about_answer(context, answer, translate("strip.title"), beside.finding)
        numbers = partial(kpi_table, answer, context.lang)
        offer_data(context, about, "strip", draw=_drawn(context, answer), table=numbers)
    words = beside.words
    return pick_option(translate("strip.choose"), list(words), "kpi", words.__getitem__, beside.nearest)


def strip_table(context: PageContext, answer: Evaluation | EnterpriseView) -> None:
    """The strip's numbers; the picture's menu holds them as files."""
    html.element(cached_piece(_strip, answer, context.lang, context.theme).table)


def how_to_read_the_strip(context: PageContext, answer: Evaluation | EnterpriseView) -> None:
    """What is compared and what each mark is, a line each."""
    html.caption(kept_chart(_drawn(context, answer), context.theme).caption)


def _drawn(context: PageContext, answer: Evaluation | EnterpriseView) -> Draw:
    return partial(position_strip, answer, context.lang, titled=False)


# Without files: a piece: show_strip offers its numbers
def _strip(answer: Evaluation | EnterpriseView, lang: Lang, theme: Theme) -> _Strip:
    shown = strip_rows(answer, lang)
    missed = [row for row in shown if row.drawn and row.verdict != "leading"]
    table = rows_of_table(shown, lang)
    return _Strip(
        headline(answer, lang).title,
        i18n.text("strip.dot", lang).join(legend(shown, lang)),
        max((row.mark, row.code) for row in missed)[1] if missed else None,
        strip_list(answer, lang, theme, titled=False),
        html.table_markup(list(table[0]), [list(row.values()) for row in table], form="stacked"),
        {row.code: _row_words(row, lang, theme) for row in shown},
    )


def _row_words(row: StripRow, lang: Lang, theme: Theme) -> str:
    return f"{row.code} {row.name} · {verdict_mark(row.verdict, theme).glyph} {verdict_text(row, lang)}"


def _open_clicked() -> None:
    points = st.session_state["strip"]["selection"]["points"]
    if points and points[0].get("customdata"):
        clicked = points[0]["customdata"]
        st.session_state["kpi"] = clicked if isinstance(clicked, str) else clicked[0]


# The head of a result: the answer, what it leans on, and the notice that nobody may miss.


_TONES: Mapping[str | None, html.Tone] = {"met": "leading", "undecided": "undecided"}


def answer_card(context: PageContext, answer: Evaluation | EnterpriseView, over: str, below: str) -> None:
    """Whether the clause is met, in one line; ``over``: of what state that is, ``below``: what may still change it."""
    clause = i18n.clause_of(answer)
    html.answer(
        over,
        translate("result.confidence", confidence=answer.policy.confidence),
        clause_mark(clause, context.theme).glyph,
        i18n.answer_in_short(answer, context.lang),
        below,
        _TONES.get(clause, "plain"),
        pending=True,
    )


def result_notices(context: PageContext, answer: Evaluation | EnterpriseView) -> None:
    """What nobody may miss of the figures that it rests on, and what has come since."""
    say_illustrative(illustrative=answer.baseline.illustrative)
    if answer.baseline.year < answer.application.year:
        html.notice(translate("result.earlier_baseline", year=answer.application.year, baseline=answer.baseline.year))
    _superseded(context, answer)


def show_peers(context: PageContext, answer: Evaluation | EnterpriseView) -> None:
    """Whom the peers stand for, and for who may know it how fragile a word is by that."""
    said = [i18n.peers_sentence(answer, context.lang)]
    if isinstance(answer, Evaluation):
        said.append(i18n.fragile_sentence(answer, context.lang))
    if any(said):
        html.where(" ".join(filter(None, said)))


def result_basis(context: PageContext, answer: Evaluation | EnterpriseView) -> None:
    """What was compared with what."""
    application = answer.application
    html.where(
        translate(
            "result.where",
            factory=i18n.factory_label(application, context.lang),
            year=application.year,
            where=where_text(answer, context.lang),
            provenance=translate(f"provenance.{answer.baseline.provenance}"),
            sha256=answer.baseline.sha256[:12],
            policy=answer.policy.in_force_from.isoformat(),
            quantile=answer.policy.leading_quantile,
            confidence=answer.policy.confidence,
        )
    )


def _superseded(context: PageContext, answer: Evaluation | EnterpriseView) -> None:
    """An old link shows what it always did, and says what has come since."""
    year, policy = answer.application.year, answer.policy.in_force_from
    found = newer_basis(context.store, context.viewer, answer.baseline.name, policy, year)
    if found.baseline:
        html.notice(translate("result.baseline_superseded", year=year, old=answer.baseline.name, new=found.baseline))
    if found.policy:
        html.where(translate("result.policy_superseded", old=policy.isoformat(), new=found.policy.isoformat()))
