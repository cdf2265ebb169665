"""A text that is asked for by its name is there: a page that few people open would break otherwise."""

from __future__ import annotations

import ast

from kpi.i18n.texts import load_texts
from tests.house.tracked import python_files

PREFIXES = {"translate": "page.", "UserError": "error."}


def test_every_text_that_the_code_names_is_there() -> None:
    known = {key.removesuffix(".message") for key in load_texts("zh")}
    missing = []
    for path, source in python_files().items():
        for node in ast.walk(ast.parse(source)):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args):
                continue
            prefix, named = PREFIXES.get(node.func.id), node.args[0]
            if prefix and isinstance(named, ast.Constant) and f"{prefix}{named.value}" not in known:
                missing.append(f"{path}:{node.lineno} {named.value}")
    assert missing == []
