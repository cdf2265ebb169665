"""The position strip, the signature picture: where each KPI stands among the peers, and what that allows to say.

An authority sees the counted place with its one-sided bounds; an enterprise the place its published table gives, an
estimate in a bracket (``docs/method.md`` 5). A click carries the KPI's code and nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from math import isnan
from typing import Any

from kpi.catalogue.catalogue import catalogue
from kpi.charts.chart import Chart, coloured, escape_plotly, text_width
from kpi.charts.rows import ChartRow, ListRow, RowChart, axis_box, axis_glyph, list_axis, row_bars, row_list, row_ticks
from kpi.charts.strip_rows import StripRow, strip_groups, strip_rows, verdict_text
from kpi.charts.theme import Theme, tokens, verdict_mark
from kpi.i18n import headline, other_line, region_name, text
from kpi.model.evaluation import Evaluation, Verdict
from kpi.model.language import Lang
from kpi.model.publication import EnterpriseView

PlacedRow = tuple[float, StripRow]
"""A row with its middle in pixels from the top."""


def position_strip(
    answer: Evaluation | EnterpriseView,
    lang: Lang,
    theme: Theme = "light",
    *,
    titled: bool = True,
) -> Chart:
    """One factory's strip."""
    shown = strip_rows(answer, lang)
    quantile = answer.policy.leading_quantile
    chart = RowChart(
        [(name, [_chart_row(row, lang, theme) for row in members]) for name, members in strip_groups(shown, lang)],
        value_title=text("strip.column_value", lang),
        word_title=text("strip.column_verdict", lang),
        word_width=text_width([f"◆ {verdict_text(row, lang)}" for row in shown]),
        zone_start=quantile,
        zone_title=text("strip.zone", lang, quantile=quantile),
        lang=lang,
        theme=theme,
    )
    middles = chart.middles()
    drawn = [(middles[row.code], row) for row in shown if row.drawn]
    marks = dict.fromkeys((row.verdict, row.open) for _, row in drawn)
    by_mark = [[(y, row) for y, row in drawn if (row.verdict, row.open) == mark] for mark in marks]
    title = headline(answer, lang).title
    return chart.draw(
        below=[*(_bounds(members, theme) for members in by_mark), _means(drawn, theme)],
        above=[_marks(members, lang, theme) for members in by_mark],
        title=title,
        caption=how_to_read_strip(answer, shown, lang),
        alt=strip_alt_text(title, shown, lang),
        titled=titled,
    )


def how_to_read_strip(answer: Evaluation | EnterpriseView, shown: Sequence[StripRow], lang: Lang) -> str:
    """What is compared with what, and how to read it, a line each.

    Illustrative data says so, and a published line that is not the verdicts'.
    """
    baseline, policy = answer.baseline, answer.policy
    illustrative = text("strip.illustrative", lang) if baseline.illustrative else ""
    where = (where_text(answer, lang), _peers(answer, lang), illustrative)
    parts = [text("strip.dot", lang).join(part for part in where if part)]
    form = "read_estimated"
    if isinstance(answer, Evaluation):
        form = "read_counted" if any(not isnan(row.mean) for row in shown) else "read_counted_no_mean"
    parts.append(text(f"strip.{form}", lang, confidence=policy.confidence))
    parts.append(text("strip.dot", lang).join(legend(shown, lang)))
    if isinstance(answer, EnterpriseView):
        published = [kpi.published for kpi in answer.kpis]
        parts += filter(None, [other_line(published, policy.leading_quantile, lang)])
    if any(row.single_test for row in shown):
        parts.append(text("strip.note_single", lang))
    if other := [f"{row.name} {row.stated}" for row in shown if row.stated]:
        parts.append(text("strip.note_stated", lang, values=text("number.list", lang).join(other)))
    if inside := [row.name for row in shown if row.in_zone]:
        parts.append(text("strip.note_in_zone", lang, names=text("number.list", lang).join(inside)))
    return "\n".join(parts)


def legend(shown: Sequence[StripRow], lang: Lang) -> list[str]:
    """What each shape among the rows means: "◆ leading". Shapes stand for words, so two words may share one."""
    words: dict[str, dict[str, None]] = {}
    for row in shown:
        words.setdefault(verdict_mark(row.verdict, "light").glyph, {})[row.word] = None
    slash = text("strip.or", lang)
    found = [f"{glyph} {slash.join(met)}" for glyph, met in words.items()]
    return [*found, text("strip.hollow", lang)] if any(row.open and row.drawn for row in shown) else found


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
    rows = (
        text("strip.alt_row", lang, name=row.name, value=row.value, place=row.place, word=verdict_text(row, lang))
        for row in shown
    )
    return " ".join((title, *rows))


def _peers(answer: Evaluation | EnterpriseView, lang: Lang) -> str:
    if not isinstance(answer, Evaluation):
        return ""
    counts = [kpi.peers.n for kpi in answer.kpis if kpi.peers.n]
    if not counts:
        return ""
    if min(counts) == max(counts):
        return text("strip.peers", lang, n=counts[0])
    return text("strip.peers_range", lang, low=min(counts), high=max(counts))


