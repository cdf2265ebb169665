"""The position strip, the signature picture: where each KPI stands among the peers, and what that allows to say.

An authority sees the counted place with its one-sided bounds; an enterprise the place its published table gives, an
estimate in a bracket (``docs/method.md`` 5). A click carries the KPI's code and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isnan
from typing import Any

from kpi.catalogue.load import catalogue
from kpi.charts.chart import Chart, draw, escape_plotly
from kpi.charts.strip_frame import (
    GROUP,
    HEADER,
    ROW,
    PrintedLine,
    StripColumns,
    click_targets,
    coloured,
    column_holders,
    group_markup,
    heading_line,
    name_markup,
    row_lines,
    strip_layout,
    text_width,
    zone_label,
)
from kpi.charts.strip_rows import StripRow, strip_groups, strip_rows, verdict_text
from kpi.charts.theme import Theme, tokens, verdict_mark
from kpi.i18n import headline, region_name, text
from kpi.model.evaluation import Evaluation
from kpi.model.language import Lang
from kpi.model.publication import EnterpriseView

StripEvaluation = tuple[float, StripRow]
"""A row with its middle in pixels from the top."""


def position_strip(
    answer: Evaluation | EnterpriseView,
    lang: Lang,
    theme: Theme = "light",
    mean_places: Mapping[str, float] | None = None,
    *,
    titled: bool = True,
) -> Chart:
    """One factory's strip. ``mean_places``: KPI code -> share of the peers at or below the mean, 0..1."""
    shown = strip_rows(answer, lang, mean_places)
    title, caption = headline(answer, lang).title, how_to_read_strip(answer, shown, lang)
    lines, placed, height = _lines(shown, lang, theme)
    quantile = answer.policy.leading_quantile
    figure = draw(
        _traces(placed, quantile, lang, theme),
        strip_layout(lines, height, _columns(shown, lang), quantile, theme),
        theme,
        heading=(title, caption) if titled else None,
    )
    return Chart(figure, title, caption, strip_alt_text(title, shown, lang))


def how_to_read_strip(answer: Evaluation | EnterpriseView, shown: Sequence[StripRow], lang: Lang) -> str:
    """What is compared with what, and how to read it, a line each; illustrative data says so."""
    baseline, policy = answer.baseline, answer.policy
    illustrative = text("strip.illustrative", lang) if baseline.illustrative else ""
    where = (where_text(answer, lang), _peers(answer, lang), illustrative)
    parts = [text("strip.dot", lang).join(part for part in where if part)]
    form = "read_estimated"
    if isinstance(answer, Evaluation):
        form = "read_counted" if any(not isnan(row.mean) for row in shown) else "read_counted_no_mean"
    parts.append(text(f"strip.{form}", lang, confidence=policy.confidence))
    if any(row.single_test for row in shown):
        parts.append(text("strip.note_single", lang))
    return "\n".join(parts)


def where_text(answer: Evaluation | EnterpriseView, lang: Lang) -> str:
    """Region, industry and baseline of a comparison."""
    baseline = answer.baseline
    return text(
        "strip.where",
        lang,
        region=region_name(baseline.region, lang),
        industry=catalogue().industry(answer.application.industry).name.in_(lang),
        year=baseline.year,
        baseline=baseline.name,
    )


def strip_alt_text(title: str, shown: Sequence[StripRow], lang: Lang) -> str:
    """The strip in words, row by row, for who cannot see it."""
    told = [
        text("strip.alt_row", lang, name=row.name, value=row.value, place=row.place, word=verdict_text(row, lang))
        for row in shown
    ]
    return " ".join((title, *told))


def _peers(answer: Evaluation | EnterpriseView, lang: Lang) -> str:
    if not isinstance(answer, Evaluation):
        return ""
    counts = [kpi.peers.n for kpi in answer.kpis if kpi.peers.n]
    if not counts:
        return ""
    if min(counts) == max(counts):
        return text("strip.peers", lang, n=counts[0])
    return text("strip.peers_range", lang, low=min(counts), high=max(counts))


def _lines(
    shown: tuple[StripRow, ...], lang: Lang, theme: Theme
) -> tuple[list[PrintedLine], list[StripEvaluation], float]:
    lines = [
        heading_line(lang, theme, value=text("strip.column_value", lang), verdict=text("strip.column_verdict", lang))
    ]
    placed: list[StripEvaluation] = []
    top = float(HEADER)
    for group, members in strip_groups(shown, lang):
        lines.append(PrintedLine(top + GROUP / 2 + 3, group_markup(group, theme)))
        top += GROUP
        for row in members:
            lines.append(_line(row, top + ROW / 2, lang, theme))
            placed.append((top + ROW / 2, row))
            top += ROW
    return lines, placed, top + 8


