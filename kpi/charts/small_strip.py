"""A candidate's 21 places as one small line: a mark a KPI on an axis of 0 to 100 % of peers, the leading zone shaded.

Plain HTML of placed boxes; beside it stand the words, so that it is no more than a glance.
"""

from __future__ import annotations

from collections.abc import Sequence

from kpi.charts.row_list import axis_box
from kpi.charts.theme import Theme, tokens, verdict_mark
from kpi.model.evaluation import Verdict

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
