"""Writes illustrative-2025.csv: an invented panel, so that the product can be tried before a real baseline exists.

Run from the project's root: ``python -m data.baselines.make_illustrative``. The seed is fixed, so the bytes are too.
Every assumption, with the published figure it leans on, is in illustrative-2025.md. No enterprise is real: credit
codes have the division 000000, which is not assigned, and groups are called 演示集团…（虚构）.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

SEED = 20_250_728
# Codes below are for fictitious enterprises outside the panel.
FIRST_NUMBER = 1_001
FILE = Path(__file__).with_name("illustrative-2025.csv")
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
KPIS = tuple(f"K{number:02d}" for number in range(1, 22))
TWO_BASES = ("K09", "K10", "K11", "K13", "K14")
COUNTS = ("K05", "K21")
LEVELS = ("K01", "K02", "K03", "K04", "K19", "K20")
VALUE_COLUMNS = tuple(name for kpi in KPIS for name in ((kpi, f"{kpi}_basis") if kpi in TWO_BASES else (kpi,)))
HEADER = ("credit_code", "group", "industry", "body", *VALUE_COLUMNS)

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Industry:
    """``groups`` are sizes of groups with several enterprises; ``scale`` stretches changes against 高端装备."""

    name: str
    enterprises: int
    groups: tuple[int, ...]
    scale: float
    missing: float


INDUSTRIES = (
    Industry("高端装备", 150, (3, 3, 2, 2, 2), 1.0, 1.0),
    Industry("汽车", 92, (8, 6, 5, 5, 4, 4, 4, 4, 2, 2), 1.15, 1.0),
    Industry("电子信息", 64, (3, 2, 2), 1.1, 1.0),
    Industry("先进材料", 34, (3, 2), 0.85, 1.2),
    Industry("生命健康", 18, (4,), 0.9, 0.5),
    Industry("时尚消费品", 8, (), 0.8, 1.5),
)

# Bodies by how many factories they have; the three committees have few, each of one kind of industry.
BODIES = {
    "浦东新区": 16, "松江区": 12, "嘉定区": 12, "闵行区": 11, "奉贤区": 9, "青浦区": 7, "金山区": 7, "宝山区": 6,
    "临港新片区": 6, "徐汇区": 2, "普陀区": 2, "杨浦区": 2, "静安区": 2, "崇明区": 2, "长宁区": 1, "虹口区": 1,
    "黄浦区": 1, "化学工业区": 1, "长兴岛": 1,
}  # fmt: skip

# Share of enterprises that leave a KPI blank. K02 does not suit most discrete plants.
MISSING = {
    "K01": 0.0, "K02": 0.55, "K03": 0.03, "K04": 0.05, "K05": 0.05, "K06": 0.15, "K07": 0.05, "K08": 0.0, "K09": 0.3,
    "K10": 0.03, "K11": 0.05, "K12": 0.12, "K13": 0.2, "K14": 0.08, "K15": 0.03, "K16": 0.04, "K17": 0.03, "K18": 0.2,
    "K19": 0.25, "K20": 0.3, "K21": 0.1,
}  # fmt: skip
POINTS_SHARE = 0.15
# How much of a KPI is the factory's own quality: some factories lead in many KPIs.
QUALITY_SHARE = 0.6
# The cell in which one group of 4 holds more than a quarter of 13 records, and the smallest cell of all.
CROWDED = ("生命健康", "K12", 13)
SMALLEST = ("时尚消费品", "K02", 4)


def organisation_digit(first8: str) -> str:
    """The check digit of GB 11714-1997 over the eight characters of an organisation's code."""
    letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    total = sum(letters.index(item) * weight for item, weight in zip(first8, (3, 7, 9, 10, 5, 8, 4, 2), strict=True))
    return "0123456789X0"[11 - total % 11]


def credit_code(number: int) -> str:
    """A fictitious unified social credit code (GB 32100-2015) of the unassigned division 000000."""
    organisation = f"MA0{number:05d}"
    first17 = f"91000000{organisation}{organisation_digit(organisation)}"
    total = sum(ALPHABET.index(item) * pow(3, place, 31) for place, item in enumerate(first17))
    return first17 + ALPHABET[-total % 31]


