"""Hand-shaped pages of invented factories: what is written where, and what must be read from it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from kpi.catalogue.names import check_digit

Raw = Any


@dataclass(frozen=True)
class V:
    """A cell that holds part of a KPI: ``written`` stands there, ``read`` is what it means (the same if not given).

    ``of`` is the number of the application; ``state`` other than reported has no number.
    """

    code: str
    written: Raw
    of: int = 0
    part: str = "value"
    read: float | None = None
    state: str = "reported"


@dataclass(frozen=True)
class Page:
    """One sheet. Blocks are ``"A1:C1"``; ``percent`` cells have a percentage format; ``comments`` by cell."""

    rows: Sequence[Sequence[Raw]]
    name: str = "Sheet1"
    merged: Sequence[str] = ()
    percent: Sequence[str] = ()
    hidden_rows: Sequence[int] = ()
    hidden_columns: Sequence[str] = ()
    hidden: bool = False
    comments: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Case:
    """A file and what must be read from it, before and after its questions are answered.

    ``problems`` are ``code@cell`` without missing optional facts; ``questions`` are topic, key, proposal and the
    answer to give; ``facts`` by application. Values that questions hold back are those of the codes in ``held``;
    ``later`` are what they become, by application and code. ``gone`` and ``come`` are problems after answering.
    """

    name: str
    pages: Sequence[Page]
    facts: Sequence[dict[str, Raw]]
    forms: Sequence[str] = ("xlsx",)
    problems: Sequence[str] = ()
    questions: Sequence[tuple[str, str, str, str]] = ()
    held: Sequence[str] = ()
    later: dict[str, dict[str, Any]] = field(default_factory=dict)
    come: Sequence[str] = ()
    computed: dict[str, dict[str, float]] = field(default_factory=dict)
    same_layout_as: str | None = None
    writer: Callable[..., bytes] | None = None


def code(number: int) -> str:
    """Fictitious: division 000000, right check digit (GB 32100-2015)."""
    first17 = f"91000000MA{number:07d}"
    return first17 + check_digit(first17)


def facts(number: int, year: int = 2025, industry: str = "高端装备", **more: Raw) -> dict[str, Raw]:
    """What every application of these files is known by."""
    name = f"演示企业{number:03d}（虚构）"
    return {"enterprise": name, "credit_code": code(number), "industry": industry, "year": year, **more}


def block(number: int, year: int | None = 2025) -> list[list[Raw]]:
    """Facts above a table, as people write them: with a colon in one cell, and as label and cell."""
    rows: list[list[Raw]] = [
        [f"企业名称：演示企业{number:03d}（虚构）"],
        ["统一社会信用代码", code(number), "所属行业：", "高端装备"],
    ]
    return rows if year is None else [*rows, [f"年度：{year}"]]


ZH = {
    "K01": "关键设备数控化率",
    "K02": "先进过程控制投用率",
    "K03": "数字化生产设备普及率",
    "K04": "应用人工智能技术场景比例",
    "K05": "工厂应用人工智能模型数量",
    "K06": "研制周期缩短",
    "K07": "销售增长率",
    "K08": "生产效率提升",
    "K09": "资源综合利用率提升",
    "K10": "产品不良率下降",
    "K11": "设备综合利用率提升",
    "K12": "库存周转率提升",
    "K13": "供应商准时交付率提升",
    "K14": "订单准时交付率提升",
    "K15": "单位产值运营成本下降",
    "K16": "全员劳动生产率提升",
    "K17": "单位产值综合能耗降低",
    "K19": "一般固废综合利用率",
    "K20": "水资源重复利用率",
    "K21": "先进制造模式/解决方案向产业链供应链上下游复制推广的企业数量",
}
