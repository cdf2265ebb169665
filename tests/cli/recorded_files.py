"""Twenty applications to ask about: faultless, faulty in one way each, and tables of a factory's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from kpi.catalogue.catalogue import catalogue
from tests.cli.command_line import ROOT, TABLE, WORKBOOK
from tests.intake.sample_files import FACTS, rows, table, workbook

HIGH: dict[str, Sequence[Any]] = {"K08": (95,), "K11": (60,), "K16": (55,), "K17": (48,)}
LOW: dict[str, Sequence[Any]] = {"K08": (1,), "K15": (1,), "K16": (2,)}
OWN = ROOT / "data" / "samples" / "own-table.xlsx"


def _own_table(unit: str, factor: float) -> bytes:
    """A table as a factory keeps it: the notice's names of the KPIs, values in ``unit``, facts beside them."""
    facts = [["企业名称", FACTS["enterprise"]], ["统一社会信用代码", FACTS["credit_code"]], ["行业", FACTS["industry"]]]
    kpis = [[kpi.name.zh, f"{kpi.number * 3.5 * factor:g}", unit] for kpi in catalogue().kpis if kpi.kind == "level"]
    return table([*facts, [], ["指标名称", "数值", "单位"], *kpis])


def _files() -> Mapping[str, bytes]:
    points: Sequence[Any] = (12, "points", 60, 72)
    return {
        "example.xlsx": WORKBOOK.read_bytes(),
        "example.csv": TABLE.read_bytes(),
        "own-table.xlsx": OWN.read_bytes(),
        "faultless.csv": table(rows()),
        "faultless.xlsx": workbook(rows(), above=2, left=1),
        "high.csv": table(rows(HIGH)),
        "low.csv": table(rows(LOW)),
        "gbk.csv": table(rows(), encoding="gb18030"),
        "semicolons.csv": table(rows(), separator=";"),
        "outsider.csv": table(rows({"credit_code": ("91000000MA0001001X",)})),
        "wrong-code.csv": table(rows({"credit_code": ("91000000MA9990001X",)})),
        "industry.csv": table(rows({"industry": ("不存在的行业",)})),
        "above-its-bound.csv": table(rows({"K01": (140,)})),
        "not-a-number.csv": table(rows({"K15": ("约三十",)})),
        "a-range.csv": table(rows({"K08": ("20-30",)})),
        "both-bases.csv": table(rows({"K10": (62.5, "", 3.2, 1.2), "K11": points})),
        "contradiction.csv": table(rows({"K10": (10, "relative", 3.2, 1.2)})),
        "twice.csv": table(rows(extra=[["K08", 46]])),
        "per-cent.csv": _own_table("%", 1),
        "share.csv": _own_table("", 0.01),
    }


def recorded_files(folder: Path) -> list[Path]:
    """All of them, written to ``folder``."""
    written = []
    for name, content in _files().items():
        (folder / name).write_bytes(content)
        written.append(folder / name)
    return written
