"""Plotly's mark shapes as SVG paths around 0, 0: those that charts use, with Plotly's own proportions."""

from __future__ import annotations

from math import cos, pi, sin, sqrt

Points = list[tuple[float, float]]

OPEN = "-open"
STROKES = frozenset({"line-ns", "x-thin"})
"""Marks that are lines: drawn in the colour of their edge, without a filling."""


def mark_path(symbol: str, size: float) -> str:
    """The path of a mark of that size in pixels. KeyError: a shape that no chart uses."""
    r = size / 2
    shape = symbol.removesuffix(OPEN)
    if shape == "circle":
        return f"M{r:.2f},0A{r:.2f},{r:.2f} 0 1,1 0,{-r:.2f}A{r:.2f},{r:.2f} 0 0,1 {r:.2f},0Z"
    if shape == "line-ns":
        return f"M0,{r * 1.4:.2f}V{-r * 1.4:.2f}"
    if shape == "x-thin":
        return f"M{r:.2f},{r:.2f}L{-r:.2f},{-r:.2f}M{r:.2f},{-r:.2f}L{-r:.2f},{r:.2f}"
    corners = _CORNERS[shape]
    return "M" + "L".join(f"{x * r:.2f},{y * r:.2f}" for x, y in corners) + "Z"


def _ring(corners: int, first: float, *radii: float) -> Points:
    """Corners around 0, 0 from the angle ``first`` in degrees, at these distances in turn."""
    angles = [first * pi / 180 + 2 * pi * at / corners for at in range(corners)]
    return [(radii[at % len(radii)] * cos(one), radii[at % len(radii)] * sin(one)) for at, one in enumerate(angles)]


_SIDE = 2 / sqrt(3)
_CORNERS: dict[str, Points] = {
    "square": [(1, 1), (-1, 1), (-1, -1), (1, -1)],
    "diamond": [(1.3, 0), (0, 1.3), (-1.3, 0), (0, -1.3)],
    "triangle-up": [(-_SIDE, 0.5), (_SIDE, 0.5), (0, -1)],
    "triangle-down": [(-_SIDE, -0.5), (_SIDE, -0.5), (0, 1)],
    "triangle-left": [(0.5, -_SIDE), (0.5, _SIDE), (-1, 0)],
    "triangle-right": [(-0.5, -_SIDE), (-0.5, _SIDE), (1, 0)],
    "pentagon": _ring(5, -90, 1),
    "hexagon": _ring(6, -90, 1),
    "hexagon2": _ring(6, 0, 1),
    "octagon": _ring(8, 22.5, 1),
    "hexagram": _ring(12, -90, 1.1, 1.1 / sqrt(3)),
    "star-square": _ring(8, 45, 1.1 * sqrt(2), 0.55),
}
