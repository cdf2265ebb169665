"""Candidates side by side on one position strip: a letter, a shape and a colour each, and each one's verdicts.

Marks that would cover each other move to a lane of their own within the row. For reviewers and the authority only:
it is drawn from counted places.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kpi.charts.chart import SMALL_SIZE, Chart, draw, escape_plotly, width_units
from kpi.charts.strip import where_text
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
from kpi.charts.theme import CANDIDATE_LETTERS, CANDIDATE_SHAPES, Theme, tokens, verdict_mark
from kpi.i18n import text
from kpi.model.evaluation import Evaluation
from kpi.model.language import Lang

MAX_CANDIDATES = len(CANDIDATE_LETTERS)
LANE, NEAREST = 20, 0.045
"""A lane's height in pixels, and how close two marks may stand in one lane as a share of the axis (20 px of 440)."""


@dataclass(frozen=True, slots=True)
class _Row:
    """One KPI's middle in pixels from the top, its rows by candidate, and how far below each mark stands."""

    y: float
    by_candidate: tuple[StripRow, ...]
    lanes: tuple[int, ...]


def strip_comparison(
    answers: Sequence[Evaluation], lang: Lang, theme: Theme = "light", *, titled: bool = True
) -> Chart:
    """Two to six candidates of one industry, in the order given: A is the first. ValueError outside that number."""
    if not 2 <= len(answers) <= MAX_CANDIDATES:
        raise ValueError(f"{len(answers)} candidates: a strip holds 2 to {MAX_CANDIDATES}")
    columns = [strip_rows(answer, lang) for answer in answers]
    title, caption = _title(answers, lang), _caption(answers, lang)
    lines, placed, height = _lines(columns, lang, theme)
    quantile = answers[0].policy.leading_quantile
    figure = draw(
        _traces(placed, quantile, lang, theme),
        strip_layout(lines, height, _widths(columns, lang), quantile, theme),
        theme,
        heading=(title, caption) if titled else None,
    )
    return Chart(figure, title, caption, _alt(title, placed, lang))


def candidate_names(answers: Sequence[Evaluation]) -> list[str]:
    """ "A 演示企业001（虚构）": the letter every picture of these candidates uses."""
    return [
        f"{letter} {answer.application.text('factory_name') or answer.application.text('enterprise') or ''}".strip()
        for letter, answer in zip(CANDIDATE_LETTERS, answers, strict=False)
    ]


def _title(answers: Sequence[Evaluation], lang: Lang) -> str:
    most = max(len(answer.leading_list) for answer in answers)
    if not most:
        return text("strip.title_compared_none", lang, count=len(answers))
    names = [
        name for name, answer in zip(candidate_names(answers), answers, strict=True) if len(answer.leading_list) == most
    ]
    form = "title_compared" if len(names) == 1 else "title_compared_tied"
    leader = text("number.list", lang).join(names)
    return text(f"strip.{form}", lang, count=len(answers), leader=leader, leading=most)


def _caption(answers: Sequence[Evaluation], lang: Lang) -> str:
    where = [where_text(answers[0], lang)]
    if answers[0].baseline.illustrative:
        where.append(text("strip.illustrative", lang))
    names = candidate_names(answers)
    told = [text("number.list", lang).join(names[at : at + 3]) for at in range(0, len(names), 3)]
    return "\n".join((text("strip.dot", lang).join(where), *told, text("strip.read_compared", lang)))


def _alt(title: str, placed: Sequence[_Row], lang: Lang) -> str:
    told = [
        text(
            "strip.alt_compared",
            lang,
            name=row.by_candidate[0].name,
            letters=text("number.list", lang).join(
                f"{letter} {one.place} {verdict_text(one, lang)}"
                for letter, one in zip(CANDIDATE_LETTERS, row.by_candidate, strict=False)
            ),
        )
        for row in placed
    ]
    return " ".join((title, *told))


def _widths(columns: Sequence[tuple[StripRow, ...]], lang: Lang) -> StripColumns:
    tag = " " + text("strip.main", lang)
    return StripColumns(
        name=text_width([row.name + (tag if row.main else "") for row in columns[0]]),
        value=0,
        verdict=max(
            text_width(["AA " * 2 * len(columns)]) * 2 // 3, width_units(text("strip.column_verdict", lang)) * 8
        ),
    )


