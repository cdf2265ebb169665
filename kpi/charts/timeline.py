"""The states of applications on a time line: a row each, a mark at every stage reached, and the notice's day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from kpi.charts.chart import SMALL_SIZE, Chart, draw, escape_plotly, text_width, wrap
from kpi.charts.theme import Theme, tokens
from kpi.i18n import text
from kpi.model.language import Lang
from kpi.model.lifecycle import APPLICATION_STATES, ApplicationState, is_nominated
from kpi.model.times import SHANGHAI, shanghai_date

ROW = 34
TICKS, MINUTES = 2, 24 * 60
NAME_UNITS = 26
"""Widest name in a line, a Latin letter counting 1."""


@dataclass(frozen=True, slots=True)
class StateRow:
    """One application by name, with its stages in the order of time."""

    name: str
    states: tuple[tuple[ApplicationState, datetime], ...]

    @property
    def forward_since(self) -> datetime | None:
        """When it was put forward; None where it is not, or no longer."""
        if not is_nominated(self.states[-1][0]):
            return None
        return next(at for state, at in self.states if is_nominated(state))


@dataclass(frozen=True, slots=True)
class _Shape:
    """Plotly's symbol, the same as a letter for the caption, and its size: later stages lie within earlier ones."""

    symbol: str
    glyph: str
    size: int


_SHAPES: dict[ApplicationState, _Shape] = {
    "draft": _Shape("diamond-open", "◇", 20),
    "submitted": _Shape("circle-open", "○", 18),
    "put_forward": _Shape("triangle-up", "▲", 11),
    "material_review": _Shape("square-open", "□", 15),
    "on_site": _Shape("square", "■", 10),
    "defence": _Shape("pentagon", "⬟", 12),
    "publicity": _Shape("star-square-open", "✧", 16),
    "listed": _Shape("star-square", "✦", 13),
    "not_listed": _Shape("x-thin", "✕", 10),
}


def state_timeline(rows: Sequence[StateRow], day: date | None, lang: Lang, theme: Theme = "light") -> Chart:
    """``day``: by which the notice wants the lists; None where policy has set none yet.

    Shown beside a title of the page's own.
    """
    look = tokens(theme)
    shown = [state for state in APPLICATION_STATES if any(state == item for row in rows for item, _ in row.states)]
    title = _title(rows, day, lang)
    shapes = text("number.list", lang).join(
        f"{_SHAPES[item].glyph} {text(f'page.step.{item}', lang)}" for item in shown
    )
    return draw(
        [
            _lines(rows, look.plain_bar),
            *(_marks(state, rows, lang, look.fill) for state in shown),
            *([_day_in_words(day, rows, lang, look.undecided_text)] if day else []),
        ],
        _layout(rows, day, theme),
        theme,
        title=title,
        caption=text("timeline.caption", lang, shapes=shapes),
        alt=" ".join((f"{title}.", *(f"{_in_words(row, lang)}." for row in rows))),
        titled=False,
    )


def _title(rows: Sequence[StateRow], day: date | None, lang: Lang) -> str:
    since = [at for row in rows if (at := row.forward_since)]
    if day is None:
        return text("timeline.title_open", lang, forward=len(since), of=len(rows))
    late = sum(shanghai_date(at) > day for at in since)
    return text("timeline.title", lang, forward=len(since), of=len(rows), day=day, late=late)


def _in_words(row: StateRow, lang: Lang) -> str:
    reached = (f"{text(f'page.step.{state}', lang)} {shanghai_date(at)}" for state, at in row.states)
    return f"{row.name}: {text('number.list', lang).join(reached)}"


def _lines(rows: Sequence[StateRow], colour: str) -> dict[str, Any]:
    """From the first to the last stage of each."""
    return {
        "type": "scatter",
        "name": "lines",
        "x": [_drawn(at) for row in rows for at in (row.states[0][1], row.states[-1][1], None)],
        "y": [y for at in range(len(rows)) for y in (at, at, None)],
        "mode": "lines",
        "line": {"color": colour, "width": 3},
        "hoverinfo": "skip",
    }


