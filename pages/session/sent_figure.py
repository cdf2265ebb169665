"""A figure as it goes to the browser, sent again without being put together again.

Streamlit takes a figure apart, copies it and writes it as JSON at every run, which takes longer than drawing it. It
asks ``to_dict`` of the figure and ``plotly.io.to_json`` of the answer: a figure that is ready answers both with what it
was the first time.
"""

from __future__ import annotations

import json
from typing import Any

import plotly.graph_objects as go
import plotly.io


class _Ready(dict[str, Any]):
    """What Streamlit looks at of a figure, and its JSON."""

    spec: str


class SentFigure(go.Figure):  # type: ignore[misc] # plotly has no types
    """``spec`` is the JSON of a figure of that height in pixels."""

    def __init__(self, spec: str, height: int) -> None:
        # Not as a figure begins: there is nothing to check or to copy.
        object.__setattr__(self, "_ready", _Ready(layout={"height": height}))
        self._ready.spec = spec

    def to_dict(self) -> dict[str, Any]:
        ready: dict[str, Any] = self._ready
        return ready


def spec_of(figure: go.Figure) -> str:
    """The JSON that Streamlit would send, with Chinese letters as they are: escaped, each takes twice the room."""
    return json.dumps(json.loads(_to_json(figure.to_dict(), validate=False)), ensure_ascii=False, separators=(",", ":"))


_to_json = plotly.io.to_json


def _ready_or_written(figure: Any, *args: Any, **kwargs: Any) -> str:
    return figure.spec if isinstance(figure, _Ready) else str(_to_json(figure, *args, **kwargs))


plotly.io.to_json = _ready_or_written
