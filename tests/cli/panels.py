"""Small panels cut from the shipped one, in every form that an import takes."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from kpi.catalogue.catalogue import catalogue
from tests.benchmark.panels import TWO_BASES, credit_code, seeded
from tests.cli.command_line import PANEL

FACTS = ["credit_code", "group", "industry", "body"]
CODES = [f"K{number:02}" for number in range(1, 22)]
SAMPLE_INDUSTRY = "高端装备"


def wide(first: int = 40) -> pd.DataFrame:
    """The first enterprises of the sample's industry, one row each."""
    panel = pd.read_csv(PANEL)
    return panel[panel["industry"] == SAMPLE_INDUSTRY].head(first).reset_index(drop=True)


def long(panel: pd.DataFrame) -> pd.DataFrame:
    """The same, one row a value."""
    rows = [
        {**{name: row[name] for name in FACTS}, "kpi": code, "value": row[code], "basis": row.get(f"{code}_basis")}
        for row in panel.to_dict("records")
        for code in CODES
        if pd.notna(row[code])
    ]
    return pd.DataFrame(rows)


def write(panel: pd.DataFrame, path: Path) -> Path:
    """In the form the ending names."""
    if path.suffix == ".csv":
        panel.to_csv(path, index=False)
    elif path.suffix == ".parquet":
        panel.to_parquet(path, index=False)
    else:
        panel.to_excel(path, index=False)
    return path


def odd() -> pd.DataFrame:
    """Invented, with all that is odd in a cell, one row an enterprise.

    Cells all tied, of zeros of both signs, with a mean that is a value, of one record, without any; groups across
    industries, a branch whose legal person is in another; industries of 70, 30, 12 and one, and two of none.
    """
    draw = seeded(29)
    industries = ["高端装备"] * 70 + ["汽车"] * 30 + ["电子信息"] * 12 + ["生命健康"]
    rows: list[dict[str, object]] = []
    for number, industry in enumerate(industries):
        numbers: dict[str, object] = {
            kpi.code: draw.randrange(2, 90) if kpi.whole else draw.randrange(20, 900) / 10
            for kpi in catalogue().kpis
            if draw.random() > 0.1
        }
        numbers |= {
            "K08": 33.3,
            "K09": [1.1, 1.2, 1.3][number % 3],
            "K12": [0.0, -0.0, -1.0][number % 3],
            "K14": 12.5 if number % 70 == 0 else None,
        }
        bases = {f"{code}_basis": "relative" for code in TWO_BASES if numbers.get(code) is not None}
        group = "演示集团（虚构）" if number % 30 == 4 else credit_code(number - 65) if number in (80, 81) else None
        code = credit_code(number)
        rows.append({"credit_code": code, "group": group, "industry": industry, "body": None, **numbers, **bases})
    return pd.DataFrame(rows).sample(frac=1, random_state=5)