def _marks(state: ApplicationState, rows: Sequence[StateRow], lang: Lang, colour: str) -> dict[str, Any]:
    found = [(y, row.name, at) for y, row in enumerate(rows) for item, at in row.states if item == state]
    shape, word = _SHAPES[state], text(f"page.step.{state}", lang)
    return {
        "type": "scatter",
        "name": state,
        "x": [_drawn(at) for _, _, at in found],
        "y": [y for y, _, _ in found],
        "mode": "markers",
        "marker": {"symbol": shape.symbol, "size": shape.size, "color": colour, "line": {"color": colour, "width": 2}},
        "hovertext": [f"{escape_plotly(name)}　{word}　{shanghai_date(at)}" for _, name, at in found],
        "hovertemplate": "%{hovertext}<extra></extra>",
        "cliponaxis": False,
    }


def _day_in_words(day: date, rows: Sequence[StateRow], lang: Lang, colour: str) -> dict[str, Any]:
    """Above the rows, on the side of its line that has room."""
    later = sum(shanghai_date(at) > day for row in rows for _, at in row.states)
    earlier = sum(len(row.states) for row in rows) - later
    return {
        "type": "scatter",
        "name": "day",
        "x": [_ordinal(day)],
        "y": [-1],
        "mode": "text",
        "text": [f"\u00a0{escape_plotly(text('timeline.day', lang, day=day))}\u00a0"],
        "textposition": "middle right" if later >= earlier else "middle left",
        "textfont": {"size": SMALL_SIZE, "color": colour},
        "hoverinfo": "skip",
        "cliponaxis": False,
    }


def _ordinal(day: date) -> int:
    """A day as the axis counts it: at its beginning."""
    return day.toordinal()


def _drawn(at: datetime | None) -> float | None:
    """Days since the year 1 in Shanghai, the hour as their fraction: a plain number can be drawn without a browser."""
    if at is None:
        return None
    there = at.astimezone(SHANGHAI)
    return there.toordinal() + (there.hour * 60 + there.minute) / MINUTES


def _ticks(first: date, last: date) -> dict[date, str]:
    """First days of months, so few that a phone has room for their names; of a short time its first and last day."""
    months = [date(year, month, 1) for year in range(first.year, last.year + 1) for month in range(1, 13)]
    within = [day for day in months if first <= day <= last]
    if len(within) < 2:
        return {day: str(day) for day in (first, last)}
    return {day: f"{day:%Y-%m}" for day in within[:: -(-len(within) // TICKS)]}


def _layout(rows: Sequence[StateRow], day: date | None, theme: Theme) -> dict[str, Any]:
    look = tokens(theme)
    names = [wrap(row.name, NAME_UNITS) for row in rows]
    days = [shanghai_date(at) for row in rows for _, at in row.states] + ([day] if day else [])
    first, last = min(days), max(days)
    room = max((last - first) / 20, timedelta(days=3))
    ticks = _ticks(first, last)
    notice = {"type": "line", "xref": "x", "yref": "y", "y0": -1, "y1": len(rows) - 0.5, "layer": "below"}
    line = {"color": look.undecided, "width": 2, "dash": "dot"}
    shapes = [notice | {"x0": _ordinal(day), "x1": _ordinal(day), "line": line}] if day else []
    return {
        "height": ROW * (len(rows) + 1) + 38,
        "margin": {"l": 20 + text_width([item for name in names for item in name]), "r": 20, "t": 4, "b": 34, "pad": 0},
        "xaxis": {
            "range": [_ordinal(first - room), _ordinal(last + room)],
            "tickvals": [_ordinal(tick) for tick in ticks],
            "ticktext": list(ticks.values()),
            "tickangle": 0,
            "tickfont": {"size": SMALL_SIZE, "color": look.muted},
            "gridcolor": look.grid,
            "zeroline": False,
            "fixedrange": True,
        },
        "yaxis": {
            "range": [len(rows) - 0.5, -1.5],
            "tickvals": list(range(len(rows))),
            "ticktext": ["<br>".join(escape_plotly(item) for item in name) for name in names],
            "tickfont": {"size": SMALL_SIZE, "color": look.ink},
            "ticks": "",
            "showgrid": False,
            "zeroline": False,
            "fixedrange": True,
        },
        "shapes": shapes,
    }
