"""A package whose parts import each other is imported before any of its parts.

Pages and what is loaded beside them import in several threads at once. A thread that begins with a part does not wait
for the package, which another thread is importing: each then waits for what the other has begun, and Python hands one
of them half a module. The package itself is waited for.
"""

from __future__ import annotations

import ast

import pytest

from tests.house.tracked import parsed, python_files

CIRCULAR = "docx"


def _begins_with_a_part(source: str) -> bool:
    for node in ast.walk(parsed(source)):
        if isinstance(node, ast.Import) and any(name.name.partition(".")[0] == CIRCULAR for name in node.names):
            return node.names[0].name != CIRCULAR
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == CIRCULAR:
            return node.module != CIRCULAR
    return False


@pytest.mark.parametrize(
    ("source", "wrong"),
    [
        ("from docx.shared import Pt", True),
        ("import docx.shared", True),
        ("import docx\nfrom docx.shared import Pt", False),
        ("from docx import Document\nfrom docx.shared import Pt", False),
        ("def later():\n    from docx.shared import Pt", True),
        ("import docxcompose", False),
    ],
)
def test_it_is_found(source: str, wrong: bool) -> None:
    assert _begins_with_a_part(source) == wrong


def test_no_module_begins_with_a_part_of_it() -> None:
    sources = {path: source for path, source in python_files().items() if path.startswith(("kpi/", "pages/"))}
    assert any(f"import {CIRCULAR}" in source for source in sources.values())
    assert [path for path, source in sources.items() if _begins_with_a_part(source)] == []
