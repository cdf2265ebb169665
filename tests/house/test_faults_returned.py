"""What a reader finds wrong is never dropped: a function that yields faults is not called for its effect alone."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from tests.house.tracked import parsed, python_files

_YIELDING = ("Iterator[Fault]", "Reading[")


def dropped(sources: Mapping[str, str]) -> list[str]:
    """``path:line`` of each such call that stands alone: without ``yield from`` nothing of it would even run."""
    trees = {path: parsed(text) for path, text in sources.items()}
    names = {name for tree in trees.values() for name in _yielding(tree)}
    return [
        f"{path}:{node.lineno}"
        for path, tree in sorted(trees.items())
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and _called(node.value.func) in names
    ]


def _yielding(tree: ast.Module) -> Iterator[str]:
    """The names of functions, and of methods with a point before them."""
    for owner in ast.walk(tree):
        for node in ast.iter_child_nodes(owner):
            returned = ast.unparse(node.returns) if isinstance(node, ast.FunctionDef) and node.returns else ""
            if isinstance(node, ast.FunctionDef) and returned.startswith(_YIELDING):
                yield f".{node.name}" if isinstance(owner, ast.ClassDef) else node.name


def _called(function: ast.expr) -> str:
    return f".{function.attr}" if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def test_no_fault_is_dropped() -> None:
    readers = {path: text for path, text in python_files().items() if "kpi.intake.problems" in text}
    assert len(readers) > 15
    assert dropped(readers) == []


def test_a_dropped_fault_is_found() -> None:
    made = (
        "def check(a) -> Iterator[Fault]:\n    yield a\n\ndef read(a) -> Reading[int]:\n    {}check(a)\n    return 1\n"
    )
    assert dropped({"a.py": made.format("yield from ")}) == []
    assert dropped({"a.py": made.format("")}) == ["a.py:5"]
