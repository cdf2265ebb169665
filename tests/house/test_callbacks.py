"""What a press saves before its page is run is done by whoever is signed in by then, not by who read the page."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from tests.house.tracked import parsed, python_files

EVENTS = {"on_click", "on_change"}
PAGES = {path: parsed(source) for path, source in python_files().items() if path.startswith("pages/")}
FUNCTIONS = [
    (path, node) for path, tree in PAGES.items() for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)
]


def _names(trees: Iterable[ast.AST]) -> set[str]:
    """Of what is called or handed on."""
    return {node.id for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Name)}


def _from_pages(tree: ast.Module) -> set[str]:
    imports = [
        body for body in tree.body if isinstance(body, ast.ImportFrom) and (body.module or "").startswith("pages.")
    ]
    return {name.name for body in imports for name in body.names}


def _callbacks() -> Iterator[tuple[str, ast.AST]]:
    """Each with its place, and the functions of other modules that it calls."""
    for path, tree in PAGES.items():
        given = [item.value for item in ast.walk(tree) if isinstance(item, ast.keyword) and item.arg in EVENTS]
        own = [node for at, node in FUNCTIONS if at == path and node.name in _names(given)]
        called = _names([*given, *own]) & _from_pages(tree)
        yield from ((path, node) for node in [*given, *own])
        yield from ((at, node) for at, node in FUNCTIONS if node.name in called)


def test_no_callback_acts_for_who_read_the_page() -> None:
    found = list(_callbacks())
    assert {"_save_findings", "_keep", "save_typed"} <= {getattr(node, "name", "") for _, node in found}
    acts = [
        f"{path}:{node.lineno}"
        for path, callback in found
        for node in ast.walk(callback)
        if isinstance(node, ast.Call)
        if any(isinstance(arg, ast.Attribute) and arg.attr == "viewer" for arg in node.args)
    ]
    assert not acts
