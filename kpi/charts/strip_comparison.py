"""Candidates side by side on one position strip: a letter, a shape and a colour each, and each one's verdicts.

Marks that would cover each other move to a lane of their own within the row. For reviewers and the authority only:
it is drawn from counted places.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kpi.charts.chart import SMALL_SIZE, Chart, coloured, escape_plotly, text_width, width_units
from kpi.charts.rows import LANE, ChartRow, RowChart, row_parts
from kpi.charts.strip import where_text
from kpi.charts.strip_rows import StripRow, strip_groups, strip_rows, verdict_text
from kpi.charts.theme import CANDIDATE_LETTERS, CANDIDATE_SHAPES, Theme, tokens, verdict_mark
from kpi.i18n import text
from kpi.model.evaluation import Evaluation
from kpi.model.language import Lang

MAX_CANDIDATES = len(CANDIDATE_LETTERS)
NEAREST = 0.045
"""How close two marks may stand in one lane, as a share of the axis (20 px of 440)."""


@dataclass(frozen=True, slots=True)
class _ComparedKpi:
    """One KPI's rows by candidate, and the lane each one's mark stands in."""

    by_candidate: tuple[StripRow, ...]
    lanes: tuple[int, ...]

    @property
    def code(self) -> str:
        return self.by_candidate[0].code


def strip_comparison(
    answers: Sequence[Evaluation],
    lang: Lang,
    theme: Theme = "light",
    *,
    titled: bool = True,
    codes: Collection[str] | None = None,
) -> Chart:
    """Two to eight candidates of one industry, in the order given: A is the first. ValueError outside that number.

    ``codes``: the KPIs of this part of the strip; all of them where it is not parted.
    """
    if not 2 <= len(answers) <= MAX_CANDIDATES:
        raise ValueError(f"{len(answers)} candidates: a strip holds 2 to {MAX_CANDIDATES}")
    compared = [evaluation for evaluation in _compared(answers, lang) if codes is None or evaluation.code in codes]
    groups = _groups(compared, lang, theme)
    quantile = answers[0].policy.leading_quantile
    chart = RowChart(
        groups,
        value_title="",
        word_title=text("strip.column_verdict", lang),
        word_width=_word_width(len(answers), lang),
        zone_start=quantile,
        zone_title=text("strip.zone", lang, quantile=quantile),
        lang=lang,
        theme=theme,
    )
    middles = chart.middles()
    title = _title(answers, lang)
    return chart.draw(
        below=[],
        above=[_marks(at, compared, middles, lang, theme) for at in range(len(answers))],
        title=title,
        caption=_caption(answers, lang),
        alt=_alt(title, compared, lang),
        titled=titled,
    )


def strip_comparison_parts(
    answers: Sequence[Evaluation], lang: Lang, room: float, *, even: bool = True
) -> list[list[str]]:
    """The codes of the KPIs of each part, where a picture may be no higher than ``room`` pixels below its heading.
    ``even``: as ``row_parts``.
    """
    return row_parts(_groups(_compared(answers, lang), lang, "light"), room, even=even)


def how_to_read_comparison(answers: Sequence[Evaluation], lang: Lang) -> list[str]:
    """What is compared with what, and how to read it, where the candidates are named elsewhere."""
    return [_where(answers, lang), *text("strip.read_compared", lang).split("\n")]


def candidate_names(answers: Sequence[Evaluation]) -> list[str]:
    """ "A 演示企业001（虚构）": the letter every picture of these candidates uses."""
    return [f"{letter} {answer.application.label}" for letter, answer in zip(CANDIDATE_LETTERS, answers, strict=False)]


def _compared(answers: Sequence[Evaluation], lang: Lang) -> list[_ComparedKpi]:
    by_kpi = zip(*(strip_rows(answer, lang) for answer in answers), strict=True)
    return [_ComparedKpi(rows, _lanes(rows)) for rows in by_kpi]


def _groups(compared: Sequence[_ComparedKpi], lang: Lang, theme: Theme) -> list[tuple[str, list[ChartRow]]]:
    by_code = {item.code: _chart_row(item, lang, theme) for item in compared}
    groups = strip_groups(tuple(item.by_candidate[0] for item in compared), lang)
    return [(name, [by_code[row.code] for row in members]) for name, members in groups]


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
    names = candidate_names(answers)
    lines = [text("number.list", lang).join(names[at : at + 3]) for at in range(0, len(names), 3)]
    return "\n".join((_where(answers, lang), *lines, text("strip.read_compared", lang)))


def _where(answers: Sequence[Evaluation], lang: Lang) -> str:
    where = [where_text(answers[0], lang)]
    if answers[0].baseline.illustrative:
        where.append(text("strip.illustrative", lang))
    return text("strip.dot", lang).join(where)


def _alt(title: str, compared: Sequence[_ComparedKpi], lang: Lang) -> str:
    rows = (
        text(
            "strip.alt_compared",
            lang,
            name=kpi.by_candidate[0].name,
            letters=text("number.list", lang).join(
                f"{letter} {row.place} {verdict_text(row, lang)}" for letter, row in _lettered(kpi)
            ),
        )
        for kpi in compared
    )
    return " ".join((title, *rows))


def _word_width(candidates: int, lang: Lang) -> int:
    letters = text_width(["AA " * 2 * candidates]) * 2 // 3
    return max(letters, width_units(text("strip.column_verdict", lang)) * 8)


def _lettered(kpi: _ComparedKpi) -> Iterator[tuple[str, StripRow]]:
    return zip(CANDIDATE_LETTERS, kpi.by_candidate, strict=False)


def _lanes(by_candidate: tuple[StripRow, ...]) -> tuple[int, ...]:
    """The first lane in which a mark is clear of the mark left of it, going from left to right."""
    lanes = [0] * len(by_candidate)
    ends: list[float] = []
    drawn = [at for at, row in enumerate(by_candidate) if row.drawn]
    for at in sorted(drawn, key=lambda candidate: (by_candidate[candidate].mark, candidate)):
        mark = by_candidate[at].mark
        lane = next((lane for lane, end in enumerate(ends) if mark - end >= NEAREST), len(ends))
        ends[lane : lane + 1] = [mark]
        lanes[at] = lane
    return tuple(lanes)


def _chart_row(kpi: _ComparedKpi, lang: Lang, theme: Theme) -> ChartRow:
    first = kpi.by_candidate[0]
    marks = [(letter, verdict_mark(row.verdict, theme), row.verdict) for letter, row in _lettered(kpi)]
    words = (coloured(f"{mark.glyph}{letter}", mark.text, bold=verdict == "leading") for letter, mark, verdict in marks)
    return ChartRow(
        kpi.code,
        first.name,
        first.main,
        value="",
        word="  ".join(words),
        empty=not any(row.drawn for row in kpi.by_candidate),
        hover=_hover(kpi, lang),
        lanes=max(kpi.lanes) + 1,
    )


def letter_marks(at: int, count: int, theme: Theme) -> dict[str, Any]:
    """A candidate's letter in its shape and colour, ``count`` times; where they stand is the caller's."""
    look, (shape, turn, size) = tokens(theme), CANDIDATE_SHAPES[at]
    return {
        "type": "scatter",
        "mode": "markers+text",
        "text": [f"<b>{CANDIDATE_LETTERS[at]}</b>"] * count,
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
    }


def _marks(
    at: int, compared: Sequence[_ComparedKpi], middles: Mapping[str, float], lang: Lang, theme: Theme
) -> dict[str, Any]:
    drawn = [kpi for kpi in compared if kpi.by_candidate[at].drawn]
    full = {"marker": {"opacity": 1}, "textfont": {"color": tokens(theme).on_candidate}}
    return letter_marks(at, len(drawn), theme) | {
        "name": CANDIDATE_LETTERS[at],
        "x": [kpi.by_candidate[at].mark for kpi in drawn],
        "y": [middles[kpi.code] + kpi.lanes[at] * LANE for kpi in drawn],
        "customdata": [kpi.code for kpi in drawn],
        "hovertext": [_hover(kpi, lang) for kpi in drawn],
        "selected": full,
        "unselected": full,
        "cliponaxis": False,
        "hovertemplate": "%{hovertext}<extra></extra>",
    }


def _hover(kpi: _ComparedKpi, lang: Lang) -> str:
    lines = (
        f"{letter}　{escape_plotly(row.value)}　{row.place}　{escape_plotly(verdict_text(row, lang))}"
        for letter, row in _lettered(kpi)
    )
    return "<br>".join((f"<b>{escape_plotly(kpi.by_candidate[0].name)}</b>", *lines))
