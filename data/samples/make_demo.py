"""Writes demo-applications.csv, demo-candidates.csv and demo-awarded.csv: fictitious candidates and awards.

Run from the project's root: ``python -m data.samples.make_demo``. The seed is fixed, so the bytes are too. About half
of the candidates also stand in the illustrative panel, with the same credit code and values; the others are drawn from
the same invented distributions. Candidate 001 is the factory of example-application.csv, read from there.
"""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import numpy as np

from data.baselines.make_illustrative import FILE, INDUSTRIES, VALUE_COLUMNS, cells, credit_code

SEED = 20_250_815
HERE = Path(__file__).parent
NOTICE = HERE.parent / "notices" / "shanghai-2025-514"
EXAMPLE = HERE / "example-application.csv"
YEAR = "2025"
HEADER = (
    "enterprise", "factory_name", "credit_code", "group", "industry", "body", "district", "address", "maturity_level",
    "maturity_score", "year", "contact", "phone", "scenarios", *VALUE_COLUMNS,
)  # fmt: skip
MAIN = ("K08", "K10", "K11", "K15", "K16", "K17")
# Body -> candidates from the panel and from outside it. 松江区 has more than its quota; 崇明区 and 普陀区 have few.
CANDIDATES = {
    "松江区": (7, 5), "浦东新区": (3, 2), "嘉定区": (2, 1), "闵行区": (1, 2), "奉贤区": (1, 1), "青浦区": (1, 0),
    "金山区": (1, 0), "宝山区": (1, 0), "临港新片区": (1, 1), "徐汇区": (0, 1), "普陀区": (1, 0), "杨浦区": (0, 1),
    "静安区": (0, 1), "崇明区": (0, 1), "长宁区": (0, 1), "虹口区": (0, 1), "黄浦区": (0, 1), "化学工业区": (1, 0),
    "长兴岛": (0, 1),
}  # fmt: skip
# The committees' areas lie in districts.
DISTRICT = {"临港新片区": "浦东新区", "化学工业区": "金山区", "长兴岛": "崇明区"}
# Advanced-or-above factories so far: 30 and more allow 12 candidates, 29 do not.
AWARDED = {
    "浦东新区": 42, "松江区": 33, "嘉定区": 31, "闵行区": 30, "奉贤区": 29, "青浦区": 18, "金山区": 17, "宝山区": 14,
    "临港新片区": 16, "徐汇区": 5, "普陀区": 3, "杨浦区": 4, "静安区": 3, "崇明区": 2, "长宁区": 1, "虹口区": 0,
    "黄浦区": 1, "化学工业区": 6, "长兴岛": 4,
}  # fmt: skip
# One candidate already has an award: the check of the conditions is to find it.
AWARDED_CANDIDATE = 11
AWARDED_HEADER = ("credit_code", "factory", "tier", "year", "source", "body")
AWARDED_FIRST_NUMBER = 500
# As rare as they are: a city has a handful of the highest tier, and one in sixteen or so of the second.
HIGHEST = (4, 60)
SECOND_EVERY = 16
# Two newcomers belong to a group that stands in the panel: its members are left out of their peers.
SIBLINGS = (18, 32)
SIBLING_GROUP = "演示集团01（虚构）"
PRODUCT = {
    "高端装备": "装备", "汽车": "汽车部件", "电子信息": "电子", "先进材料": "材料", "生命健康": "医药",
    "时尚消费品": "消费品",
}  # fmt: skip
# A factory that covers production, production management and operations, and the ones beside those it may have.
CORE = (8, 10, 24, 26, 27, 30, 37)
BESIDE = (1, 2, 3, 4, 6, 9, 12, 13, 15, 16, 17, 20, 21, 22, 23, 25, 28, 31, 34, 38)

Row = Mapping[str, str]


def applications() -> list[dict[str, str]]:
    """All candidates in the order of their numbers: the example first, then body by body."""
    rng = np.random.Generator(np.random.PCG64(SEED))
    inside = _inside(rng)
    outside = _outside(rng)
    chosen: list[dict[str, str]] = []
    for body, (known, new) in CANDIDATES.items():
        chosen += [dict(row) for row in inside[body][:known]]
        chosen += [{**next(outside), "body": body} for _ in range(new)]
    return [example(), *(_filled(rng, number, row) for number, row in enumerate(chosen, start=2))]


def example() -> dict[str, str]:
    """The sample application as a row. What it states as not applicable is blank here: the table knows numbers only."""
    with EXAMPLE.open(encoding="gb18030", newline="") as lines:
        answers = list(csv.DictReader(lines))
    names = _names("facts.toml", "fact") | _names("kpis.toml", "kpi")
    row = dict.fromkeys(HEADER, "")
    for line in answers:
        code = names[line["项目"].removesuffix("（%）").removesuffix("（个）").removesuffix("（家）")]
        value = line["数值"].replace("；", ";")
        if code in row and value != "不适用":
            row[code] = value
        if f"{code}_basis" in row:
            row[f"{code}_basis"] = {"相对": "relative", "百分点": "points", "": ""}[line["口径"]]
    return row


def _names(file: str, table: str) -> dict[str, str]:
    """Chinese name -> code of one catalogue file."""
    with (NOTICE / file).open("rb") as content:
        return {item["name"]["zh"]: item["code"] for item in tomllib.load(content)[table]}