def level(z: Numbers, middle: float, slope: float) -> Numbers:
    """A share in 0..100 around ``middle``; the best ones stand at the ceiling."""
    start = float(np.log(middle / (100 - middle)))
    return np.minimum(100.0, 104.0 / (1.0 + np.exp(-(start + slope * z))))


def skewed(z: Numbers, middle: float, spread: float, loss: float = 0.0) -> Numbers:
    """Log-normal around ``middle``; ``loss`` moves it down, so that some factories got worse."""
    values: Numbers = (middle + loss) * np.exp(spread * z) - loss
    return values


def two_humps(z: Numbers, low: float, high: float, share_high: float, width: float) -> Numbers:
    """A few factories changed their way of working and stand apart from the others."""
    edge = np.quantile(z, 1 - share_high)
    return np.where(z > edge, high, low) + width * z


def draw(kpi: str, z: Numbers, scale: float) -> Numbers:
    """Values of a KPI from standard normal ``z``; numbers and their sources stand in illustrative-2025.md."""
    match kpi:
        case "K01":
            return level(z, 70, 1.1)
        case "K02":
            return np.clip(two_humps(z, 30, 80, 0.45, 9), 0, 100)
        case "K03":
            return level(z, 62, 0.9)
        case "K04":
            return level(z, 18, 0.9)
        case "K05":
            return np.floor(np.maximum(0.0, skewed(z, 4, 1.0, 1)))
        case "K06":
            return np.minimum(95, skewed(z, 18 * scale, 0.5, 4))
        case "K07":
            return two_humps(z, 4 * scale, 24 * scale, 0.25, 7)
        case "K08":
            return skewed(z, 15 * scale, 0.6, 2)
        case "K09":
            return skewed(z, 6 * scale, 0.6, 2)
        case "K10":
            return np.clip(32 * scale + 15 * z, -40, 99)
        case "K11":
            return skewed(z, 10 * scale, 0.48, 3)
        case "K12":
            return skewed(z, 16 * scale, 0.7, 3)
        case "K13":
            return skewed(z, 5 * scale, 0.6, 2)
        case "K14":
            return two_humps(z, 3 * scale, 12 * scale, 0.3, 1.5)
        case "K15":
            return np.minimum(90, skewed(z, 10 * scale, 0.48, 3))
        case "K16":
            return skewed(z, 16 * scale, 0.56, 4)
        case "K17":
            return np.clip(9 * scale + 6.8 * z, -30, 80)
        case "K18":
            return np.clip(10 * scale + 7.5 * z, -30, 85)
        case "K19":
            return np.minimum(100.0, 92 + 7 * z)
        case "K20":
            return np.minimum(100.0, 88 + 9 * z)
        case "K21":
            return np.floor(np.maximum(0.0, skewed(z, 1.5, 1.2, 1)))
    raise ValueError(kpi)


def rounded(kpi: str, values: Numbers) -> Numbers:
    """As people report: counts whole, levels to the whole per cent, changes to one decimal, every third to a half."""
    if kpi in COUNTS:
        return values
    if kpi in LEVELS:
        return np.round(values)
    return to_halves_and_tenths(values)


def to_halves_and_tenths(values: Numbers) -> Numbers:
    third = np.arange(len(values)) % 3 == 0
    return np.where(third, np.round(values * 2) / 2, np.round(values, 1)) + 0.0


def to_points(values: Numbers) -> Numbers:
    """The same change reported in percentage points, from a start between 60 and 90 per cent; smaller in size."""
    return np.round(values * np.linspace(0.2, 0.5, len(values)), 1) + 0.0


def owners(industry: Industry, first: int) -> list[str]:
    """The group of every enterprise: groups of several first, the others blank or alone in a group of their own."""
    names = [f"演示集团{first + place:02d}（虚构）" for place, size in enumerate(industry.groups) for _ in range(size)]
    alone = industry.enterprises - len(names)
    single = [
        f"演示集团{first + len(industry.groups) + at:02d}（虚构）" if at < alone // 10 else "" for at in range(alone)
    ]
    return names + single