def _lines(
    columns: Sequence[tuple[StripRow, ...]], lang: Lang, theme: Theme
) -> tuple[list[PrintedLine], list[_Row], float]:
    lines = [heading_line(lang, theme, value="", verdict=text("strip.column_verdict", lang))]
    placed: list[_Row] = []
    by_code = {row.code: tuple(column[at] for column in columns) for at, row in enumerate(columns[0])}
    top = float(HEADER)
    for group, members in strip_groups(columns[0], lang):
        lines.append(PrintedLine(top + GROUP / 2 + 3, group_markup(group, theme)))
        top += GROUP
        for first in members:
            row, height = _row(by_code[first.code], top)
            placed.append(row)
            lines.append(_line(row, lang, theme))
            top += height
    return lines, placed, top + 8


def _row(by_candidate: tuple[StripRow, ...], top: float) -> tuple[_Row, float]:
    lanes = _lanes(by_candidate)
    count = max(lanes, default=0) + 1
    height = ROW + LANE * (count - 1)
    return _Row(top + ROW / 2, by_candidate, tuple(lane * LANE for lane in lanes)), height


def _lanes(by_candidate: tuple[StripRow, ...]) -> list[int]:
    """The first lane in which a mark is clear of the mark left of it, going from left to right."""
    lanes = [0] * len(by_candidate)
    last: list[float] = []
    drawn = [at for at, row in enumerate(by_candidate) if row.drawn]
    for at in sorted(drawn, key=lambda one: (by_candidate[one].mark, one)):
        here = by_candidate[at].mark
        lane = next((lane for lane, end in enumerate(last) if here - end >= NEAREST), len(last))
        last[lane : lane + 1] = [here]
        lanes[at] = lane
    return lanes


def _line(row: _Row, lang: Lang, theme: Theme) -> PrintedLine:
    first = row.by_candidate[0]
    words = "  ".join(
        coloured(
            f"{verdict_mark(one.verdict, theme).glyph}{letter}",
            verdict_mark(one.verdict, theme).text,
            bold=one.verdict == "leading",
        )
        for letter, one in zip(CANDIDATE_LETTERS, row.by_candidate, strict=False)
    )
    return PrintedLine(row.y, name_markup(first.name, main=first.main, lang=lang, theme=theme), "", words)


def _traces(placed: Sequence[_Row], quantile: float, lang: Lang, theme: Theme) -> list[dict[str, Any]]:
    drawn = [row.y for row in placed if any(one.drawn for one in row.by_candidate)]
    undrawn = [row.y for row in placed if not any(one.drawn for one in row.by_candidate)]
    return [
        row_lines(drawn, theme, "solid"),
        row_lines(undrawn, theme, "dot"),
        zone_label(quantile, lang, theme),
        *column_holders(),
        click_targets([(row.y, row.by_candidate[0].code, _hover(row, lang)) for row in placed], theme),
        *(_marks(at, placed, lang, theme) for at in range(len(placed[0].by_candidate))),
    ]


def _marks(at: int, placed: Sequence[_Row], lang: Lang, theme: Theme) -> dict[str, Any]:
    look, (shape, turn, size) = tokens(theme), CANDIDATE_SHAPES[at]
    told = [row for row in placed if row.by_candidate[at].drawn]
    full = {"marker": {"opacity": 1}, "textfont": {"color": look.on_candidate}}
    return {
        "type": "scatter",
        "name": CANDIDATE_LETTERS[at],
        "x": [row.by_candidate[at].mark for row in told],
        "y": [row.y + row.lanes[at] for row in told],
        "customdata": [row.by_candidate[at].code for row in told],
        "hovertext": [_hover(row, lang) for row in told],
        "text": [f"<b>{CANDIDATE_LETTERS[at]}</b>"] * len(told),
        "mode": "markers+text",
        "textposition": "middle center",
        "textfont": {"size": SMALL_SIZE, "color": look.on_candidate},
        "marker": {
            "symbol": shape,
            "angle": turn,
            "size": size,
            "color": look.candidates[at],
            "opacity": 1,
            "line": {"color": look.ground, "width": 1.5},
        },
        "selected": full,
        "unselected": full,
        "cliponaxis": False,
        "hovertemplate": "%{hovertext}<extra></extra>",
    }


def _hover(row: _Row, lang: Lang) -> str:
    told = [
        f"{letter}　{escape_plotly(one.value)}　{one.place}　{escape_plotly(verdict_text(one, lang))}"
        for letter, one in zip(CANDIDATE_LETTERS, row.by_candidate, strict=False)
    ]
    return "<br>".join((f"<b>{escape_plotly(row.by_candidate[0].name)}</b>", *told))
