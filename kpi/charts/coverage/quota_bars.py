"""Quota bars: how many of its places each recommending body has used, and how many are left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kpi.catalogue.catalogue import catalogue
from kpi.charts.chart import SMALL_SIZE, TEXT_SIZE, Chart, coloured, draw, escape_plotly, text_width, wrap
from kpi.charts.theme import Theme, tokens
from kpi.i18n import text
from kpi.model.language import Lang

ROW = 28
NAME_UNITS, BESIDE = 21, 14
"""The longest line of a name, and pixels beside names and figures: on a phone the bars need the room."""


@dataclass(frozen=True, slots=True)
class BodyQuota:
    """One body by its exact Chinese name, its places and how many are used."""

    body: str
    quota: int
    used: int

    @property
    def left(self) -> int:
        return max(self.quota - self.used, 0)

    @property
    def over(self) -> bool:
        return self.used > self.quota


def quota_bars(quotas: Sequence[BodyQuota], lang: Lang, theme: Theme = "light", *, titled: bool = True) -> Chart:
    """One bar a body, in the order given. Over the quota is an error and said in words beside the bar."""
    title = _title(quotas, lang)
    lines = [
        text("quota.left", lang, name=catalogue().body(one.body).name.in_(lang), used=one.used, left=one.left)
        for one in quotas
    ]
    return draw(
        _bars(quotas, lines, theme),
        _layout(quotas, lang, theme),
        theme,
        title=title,
        caption=text("quota.caption", lang),
        alt=" ".join(f"{line}." for line in (title, *lines)),
        titled=titled,
    )


def _title(quotas: Sequence[BodyQuota], lang: Lang) -> str:
    over = sum(one.over for one in quotas)
    return text(
        "quota.title_over" if over else "quota.title",
        lang,
        bodies=len(quotas),
        used=sum(one.used for one in quotas),
        quota=sum(one.quota for one in quotas),
        full=sum(one.used == one.quota for one in quotas),
        over=over,
    )


def _bars(quotas: Sequence[BodyQuota], lines: Sequence[str], theme: Theme) -> list[dict[str, Any]]:
    look = tokens(theme)
    shared = {
        "type": "bar",
        "orientation": "h",
        "y": list(range(len(quotas))),
        "customdata": [one.body for one in quotas],
        "hovertext": [escape_plotly(line) for line in lines],
        "hovertemplate": "%{hovertext}<extra></extra>",
        "width": 0.5,
    }
    colours = [look.error if one.over else look.fill for one in quotas]
    used = shared | {
        "name": "used",
        "x": [one.used for one in quotas],
        "marker": {"color": colours, "line": {"width": 0}},
    }
    left = shared | {
        "name": "left",
        "x": [one.left for one in quotas],
        "marker": {"color": look.grid, "line": {"width": 0}},
    }
    return [used, left, {"type": "scatter", "x": [None], "y": [None], "yaxis": "y2", "hoverinfo": "skip"}]


def _layout(quotas: Sequence[BodyQuota], lang: Lang, theme: Theme) -> dict[str, Any]:
    look = tokens(theme)
    names = [wrap(catalogue().body(one.body).name.in_(lang), NAME_UNITS) for one in quotas]
    figures = [text("quota.over" if one.over else "quota.cell", lang, used=one.used, quota=one.quota) for one in quotas]
    axis = {"range": [len(quotas) - 0.5, -0.5], "tickvals": list(range(len(quotas))), "ticks": "", "fixedrange": True}
    quiet = {"showgrid": False, "zeroline": False}
    return {
        "height": ROW * len(quotas) + 34,
        "barmode": "stack",
        "margin": {
            "l": BESIDE + text_width([line for name in names for line in name]),
            "r": BESIDE + text_width(figures),
            "t": 4,
            "b": 30,
            "pad": 0,
        },
        "xaxis": quiet
        | {
            "range": [0, max((max(one.quota, one.used) for one in quotas), default=1)],
            "tickfont": {"size": SMALL_SIZE, "color": look.muted},
            "dtick": 4,
            "fixedrange": True,
        },
        "yaxis": axis
        | quiet
        | {
            "ticktext": ["<br>".join(coloured(line, look.ink) for line in name) for name in names],
            "tickfont": {"size": TEXT_SIZE},
            "ticklabelstandoff": 8,
        },
        "yaxis2": axis
        | quiet
        | {
            "overlaying": "y",
            "side": "right",
            "anchor": "x",
            "ticktext": [
                coloured(figure, look.error if one.over else look.ink, bold=one.over)
                for figure, one in zip(figures, quotas, strict=True)
            ],
            "ticklabelstandoff": 8,
        },
    }