def _line(row: StripRow, y: float, lang: Lang, theme: Theme) -> PrintedLine:
    look, drawn = tokens(theme), verdict_mark(row.verdict, theme)
    return PrintedLine(
        y,
        name_markup(row.name, main=row.main, lang=lang, theme=theme),
        coloured(row.value, look.ink),
        coloured(drawn.glyph, drawn.fill) + " " + coloured(verdict_text(row, lang), drawn.text, bold=drawn.bold),
    )


def _columns(shown: Sequence[StripRow], lang: Lang) -> StripColumns:
    tag = " " + text("strip.main", lang)
    return StripColumns(
        name=text_width([row.name + (tag if row.main else "") for row in shown]),
        value=text_width([*(row.value for row in shown), text("strip.column_value", lang)]),
        verdict=text_width([f"◆ {verdict_text(row, lang)}" for row in shown]),
    )


def _traces(placed: Sequence[StripEvaluation], quantile: float, lang: Lang, theme: Theme) -> list[dict[str, Any]]:
    drawn = [(y, row) for y, row in placed if row.drawn]
    verdicts = dict.fromkeys((row.verdict, row.open) for _, row in drawn)
    by_verdict = {key: [one for one in drawn if (one[1].verdict, one[1].open) == key] for key in verdicts}
    return [
        row_lines([y for y, row in placed if row.drawn], theme, "solid"),
        row_lines([y for y, row in placed if not row.drawn], theme, "dot"),
        zone_label(quantile, lang, theme),
        *(_bars(members, theme) for members in by_verdict.values()),
        _means(drawn, theme),
        *column_holders(),
        click_targets([(y, row.code, _hover(row, lang)) for y, row in placed], theme),
        *(_marks(members, lang, theme) for members in by_verdict.values()),
    ]


def _bars(members: Sequence[StripEvaluation], theme: Theme) -> dict[str, Any]:
    return {
        "type": "scatter",
        "name": "bounds",
        "x": [end for _, row in members for end in (row.low, row.high, None)],
        "y": [end for y, _ in members for end in (y, y, None)],
        "mode": "lines",
        "line": {"color": verdict_mark(members[0][1].verdict, theme).bar, "width": 5},
        "hoverinfo": "skip",
    }


def _means(drawn: Sequence[StripEvaluation], theme: Theme) -> dict[str, Any]:
    told = [(y, row) for y, row in drawn if not isnan(row.mean)]
    return {
        "type": "scatter",
        "name": "means",
        "x": [row.mean for _, row in told],
        "y": [y for y, _ in told],
        "mode": "markers",
        "marker": {"symbol": "line-ns", "size": 13, "line": {"color": tokens(theme).muted, "width": 2}},
        # A click selects one mark; what is no mark must not fade for it.
        "unselected": {"marker": {"opacity": 1}},
        "cliponaxis": False,
        "hoverinfo": "skip",
    }


def _marks(members: Sequence[StripEvaluation], lang: Lang, theme: Theme) -> dict[str, Any]:
    row = members[0][1]
    look, drawn = tokens(theme), verdict_mark(row.verdict, theme)
    hollow = row.open or drawn.symbol.endswith("-open")
    return {
        "type": "scatter",
        "name": f"marks {row.verdict or 'unreleased'}",
        "x": [row.mark for _, row in members],
        "y": [y for y, _ in members],
        "customdata": [row.code for _, row in members],
        "text": [_hover(row, lang) for _, row in members],
        "mode": "markers",
        "marker": {
            "symbol": drawn.symbol.removesuffix("-open"),
            "size": 12 if drawn.symbol.startswith(("circle", "square")) else 14,
            "color": look.ground if hollow else drawn.fill,
            "opacity": 1,
            "line": {"color": drawn.fill if hollow else look.ground, "width": 2},
        },
        "selected": {"marker": {"opacity": 1}},
        "unselected": {"marker": {"opacity": 1}},
        "cliponaxis": False,
        "hovertemplate": "%{text}<extra></extra>",
    }


def _hover(row: StripRow, lang: Lang) -> str:
    return text(
        "strip.hover",
        lang,
        name=escape_plotly(row.name),
        value=escape_plotly(row.value),
        column=text("strip.column_place", lang),
        place=row.place,
        word=escape_plotly(verdict_text(row, lang)),
    )
