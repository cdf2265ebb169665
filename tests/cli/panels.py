"""Small panels cut from the shipped one, in every form that an import takes."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

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
