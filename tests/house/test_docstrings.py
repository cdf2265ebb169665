"""What a docstring says is raised exists: a class of the project, or one of Python's."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterator, Mapping

from tests.house.tracked import parsed, python_files

# "Raises ``X``", "Raises X for ..." in a sentence, and the entries below "Raises:".
_IN_A_SENTENCE = re.compile(r"\bRaises (?:``)?([A-Z]\w+)")
_ENTRY = re.compile(r"^\s*([A-Z]\w+): ", re.MULTILINE)


def unknown_errors(sources: Mapping[str, str]) -> list[str]:
    """``path: name`` of each error that a docstring names and nobody defines."""
    defined = {
        node.name for text in sources.values() for node in ast.walk(parsed(text)) if isinstance(node, ast.ClassDef)
    }
    known = defined | set(vars(builtins))
    return [
        f"{path}: {name}"
        for path, text in sorted(sources.items())
        for docstring in _docstrings(text)
        for name in _named(docstring)
        if name not in known
    ]


def _docstrings(text: str) -> Iterator[str]:
    for node in ast.walk(parsed(text)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield ast.get_docstring(node) or ""


def _named(docstring: str) -> list[str]:
    _, _, entries = docstring.partition("Raises:\n")
    return _IN_A_SENTENCE.findall(docstring) + _ENTRY.findall(entries)


def test_every_error_that_a_docstring_names_exists() -> None:
    assert unknown_errors(python_files()) == []


def test_documented_error_that_does_not_exist_is_found() -> None:
    assert unknown_errors({"a.py": '"""Raises ``Gone`` where it is none."""'}) == ["a.py: Gone"]
    entries = 'def f():\n    """Do.\n\n    Raises:\n        Lost: it is.\n    """'
    assert unknown_errors({"b.py": entries}) == ["b.py: Lost"]
    assert unknown_errors({"c.py": 'class Mine(Exception):\n    """M."""\n\ndef f():\n    """Raises Mine."""'}) == []
    assert unknown_errors({"d.py": '"""Raises ValueError for it."""'}) == []
