"""The words that a reader sees of a run: markup is taken off, labels for the blind and texts in figures are kept."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html.parser import HTMLParser

from tests.pages.app_runs import AppTest, strings

SPOKEN = {"aria-label", "alt", "title", "placeholder"}
NOT_DRAWN = {"customdata", "family", "name"}
"""Of a figure: what is not drawn. No figure here has a legend, so a trace's name is the program's own."""


class _Markup(HTMLParser):
    """Each text and each spoken attribute is an entry; a style sheet is no text."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._in_style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_style |= tag == "style"
        self.found += [value for name, value in attrs if name in SPOKEN and value]

    def handle_endtag(self, tag: str) -> None:
        self._in_style &= tag != "style"

    def handle_data(self, data: str) -> None:
        if data.strip() and not self._in_style:
            self.found.append(data.strip())


def seen(test: AppTest) -> list[str]:
    """Each text once, in order."""
    return list(dict.fromkeys(word for string in strings(test) for word in _words(string)))


def _words(sent: str) -> Iterator[str]:
    if sent.startswith("{"):
        for drawn in _drawn(json.loads(sent)):
            yield from _words(drawn)
    elif "<" in sent:
        markup = _Markup()
        markup.feed(sent)
        yield from markup.found
    else:
        yield sent


def _drawn(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, part in value.items():
            if key not in NOT_DRAWN:
                yield from _drawn(part)
    elif isinstance(value, list):
        for part in value:
            yield from _drawn(part)