def _inside(rng: np.random.Generator) -> dict[str, list[Row]]:
    """The panel's enterprises by body, in chance order but with a strong one first, so that good candidates exist."""
    with FILE.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    rows = [rows[int(place)] for place in rng.permutation(len(rows))]
    best = sorted(rows, key=_strength, reverse=True)
    strong = [
        row for industry in INDUSTRIES for row in _of(best, "industry", industry.name)[: industry.enterprises // 5]
    ]
    mixed = [rows[int(place)] for place in rng.permutation(len(rows))]
    found = {}
    for body in CANDIDATES:
        front = [strong[int(place)] for place in rng.permutation(len(strong)) if strong[int(place)]["body"] == body][:3]
        found[body] = front + [row for row in _of(mixed, "body", body) if row not in front]
    return found


def _of(rows: Iterable[Row], column: str, value: str) -> list[Row]:
    return [row for row in rows if row[column] == value]


def _strength(row: Row) -> float:
    return float(np.mean([float(row[kpi] or 0) for kpi in MAIN]))


def _outside(rng: np.random.Generator) -> Iterator[dict[str, str]]:
    """New factories, industry by industry in turn; the better third of each draw stands at the front."""
    pools = []
    for industry in INDUSTRIES:
        columns = cells(rng, industry)
        rows = [{name: column[at] for name, column in columns.items()} for at in range(industry.enterprises)]
        front = sorted(rows, key=_strength, reverse=True)[: max(3, len(rows) // 3)]
        pools.append([{**row, "industry": industry.name} for row in front[:2] + rows[:4]])
    for turn in range(6):
        yield from (pool[turn] for pool in pools)


def _filled(rng: np.random.Generator, number: int, row: Row) -> dict[str, str]:
    """A candidate with its invented facts. About one in eight assessed itself at level 2 only."""
    district = DISTRICT.get(row["body"], row["body"])
    weak = number % 8 == 7
    score = round(float(rng.uniform(2.0, 2.7) if weak else rng.uniform(2.9, 4.3)), 2)
    level = "2" if weak else "4" if score >= 3.8 else "3"
    facts = {
        "enterprise": f"演示企业{number:03d}（虚构）",
        "factory_name": f"演示{PRODUCT[row['industry']]}{number:03d}智能工厂",
        "credit_code": row.get("credit_code") or credit_code(number),
        "group": row.get("group") or (SIBLING_GROUP if number in SIBLINGS else ""),
        "district": district,
        "address": f"{district}演示街道虚构路{number}号",
        "maturity_level": level,
        "maturity_score": f"{score:.2f}",
        "year": YEAR,
        "contact": f"演示联系人{number:03d}（虚构） 工程师",
        "phone": f"138{100 + number:08d}",
        "scenarios": ";".join(_scenarios(rng)),
    }
    return dict.fromkeys(HEADER, "") | dict(row) | facts


def _scenarios(rng: np.random.Generator) -> list[str]:
    with (NOTICE / "scenarios.toml").open("rb") as file:
        names = {item["number"]: str(item["name"]["zh"]) for item in tomllib.load(file)["scenario"]}
    beside = rng.choice(BESIDE, size=int(rng.integers(2, 9)), replace=False)
    return [names[number] for number in sorted({*CORE, *beside.tolist()})]


def candidates() -> list[dict[str, str]]:
    """Those of one industry, to be compared."""
    return [row for row in applications() if row["industry"] == INDUSTRIES[0].name]


def awards() -> Iterator[dict[str, str]]:
    """As many invented awards as ``AWARDED`` says, each row saying so: enterprises of the panel first, then others."""
    applied = applications()
    candidate = applied[AWARDED_CANDIDATE - 1]
    holders = _holders({row["credit_code"] for row in applied})
    number = 0
    for body, awarded in AWARDED.items():
        codes = [candidate["credit_code"]] if body == candidate["body"] else []
        for code in (*codes, *holders[body])[:awarded]:
            number += 1
            yield _award(number, code, candidate["factory_name"] if code in codes else "", body)
        for _ in range(awarded - len(codes) - len(holders[body])):
            number += 1
            yield _award(number, credit_code(AWARDED_FIRST_NUMBER + number), "", body)


def _holders(applied: set[str]) -> dict[str, list[str]]:
    """The panel's enterprises that do not apply, by body."""
    with FILE.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    return {
        body: [row["credit_code"] for row in _of(rows, "body", body) if row["credit_code"] not in applied]
        for body in AWARDED
    }


def _award(number: int, code: str, factory: str, body: str) -> dict[str, str]:
    tier = "领航级" if number in HIGHEST else "先进级" if number % SECOND_EVERY else "卓越级"
    year = "2023" if number % 5 == 1 and tier == "先进级" else "2024"
    name = factory or f"演示获评{number:03d}智能工厂（虚构）"
    cells = (code, name, tier, year, "虚构名单，仅供演示", body)
    return dict(zip(AWARDED_HEADER, cells, strict=True))


def table(header: Iterable[str], rows: Iterable[Row]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(header), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode("utf-8")


if __name__ == "__main__":
    (HERE / "demo-applications.csv").write_bytes(table(HEADER, applications()))
    (HERE / "demo-candidates.csv").write_bytes(table(HEADER, candidates()))
    (HERE / "demo-awarded.csv").write_bytes(table(AWARDED_HEADER, awards()))
