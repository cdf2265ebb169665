"""The one place of the look: what a colour, a shape and a letter mean, in light and in dark."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Literal

from kpi.model.evaluation import ClauseVerdict, Verdict

Theme = Literal["light", "dark"]

FONT = "'Noto Sans CJK SC','Microsoft YaHei','PingFang SC','Kurinto Sans SC',sans-serif"


@dataclass(frozen=True, slots=True)
class Tokens:
    """Colours by meaning. Every ``*_text`` and ink, muted, error reach 4.5 : 1 on the ground (a test computes it)."""

    ink: str
    muted: str
    grid: str
    ground: str
    leading: str
    leading_bar: str
    leading_zone: str
    undecided: str
    undecided_text: str
    undecided_bar: str
    plain: str
    plain_text: str
    plain_bar: str
    error: str
    scale_low: str
    scale_high: str
    fill: str
    candidates: tuple[str, ...]
    on_candidate: str


LIGHT = Tokens(
    ink="#1B2430",
    muted="#5F6B78",
    grid="#E6EAEE",
    ground="#FFFFFF",
    leading="#00619A",
    leading_bar="#7FB0CD",
    leading_zone="#EAF2F8",
    undecided="#B5761A",
    undecided_text="#8A5A12",
    undecided_bar="#DCBD90",
    plain="#7A8591",
    plain_text="#5F6A75",
    plain_bar="#BFC5CB",
    error="#B3261E",
    scale_low="#EFF3F2",
    scale_high="#86B5AB",
    fill="#3F6F68",
    candidates=("#5B3A9B", "#0B6B5E", "#A3246B", "#5A6300", "#7A4526", "#33415C", "#8C1D18", "#2F5D1E"),
    on_candidate="#FFFFFF",
)

DARK = Tokens(
    ink="#E8ECF1",
    muted="#93A0AE",
    grid="#26303A",
    ground="#11161C",
    leading="#62BDF0",
    leading_bar="#37688A",
    leading_zone="#182733",
    undecided="#F0B23E",
    undecided_text="#F0B23E",
    undecided_bar="#7F622C",
    plain="#93A0AE",
    plain_text="#93A0AE",
    plain_bar="#4E5964",
    error="#F2B8B5",
    scale_low="#1B2428",
    scale_high="#35655E",
    fill="#8CC4BA",
    candidates=("#BBA4F5", "#58CDBB", "#F19AC8", "#C5CF5A", "#DDA785", "#B4C3DE", "#F2A29B", "#9BD186"),
    on_candidate="#11161C",
)

CANDIDATE_SHAPES = (
    ("hexagon2", 0, 20),
    ("pentagon", 0, 20),
    ("octagon", 0, 19),
    ("hexagon", 0, 20),
    ("pentagon", 180, 20),
    ("hexagram", 0, 23),
    ("octagon", 22.5, 19),
    ("star-square", 0, 22),
)
"""Shape, its turn in degrees and its size: shapes that mean no verdict; a candidate's mark carries its letter too."""

CANDIDATE_LETTERS = "ABCDEFGH"


@dataclass(frozen=True, slots=True)
class Mark:
    """How a verdict is drawn: Plotly's symbol, the same shape as a letter for text, and its colours."""

    symbol: str
    glyph: str
    fill: str
    bar: str
    text: str
    bold: bool


def tokens(theme: Theme) -> Tokens:
    return LIGHT if theme == "light" else DARK


def clause_mark(clause: ClauseVerdict | None, theme: Theme) -> Mark:
    """That of the KPI verdict which says the same."""
    same: dict[ClauseVerdict | None, Verdict] = {"met": "leading", "not_met": "not_leading", "undecided": "undecided"}
    return verdict_mark(same.get(clause), theme)


def verdict_mark(verdict: Verdict | None, theme: Theme) -> Mark:
    """Three verdict shapes told apart without colour, and one that is none of them hollow: for what gives no verdict.

    A dash stands for what has no place at all; None is a word not released yet.
    """
    look = tokens(theme)
    plain = (look.plain, look.plain_bar, look.plain_text, False)
    marks: dict[Verdict | None, Mark] = {
        "leading": Mark("diamond", "◆", look.leading, look.leading_bar, look.leading, True),
        "undecided": Mark("circle", "●", look.undecided, look.undecided_bar, look.undecided_text, False),
        "not_leading": Mark("square", "■", *plain),
        "too_few_peers": Mark("triangle-down-open", "▽", *plain),
        "no_discrimination": Mark("triangle-down-open", "▽", *plain),
        None: Mark("triangle-up", "▲", *plain),
    }
    return marks.get(verdict, Mark("line-ew", "–", *plain))


def css_variables(theme: Theme) -> str:
    """The tokens as CSS declarations, ``--kpi-ink: #1B2430;`` and so on, for pages and for HTML pictures."""
    single = {name: value for name, value in asdict(tokens(theme)).items() if isinstance(value, str)}
    return " ".join(f"--kpi-{name.replace('_', '-')}: {value};" for name, value in single.items())
