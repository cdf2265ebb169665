"""Thirty invented candidates of the sample's industry, as files: half of them known to the panel, half newcomers."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd

from tests.benchmark.panels import credit_code
from tests.cli.command_line import PANEL
from tests.cli.panels import CODES, SAMPLE_INDUSTRY

KNOWN = 15


def candidate_rows(count: int = 30) -> list[dict[str, str]]:
    """What each candidate's file says, by item: values changed against the panel, with blanks and "not applicable"."""
    panel = pd.read_csv(PANEL, dtype=str, keep_default_na=False)
    rows: list[dict[str, str]] = panel[panel["industry"] == SAMPLE_INDUSTRY].head(count).to_dict("records")
    for at, row in enumerate(rows):
        if at >= KNOWN:
            row["credit_code"] = credit_code(7_000_000 + at)
            row["group"] = ""
        if at % 4 == 0:
            row["K08"] = "20.5"
        if at % 7 == 3:
            row["K16"] = ""
        if at % 11 == 2:
            row["K02"] = "不适用"
    # One that another dominates: the same but for two values.
    rows[1] = rows[0] | {"credit_code": rows[1]["credit_code"], "K01": "1", "K08": "1"}
    return rows


def write_candidates(folder: Path, rows: list[dict[str, str]]) -> list[Path]:
    """One file a candidate, as our own form's text."""
    paths = []
    for at, row in enumerate(rows):
        path = folder / f"candidate-{at:02}.csv"
        with path.open("w", encoding="utf-8", newline="") as out:
            writer = csv.writer(out)
            writer.writerow(["item", "value", "basis", "before", "after", "note"])
            writer.writerow(["factory_name", f"演示{at:02}智能工厂（虚构）", "", "", "", ""])
            writer.writerow(["year", "2025", "", "", "", ""])
            for item in ("credit_code", "group", "industry", "body"):
                writer.writerow([item, row[item], "", "", "", ""])
            for code in CODES:
                note = "没有这类业务（虚构）" if row[code] == "不适用" else ""
                writer.writerow([code, row[code], row.get(f"{code}_basis", ""), "", "", note])
        paths.append(path)
    return paths
