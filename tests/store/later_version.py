"""A program of one version later, whose upgrade is a script of the test's own."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kpi.store import schema
from kpi.store.schema import LATEST, TABLES, UPGRADES

NEXT = LATEST + 1


def run_later_version(patched: pytest.MonkeyPatch, folder: Path, script: str) -> None:
    """From here on this process runs it; others that it starts are of today. The files go to ``folder``."""
    tables = TABLES.read_text("utf-8")
    for table, column in re.findall(r"^alter table (\w+) add column (.+);$", script, re.MULTILINE):
        made = re.search(rf"^create table {table} \(.*?(?=\n\);$)", tables, re.DOTALL | re.MULTILINE)
        assert made
        tables = f"{tables[: made.end()]},\n    {column}{tables[made.end() :]}"
    tables += "\n".join(re.findall(r"^create table .+;$", script, re.MULTILINE))
    (folder / "tables.sql").write_text(tables, "utf-8")
    (folder / "later.sql").write_text(script, "utf-8")
    patched.setattr(schema, "TABLES", folder / "tables.sql")
    patched.setattr(schema, "UPGRADES", {**UPGRADES, LATEST: (NEXT, folder / "later.sql")})
    patched.setattr(schema, "LATEST", NEXT)
