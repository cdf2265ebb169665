"""A stage of an application is written in one place and judged by one table, which the page on architecture draws."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from kpi.model.lifecycle import APPLICATION_STATES, LOCKED_STATES, TRANSITIONS, Transition
from tests.house.tracked import ROOT, parsed, python_files

TABLE, MOVER, WRITER = "kpi/model/lifecycle.py", "kpi/services/lifecycle.py", "kpi/tables/stages.py"
PAGE = ROOT / "docs" / "life-of-an-application.md"
STAGES = frozenset(APPLICATION_STATES) - {"draft"}
"""A draft is also one of a list, of scores or of a change of policy."""
OTHER_WORDS = {
    # The state of a list, not of an application.
    ("kpi/services/leader/nomination.py", "put_forward"),
    ("pages/leader/parts/list.py", "put_forward"),
}
BACK = ("undo", "overturn")
"""They lead to any stage, the one that a step has left: drawn as one."""
EDGE = re.compile(r"(\w+)(?:\[[^\]]*\])? -->\|(\w+): (\w+)\| (\w+)")


def compared_stages(source: str) -> set[str]:
    """The stages that are compared with as words, or that stand in a set of stages of the module's own."""
    return {word for node in ast.walk(parsed(source)) for word in _judged(node)}


def _judged(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Compare):
        sides = [node.left, *node.comparators]
        yield from (word for side in sides for word in _words(side) if word in STAGES)
    elif isinstance(node, ast.Set | ast.Tuple | ast.List):
        words = _words(node)
        if len(words) > 1 and len(words) == len(node.elts) and set(words) <= set(APPLICATION_STATES):
            yield from words


def _words(node: ast.AST) -> list[str]:
    found = node.elts if isinstance(node, ast.Set | ast.Tuple | ast.List) else [node]
    return [node.value for node in found if isinstance(node, ast.Constant) and isinstance(node.value, str)]


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("x.state == 'publicity'", {"publicity"}),
        ("x.state in (None, 'submitted')", {"submitted"}),
        ("OPEN = frozenset({'publicity', 'listed'})", {"publicity", "listed"}),
        ("x.state == 'draft'", set()),
        ("Occasion = Literal['material', 'on_site', 'defence']", set()),
        ("translate('step.listed')", set()),
    ],
)
def test_it_is_found(source: str, found: set[str]) -> None:
    assert compared_stages(source) == found


def _product() -> dict[str, str]:
    return {path: text for path, text in python_files().items() if path.startswith(("kpi/", "pages/", "app.py"))}


def test_no_other_module_judges_a_stage() -> None:
    found = {(path, word) for path, text in _product().items() for word in compared_stages(text)}
    assert {(path, word) for path, word in found if path != TABLE} == OTHER_WORDS


def test_no_other_module_writes_a_stage() -> None:
    product = _product()
    assert {
        path
        for path, text in product.items()
        if re.search(r'\b(into|update|from) step\b|insert\(\s*cursor,\s*"step"', text)
    } == {WRITER}
    calling = {path for path, text in product.items() if re.search(r"\badd_stage_entered\(", text)}
    assert calling == {WRITER, MOVER}


def test_the_page_draws_the_table() -> None:
    section = PAGE.read_text("utf-8")
    drawn = {(_source(row), row.act, row.role, "left" if row.act in BACK else row.target) for row in TRANSITIONS}
    assert sorted(EDGE.findall(section)) == sorted(drawn)
    recorded = {
        act: set(re.findall(r"`(\w+)`", cells[-1]))
        for line in section.splitlines()
        if line.startswith("| `") and (cells := line.strip("| ").split(" | "))
        for act in re.findall(r"`(\w+)`", cells[0])
    }
    assert recorded == {row.act: set(row.recorded_as) for row in TRANSITIONS}


def _source(way: Transition) -> str:
    """As the picture names it; of what is set the stage itself is no source."""
    if way.act == "undo":
        return "later"
    if len(way.sources) > 1 and way.act == "set":
        return "before"
    if set(way.sources) | {way.target} == set(LOCKED_STATES):
        return "locked"
    return way.sources[0] if len(way.sources) == 1 else "early"
