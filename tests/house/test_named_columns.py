"""Every insert names its columns: a column that is added to a table moves none of the values beside it."""

from __future__ import annotations

import re

import pytest

from tests.house.tracked import python_files

UNNAMED = re.compile(r"insert into [\w{}]+\s*(?:values\b|select \$1, \*)", re.IGNORECASE)


def test_no_row_is_added_by_the_order_of_columns() -> None:
    found = {path: UNNAMED.findall(text) for path, text in python_files().items() if path.startswith("kpi/tables/")}
    assert {path: statements for path, statements in found.items() if statements} == {
        "kpi/tables/baselines.py": ["insert into observation select $1, *", "insert into {table} select $1, *"]
    }, "frames whose columns were made for that table"


@pytest.mark.parametrize("statement", ["insert into upload values ($1)", "insert into mark\n  values ($1, $2)"])
def test_it_would_be_found(statement: str) -> None:
    assert UNNAMED.search(statement)
