"""Numbers on a quiet scale of one hue.

Both ends stay so pale (in the dark, so deep) that the theme's ink can be read on all of it.
"""

from __future__ import annotations

from kpi.charts.theme import Theme, tokens


def scale_colour(value: float, highest: float, theme: Theme) -> str:
    """The cell's colour between the scale's ends, by the square root so that small counts differ too."""
    look = tokens(theme)
    share = 0.0 if highest <= 0 else min(max(value / highest, 0.0), 1.0) ** 0.5
    low, high = _rgb(look.scale_low), _rgb(look.scale_high)
    return "#" + "".join(f"{round(a + (b - a) * share):02X}" for a, b in zip(low, high, strict=True))


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
