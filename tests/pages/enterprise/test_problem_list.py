"""A file's problems below one another: each says where it is."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from kpi.model.problem import Problem
from tests.pages.app_runs import RUN_SECONDS, strings


def _page(problems: list[object]) -> None:
    from pages.widgets.documents import problem_items

    problem_items(problems)


def test_the_place_is_a_cell_a_column_or_a_row_in_words() -> None:
    places = [("表一", 7, "B"), ("表一", None, "B"), (None, 12, None), ("表一", 12, None), (None, None, None)]
    problems = [Problem("error", "panel_empty", "panel.csv", *place) for place in places]
    test = AppTest.from_function(_page, default_timeout=RUN_SECONDS, args=(problems,)).run()
    assert not test.exception
    shown = "\n".join(strings(test))
    found = [part.partition("</span>")[0] for part in shown.split('<span class="place">')[1:]]
    assert found == ["表一 › B7", "表一 › B", "第 12 行", "表一 › 第 12 行", ""]
