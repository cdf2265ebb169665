"""A loop variable says what the thing is."""

from __future__ import annotations

import ast

from tests.house.tracked import ROOT, parsed, tracked


def test_no_loop_or_lambda_calls_its_thing_one() -> None:
    found = []
    for path in [path for path in tracked() if path.endswith(".py")]:
        for node in ast.walk(parsed((ROOT / path).read_text("utf-8"))):
            target = node.target if isinstance(node, ast.For | ast.comprehension) else None
            names = [part.id for part in ast.walk(target) if isinstance(part, ast.Name)] if target else []
            if isinstance(node, ast.Lambda):
                names += [argument.arg for argument in node.args.args]
            found += [path] if "one" in names else []
    assert found == []