def _chart_row(row: StripRow, lang: Lang, theme: Theme) -> ChartRow:
    mark = verdict_mark(row.verdict, theme)
    word = coloured(mark.glyph, mark.fill) + " " + coloured(verdict_text(row, lang), mark.text, bold=mark.bold)
    return ChartRow(row.code, row.name, row.main, row.value, word, empty=not row.drawn, hover=_hover(row, lang))


def _bounds(members: Sequence[PlacedRow], theme: Theme) -> dict[str, Any]:
    colour = verdict_mark(members[0][1].verdict, theme).bar
    return row_bars("bounds", [(y, row.low, row.high) for y, row in members], colour)


def _means(drawn: Sequence[PlacedRow], theme: Theme) -> dict[str, Any]:
    known = [(y, row.mean) for y, row in drawn if not isnan(row.mean)]
    return row_ticks("means", known, tokens(theme).muted, width=2, size=13)


def _marks(members: Sequence[PlacedRow], lang: Lang, theme: Theme) -> dict[str, Any]:
    row = members[0][1]
    look, mark = tokens(theme), verdict_mark(row.verdict, theme)
    hollow = row.open or mark.symbol.endswith("-open")
    return {
        "type": "scatter",
        "name": f"marks {row.verdict or 'unreleased'}",
        "x": [row.mark for _, row in members],
        "y": [y for y, _ in members],
        "customdata": [row.code for _, row in members],
        "text": [_hover(row, lang) for _, row in members],
        "mode": "markers",
        "marker": {
            "symbol": mark.symbol.removesuffix("-open"),
            "size": 12 if mark.symbol.startswith(("circle", "square")) else 14,
            "color": look.ground if hollow else mark.fill,
            "opacity": 1,
            "line": {"color": mark.fill if hollow else look.ground, "width": 2},
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


# The position strip for narrow screens: a list from the same rows as the wide chart.


_HOLLOW = {"◆": "◇", "●": "○", "■": "□", "▲": "△"}


def strip_list(
    answer: Evaluation | EnterpriseView,
    lang: Lang,
    theme: Theme = "light",
    *,
    titled: bool = True,
    href: str = "",
) -> str:
    """The list as HTML. ``href`` is what a KPI's code is put behind to open it ("?kpi="); empty for no links."""
    shown = strip_rows(answer, lang)
    title = headline(answer, lang).title
    quantile = answer.policy.leading_quantile
    return row_list(
        [
            (name, [_list_row(row, quantile, lang, theme) for row in members])
            for name, members in strip_groups(shown, lang)
        ],
        strip_alt_text(title, shown, lang),
        lang,
        theme,
        head=_head(title, how_to_read_strip(answer, shown, lang)) if titled else "",
        href=href,
    )


def _head(title: str, caption: str) -> str:
    lines = "".join(f"<p>{escape(line).replace(' %', '&nbsp;%')}</p>" for line in caption.split("\n"))
    return f'<h3 class="head">{escape(title)}</h3>{lines}'


def _list_row(row: StripRow, quantile: float, lang: Lang, theme: Theme) -> ListRow:
    mark = verdict_mark(row.verdict, theme)
    return ListRow(
        row.code,
        row.name,
        row.main,
        row.value,
        word=f"{mark.glyph} {verdict_text(row, lang)}",
        word_style=f"color:{mark.text}" + (";font-weight:700" if mark.bold else ""),
        place=row.place if row.drawn else "",
        axis=_axis(row, quantile, theme) if row.drawn else "",
    )


def _axis(row: StripRow, quantile: float, theme: Theme) -> str:
    look, mark = tokens(theme), verdict_mark(row.verdict, theme)
    bounds = axis_box(row.low, row.high - row.low, 10.5, 5, mark.bar)
    mean = "" if isnan(row.mean) else axis_box(row.mean, 0, 6, 14, look.muted, "2px")
    glyph = _HOLLOW.get(mark.glyph, mark.glyph) if row.open else mark.glyph
    return list_axis(quantile, theme, bounds, mean, axis_glyph(row.mark, glyph, mark.fill))


# A candidate's places as one small line: a mark a KPI on an axis of 0 to 100 % of peers, the leading zone shaded.
#
# Plain HTML of placed boxes; beside it stand the words, so that it is no more than a glance.


HEIGHT = 22
_TALL, _MIDDLE, _LOW = 18, 12, 6
"""A mark's height says the verdict where its colour is not seen."""


def small_strip(
    places: Sequence[float | None], verdicts: Sequence[Verdict], zone_start: float, theme: Theme = "light"
) -> str:
    """``places`` in KPI order, None where nothing was placed."""
    look = tokens(theme)
    marks = "".join(
        _mark(place, verdict, theme) for place, verdict in zip(places, verdicts, strict=True) if place is not None
    )
    zone = axis_box(zone_start, 1 - zone_start, 0, HEIGHT, look.leading_zone)
    return f'<div class="kpi-small-strip" aria-hidden="true">{zone}{axis_box(0, 1, 10.5, 1, look.grid)}{marks}</div>'


def _mark(place: float, verdict: Verdict, theme: Theme) -> str:
    tall = _TALL if verdict == "leading" else _MIDDLE if verdict == "undecided" else _LOW
    return axis_box(min(place, 0.994), 0, (HEIGHT - tall) / 2, tall, verdict_mark(verdict, theme).fill, "3px")