def blank(rng: np.random.Generator, industry: Industry, kpi: str) -> NDArray[np.bool_]:
    """Which enterprises leave the KPI blank."""
    count = industry.enterprises
    if (industry.name, kpi) in (CROWDED[:2], SMALLEST[:2]):
        left = CROWDED[2] if industry.name == CROWDED[0] else SMALLEST[2]
        return np.arange(count) >= left
    # So few are blank in the small industries that a group of 4 stays at a quarter of 16, and that 4 peers are left.
    most = {"生命健康": 1 if kpi in TWO_BASES else 2, "时尚消费品": 3}.get(industry.name, count)
    wanted = min(most, round(MISSING[kpi] * industry.missing * count))
    hidden = np.zeros(count, dtype=bool)
    hidden[rng.permutation(count)[: min(wanted, count - 4)]] = True
    return hidden


def points(rng: np.random.Generator, industry: Industry, kpi: str, hidden: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which of the reported values are in percentage points."""
    reported = np.flatnonzero(~hidden)
    chosen = np.zeros(industry.enterprises, dtype=bool)
    if kpi in TWO_BASES:
        share = POINTS_SHARE if industry.enterprises > 20 else POINTS_SHARE / 2
        chosen[rng.permutation(reported)[: round(share * len(reported))]] = True
    return chosen


def cells(rng: np.random.Generator, industry: Industry) -> dict[str, list[str]]:
    """Column -> texts of one industry."""
    quality = rng.standard_normal(industry.enterprises)
    columns: dict[str, list[str]] = {}
    for kpi in KPIS:
        own = rng.standard_normal(industry.enterprises)
        z = np.sqrt(QUALITY_SHARE) * quality + np.sqrt(1 - QUALITY_SHARE) * own
        hidden = blank(rng, industry, kpi)
        told_in_points = points(rng, industry, kpi, hidden)
        values = rounded(kpi, draw(kpi, z, industry.scale))
        values = np.where(told_in_points, to_points(values), values)
        columns[kpi] = ["" if gone else f"{value:g}" for gone, value in zip(hidden, values, strict=True)]
        if kpi in TWO_BASES:
            words = np.where(told_in_points, "points", "relative")
            columns[f"{kpi}_basis"] = ["" if gone else str(word) for gone, word in zip(hidden, words, strict=True)]
    return columns


def bodies(rng: np.random.Generator, count: int) -> list[str]:
    """A body for every enterprise, by weight; the first 19 of all make sure that none is left out."""
    weights = np.array(list(BODIES.values()), dtype=np.float64)
    return [str(name) for name in rng.choice(list(BODIES), size=count, p=weights / weights.sum())]


def records() -> Iterator[dict[str, str]]:
    """All enterprises, ordered by credit code."""
    rng = np.random.Generator(np.random.PCG64(SEED))
    number, group = FIRST_NUMBER, 1
    for industry in INDUSTRIES:
        columns = cells(rng, industry)
        columns["group"] = owners(industry, group)
        columns["body"] = bodies(rng, industry.enterprises)
        if industry is INDUSTRIES[0]:
            columns["body"][: len(BODIES)] = list(BODIES)
        # Within an industry codes are dealt at random, so that a group's enterprises do not stand side by side.
        codes = [credit_code(number + int(place)) for place in rng.permutation(industry.enterprises)]
        _join_branch(industry, columns["group"], codes)
        lines = [
            {name: column[at] for name, column in columns.items()} | {"credit_code": code, "industry": industry.name}
            for at, code in enumerate(codes)
        ]
        yield from sorted(lines, key=lambda line: line["credit_code"])
        number += industry.enterprises
        group += len(set(columns["group"]))


def _join_branch(industry: Industry, groups: list[str], codes: list[str]) -> None:
    """A branch of 先进材料 names its legal person, which has no group, by credit code."""
    if industry.name == "先进材料":
        groups[-1] = codes[-2]


def panel() -> bytes:
    """The file: UTF-8, one row an enterprise."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, HEADER, lineterminator="\n")
    writer.writeheader()
    writer.writerows(records())
    return text.getvalue().encode("utf-8")


if __name__ == "__main__":
    FILE.write_bytes(panel())
