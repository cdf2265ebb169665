"""Plotly's text markup (bold, coloured or smaller spans, line breaks) as SVG text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from html import escape, unescape
from html.parser import HTMLParser
from typing import Literal

LINE_HEIGHT = 1.3
"""As in Plotly, in font sizes."""

Anchor = Literal["start", "middle", "end"]


@dataclass(frozen=True, slots=True)
class TextLook:
    size: float
    colour: str
    bold: bool = False


@dataclass(slots=True)
class _Markup(HTMLParser):
    """Runs of equal look, a list a line."""

    look: TextLook
    lines: list[list[tuple[str, TextLook]]] = field(default_factory=lambda: [[]])
    outer: list[TextLook] = field(default_factory=list)

    def __post_init__(self) -> None:
        HTMLParser.__init__(self, convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self.lines.append([])
            return
        self.outer.append(self.look)
        if tag == "b":
            self.look = replace(self.look, bold=True)
        style = dict(attrs).get("style") or ""
        if colour := re.search(r"color:([^;]+)", style):
            self.look = replace(self.look, colour=colour[1])
        if size := re.search(r"font-size:(\d+)px", style):
            self.look = replace(self.look, size=float(size[1]))

    def handle_endtag(self, tag: str) -> None:
        if tag != "br" and self.outer:
            self.look = self.outer.pop()

    def handle_data(self, data: str) -> None:
        self.lines[-1].append((data, self.look))


def svg_text(markup: str, x: float, y: float, look: TextLook, anchor: Anchor = "start") -> str:
    """The text with its middle at ``y``, its start, middle or end at ``x``; nothing for an empty one."""
    lines = _lines(markup, look)
    if not any(runs for runs in lines):
        return ""
    first = y - (len(lines) - 1) / 2 * look.size * LINE_HEIGHT
    return "".join(
        f'<text x="{x:.2f}" y="{first + at * look.size * LINE_HEIGHT + look.size * 0.36:.2f}" text-anchor="{anchor}" '
        f'xml:space="preserve">{"".join(map(_run, runs))}</text>'
        for at, runs in enumerate(lines)
        if runs
    )


def plain_words(markup: str) -> str:
    """The words alone."""
    return unescape(re.sub(r"<[^>]*>", " ", markup))


def _lines(markup: str, look: TextLook) -> list[list[tuple[str, TextLook]]]:
    parser = _Markup(look)
    parser.feed(markup)
    parser.close()
    return parser.lines


def _run(run: tuple[str, TextLook]) -> str:
    words, look = run
    weight = ' font-weight="700"' if look.bold else ""
    return f'<tspan font-size="{look.size:g}" fill="{escape(look.colour)}"{weight}>{escape(words)}</tspan>'
